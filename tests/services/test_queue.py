"""The queue at work: who gets which ticket, who is too late, what is counted and written down."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import sqlalchemy as sa

from kiosk.domain.numbers import Measure
from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.domain.sign_in import LONGEST_SIGN_IN, Proof
from kiosk.domain.ticket import TicketState
from kiosk.domain.visit import Step
from kiosk.models.numbers import DailyCount
from kiosk.models.officer import Officer, OfficerSession
from kiosk.models.ticket import Ticket
from kiosk.services import audit, codes, display, people, queue, retention, scan, ticket
from kiosk.services import session as sessions
from kiosk.services import visit as visits
from kiosk.services.queue import NotDone
from kiosk.services.scan import Seen

L1, L2, L3 = "Loket 1", "Loket 2", "Loket 3"
S = TicketState


@pytest.fixture
def hire(stand, kiosk):
    """`hire(name)`: an officer."""

    def one(name: str) -> Officer:
        made = Officer(
            username=name, display_name=name.title(), password_hash="-", created_at=stand.clock.now()
        )
        with audit.verb(kiosk) as session:
            session.add(made)
        return made

    return one


@pytest.fixture
def rina(hire):
    return hire("rina")


@pytest.fixture
def budi(hire):
    return hire("budi")


def arrive(stand, count=1, reason=ReferReason.NO_PHONE):
    """Let residents take tickets at the kiosk, a minute apart; return the tickets' ids."""
    before = {one.id for one in stand.tickets()}
    for _ in range(count):
        visit = visits.start(stand.kiosk, "id")
        ticket.refer(stand.kiosk, visit.id, Step.CHOICE, reason)
        stand.clock.advance(60)
    return [one.id for one in stand.tickets() if one.id not in before]


def kept(stand, ticket_id) -> Ticket:
    found = stand.one(sa.select(Ticket).where(Ticket.id == ticket_id))
    assert isinstance(found, Ticket)
    return found


def test_board_queue_and_display_say_the_same_number_of_people(stand, kiosk, rina):
    first, second, _third = arrive(stand, 3)
    with audit.verb(kiosk) as session:
        session.get_one(Ticket, second).state = S.REFUSED
    queue.call_next(kiosk, rina, L1)
    assert queue.waiting(kiosk) == 2
    assert queue.waiting(kiosk) == len(queue.line(kiosk, rina, L1).waiting) == display.hall(kiosk).waiting
    queue.skip(kiosk, rina, first)
    assert queue.waiting(kiosk) == 2


def states(stand):
    return [one.state for one in stand.tickets()]


def counted(stand, measure):
    rows = stand.all(sa.select(DailyCount).where(DailyCount.measure == measure))
    return {row.label: (row.count, row.total) for row in rows}


def entries(stand):
    return [
        (entry.action.value, json.loads(entry.detail))
        for entry in stand.audited()
        if entry.action.value.startswith(("ticket.", "counter."))
    ]


def test_the_lowest_number_is_called_to_the_counter_of_whoever_calls(stand, kiosk, rina):
    first, _second = arrive(stand, 2)
    called = queue.call_next(kiosk, rina, L2)
    assert (called.id, called.number) == (first, "A-001")
    row = kept(stand, first)
    assert (row.state, row.counter, row.calls, row.called_by) == (S.CALLED, L2, 1, rina.id)
    assert row.called_at == stand.clock.now()


def test_two_officers_who_call_at_one_moment_get_different_people(stand, kiosk, hire):
    arrive(stand, 6)
    officers = [hire(f"petugas{n}") for n in range(6)]
    answers = stand.at_once(*[lambda who=who: queue.call_next(kiosk, who, L1) for who in officers])
    assert sorted(one.serial for one in answers) == [1, 2, 3, 4, 5, 6]


def test_one_person_waiting_is_called_by_exactly_one_of_many(stand, kiosk, hire):
    arrive(stand)
    officers = [hire(f"petugas{n}") for n in range(5)]
    answers = stand.at_once(*[lambda who=who: queue.call_next(kiosk, who, L1) for who in officers])
    assert Counter(one if isinstance(one, NotDone) else "called" for one in answers) == {
        "called": 1,
        NotDone.NOBODY_WAITS: 4,
    }


