"""What lies under the scanner while nobody is in the middle of a visit."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, Response, request, session
from flask_babel import format_time
from flask_babel import gettext as _

from kiosk.routes.screen import (
    closed_state,
    current_visit,
    nothing,
    render_screen,
    render_visit,
    scan_idle,
    the_kiosk,
)
from kiosk.services import scan as scans
from kiosk.services.help import is_badge
from kiosk.services.scan import ScanResult, Seen

bp = Blueprint("scan", __name__)

STALE_SECONDS = 3.0
"""A reading older than this was meant for a screen that is gone."""


@bp.get("/scan")
def poll() -> Response:
    """A poll of the start screen: has something been scanned, was the terminal closed or opened?"""
    visit, kiosk = current_visit(), the_kiosk()
    if visit is not None:
        return render_visit(visit)
    if request.args.get("mark", "") != closed_state()["mark"]:
        return render_visit(None)
    reading = kiosk.scans.next(0)
    if reading is None or kiosk.clock.monotonic() - reading.at > STALE_SECONDS or is_badge(reading.text):
        return nothing()
    return _show(scans.read(kiosk, reading.text), reading.text)


@bp.post("/scan/resume")
def resume() -> Response:
    """Go on with an approved ticket."""
    kiosk, code = the_kiosk(), request.form.get("code", "")[:100]
    if closed_state()["mark"]:
        return render_visit(None)
    answer = scans.resume(kiosk, code)
    if isinstance(answer, ScanResult):
        return _show(answer, code)
    session["visit"] = answer.id
    session["language"] = answer.language
    return render_visit(answer)


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
    return (
        _("Kode ini bukan dari anjungan kami"),
        _("Yang dapat dipindai di sini: tiket antrean dan struk aktivasi."),
    )


def _place(result: ScanResult) -> str:
    """Where a ticket stands in the queue."""
    words: str = (
        _("Masih %(number)s orang di depan Anda; nomor Anda akan dipanggil.", number=result.ahead)
        if result.ahead
        else _("Anda berikutnya; nomor Anda segera dipanggil.")
    )
    return words
