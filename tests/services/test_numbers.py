"""The counts: every visit once, in the commit that ends it, and nobody in them."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from kiosk.adapters.authority import AuthorityDown
from kiosk.domain.nik import Sex
from kiosk.domain.numbers import Domicile, Measure, Wait
from kiosk.domain.reasons import ReferReason
from kiosk.domain.review import DecisionReason
from kiosk.domain.visit import CLOSED, Channel, Event, Step
from kiosk.models.numbers import DailyCount, MonthlyCount
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services import (
    audit,
    numbers,
    rating,
    redemption,
    register,
    retention,
    review_decision,
    selfie,
    ticket,
    waiting,
)
from kiosk.services import nik as niks
from kiosk.services import visit as visits
from tests.officers import PIN
from tests.residents import BUDI, SARI, YOUNG
from tests.services.scripted import UNCERTAIN

TODAY = date(2026, 11, 2)


def _counted(stand, model=DailyCount, day=None):
    """Counts and sums by measure and label."""
    found: dict[Measure, dict[str, tuple[int, float]]] = {}
    for row in stand.all(sa.select(model)):
        if day is None or row.day == day:
            found.setdefault(row.measure, {})[row.label] = (row.count, row.total)
    return found


def _how_often(stand, measure):
    return {label: number for label, (number, _) in _counted(stand).get(measure, {}).items()}


def _activate(stand, someone=SARI):
    visit_id = stand.bring(Step.QR, someone)
    assert redemption.redeem(stand.kiosk, *stand.offered(visit_id)) is None
    return visit_id


def _finish(stand, visit_id):
    """As the queue does when a ticket is done."""
    with audit.verb(stand.kiosk) as session:
        visits.advance(stand.kiosk, session, session.get_one(Visit, visit_id), Event.FINISHED)


@pytest.fixture
def redeeming(stand, monkeypatch):
    """A visit whose right code is with the authority, which has activated and whose answer was lost."""
    visit_id = stand.bring(Step.QR)
    authority = stand.kiosk.adapters.authority._inner
    real = authority.activate

    def lost(*arguments):
        real(*arguments)
        raise AuthorityDown

    monkeypatch.setattr(authority, "activate", lost)
    redemption.redeem(stand.kiosk, *stand.offered(visit_id))
    return visit_id


def test_a_whole_visit_is_counted_with_everything_when_it_ends_and_not_before(stand, kiosk):
    visit_id = _activate(stand)
    rating.rate(kiosk, visit_id, 4)
    assert _counted(stand) == {}
    visits.leave(kiosk, visit_id)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.ACTIVATED: 1}
    assert _how_often(stand, Measure.DOMICILE) == {Domicile.LOCAL: 1}
    assert _how_often(stand, Measure.CHANNEL) == {Channel.KIOSK: 1}
    assert _counted(stand)[Measure.SATISFACTION] == {"4": (1, 4.0)}
    assert _how_often(stand, Measure.FAIRNESS) == {"f 35-44/outcome/activated": 1}
    worked = {"choice", "consent", "nik", "nik_check", "email", "phone", "contact_check", "face", "qr"}
    assert set(_how_often(stand, Measure.STEP_SECONDS)) == worked
    assert Measure.GAVE_UP not in _counted(stand)
    assert Measure.REFERRED not in _counted(stand)


def test_each_step_gets_the_time_that_was_spent_in_it_also_in_two_turns(stand, kiosk):
    visit_id = visits.start(kiosk, "id").id
    stand.clock.advance(5)
    visits.move(kiosk, visit_id, Step.CHOICE, Event.NEEDS_APP)
    stand.clock.advance(40)
    visits.move(kiosk, visit_id, Step.GET_APP, Event.BACK)
    stand.clock.advance(7)
    visits.leave(kiosk, visit_id)
    assert _counted(stand)[Measure.STEP_SECONDS] == {Step.CHOICE: (1, 12.0), Step.GET_APP: (1, 40.0)}
    assert _counted(stand)[Measure.VISIT_SECONDS] == {VisitEnd.LEFT: (1, 52.0)}
    assert _how_often(stand, Measure.GAVE_UP) == {Step.CHOICE: 1}, "where somebody was last, not first"


def test_nobody_stood_at_the_step_that_fell_idle(stand, kiosk):
    visit_id = visits.start(kiosk, "id").id
    stand.clock.advance(5)
    visits.move(kiosk, visit_id, Step.CHOICE, Event.HAS_APP)
    stand.clock.advance(600)
    assert visits.end_abandoned(kiosk) == 1
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.IDLE: 1}
    assert _how_often(stand, Measure.GAVE_UP) == {Step.CONSENT: 1}
    assert _counted(stand)[Measure.STEP_SECONDS] == {Step.CHOICE: (1, 5.0)}


def test_a_clock_that_was_set_back_makes_no_time_negative(stand, kiosk):
    visit_id = visits.start(kiosk, "id").id
    stand.clock.set_now(stand.clock.now() - timedelta(hours=1))
    visits.leave(kiosk, visit_id)
    assert _counted(stand)[Measure.STEP_SECONDS] == {Step.CHOICE: (1, 0.0)}


def test_who_comes_from_elsewhere_is_counted_apart(stand, kiosk):
    stand.enrol(BUDI, region="3204")
    for someone in (SARI, BUDI):
        visits.leave(kiosk, _activate(stand, someone))
    assert _how_often(stand, Measure.DOMICILE) == {Domicile.LOCAL: 1, Domicile.ELSEWHERE: 1}


def test_a_ticket_counts_when_its_visit_ends_with_its_reason(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, ReferReason.NO_EMAIL)
    assert _counted(stand) == {}
    stand.clock.advance(1800)
    _finish(stand, visit_id)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.TICKET: 1}
    assert _how_often(stand, Measure.REFERRED) == {ReferReason.NO_EMAIL: 1}
    assert Step.TICKET not in _counted(stand)[Measure.STEP_SECONDS], "half an hour's wait is no step"
    assert _how_often(stand, Measure.FAIRNESS) == {
        "f 35-44/outcome/ticket": 1,
        "f 35-44/reason/no_email": 1,
    }


def test_a_ticket_that_nobody_called_is_counted_by_the_purge_on_the_day_it_was_given(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    ticket.refer(kiosk, visit_id, Step.EMAIL, ReferReason.NO_EMAIL)
    stand.clock.advance(timedelta(hours=17).total_seconds())
    retention.purge(kiosk)
    assert _counted(stand, day=TODAY)[Measure.OUTCOME] == {VisitEnd.TICKET: (1, 0.0)}
    assert _counted(stand, day=TODAY + timedelta(days=1)) == {}


def test_a_visit_over_midnight_belongs_to_the_day_on_which_it_began(stand, kiosk):
    stand.clock.set_now(datetime(2026, 11, 30, 16, 59, tzinfo=UTC))  # 23.59 in Jakarta
    visit_id = visits.start(kiosk, "id").id
    stand.clock.advance(30 + 60)
    visits.leave(kiosk, visit_id)
    assert {row.day for row in stand.all(sa.select(DailyCount))} == {date(2026, 11, 30)}
    assert {row.day for row in stand.all(sa.select(MonthlyCount))} == {date(2026, 11, 1)}


def test_an_activation_that_completes_after_its_resident_left_counts_as_one_once(stand, kiosk, redeeming):
    visits.leave(kiosk, redeeming)
    assert stand.row(redeeming).step in CLOSED
    assert _counted(stand) == {}, "nobody knows yet how it ended"
    stand.clock.advance(60)
    assert redemption.settle(kiosk) == 1
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.ACTIVATED: 1}
    assert _how_often(stand, Measure.DOMICILE) == {Domicile.LOCAL: 1}
    assert Measure.GAVE_UP not in _counted(stand)
    assert _how_often(stand, Measure.FAIRNESS) == {"f 35-44/outcome/activated": 1}
    before = _counted(stand)
    redemption.settle(kiosk)
    redemption.settle(kiosk, stand.clock.now())
    assert _counted(stand) == before


def test_one_that_the_authority_never_heard_of_counts_as_left_once(stand, kiosk):
    visit_id = stand.bring(Step.QR)
    code = stand.offered(visit_id)
    stand.authority.down = True
    redemption.redeem(kiosk, *code)
    visits.leave(kiosk, visit_id)
    assert _counted(stand) == {}
    stand.authority.down = False
    stand.clock.advance(60)
    redemption.settle(kiosk)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.LEFT: 1}
    assert _how_often(stand, Measure.GAVE_UP) == {Step.QR: 1}
    redemption.settle(kiosk)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.LEFT: 1}


def test_two_ends_at_one_moment_are_counted_once(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    stand.at_once(*[lambda: visits.leave(kiosk, visit_id)] * 4)
    stand.clock.advance(3600)
    visits.end_abandoned(kiosk)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.LEFT: 1}


def test_what_is_not_committed_is_not_counted(stand, kiosk):
    """The process dies between the last statement and the commit: neither end nor count has happened."""

    def dies(visit_id):
        with audit.verb(kiosk) as session:
            visit = session.get_one(Visit, visit_id)
            visit.end = VisitEnd.LEFT
            visits.advance(kiosk, session, visit, Event.LEFT)
            raise KeyboardInterrupt

    visit_id = stand.bring(Step.EMAIL)
    with pytest.raises(KeyboardInterrupt):
        dies(visit_id)
    assert stand.row(visit_id).step is Step.EMAIL
    assert _counted(stand) == {}
    visits.leave(kiosk, visit_id)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.LEFT: 1}


def test_the_group_is_known_to_the_visit_only_until_it_is_counted(stand, kiosk):
    stand.enrol(BUDI, sex=Sex.MALE, recorded=False)
    visit_id = stand.bring(Step.NIK_CHECK, BUDI)
    assert stand.row(visit_id).group is None
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert stand.row(visit_id).group == "m 35-44", "whom the register refuses is watched too"
    visits.leave(kiosk, visit_id)
    assert stand.row(visit_id).group is None
    assert _how_often(stand, Measure.FAIRNESS) == {
        "m 35-44/outcome/left": 1,
        "m 35-44/reason/register_not_recorded": 1,
    }
    assert Measure.REFERRED not in _counted(stand), "he went away without a ticket"


def test_whom_the_camera_did_not_know_is_watched_also_when_an_officer_sent_him_on(stand, kiosk):
    rina = stand.on_board(stand.officer())
    visit_id = stand.bring(Step.FACE)
    stand.face.compared = UNCERTAIN
    assert stand.show_face(visit_id).step is Step.WAITING_FOR_OFFICER
    review_decision.decide(kiosk, rina, stand.cases()[0].id, DecisionReason.SAME_PERSON, "", PIN)
    assert waiting.go_on(kiosk, visit_id).step is Step.QR
    redemption.redeem(kiosk, *stand.offered(visit_id))
    visits.leave(kiosk, visit_id)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.ACTIVATED: 1}
    assert _how_often(stand, Measure.REFERRED) == {ReferReason.FACE_UNCERTAIN: 1}
    watched = _how_often(stand, Measure.FAIRNESS)
    assert {label.partition("/")[2] for label in watched} == {"outcome/activated", "reason/face_uncertain"}


def test_a_head_that_was_not_turned_is_no_face_that_did_not_match(stand, kiosk):
    rina = stand.on_board(stand.officer())
    visit_id = stand.bring(Step.FACE)
    assert selfie.cannot_turn(kiosk, visit_id, Step.FACE).step is Step.WAITING_FOR_OFFICER
    review_decision.decide(kiosk, rina, stand.cases()[0].id, DecisionReason.SEEN_IN_PERSON, "", PIN)
    assert waiting.go_on(kiosk, visit_id).step is Step.QR
    visits.leave(kiosk, visit_id)
    assert _how_often(stand, Measure.REFERRED) == {ReferReason.LIVENESS_NOT_POSSIBLE: 1}
    watched = _how_often(stand, Measure.FAIRNESS)
    assert {label.partition("/")[2] for label in watched} == {"outcome/left", "reason/liveness_not_possible"}


def test_a_nik_that_was_mistyped_at_first_leaves_no_reason_behind(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    niks.enter(kiosk, visit_id, Step.NIK, BUDI.nik)
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert stand.row(visit_id).refer_reason is ReferReason.REGISTER_NOT_FOUND
    visits.move(kiosk, visit_id, Step.REGISTER_REFUSED, Event.BACK)
    niks.enter(kiosk, visit_id, Step.NIK, SARI.nik)
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    assert stand.row(visit_id).refer_reason is None


def test_who_is_too_young_is_no_one_who_gave_up(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK, YOUNG)
    register.look_up(kiosk, visit_id, Step.NIK_CHECK)
    visits.move(kiosk, visit_id, Step.UNDERAGE, Event.TOO_YOUNG)
    visits.leave(kiosk, visit_id)
    assert _how_often(stand, Measure.OUTCOME) == {VisitEnd.TOO_YOUNG: 1}
    assert Measure.GAVE_UP not in _counted(stand)


def test_at_a_counter_an_activation_counts_and_the_officer_s_steps_do_not(stand, kiosk):
    visit_id = _activate(stand)
    with audit.verb(kiosk) as session:
        session.get_one(Visit, visit_id).channel = Channel.COUNTER
    visits.leave(kiosk, visit_id)
    assert set(_counted(stand)) == {Measure.OUTCOME, Measure.DOMICILE, Measure.CHANNEL}
    assert _how_often(stand, Measure.CHANNEL) == {Channel.COUNTER: 1}


def test_counts_add_up_and_equal_the_visits_and_the_months_equal_the_days(stand, kiosk):
    stand.enrol(BUDI, region="3204")
    for turn, someone in itertools.product(range(2), (SARI, BUDI)):
        stand.clock.set_now(datetime(2026, 11, 30 if turn else 2, 3, 0, tzinfo=UTC))
        visits.leave(kiosk, stand.bring(Step.FACE if turn else Step.EMAIL, someone))
        waiting = stand.bring(Step.EMAIL, someone)
        ticket.refer(kiosk, waiting, Step.EMAIL, ReferReason.WANTS_PERSON)
        _finish(stand, waiting)
    closed = stand.all(sa.select(Visit).where(Visit.step.in_(CLOSED)))
    assert len(closed) == 8
    by_day = Counter()
    for row in stand.all(sa.select(DailyCount).where(DailyCount.measure == Measure.OUTCOME)):
        by_day[row.day, row.label] += row.count
    assert by_day == Counter((visit.started_at.date(), visit.end.value) for visit in closed)
    for measure in Measure:
        days = stand.all(sa.select(DailyCount).where(DailyCount.measure == measure))
        months = stand.all(sa.select(MonthlyCount).where(MonthlyCount.measure == measure))
        assert sum(row.count for row in days) == sum(row.count for row in months)
        assert sum(row.total for row in days) == pytest.approx(sum(row.total for row in months))


def test_the_counts_hold_nobody_and_outlive_the_purge(stand, kiosk):
    visits.leave(kiosk, _activate(stand))
    referred = stand.bring(Step.FACE)
    ticket.refer(kiosk, referred, Step.FACE, ReferReason.FACE_NOT_WANTED)
    _finish(stand, referred)
    before = _counted(stand)
    assert before
    text = json.dumps({measure: list(labels) for measure, labels in before.items()})
    references = [visit.id for visit in stand.all(sa.select(Visit))]
    references += [visit.reference for visit in stand.all(sa.select(Visit)) if visit.reference]
    hashes = [visit.nik_hash for visit in stand.all(sa.select(Visit))]
    assert not [word for word in (*SARI.secrets, *references, *hashes) if word in text]
    stand.clock.advance(timedelta(days=400).total_seconds())
    retention.purge(kiosk)
    assert stand.personal() == {}
    assert _counted(stand) == before


def test_what_others_count_is_added_to_the_day_and_terminal_that_they_name(stand, kiosk):
    with audit.verb(kiosk) as session:
        numbers.count_wait(kiosk, session, 400.0)
        numbers.count_wait(kiosk, session, -5.0)
        numbers.count(kiosk, session, Measure.SERVED, "Loket 1", 60.0)
        numbers.count(kiosk, session, Measure.SERVED, "Loket 1", 30.0)
        numbers.count(kiosk, session, Measure.SERVED, "Loket 1", 1.0, day=date(2026, 1, 5), terminal="B2")
    assert _counted(stand, day=TODAY) == {
        Measure.WAIT: {Wait.UNDER_10: (1, 400.0), Wait.UNDER_5: (1, 0.0)},
        Measure.SERVED: {"Loket 1": (2, 90.0)},
    }
    (other,) = stand.all(sa.select(DailyCount).where(DailyCount.terminal == "B2"))
    assert (other.day, other.count, other.total) == (date(2026, 1, 5), 1, 1.0)


def test_counts_made_at_one_moment_lose_nothing(stand, kiosk):
    def one() -> None:
        with audit.verb(kiosk) as session:
            numbers.count(kiosk, session, Measure.SERVED, "Loket 1", 2.0)

    stand.at_once(*[one] * 8)
    assert _counted(stand)[Measure.SERVED] == {"Loket 1": (8, 16.0)}
