"""The end-of-day report, judged from its bytes at both widths (redraw: `python -m tests.papers`)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from PIL import Image

from kiosk.domain import rating, target
from kiosk.domain.reasons import ReferReason
from kiosk.hardware.escpos import ROLLS
from kiosk.papers.day_report import DayTotals, day_report
from tests.papers.test_papers import ALIKE, AT, GOLDEN, OFFICE, _differing, _draw, _image

DAY = date(2026, 11, 20)
each_width = pytest.mark.parametrize("mm", ROLLS)


def _progress(done=5713, base=41_000):
    return target.progress(base=base, percent=25.0, year=2026, on=DAY, done=done, lately=27.8)


def busy(**changed):
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
        "progress": _progress(),
        "open_tickets": 1,
        "sheets": 187,
    }
    totals = DayTotals(**given | changed)
    return day_report(day=DAY, at=AT, letterhead=OFFICE, terminal="A1", totals=totals)


def idle():
    """The report of a day on which nobody came."""
    numbers = dict.fromkeys(
        ("activated", "local", "elsewhere", "visits", "to_officer", "gave_up", "told", "served"), 0
    )
    return busy(
        **numbers,
        visit_seconds=None,
        wait_seconds=None,
        reasons=[],
        index=None,
        progress=None,
        open_tickets=0,
        sheets=0,
    )


REPORTS = {"report": busy, "report-idle": idle}


@each_width
@pytest.mark.parametrize("name", REPORTS)
def test_it_looks_as_it_was_approved(language, name, mm):
    paper = REPORTS[name]()
    drawing = _draw(paper, mm)
    assert (drawing.unknown, drawing.cuts) == ((), 1)
    approved = Image.open(GOLDEN / f"{name}-{mm}mm.png")
    drawn = _image(paper, mm)
    assert drawn.size == approved.size
    assert _differing(drawn, approved) <= ALIKE


@each_width
def test_every_number_of_the_day_stands_on_it(language, mm):
    said = " ".join(_draw(busy(), mm).text)
    for words in (
        "Jumat, 20 November 2026",
        "Warga sendiri +28",
        "Kemiripan wajah meragukan +4",
        "Lama menunggu +8 mnt 6 dtk",
        r"5\.713 \(55,7%\)",
        "Perlu tiap hari kerja +156,4",
        "Laju 20 hari kerja +27,8",
        r"90,83 \(A, Sangat baik\)",
        "Lembar sejak ganti kertas +187",
        "Petugas +Mengetahui",
    ):
        assert re.search(words, said), words


def test_a_reached_target_is_celebrated_and_asks_for_no_pace(language):
    said = " ".join(busy(progress=_progress(done=10_250)).texts)
    assert "Target tercapai" in said
    assert "Perlu tiap hari" not in said


def test_without_a_target_there_is_no_word_of_one(language):
    assert "Target" not in " ".join(busy(progress=_progress(base=0)).texts)


def test_it_names_nobody(language):
    assert not re.search(r"\d{6,}", " ".join(busy().texts))
