"""The sentences of the audit log: what was done, in which group, with which particulars, what is broken."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.audit import Action, ChainFault

_A = Action

ACTION: dict[Action, LazyString] = {
    _A.VISIT_STARTED: _("Kunjungan dimulai"),
    _A.VISIT_MOVED: _("Kunjungan berpindah langkah"),
    _A.VISIT_ENDED: _("Kunjungan selesai"),
    _A.RATED: _("Kunjungan dinilai"),
    _A.VISIT_SOUGHT: _("Kunjungan dicari"),
    _A.VISIT_SEEN: _("Kunjungan dilihat"),
    _A.CONSENT_GIVEN: _("Persetujuan diberikan"),
    _A.LOOKUP: _("Data kependudukan ditanya"),
    _A.LOOKUP_LIMITED: _("Pemeriksaan NIK dibatasi"),
    _A.FACE_ATTEMPT: _("Wajah dicoba"),
    _A.FACE_DECIDED: _("Wajah dinilai"),
    _A.CASE_OPENED: _("Kasus dibuka oleh anjungan"),
    _A.CASE_SEEN: _("Kasus dilihat"),
    _A.CASE_DECIDED: _("Kasus diputuskan"),
    _A.CASE_OVER: _("Kasus berakhir"),
    _A.TICKET_ISSUED: _("Tiket diberikan"),
    _A.TICKET_USED: _("Tiket dipakai di anjungan"),
    _A.TICKET_CALLED: _("Nomor dipanggil"),
    _A.TICKET_CALLED_AGAIN: _("Nomor dipanggil lagi"),
    _A.TICKET_SKIPPED: _("Nomor dilewati"),
    _A.TICKET_HANDED_ON: _("Nomor dialihkan"),
    _A.TICKET_TAKEN_OVER: _("Nomor diambil alih"),
    _A.TICKET_FINISHED: _("Nomor selesai dilayani"),
    _A.COUNTER_CHOSEN: _("Loket dipilih"),
    _A.ACTIVATION_ISSUING: _("QR diminta"),
    _A.ACTIVATION_OPEN: _("QR ditampilkan"),
    _A.ACTIVATION_VOID: _("QR dibatalkan"),
    _A.ACTIVATION_WRONG_CODE: _("Kode email keliru"),
    _A.ACTIVATION_REDEEMING: _("Aktivasi diminta"),
    _A.ACTIVATION_ACTIVE: _("IKD aktif"),
    _A.ACTIVATION_SETTLED: _("Aktivasi diselesaikan kemudian"),
    _A.DEACTIVATION_INTENDED: _("Penonaktifan IKD diminta"),
    _A.DEACTIVATION_SETTLED: _("Penonaktifan IKD selesai"),
    _A.EMAIL_CORRECTED: _("Alamat email diperbaiki"),
    _A.PAPER: _("Kertas dicetak"),
    _A.PAPER_CHANGED: _("Kertas diganti"),
    _A.OFFICER_ADDED: _("Petugas ditambahkan"),
    _A.OFFICER_SIGNED_IN: _("Petugas masuk"),
    _A.OFFICER_REFUSED: _("Petugas ditolak masuk"),
    _A.OFFICER_SIGNED_OUT: _("Petugas keluar"),
    _A.OFFICER_CHANGED: _("Data petugas diubah"),
    _A.OFFICER_REMOVED: _("Petugas dinonaktifkan"),
    _A.OFFICER_LINK_MADE: _("Tautan petugas pertama dibuat"),
    _A.OVERRIDE: _("Keputusan petugas di luar aturan umum"),
    _A.BADGE_MADE: _("Lencana dibuat"),
    _A.BADGE_REVOKED: _("Lencana dicabut"),
    _A.HELP_CALLED: _("Bantuan dipanggil"),
    _A.HELP_ANSWERED: _("Panggilan bantuan dijawab"),
    _A.HELP_CALL_ENDED: _("Panggilan bantuan selesai"),
    _A.HELP_BEGAN: _("Petugas mulai membantu di anjungan"),
    _A.HELP_ACTED: _("Petugas bertindak di anjungan"),
    _A.HELP_ENDED: _("Petugas selesai membantu"),
    _A.TERMINAL_ADMITTED: _("Anjungan diizinkan"),
    _A.TERMINAL_CLOSED: _("Anjungan ditutup"),
    _A.TERMINAL_OPENED: _("Anjungan dibuka lagi"),
    _A.CAMERA_SEEN: _("Gambar kamera dilihat"),
    _A.NUMBERS_EXPORTED: _("Angka diekspor"),
    _A.PREREGISTERED: _("Data diisi lebih dulu di HP"),
    _A.PREREGISTRATION_USED: _("Data dari HP dipakai di anjungan"),
    _A.PREREGISTRATION_ERASED: _("Data dari HP dihapus pemiliknya"),
    _A.PURGED: _("Data pribadi dihapus sesuai jadwal"),
    _A.AUDIT_SEEN: _("Catatan audit dibuka"),
    _A.AUDIT_EXPORTED: _("Catatan audit diekspor"),
    _A.AUDIT_CHECKED: _("Rantai audit diperiksa"),
    _A.AUDIT_HEAD_BEHIND: _("Berkas kepala rantai tertinggal"),
}

GROUP: dict[str, LazyString] = {
    "visit": _("Kunjungan"),
    "preregistration": _("Isian dari HP"),
    "consent": _("Persetujuan"),
    "register": _("Data kependudukan"),
    "face": _("Wajah"),
    "case": _("Kasus"),
    "ticket": _("Tiket dan antrean"),
    "counter": _("Loket"),
    "activation": _("Aktivasi"),
    "deactivation": _("Penonaktifan"),
    "contact": _("Kontak"),
    "paper": _("Kertas"),
    "officer": _("Petugas"),
    "badge": _("Lencana"),
    "help": _("Bantuan di anjungan"),
    "terminal": _("Anjungan"),
    "camera": _("Kamera"),
    "numbers": _("Angka"),
    "retention": _("Penghapusan data"),
    "audit": _("Audit"),
}
"""An action's group is the word before its dot."""

