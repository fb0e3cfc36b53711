"""What a sheet is said to take off the roll is what the drawn paper takes."""

from __future__ import annotations

import pytest

from kiosk.domain.paper import Letterhead
from kiosk.domain.reasons import ReferReason
from kiosk.domain.terminal_state import DECORATION_MM, SHEET_MM
from tests.papers.goldens import OFFICE, a_pause, a_receipt, a_ticket, decorated, draw

DOTS_PER_MM = 8


@pytest.mark.parametrize("mm", SHEET_MM)
def test_no_sheet_of_a_visit_is_longer_than_the_estimate_takes_it_for(language, mm):
    longest = _longest(mm, OFFICE)
    assert SHEET_MM[mm] * 0.95 <= longest <= SHEET_MM[mm]
    assert DECORATION_MM * 0.8 <= _longest(mm, decorated()) - longest <= DECORATION_MM


def _longest(mm: int, letterhead: Letterhead) -> float:
    sheets = (
        a_receipt(letterhead=letterhead),
        a_pause(letterhead=letterhead),
        *(a_ticket(reason, letterhead=letterhead) for reason in ReferReason),
    )
    return max(draw(sheet, mm).height for sheet in sheets) / DOTS_PER_MM
