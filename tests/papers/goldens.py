"""Every paper as it was approved: `python -m tests.papers.goldens` draws them anew; then look at each.

Made-up people, a clock that stands still, fixed keys: the same bytes, so the same dots, on every machine.
"""

from __future__ import annotations

import atexit
import io
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import Babel, force_locale
from PIL import Image, ImageChops, ImageDraw

from kiosk.domain import rating, target
from kiosk.domain.audit import Head
from kiosk.domain.paper import Letterhead, Paper
from kiosk.domain.reasons import ReferReason
from kiosk.hardware.escpos import ROLLS, encode
from kiosk.hardware.raster import Drawing, render
from kiosk.keys import Keys
from kiosk.papers.audit_head import audit_head
from kiosk.papers.badge import badge
from kiosk.papers.day_report import DayTotals, day_report
from kiosk.papers.pause import pause_ticket
from kiosk.papers.receipt import receipt
from kiosk.papers.testpage import testpage
from kiosk.papers.ticket import ticket_for
from kiosk.services import codes
from kiosk.services.codes import Kind

GOLDEN = Path(__file__).parent / "golden"
OUTPUT = Path(__file__).parents[1] / "output" / "papers"

AT = datetime(2026, 11, 22, 13, 5, tzinfo=ZoneInfo("Asia/Jakarta"))
DAY = date(2026, 11, 20)
OFFICE = Letterhead("Disdukcapil Kota Contoh")
KEYS = Keys({1: bytes(range(32))})


@cache
def decorated() -> Letterhead:
    """An office with everything: a logo in colours (a sun over a field) and two lines of its own."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    logo = Image.new("RGBA", (360, 360), (0, 0, 0, 0))
    pen = ImageDraw.Draw(logo)
    pen.ellipse((4, 4, 356, 356), fill="#0b5c8a")
    pen.ellipse((30, 30, 330, 330), fill="white")
    pen.pieslice((90, 90, 270, 270), 180, 360, fill="#c0392b")
    for row in range(3):
        pen.rounded_rectangle((70 + 20 * row, 200 + 34 * row, 290 - 20 * row, 218 + 34 * row), 9, "#1e6f3c")
    logo.save(folder / "logo.png")
    lines = ("Jl. Contoh Raya No. 1, Kota Contoh", "Senin-Jumat 08.00-15.00")
    return Letterhead("Disdukcapil Kota Contoh", folder / "logo.png", lines)


def a_receipt(**changed):
    """What somebody takes home whose IKD was activated."""
    given = {
        "reference": "IKD-7F3K29QX",
        "at": AT,
        "letterhead": OFFICE,
        "masked_nik": "3273********0012",
        "code": codes.write(KEYS, Kind.RECEIPT, "IKD-7F3K29QX"),
    }
    return receipt(**given | changed)


def a_ticket(reason=ReferReason.FACE_UNCERTAIN, **changed):
    """The number of somebody who goes on at the counter, and why."""
    given = {
        "number": "A-012",
        "at": AT,
        "letterhead": OFFICE,
        "counter": "Loket 2",
        "code": codes.write(KEYS, Kind.TICKET, "MFRGGZDFMZTWQ2LK"),
    }
    return ticket_for(reason, **given | changed)


def a_pause(**changed):
    """What somebody holds who has paused."""
    given = {
        "code": codes.write(KEYS, Kind.PAUSE, "NNWXA4LSON2HK5TX"),
        "until": AT + timedelta(minutes=10),
        "at": AT,
        "letterhead": OFFICE,
    }
    return pause_ticket(**given | changed)


def a_badge():
    """An officer's."""
    code = codes.write(KEYS, Kind.BADGE, "PFXW4ZLTOR2WM5TX")
    return badge(name="Rina Wulandari", code=code, at=AT, letterhead=OFFICE)