def test_an_officer_who_presses_twice_calls_one_person(stand, kiosk, rina):
    arrive(stand, 3)
    answers = stand.at_once(*[lambda: queue.call_next(kiosk, rina, L1)] * 4)
    assert Counter(one if isinstance(one, NotDone) else "called" for one in answers) == {
        "called": 1,
        NotDone.STILL_SERVING: 3,
    }
    assert states(stand) == [S.CALLED, S.WAITING, S.WAITING]


def test_of_two_who_call_the_same_skipped_person_by_hand_one_is_too_late(stand, kiosk, rina, budi):
    [absent] = arrive(stand)
    queue.call_next(kiosk, rina, L1)
    queue.skip(kiosk, rina, absent)
    answers = stand.at_once(
        lambda: queue.call(kiosk, rina, L1, absent), lambda: queue.call(kiosk, budi, L2, absent)
    )
    assert NotDone.TOO_LATE in answers
    assert len([one for one in answers if isinstance(one, Ticket)]) == 1


def test_who_did_not_come_is_asked_for_again_after_the_others(stand, kiosk, rina):
    absent, there = arrive(stand, 2)
    queue.call_next(kiosk, rina, L1)
    queue.skip(kiosk, rina, absent)
    assert queue.call_next(kiosk, rina, L1).id == there
    queue.finish(kiosk, rina, there)
    assert queue.call_next(kiosk, rina, L1).id == absent
    assert kept(stand, absent).calls == 2


def test_who_is_handed_on_is_next_there_and_left_alone_elsewhere(stand, kiosk, rina, budi):
    first, second, third = arrive(stand, 3)
    queue.call_next(kiosk, rina, L1)
    handed = queue.hand_on(kiosk, rina, first, L2)
    assert (handed.state, handed.counter) == (S.WAITING, L2)
    assert queue.call_next(kiosk, rina, L1).id == second
    assert queue.call_next(kiosk, budi, L2).id == first
    queue.finish(kiosk, budi, first)
    assert queue.call_next(kiosk, budi, L2).id == third


@pytest.mark.parametrize("counter", ["", L1, "Loket 9", "x" * 10_000])
def test_nobody_is_handed_to_a_counter_that_is_not_there_or_is_his_own(stand, kiosk, rina, counter):
    [one] = arrive(stand)
    queue.call_next(kiosk, rina, L1)
    assert queue.hand_on(kiosk, rina, one, counter) is NotDone.NO_SUCH_COUNTER
    assert states(stand) == [S.CALLED]


def test_nobody_is_called_to_a_counter_that_is_not_there(stand, kiosk, rina):
    [one] = arrive(stand)
    for counter in ("", "Loket 9"):
        assert queue.call_next(kiosk, rina, counter) is NotDone.NO_SUCH_COUNTER
        assert queue.call(kiosk, rina, counter, one) is NotDone.NO_SUCH_COUNTER
    assert states(stand) == [S.WAITING]


def test_finishing_closes_the_visit_and_erases_what_it_held(stand, kiosk, rina):
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, ReferReason.NO_EMAIL)
    assert stand.row(visit_id).nik is not None
    [one] = [row.id for row in stand.tickets()]
    queue.call_next(kiosk, rina, L1)
    queue.finish(kiosk, rina, one)
    visit = stand.row(visit_id)
    assert (visit.step, visit.end, visit.ended_at) == (Step.ENDED, "ticket", stand.clock.now())
    assert (visit.nik, visit.name, visit.email, visit.phone) == (None,) * 4
    row = kept(stand, one)
    assert (row.state, row.finished_at) == (S.DONE, stand.clock.now())
    assert queue.line(kiosk, rina, L1).served == 1


def test_a_ticket_is_finished_once_also_by_two_windows_of_one_officer(stand, kiosk, rina):
    [one] = arrive(stand)
    queue.call_next(kiosk, rina, L1)
    answers = stand.at_once(*[lambda: queue.finish(kiosk, rina, one)] * 3)
    assert answers.count(NotDone.TOO_LATE) == 2
    assert counted(stand, Measure.SERVED)[L1][0] == 1


VERBS_ON_HIS_OWN = [
    queue.call_again,
    queue.skip,
    queue.finish,
    lambda kiosk, officer, ticket_id: queue.hand_on(kiosk, officer, ticket_id, L3),
]


