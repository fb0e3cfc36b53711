"""The queue's rules: the whole table, who comes next, and how many are before somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.queue import (
    CALLABLE,
    LARGE_AFTER_END,
    STILL_OPEN,
    Happening,
    NotPossible,
    ahead_of,
    follow,
    in_order,
    is_left_alone,
    stands_large,
)
from kiosk.domain.ticket import TicketState

S, H = TicketState, Happening
NINE = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@dataclass
class Slip:
    """A ticket as the rules see it."""

    serial: int
    state: TicketState = S.WAITING
    counter: str = ""
    called_at: datetime | None = None
    called_by: int | None = None


WHOLE_TABLE = """
               waiting   called    skipped   approved  refused  done  void
called         called    -         called    -         called   -     -
called_again   -         called    -         -         -        -     -
skipped        -         skipped   -         -         -        -     -
handed_on      -         waiting   -         -         -        -     -
taken_over     -         called    -         -         -        -     -
finished       -         done      -         -         -        -     -
case_approved  approved  approved  approved  -         -        -     -
case_refused   refused   called    skipped   -         -        -     -
went_back      -         -         -         done      -        -     -
expired        void      void      void      void      void     -     -
"""
_HEAD, *_ROWS = [line.split() for line in WHOLE_TABLE.strip().splitlines()]
CELLS = [(state, row[0], to) for row in _ROWS for state, to in zip(_HEAD, row[1:], strict=True)]


def test_the_table_names_every_state_and_every_happening():
    assert {row[0] for row in _ROWS} == set(Happening)
    assert set(_HEAD) == set(TicketState)


@pytest.mark.parametrize(("state", "what", "to"), CELLS)
def test_what_may_happen_to_a_ticket(state, what, to):
    if to == "-":
        with pytest.raises(NotPossible):
            follow(S(state), H(what))
    else:
        assert follow(S(state), H(what)) is S(to)


def test_groups_follow_from_the_table():
    assert {S.WAITING, S.REFUSED, S.SKIPPED} == CALLABLE
    assert set(TicketState) - {S.DONE, S.VOID} == STILL_OPEN


def order(*slips, at="Loket 1"):
    return [slip.serial for slip in in_order(slips, at)]


def test_the_lowest_number_is_next_whatever_order_the_rows_come_in():
    assert order(Slip(3), Slip(1, S.REFUSED), Slip(2)) == [1, 2, 3]


def test_who_was_handed_to_this_counter_comes_before_lower_numbers():
    assert order(Slip(1), Slip(9, counter="Loket 1"), Slip(5, S.REFUSED, "Loket 1")) == [5, 9, 1]


def test_who_was_handed_to_another_counter_is_left_to_it():
    slips = Slip(1, counter="Loket 2"), Slip(2)
    assert (order(*slips), order(*slips, at="Loket 2")) == ([2], [1, 2])


def test_who_did_not_come_is_asked_for_after_the_others_the_longest_absent_first():
    slips = (
        Slip(1, S.SKIPPED, "Loket 2", NINE + timedelta(minutes=9)),
        Slip(2, S.SKIPPED, "Loket 1", NINE),
        Slip(8),
    )
    assert order(*slips) == order(*slips, at="Loket 2") == [8, 2, 1]


@pytest.mark.parametrize("state", sorted(set(TicketState) - CALLABLE))
def test_who_is_called_approved_done_or_void_is_nobodys_next(state):
    assert order(Slip(1, state)) == []


slips = st.lists(
    st.builds(
        Slip,
        st.integers(1, 99),
        st.sampled_from(list(TicketState)),
        st.sampled_from(["", "Loket 1", "Loket 2"]),
        st.sampled_from([NINE, NINE + timedelta(minutes=1)]),
    ),
    unique_by=lambda slip: slip.serial,
)


@given(slips)
def test_everybody_who_can_be_called_is_called_by_somebody(found):
    reached = {slip.serial for counter in ("Loket 1", "Loket 2") for slip in in_order(found, counter)}
    assert reached == {slip.serial for slip in found if slip.state in CALLABLE}


@given(slips)
def test_nobody_waits_for_himself_or_for_more_than_all(found):
    waiting = [slip for slip in found if slip.state in CALLABLE]
    for slip in found:
        assert 0 <= ahead_of(slip, found) <= max(len(waiting) - 1, 0)


def test_who_is_ahead():
    line = [
        Slip(1, S.CALLED, "Loket 1"),
        Slip(2, S.SKIPPED, "Loket 1", NINE),
        Slip(3),
        Slip(4, counter="Loket 2"),
        Slip(5, S.REFUSED),
        Slip(6, counter="Loket 2"),
    ]
    assert [ahead_of(slip, line) for slip in line] == [0, 4, 0, 0, 2, 1]


@pytest.mark.parametrize("state", TicketState)
def test_only_whom_somebody_called_who_is_gone_can_be_taken_over(state):
    assert is_left_alone(Slip(1, state, called_by=7), {8}) is (state is S.CALLED)
    assert not is_left_alone(Slip(1, state, called_by=7), {7, 8})


def test_a_call_stays_large_while_it_is_served_and_shortly_after():
    late = NINE + LARGE_AFTER_END
    assert stands_large(S.CALLED, NINE, late + timedelta(hours=1))
    assert stands_large(S.DONE, NINE, late - timedelta(seconds=1))
    assert not stands_large(S.DONE, NINE, late)
    assert not stands_large(S.SKIPPED, NINE, late)