DETAIL: dict[str, LazyString] = {
    "origin": _("dari"),
    "to": _("ke"),
    "event": _("karena"),
    "reason": _("alasan"),
    "outcome": _("hasil"),
    "decision": _("keputusan"),
    "what": _("yang dilihat"),
    "kind": _("jenis"),
    "code": _("kode"),
    "number": _("nomor"),
    "ticket": _("tiket"),
    "case": _("kasus"),
    "nik": _("sidik NIK"),
    "language": _("bahasa"),
    "version": _("versi"),
    "end": _("akhir"),
    "state": _("keadaan"),
    "wrong": _("kode keliru"),
    "values": _("nilai dihapus"),
    "attempt": _("percobaan"),
    "satisfaction": _("nilai"),
    "counter": _("loket"),
    "role": _("peran"),
    "entries": _("entri"),
    "faults": _("kesalahan"),
    "missing": _("tidak tercatat"),
    "since": _("mulai"),
    "until": _("sampai"),
    "actions": _("tindakan"),
    "about": _("perihal"),
    "about_officer": _("petugas nomor"),
    "taken_from": _("dari petugas nomor"),
    "source": _("sumber"),
    "page": _("halaman"),
    "registration": _("isian"),
}
"""What a particular is called; one that is missing here is shown by its own word."""

FAULT: dict[ChainFault, LazyString] = {
    ChainFault.CHANGED: _("Entri ini diubah, ditukar, atau disisipkan."),
    ChainFault.GAP: _("Entri ini hilang."),
    ChainFault.TAIL_MISSING: _("Mulai entri ini, akhir catatan dipotong."),
    ChainFault.HEAD_FORGED: _("Berkas kepala rantai memuat baris palsu."),
    ChainFault.HEAD_MISSING: _("Berkas kepala rantai tidak ada untuk rantai ini."),
    ChainFault.HEAD_BEHIND: _("Mulai entri ini, berkas kepala rantai tidak mencatat lagi."),
}


_NAMES: dict[str, LazyString] = {str(action): name for action, name in ACTION.items()}


def action_name(word: str) -> LazyString | str:
    """What an action is called; a word that is none is shown as it stands: somebody has written it there."""
    return _NAMES.get(word, word)


def in_group(group: str) -> frozenset[Action]:
    """Return the actions of a group; none for a group that does not exist."""
    return frozenset(action for action in Action if action.partition(".")[0] == group)
