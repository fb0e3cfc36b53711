"""How long a sheet takes from its elements to the printer's bytes, against text alone.

The floor is python-escpos writing the same sentences as plain lines: no headline, no banner, no QR. Every
sheet has another number and another code, as in an office; what never changes may be remembered. Time is the
processor's: nothing here waits, and a busy machine would measure itself.
"""

from __future__ import annotations

import gc
import random
import string
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from escpos.printer import Dummy
from flask import Flask
from flask_babel import Babel, force_locale

from benchmarks.table import Row
from kiosk.domain.paper import Letterhead, Paper
from kiosk.domain.reasons import ReferReason
from kiosk.hardware.escpos import ROLLS, encode, fold
from kiosk.papers.receipt import receipt
from kiosk.papers.ticket import ticket_for

SHEETS = 20
BOUND = 10.0
"""A sheet in 8 ms, where text alone takes 0.8 ms."""

AT = datetime(2026, 11, 22, 13, 5, tzinfo=ZoneInfo("Asia/Jakarta"))
OFFICE = Letterhead("Disdukcapil Kota Contoh")


def rows(rounds: int) -> list[Row]:
    """Measure; each sheet is judged."""
    chance = random.Random(3273)
    app = Flask("papers")
    Babel(app, default_locale="id")
    found = []
    with app.app_context(), force_locale("id"):
        for name, make in (("Receipt", _receipt), ("Ticket", _ticket)):
            for mm, roll in ROLLS.items():
                sheets = [make(chance) for _ in range(SHEETS)]
                encode(sheets[0], roll)
                took, floors = [], []
                for _ in range(rounds):
                    took.append(_each(sheets, partial(encode, roll=roll)))
                    floors.append(_each(sheets, _text_alone))
                ratio = median(one / floor for one, floor in zip(took, floors, strict=True))
                note = f"text alone {median(floors):.2f} ms"
                label = f"{name} {mm} mm to bytes / text alone"
                found.append(Row(label, median(took), "ms", ratio, BOUND, note))
    return found


def _each(sheets: list[Paper], call: Callable[[Paper], object]) -> float:
    """Return the median of `call` over `sheets`, in milliseconds."""
    gc.collect()
    times = []
    for sheet in sheets:
        began = time.thread_time()
        call(sheet)
        times.append((time.thread_time() - began) * 1000)
    return median(times)


def _text_alone(sheet: Paper) -> bytes:
    out: Any = Dummy()
    out.hw("INIT")
    for text in sheet.texts:
        out.textln(fold(text))
    out.cut()
    return bytes(out.output)


def _code(chance: random.Random) -> str:
    return "AIKD1.R." + "".join(chance.choices(string.ascii_lowercase + string.digits, k=31))


def _receipt(chance: random.Random) -> Paper:
    reference = "IKD-" + "".join(chance.choices(string.ascii_uppercase, k=8))
    return receipt(
        reference=reference,
        at=AT,
        letterhead=OFFICE,
        masked_nik="3273********0012",
        code=_code(chance),
    )


def _ticket(chance: random.Random) -> Paper:
    number = f"A-{chance.randrange(1000):03}"
    return ticket_for(
        ReferReason.WANTS_PERSON,
        number=number,
        at=AT,
        letterhead=OFFICE,
        counter="Loket 2",
        code=_code(chance),
    )