@pytest.mark.parametrize("verb", VERBS_ON_HIS_OWN, ids=["again", "skip", "finish", "hand on"])
def test_nobody_touches_whom_another_officer_serves(stand, kiosk, rina, budi, verb):
    [one] = arrive(stand)
    queue.call_next(kiosk, rina, L1)
    assert verb(kiosk, budi, one) is NotDone.TOO_LATE
    assert (kept(stand, one).state, kept(stand, one).calls) == (S.CALLED, 1)


@pytest.mark.parametrize("verb", VERBS_ON_HIS_OWN, ids=["again", "skip", "finish", "hand on"])
def test_a_ticket_of_yesterday_can_neither_be_called_nor_finished(stand, kiosk, rina, verb):
    yesterday, other = arrive(stand, 2)
    queue.call_next(kiosk, rina, L1)
    stand.clock.advance(24 * 3600)
    assert verb(kiosk, rina, yesterday) is NotDone.UNKNOWN_TICKET
    assert queue.call(kiosk, rina, L1, other) is NotDone.UNKNOWN_TICKET
    assert queue.take_over(kiosk, rina, L1, yesterday) is NotDone.UNKNOWN_TICKET
    assert queue.call_next(kiosk, rina, L1) is NotDone.NOBODY_WAITS
    today = queue.line(kiosk, rina, L1)
    assert (today.serving, today.waiting, today.next) == (None, [], None)


@pytest.mark.parametrize("ticket_id", ["", "NOSUCHTICKET", "é", "x" * 10_000])
def test_a_ticket_that_does_not_exist_is_a_word(kiosk, rina, ticket_id):
    assert queue.call(kiosk, rina, L1, ticket_id) is NotDone.UNKNOWN_TICKET
    assert queue.take_over(kiosk, rina, L1, ticket_id) is NotDone.UNKNOWN_TICKET
    for verb in VERBS_ON_HIS_OWN:
        assert verb(kiosk, rina, ticket_id) is NotDone.UNKNOWN_TICKET


@pytest.mark.parametrize("state", [S.CALLED, S.APPROVED])
def test_who_is_served_or_goes_on_at_the_kiosk_is_not_called_by_hand(stand, kiosk, rina, state):
    [one] = arrive(stand)
    with audit.verb(kiosk) as session:
        session.get_one(Ticket, one).state = state
    assert queue.call(kiosk, rina, L1, one) is NotDone.TOO_LATE


def test_a_refused_ticket_is_called_like_any_other(stand, kiosk, rina):
    [one] = arrive(stand)
    with audit.verb(kiosk) as session:
        session.get_one(Ticket, one).state = S.REFUSED
    assert queue.call_next(kiosk, rina, L1).id == one


def test_a_wait_is_counted_once_and_the_service_from_the_last_call(stand, kiosk, rina, budi):
    [one] = arrive(stand)
    stand.clock.advance(360)
    queue.call_next(kiosk, rina, L1)
    stand.clock.advance(30)
    queue.skip(kiosk, rina, one)
    queue.call(kiosk, rina, L1, one)
    queue.hand_on(kiosk, rina, one, L2)
    stand.clock.advance(600)
    queue.call_next(kiosk, budi, L2)
    queue.call_again(kiosk, budi, one)
    stand.clock.advance(240)
    queue.finish(kiosk, budi, one)
    assert list(counted(stand, Measure.WAIT).values()) == [(1, 420.0)]
    assert counted(stand, Measure.SERVED) == {L2: (1, 240.0)}


def test_a_clock_that_was_set_back_counts_nothing_below_zero(stand, kiosk, rina):
    [one] = arrive(stand)
    stand.clock.advance(-300)
    queue.call_next(kiosk, rina, L1)
    stand.clock.advance(-300)
    queue.finish(kiosk, rina, one)
    assert [total for _, total in counted(stand, Measure.WAIT).values()] == [0.0]
    assert counted(stand, Measure.SERVED) == {L1: (1, 0.0)}