def an_audit_head(*hashes: str):
    """The heads of as many chains as there are hashes (64 hex digits each)."""
    heads = [Head(f"terminal:A{nth}", 4_999_999 + nth, digest) for nth, digest in enumerate(hashes, 1)]
    return audit_head(heads=heads, at=AT, letterhead=OFFICE, terminal="A1")


def progress(done=5713, base=41_000):
    """Where the year's target stands."""
    return target.progress(base=base, percent=25.0, year=2026, on=DAY, done=done, lately=27.8)


def a_report(**changed):
    """The report of a full day."""
    given = {
        "activated": 34,
        "local": 28,
        "elsewhere": 6,
        "visits": 52,
        "to_officer": 11,
        "gave_up": 6,
        "told": 1,
        "visit_seconds": 214.0,
        "wait_seconds": 486.0,
        "served": 10,
        "reasons": [
            (ReferReason.FACE_UNCERTAIN, 4),
            (ReferReason.NO_EMAIL, 3),
            (ReferReason.REGISTER_NOT_RECORDED, 2),
            (ReferReason.EMAIL_NOT_ARRIVED, 2),
        ],
        "index": rating.index({4: 20, 3: 9, 2: 1}),
        "progress": progress(),
        "open_tickets": 1,
        "sheets": 187,
    }
    totals = DayTotals(**given | changed)
    return day_report(day=DAY, at=AT, letterhead=OFFICE, terminal="A1", totals=totals)


def an_idle_report():
    """The report of a day on which nobody came."""
    numbers = ("activated", "local", "elsewhere", "visits", "to_officer", "gave_up", "told", "served")
    nothing = {"visit_seconds": None, "wait_seconds": None, "index": None, "progress": None}
    return a_report(**dict.fromkeys(numbers, 0), **nothing, reasons=[], open_tickets=0, sheets=0)


def a_testpage():
    """A technician's."""
    return testpage(at=AT, letterhead=OFFICE, terminal="A1", driver="simulated", model="default")


PAPERS: dict[str, Callable[[], Paper]] = {
    "receipt": a_receipt,
    "receipt-office": lambda: a_receipt(letterhead=decorated()),
    "ticket": a_ticket,
    "ticket-register": lambda: a_ticket(ReferReason.REGISTER_DECEASED, letterhead=decorated(), is_copy=True),
    "pause": a_pause,
    "report": a_report,
    "report-idle": an_idle_report,
    "badge": a_badge,
    "audit-head": lambda: an_audit_head("0123456789abcdef" * 4, "fedcba9876543210" * 4),
    "testpage": a_testpage,
}


def draw(paper: Paper, mm: int) -> Drawing:
    """The paper as a printer would burn it, from its bytes."""
    roll = ROLLS[mm]
    return render(encode(paper, roll), roll.dots, roll.margin)


def image(paper: Paper, mm: int) -> Image.Image:
    """The same, as a picture."""
    return Image.open(io.BytesIO(draw(paper, mm).png))


def unlike(name: str, mm: int, drawn: Image.Image) -> str:
    """What a failed comparison says: empty when every dot is as approved; else the new picture is kept."""
    approved = Image.open(GOLDEN / f"{name}-{mm}mm.png")
    if drawn.size == approved.size and ImageChops.difference(drawn, approved.convert("1")).getbbox() is None:
        return ""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    drawn.save(OUTPUT / f"{name}-{mm}mm.png")
    return (
        f"{name} on {mm} mm is not as approved: see tests/output/papers/{name}-{mm}mm.png;"
        " if it is wanted: python -m tests.papers.goldens"
    )


def main() -> None:
    """Draw all anew."""
    app = Flask("papers")
    Babel(app, default_locale="id")
    for old in GOLDEN.glob("*.png"):
        old.unlink()
    with app.app_context(), force_locale("id"):
        for name, build in PAPERS.items():
            for mm in ROLLS:
                image(build(), mm).save(GOLDEN / f"{name}-{mm}mm.png", optimize=True)


if __name__ == "__main__":
    main()
