"""The sentences of the counter: reasons for an officer's word, and why it was not taken."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.counter import REASONS, LostReason, LostRefusal, Override, OverrideReason
from kiosk.domain.visit import Step
from kiosk.models.visit import VisitEnd
from kiosk.services.outbox import MailState
from kiosk.services.override import Problem

_O, _R, _P = Override, OverrideReason, Problem

OVERRIDE: dict[Override, tuple[str, LazyString, LazyString, LazyString]] = {
    _O.VOUCH: (
        "shield-check",
        _("Jaminan petugas"),
        _("Pengganti pencocokan wajah."),
        _("Tampilkan kode QR"),
    ),
    _O.RENEW: (
        "refresh-cw",
        _("Buat kode QR baru"),
        _("Kode lama tidak berlaku lagi; email dengan kode baru dikirim."),
        _("Buat kode baru"),
    ),
    _O.CORRECT_EMAIL: (
        "mail",
        _("Perbaiki alamat email"),
        _("Kode baru dikirim ke alamat baru. Yang sudah terkirim tidak berlaku lagi."),
        _("Kirim ke alamat baru"),
    ),
    _O.REVOKE: (
        "ban",
        _("Batalkan kode QR"),
        _("Kode tidak dapat dipakai lagi. Warga di anjungan mendapat nomor antrean."),
        _("Batalkan kode"),
    ),
    _O.REPRINT: (
        "printer",
        _("Cetak ulang"),
        _("Bukti atau tiket kunjungan ini, bertanda “Salinan”."),
        _("Cetak salinan"),
    ),
    _O.DEACTIVATE: (
        "smartphone",
        _("Nonaktifkan HP lama"),
        _("IKD di HP lama berhenti bekerja; setelah itu HP baru dapat diaktifkan."),
        _("Nonaktifkan"),
    ),
}
"""Icon, title, what follows, and what its button says."""

REASON: dict[OverrideReason | LostReason, LazyString] = {
    _R.KTP_EL: _("KTP-el asli dilihat, wajah sama dengan pemegangnya"),
    _R.FAMILY_CARD: _("Kartu Keluarga dan dokumen berfoto dilihat"),
    _R.BIOMETRICS: _("Sidik jari atau iris cocok di alat perekaman"),
    _R.RECORDED_HERE: _("Perekaman biometriknya saya saksikan"),
    _R.CODE_LATE: _("Email belum sampai"),
    _R.TIME_RAN_OUT: _("Waktu kode habis"),
    _R.PHONE_TROUBLE: _("HP warga terganggu"),
    _R.RESIDENT_ASKS: _("Diminta warga"),
    _R.WRONG_PERSON: _("Bukan orang yang seharusnya"),
    _R.IN_DOUBT: _("Identitas perlu diperiksa lagi"),
    _R.MISTYPED: _("Salah ketik"),
    _R.MAILBOX_LOST: _("Warga tidak dapat membuka email itu"),
    _R.NOT_PRINTED: _("Kertas tidak keluar"),
    _R.UNREADABLE: _("Cetakan tidak terbaca"),
    _R.PAPER_LOST: _("Kertas hilang"),
    _R.FOR_THE_FILE: _("Untuk berkas kantor"),
    LostReason.LOST: _("HP hilang"),
    LostReason.STOLEN: _("HP dicuri"),
    LostReason.BROKEN: _("HP rusak"),
    LostReason.REPLACED: _("Ganti HP"),
}

PROBLEM: dict[Problem, LazyString] = {
    _P.NOT_THIS_REASON: _("Pilih salah satu alasan."),
    _P.NOTE_TOO_LONG: _("Catatan paling banyak 500 huruf."),
    _P.PIN: _("PIN tidak cocok. Tidak ada yang disimpan."),
    _P.OWN_NIK: _("Ini NIK Anda sendiri. Mintalah petugas lain melayani Anda."),
    _P.MOVED_ON: _("Kunjungan ini sudah berada di langkah lain. Inilah keadaannya sekarang."),
    _P.OTHER_OFFICER: _("Anda sudah ikut menangani permohonan ini. Mintalah petugas lain."),
    _P.SECOND_NEEDED: _("Anda pernah menjamin NIK ini. Petugas kedua perlu ikut menyetujui."),
    _P.SECOND_UNKNOWN: _("Nama pengguna ini bukan petugas lain yang boleh melayani di loket."),
    _P.SECOND_PIN: _("PIN petugas kedua tidak cocok, atau sedang terkunci."),
    _P.SECOND_OWN_NIK: _("Ini NIK petugas itu sendiri. Mintalah petugas lain."),
    _P.AUTHORITY_UNREACHABLE: _("Layanan aktivasi belum menjawab. Tidak ada yang berubah; coba lagi."),
    _P.NOT_OFFERED: _("Kode baru belum dapat dibuat, dan kode lama tidak berlaku lagi. Inilah keadaannya."),
}

LOST: dict[LostRefusal, LazyString] = {
    LostRefusal.NOT_A_NIK: _("Ini bukan NIK. Periksa ke-16 angkanya."),
    LostRefusal.OWN_NIK: PROBLEM[_P.OWN_NIK],
    LostRefusal.LOOKUP_LIMIT: _("Terlalu banyak NIK diperiksa dalam waktu singkat. Tunggu beberapa menit."),
    LostRefusal.NOT_ACTIVE: _(
        "NIK ini tidak sedang aktif di HP mana pun. Tidak ada yang perlu dinonaktifkan."
    ),
    LostRefusal.AUTHORITY_UNREACHABLE: _(
        "Layanan aktivasi belum menjawab. Sistem menanyakannya lagi sendiri; Anda juga boleh mencoba lagi."
    ),
}

MAIL: dict[MailState, LazyString] = {
    MailState.WAITING: _("sedang dikirim"),
    MailState.DELAYED: _("tersendat; terus dicoba"),
    MailState.SENT: _("terkirim"),
    MailState.REFUSED: _("ditolak; periksa alamatnya"),
}

END: dict[VisitEnd, LazyString] = {
    VisitEnd.ACTIVATED: _("IKD aktif"),
    VisitEnd.TICKET: _("Diserahkan kepada petugas"),
    VisitEnd.TOO_YOUNG: _("Belum 17 tahun"),
    VisitEnd.INFORMED: _("Tanpa HP, sudah diberi penjelasan"),
    VisitEnd.LEFT: _("Diakhiri"),
    VisitEnd.IDLE: _("Ditinggalkan"),
}

STAGES: tuple[tuple[LazyString, frozenset[Step]], ...] = (
    (_("HP"), frozenset({Step.CHOICE, Step.GET_APP, Step.WANTS_PERSON})),
    (_("Persetujuan"), frozenset({Step.CONSENT})),
    (_("NIK"), frozenset({Step.NIK, Step.NIK_CHECK, Step.REGISTER_REFUSED})),
    (_("Kontak"), frozenset({Step.EMAIL, Step.PHONE})),
    (_("Identitas"), frozenset({Step.CONTACT_CHECK, Step.ALREADY_ACTIVE})),
    (_("Kode QR"), frozenset({Step.QR, Step.EMAIL_FIX})),
    (_("Selesai"), frozenset({Step.THANKS})),
)
"""What an officer calls the parts of a visit, and the steps in each."""


def reasons(kind: Override) -> list[tuple[str, LazyString]]:
    """What may be chosen for an override, with its sentence."""
    return [(reason, REASON[reason]) for reason in REASONS[kind]]
