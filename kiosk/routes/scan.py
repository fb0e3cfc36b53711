"""What lies under the scanner, wherever the screen stands: it types into no field and ends nobody's visit."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, Response, render_template, request, session
from flask_babel import format_time, refresh
from flask_babel import gettext as _

from kiosk.domain.visit import Step
from kiosk.models.visit import Visit
from kiosk.routes.screen import (
    current_visit,
    nothing,
    render_screen,
    render_visit,
    scan_idle,
    start_state,
    the_kiosk,
)
from kiosk.services import scan as scans
from kiosk.services import scan_test
from kiosk.services.scan import ScanResult, Seen, Told

bp = Blueprint("scan", __name__)

STALE_SECONDS = 3.0
"""A reading older than this was meant for a screen that is gone."""


@bp.get("/scan")
def poll() -> Response:
    """A poll of every screen (`at` says which step it shows): has something been scanned?

    The start screen also hears from it that a visit has begun, that the terminal was closed or opened, or
    that the camera can read codes or cannot any more.
    """
    visit, kiosk = current_visit(), the_kiosk()
    shown = request.args.get("at", "")
    if shown not in Step.__members__.values():
        if visit is not None:
            return render_visit(visit)
        if not shown and request.args.get("mark", "") != start_state().mark:
            return render_visit(None)
    reading = kiosk.scans.next(0)
    if reading is None or kiosk.clock.monotonic() - reading.at > STALE_SECONDS:
        return nothing()
    # A resident comes first, also where nobody looks at the page of the test any more and so ends it.
    if visit is None and scan_test.took(kiosk, reading):
        return nothing()
    match scans.take(kiosk, None if visit is None else visit.id, reading.text):
        case Visit() as found:
            return _go_on(found)
        case Told(result, is_note=True):
            return _note(result)
        case Told(result):
            return _show(result, reading.text)
    return nothing()


@bp.get("/scan/note")
def no_note() -> Response:
    """The note has been read, or has stood there long enough."""
    return Response(render_template("partials/scan_note.html", scan=None))


@bp.post("/scan/resume")
def resume() -> Response:
    """Go on with an approved ticket."""
    kiosk, code = the_kiosk(), request.form.get("code", "")[:100]
    if start_state().closed:
        return render_visit(None)
    answer = scans.resume(kiosk, code)
    return _show(answer, code) if isinstance(answer, ScanResult) else _go_on(answer)


def _go_on(visit: Visit) -> Response:
    """This browser's visit is now `visit`, in its own language."""
    session["visit"] = visit.id
    session["language"] = visit.language
    refresh()
    return render_visit(visit)


def _note(result: ScanResult) -> Response:
    """A few words over the screen, where what has been typed stays."""
    title, sentence = _words(result)
    scan = SimpleNamespace(kind=result.seen, title=title, sentence=sentence)
    response = Response(render_template("partials/scan_note.html", scan=scan))
    response.headers["HX-Retarget"] = "#scan-note"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _show(result: ScanResult, code: str) -> Response:
    title, sentence = _words(result)
    scan = SimpleNamespace(
        kind=result.seen,
        title=title,
        sentence=sentence,
        code=code if result.seen is Seen.TICKET_RESUMES else "",
    )
    return render_screen("scan_result.html", scan=scan, view=SimpleNamespace(), idle=scan_idle())


def _words(result: ScanResult) -> tuple[str, str]:
    counter = the_kiosk().settings.office_counter
    at = format_time(result.at, "HH.mm") if result.at else ""
    match result.seen:
        case Seen.TICKET_WAITING:
            return (
                _("Tiket %(number)s masih menunggu", number=result.label),
                _("Diambil pukul %(at)s. %(place)s", at=at, place=_place(result)),
            )
        case Seen.TICKET_CALLED:
            return (
                _("Nomor %(number)s sedang dipanggil", number=result.label),
                _("Silakan ke %(counter)s sekarang.", counter=result.counter),
            )
        case Seen.TICKET_SKIPPED:
            return (
                _("Nomor %(number)s tadi sudah dipanggil", number=result.label),
                _(
                    "Tidak apa-apa. Silakan ke %(counter)s, atau tunggu dipanggil lagi.",
                    counter=result.counter,
                ),
            )
        case Seen.TICKET_RESUMES:
            return (
                _("Petugas sudah menyetujui"),
                _(
                    "Tiket %(number)s dapat dilanjutkan di sini. Kamera mencocokkan wajah sekali lagi.",
                    number=result.label,
                ),
            )
        case Seen.TICKET_REFUSED:
            return (
                _("Tiket %(number)s perlu ke loket", number=result.label),
                _("Petugas ingin bertemu Anda. %(place)s", place=_place(result)),
            )
        case Seen.TICKET_USED:
            return (
                _("Tiket %(number)s sudah dipakai", number=result.label),
                _("Silakan mulai dari layar awal, atau ke %(counter)s.", counter=counter),
            )
        case Seen.TICKET_OLD:
            return (
                _("Tiket %(number)s tidak berlaku lagi", number=result.label),
                _("Tiket hanya berlaku pada hari diambil. Silakan mulai lagi."),
            )
        case Seen.RECEIPT:
            return (
                _("Aktivasi selesai"),
                _("Nomor referensi %(number)s, pukul %(at)s. IKD sudah aktif.", number=result.label, at=at),
            )
        case Seen.FOR_PHONE:
            return (
                _("Kode ini untuk kamera HP Anda"),
                _("Buka kamera HP, arahkan ke kode itu, lalu sentuh tautannya."),
            )
        case Seen.REGISTRATION_USED:
            return (
                _("Kode dari HP ini sudah dipakai atau dihapus"),
                _("Tidak apa-apa. Silakan lanjut dan ketik data Anda di sini."),
            )
        case Seen.REGISTRATION_EXPIRED:
            return (
                _("Waktu kode dari HP ini sudah habis"),
                _("Data Anda sudah kami hapus. Silakan isi lagi di HP, atau ketik di sini."),
            )
        case Seen.REGISTRATION_NOT_NOW:
            return (
                _("NIK di kunjungan ini sudah terisi"),
                _("Kode dari HP tidak dipakai sekarang dan tetap berlaku."),
            )
        case Seen.PAUSE_OVER:
            return (
                _("Tiket lanjut ini tidak berlaku lagi"),
                _("Tiket berlaku sepuluh menit dan sekali pakai. Silakan mulai dari awal."),
            )
        case Seen.PAUSE_NOT_NOW:
            return (
                _("Tiket lanjut ini untuk kunjungan lain"),
                _("Selesaikan kunjungan ini dulu, lalu pindai tiketnya di layar awal."),
            )
        case Seen.CLOSED:
            return (
                _("Anjungan ini sedang tidak melayani"),
                _("Silakan ke %(counter)s. Kode Anda tetap berlaku.", counter=counter),
            )
    return (
        _("Kode ini bukan dari anjungan kami"),
        _("Yang dapat dipindai di sini: kode dari HP, tiket, dan struk aktivasi."),
    )


def _place(result: ScanResult) -> str:
    """Where a ticket stands in the queue."""
    words: str = (
        _("Masih %(number)s orang di depan Anda; nomor Anda akan dipanggil.", number=result.ahead)
        if result.ahead
        else _("Anda berikutnya; nomor Anda segera dipanggil.")
    )
    return words
