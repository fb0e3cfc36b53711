"""Sentences for officers about terminals and help: what a screen shows, how a terminal is, why not.

Lazy, so that they are translated when they are rendered. A test compares every enum with its table.
"""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.device_events import UNSTEADY
from kiosk.domain.scan import Kind
from kiosk.domain.terminal_state import TerminalState
from kiosk.domain.visit import Step
from kiosk.hardware.printer import Failed, Outcome, Printed, Unproven
from kiosk.services.help import BadgeProblem
from kiosk.services.technician import NotDone
from kiosk.wording import DEVICE_OFFICER

STEP: dict[Step, LazyString] = {
    Step.CHOICE: _("Memilih: sudah punya aplikasi IKD atau belum"),
    Step.GET_APP: _("Memasang aplikasi IKD di HP"),
    Step.WANTS_PERSON: _("Memilih alasan ingin dilayani petugas"),
    Step.CONSENT: _("Membaca persetujuan"),
    Step.NIK: _("Mengetik NIK"),
    Step.NIK_CHECK: _("Memeriksa NIK yang diketik"),
    Step.UNDERAGE: _("Membaca syarat umur 17 tahun"),
    Step.NOT_YET_17: _("Selesai: belum 17 tahun"),
    Step.REGISTER_REFUSED: _("Data perlu diperiksa bersama petugas"),
    Step.EMAIL: _("Mengetik alamat email"),
    Step.PHONE: _("Mengetik nomor HP"),
    Step.CONTACT_CHECK: _("Memeriksa email dan nomor HP"),
    Step.FACE: _("Berdiri di depan kamera"),
    Step.FACE_AGAIN: _("Wajah perlu dicoba lagi"),
    Step.WAITING_FOR_OFFICER: _("Menunggu keputusan petugas"),
    Step.ALREADY_ACTIVE: _("IKD sudah aktif di HP lain"),
    Step.QR: _("Memindai kode QR dengan HP"),
    Step.EMAIL_FIX: _("Memperbaiki alamat email"),
    Step.THANKS: _("Aktivasi selesai"),
    Step.PAUSED: _("Menjeda kunjungan, mendapat tiket lanjut"),
    Step.TICKET: _("Mendapat nomor antrean"),
    Step.ENDED: _("Kunjungan berakhir"),
}
"""Where a visit stands, without a word about whose it is."""

AT_START = _("Layar awal")
"""Where a terminal stands while nobody uses it."""

TERMINAL_STATE: dict[TerminalState, LazyString] = {
    TerminalState.SERVING: _("Sedang melayani"),
    TerminalState.IDLE: _("Siap, belum ada warga"),
    TerminalState.CLOSED: _("Tidak melayani"),
    TerminalState.SILENT: _("Tidak ada kabar"),
}

BADGE: dict[BadgeProblem, LazyString] = {
    BadgeProblem.NOT_VALID: _("Lencana ini tidak berlaku."),
    BadgeProblem.NOT_FOR_THIS: _("Lencana ini tidak untuk membantu di anjungan."),
}

NOT_DONE: dict[NotDone, LazyString] = {
    NotDone.UNKNOWN: _("Anjungan ini tidak dikenal."),
    NotDone.MESSAGE_EMPTY: _("Tulis pesan untuk warga."),
    NotDone.MESSAGE_TOO_LONG: _("Pesan paling banyak 200 huruf."),
    NotDone.SOMEBODY_THERE: _("Warga sedang di depan kamera. Coba lagi setelah ia selesai."),
    NotDone.SIGHT_OVER: _("Tampilan kamera sudah ditutup."),
    NotDone.IN_USE: _("Warga sedang memakai anjungan ini. Coba lagi setelah ia selesai."),
}

CLOSING: tuple[LazyString, ...] = (
    _("Anjungan sedang diperbaiki."),
    _("Printer sedang diperbaiki."),
    _("Pelayanan di anjungan ini sudah selesai hari ini."),
)
"""What can be said of a closed terminal by one touch; residents read it in their language."""


SCANNED: dict[Kind, LazyString] = {
    Kind.TICKET: _("Tiket antrean"),
    Kind.RECEIPT: _("Struk aktivasi"),
    Kind.OFFER: _("Kode QR aktivasi"),
    Kind.BADGE: _("Lencana petugas"),
    Kind.PREREGISTRATION: _("Kode isian dari HP"),
    Kind.PAUSE: _("Tiket lanjut"),
}
"""What a code under the scanner is, to whoever tests the scanner."""

SCANNED_TEST_PAGE = _("Halaman uji")
SCANNED_FOREIGN = _("Bukan kode anjungan kami")

SYMBOLOGY: dict[str, LazyString | str] = {
    "qr": "QR",
    "aztec": "Aztec",
    "datamatrix": "Data Matrix",
    "pdf417": "PDF417",
    "code128": "Code 128",
    "unknown": _("jenis tidak disebut pemindai"),
}

_UNSTEADY = _("Putus dan tersambung berulang kali; periksa kabel dan dayanya.")

_PRINTED = _("Tercetak.")
_UNPROVEN = _("Terkirim, tetapi printer tidak memastikan.")
_FAILED = _("Tidak tercetak.")


def device_advice(code: str) -> LazyString | str:
    """How a device is and what to do; a terminal of another version may say a word that we do not know."""
    return DEVICE_OFFICER.get(code, code)


def device_event(code: str) -> LazyString | str:
    """What a line of the devices' log says."""
    return _UNSTEADY if code == UNSTEADY else device_advice(code)


def printed(outcome: Outcome) -> LazyString | str:
    """What became of a sheet, to whoever stands beside the printer."""
    match outcome:
        case Printed():
            return _PRINTED
        case Unproven(code=code):
            return f"{_UNPROVEN} {device_advice(code)}"
        case Failed(code=code):
            return f"{_FAILED} {device_advice(code)}"
