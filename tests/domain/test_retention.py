"""The retention table itself: every row says enough to be acted on and explained."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.domain.retention import OFFICE_DAY, RETENTION, Keep


def test_no_column_has_two_rows() -> None:
    columns = [keep.column for keep in RETENTION]
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("keep", RETENTION, ids=lambda keep: keep.column)
def test_every_row_names_its_column_its_end_and_its_purpose(keep: Keep) -> None:
    table, _, column = keep.column.partition(".")
    assert table
    assert column
    assert keep.anchor
    assert keep.when_closed
    assert keep.why
    assert timedelta(0) < keep.longest <= timedelta(days=90)


OF_A_FACE = [
    keep for keep in RETENTION if any(word in keep.column for word in ("photo", "selfie", "template"))
]


@pytest.mark.parametrize("keep", OF_A_FACE, ids=lambda keep: keep.column)
def test_no_picture_of_a_face_outlives_the_office_day(keep: Keep) -> None:
    """Biometrics are specific personal data (UU PDP 27/2022, article 4)."""
    assert keep.longest <= OFFICE_DAY < timedelta(days=1)
