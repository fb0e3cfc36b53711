"""What a sheet is said to take off the roll is what the drawn paper takes."""

from __future__ import annotations

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.domain.terminal_state import SHEET_MM
from tests.papers.goldens import a_pause, a_receipt, a_ticket, draw

DOTS_PER_MM = 8


@pytest.mark.parametrize("mm", SHEET_MM)
def test_no_sheet_of_a_visit_is_longer_than_the_estimate_takes_it_for(language, mm):
    sheets = [a_receipt(), a_pause(), *(a_ticket(reason) for reason in ReferReason)]
    longest = max(draw(sheet, mm).height for sheet in sheets) / DOTS_PER_MM
    assert SHEET_MM[mm] * 0.95 <= longest <= SHEET_MM[mm]
