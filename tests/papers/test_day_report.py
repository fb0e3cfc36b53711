"""The end-of-day report: every number of the day, and nobody's name."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.hardware.escpos import ROLLS
from tests.papers.goldens import a_report, draw, progress


@pytest.mark.parametrize("mm", ROLLS)
def test_every_number_of_the_day_stands_on_it(language, mm):
    said = " ".join(draw(a_report(), mm).text)
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


def test_numbers_stand_below_each_other_beside_reasons_that_need_two_lines(language):
    lines = draw(a_report(reasons=[(ReferReason.REGISTER_NOT_RECORDED, 2)]), 58).text
    assert {len(line) for line in lines if re.search(r"(Selesai dilayani|KTP-el) +\d+$", line)} == {32}
    assert "Belum melakukan" in lines


def test_a_reached_target_is_celebrated_and_asks_for_no_pace(language):
    said = " ".join(a_report(progress=progress(done=10_250)).texts)
    assert "Target tercapai" in said
    assert "Perlu tiap hari" not in said


def test_without_a_target_there_is_no_word_of_one(language):
    assert "Target" not in " ".join(a_report(progress=progress(base=0)).texts)


def test_it_names_nobody(language):
    assert not re.search(r"\d{6,}", " ".join(a_report().texts))
