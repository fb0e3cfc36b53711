"""What a sheet is said to take off the roll is what the drawn paper takes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale

from kiosk.domain.paper import Letterhead
from kiosk.domain.terminal_state import SHEET_MM
from kiosk.hardware import escpos, raster
from kiosk.papers.receipt import receipt
from tests.support import make_app

DOTS_PER_MM = 8


@pytest.mark.parametrize("width", sorted(escpos.ROLLS))
def test_a_receipt_is_no_longer_than_the_estimate_takes_it_for(tmp_path, width):
    with make_app(tmp_path).test_request_context(), force_locale("id"):
        paper = receipt(
            reference="IKD-20261102-ABCD",
            at=datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta")),
            letterhead=Letterhead("Disdukcapil Kota Contoh"),
            masked_nik="3273 **** **** 0001",
            code="R.IKD20261102ABCD.AAAAAAAAAAAAAAAA",
        )
    roll = escpos.ROLLS[width]
    length = raster.render(escpos.encode(paper, roll), roll.dots, roll.margin).height / DOTS_PER_MM
    assert SHEET_MM[width] * 0.95 <= length <= SHEET_MM[width]