def test_every_doing_is_an_entry_and_none_is_made_for_what_was_not_done(stand, kiosk, rina, budi):
    [one] = arrive(stand)
    queue.call_next(kiosk, rina, L1)
    queue.call_again(kiosk, rina, one)
    queue.call_next(kiosk, rina, L1)
    queue.finish(kiosk, budi, one)
    queue.hand_on(kiosk, rina, one, L2)
    queue.call_next(kiosk, budi, L2)
    queue.skip(kiosk, budi, one)
    queue.call(kiosk, rina, L1, one)
    queue.finish(kiosk, rina, one)
    told = [(action, detail["officer"], detail["counter"]) for action, detail in entries(stand)[1:]]
    assert told == [
        ("ticket.called", rina.id, L1),
        ("ticket.called_again", rina.id, L1),
        ("ticket.handed_on", rina.id, L2),
        ("ticket.called", budi.id, L2),
        ("ticket.skipped", budi.id, L2),
        ("ticket.called", rina.id, L1),
        ("ticket.finished", rina.id, L1),
    ]
    assert [detail["by_hand"] for action, detail in entries(stand) if action == "ticket.called"] == [0, 0, 1]


def sign_in(stand, kiosk, officer):
    """The sign-in's row, as the session's cookie leads to it."""
    sessions.begin(kiosk, officer, Proof.BOTH, "this browser")
    return stand.one(sa.select(OfficerSession)).token_mac


def test_a_counter_is_chosen_for_a_sign_in_and_seen_by_the_others(stand, kiosk, rina, budi):
    token = sign_in(stand, kiosk, rina)
    assert queue.choose_counter(kiosk, rina, token, L2) is None
    row = stand.one(sa.select(OfficerSession))
    assert row.counter == L2
    assert queue.taken_counters(kiosk, budi) == {L2}
    assert queue.taken_counters(kiosk, rina) == set()
    stand.clock.advance(kiosk.settings.officer_idle_minutes * 60 + 1)
    assert queue.taken_counters(kiosk, budi) == set()
    assert entries(stand) == [("counter.chosen", {"counter": L2})]


def test_nobody_changes_his_counter_while_somebody_comes_to_it(stand, kiosk, rina):
    token = sign_in(stand, kiosk, rina)
    [one] = arrive(stand)
    queue.call_next(kiosk, rina, L1)
    assert queue.choose_counter(kiosk, rina, token, L2) is NotDone.STILL_SERVING
    assert queue.choose_counter(kiosk, rina, token, "Loket 9") is NotDone.NO_SUCH_COUNTER
    queue.finish(kiosk, rina, one)
    assert queue.choose_counter(kiosk, rina, token, L2) is None


def _changed(kiosk, model, key, **values):
    with audit.verb(kiosk) as session:
        row = session.get_one(model, key)
        for name, value in values.items():
            setattr(row, name, value)


GONE = {
    "signed out": lambda kiosk, her, row: sessions.sign_out(kiosk, sessions.SignedIn(her, row, None)),
    "removed": lambda kiosk, her, row: people.remove_by_name(kiosk, her.username),
    "no longer of the queue": lambda kiosk, her, row: _changed(kiosk, Officer, her.id, role=Role.AUDITOR),
    "half signed in": lambda kiosk, her, row: _changed(
        kiosk, OfficerSession, row.token_mac, proof=Proof.PASSWORD
    ),
    "idle": lambda kiosk, her, row: kiosk.clock.advance(kiosk.settings.officer_idle_minutes * 60 + 1),
    "twelve hours in": lambda kiosk, her, row: _changed(
        kiosk, OfficerSession, row.token_mac, began_at=kiosk.clock.now() - LONGEST_SIGN_IN
    ),
}


@pytest.mark.parametrize("goes", GONE.values(), ids=GONE)
def test_whom_an_officer_leaves_behind_another_one_takes_over(stand, kiosk, rina, budi, goes):
    sign_in(stand, kiosk, rina)
    [one] = arrive(stand)
    queue.call_next(kiosk, rina, L1)
    assert queue.line(kiosk, budi, L2).left == frozenset()
    assert queue.take_over(kiosk, budi, L2, one) is NotDone.TOO_LATE, "she is there"
    goes(kiosk, rina, stand.one(sa.select(OfficerSession)))
    assert queue.line(kiosk, budi, L2).left == {one}
    assert queue.take_over(kiosk, budi, "Loket 9", one) is NotDone.NO_SUCH_COUNTER
    taken = queue.take_over(kiosk, budi, L2, one)
    assert (taken.state, taken.counter, taken.called_by, taken.calls) == (S.CALLED, L2, budi.id, 2)
    assert queue.call_again(kiosk, rina, one) is NotDone.TOO_LATE
    stand.clock.advance(60)
    queue.finish(kiosk, budi, one)
    assert counted(stand, Measure.SERVED) == {L2: (1, 60.0)}, "from the last call"
    assert [count for count, _ in counted(stand, Measure.WAIT).values()] == [1]
    [detail] = [detail for action, detail in entries(stand) if action == "ticket.taken_over"]
    assert (detail["officer"], detail["taken_from"], detail["counter"]) == (budi.id, rina.id, L2)


