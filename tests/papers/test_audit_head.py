"""The sheet with the heads of the chains: every digit of them can be read off it and compared."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.audit import Head
from kiosk.domain.paper import Letterhead
from kiosk.hardware.escpos import ROLLS, encode
from kiosk.hardware.raster import render
from kiosk.papers.audit_head import audit_head, in_groups
from tests.papers.conftest import language

__all__ = ["language"]

AT = datetime(2026, 11, 22, 13, 5, tzinfo=ZoneInfo("Asia/Jakarta"))
HASH = "0123456789abcdef" * 4


def _sheet(*hashes: str):
    heads = [
        Head(f"terminal:A{number}", 4_999_999 + number, digest) for number, digest in enumerate(hashes, 1)
    ]
    return audit_head(heads=heads, at=AT, letterhead=Letterhead("Disdukcapil Kota Contoh"), terminal="A1")


def test_every_chain_stands_on_it_whole(language):
    texts = _sheet(HASH, HASH[::-1]).texts
    assert {"terminal:A1", "5000000", "terminal:A2", "5000001"} <= set(texts)
    assert "".join(text.replace(":", "") for text in texts if text in in_groups(HASH)) == HASH


@pytest.mark.parametrize("digest", ["1234567890" * 6 + "1234", "9" * 64])
def test_a_hash_of_digits_only_is_not_taken_for_a_nik(language, digest):
    assert "".join(in_groups(digest)).replace(":", "") == digest
    assert _sheet(digest)


@pytest.mark.parametrize("mm", ROLLS)
def test_it_can_be_printed_on_both_rolls(language, mm):
    roll = ROLLS[mm]
    drawing = render(encode(_sheet(HASH), roll), roll.dots, roll.margin)
    assert drawing.png