def test_of_two_who_take_over_one_is_told_and_nobody_takes_over_a_second(stand, kiosk, hire, rina):
    left, waiting = arrive(stand, 2)
    queue.call_next(kiosk, rina, L1)
    both = [hire("budi"), hire("dewi")]
    for officer in both:
        sessions.begin(kiosk, officer, Proof.BOTH, "a browser")
    answers = stand.at_once(*[lambda who=who: queue.take_over(kiosk, who, L2, left) for who in both])
    assert NotDone.TOO_LATE in answers
    [taken] = [one for one in answers if isinstance(one, Ticket)]
    both.sort(key=lambda who: who.id != taken.called_by)
    assert queue.take_over(kiosk, both[0], L2, left) is NotDone.STILL_SERVING
    assert queue.take_over(kiosk, both[1], L2, waiting) is NotDone.TOO_LATE
    assert states(stand) == [S.CALLED, S.WAITING]


def test_the_line_as_an_officer_sees_it(stand, kiosk, rina, budi):
    first, second, third, fourth, fifth = arrive(stand, 5)
    queue.call_next(kiosk, rina, L1)
    queue.call_next(kiosk, budi, L2)
    queue.skip(kiosk, budi, second)
    queue.call_next(kiosk, budi, L2)
    queue.hand_on(kiosk, budi, third, L1)
    queue.call(kiosk, budi, L2, fourth)
    seen = queue.line(kiosk, rina, L1)
    assert seen.serving is not None
    assert (seen.serving.id, seen.next.id) == (first, third)
    assert [one.id for one in seen.waiting] == [third, fifth]
    assert [[one.id for one in some] for some in (seen.skipped, seen.elsewhere)] == [[second], [fourth]]
    assert queue.line(kiosk, budi, L2).next.id == fifth
    assert queue.line(kiosk, budi, "").serving.id == fourth


def test_todays_tickets_are_found_by_their_index(stand, kiosk):
    with audit.verb(kiosk) as session:
        plan = session.execute(
            sa.text("EXPLAIN QUERY PLAN SELECT * FROM ticket WHERE day = '2026-11-20' ORDER BY serial")
        ).all()
    [step] = [row.detail for row in plan]
    assert "USING INDEX" in step
    assert "(day=?)" in step


def test_the_purge_leaves_no_ticket_open(stand, kiosk, rina):
    for state in (S.CALLED, S.SKIPPED, S.REFUSED, S.APPROVED, S.WAITING):
        [one] = arrive(stand)
        with audit.verb(kiosk) as session:
            session.get_one(Ticket, one).state = state
    stand.clock.advance(17 * 3600)
    retention.purge(kiosk)
    assert set(states(stand)) == {S.VOID}


def seen_by_scanning(stand, ticket_id):
    found = scan.read(stand.kiosk, codes.write(stand.kiosk.keys, codes.Kind.TICKET, ticket_id))
    return found.seen, found.ahead, found.counter


def test_a_scanned_ticket_says_its_place_and_where_it_is_called(stand, kiosk, rina, budi):
    first, second, third = arrive(stand, 3)
    assert [seen_by_scanning(stand, one) for one in (first, third)] == [
        (Seen.TICKET_WAITING, 0, ""),
        (Seen.TICKET_WAITING, 2, ""),
    ]
    queue.call_next(kiosk, rina, L1)
    queue.call_next(kiosk, budi, L2)
    queue.skip(kiosk, budi, second)
    assert seen_by_scanning(stand, first) == (Seen.TICKET_CALLED, 0, L1)
    assert seen_by_scanning(stand, second) == (Seen.TICKET_SKIPPED, 1, L2)
    assert seen_by_scanning(stand, third) == (Seen.TICKET_WAITING, 0, "")
    queue.finish(kiosk, rina, first)
    assert seen_by_scanning(stand, first)[0] is Seen.TICKET_USED
