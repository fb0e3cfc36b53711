"""kill -9 at every step: whatever is on disk then, the next start makes our database and the authority agree.

A real process works on a real database file and is killed from inside, right after each commit and on both
sides of each call to something outside. Then this process does what every start does, and looks.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter

import pytest
import sqlalchemy as sa

from kiosk.db import db
from kiosk.domain.activation import ActivationState
from kiosk.domain.numbers import Measure
from kiosk.domain.visit import Step
from kiosk.models.mail import Mail
from kiosk.models.numbers import DailyCount
from kiosk.services import activation, attempt, audit, audit_check, outbox, redemption
from kiosk.services import visit as visits
from tests.services import kill_child

PROCESSES = multiprocessing.get_context("forkserver")
"""Starts processes that have nothing of this one; what they import, 1.5 s of it, is imported once for all."""
PROCESSES.set_forkserver_preload([kill_child.__name__])

REDEEM = ("commit:1", "before:activate", "commit:2", "after:activate", "commit:3", "before:print",
          "after:print", "commit:4")  # fmt: skip
OFFER = ("commit:1", "before:issue", "commit:2", "after:issue", "commit:3", "commit:4", "before:send",
         "after:send", "commit:5")  # fmt: skip
SELFIE = ("commit:1", "before:embed", "after:embed", "before:fuse", "commit:2", "before:is_active",
          "after:is_active", "commit:3", "before:issue")  # fmt: skip
REFER = ("commit:1", "before:print", "after:print", "commit:2")


def kill(stand, visit_id, deed, point, *more):
    """Let another process do `deed` and die at `point`; then start again, as the housekeeper does."""
    db.engine.dispose()
    stand.clock.advance(1)
    folder = stand.kiosk.settings.data
    where = (folder, stand.clock.now(), visit_id, deed, point, *more)
    process = PROCESSES.Process(target=kill_child.live, args=where)
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, f"{point} was never reached: {kill_child.last_words(folder)}"
    process.close()
    redemption.settle(stand.kiosk, stand.clock.now())
    audit.catch_up(stand.kiosk)


def assert_agreement(stand):
    """Nothing is half done: no intent is left, and the authority knows exactly our activations."""
    ours = {one.id: one.state for one in stand.activations()}
    assert not {ActivationState.ISSUING, ActivationState.REDEEMING} & set(ours.values())
    theirs = stand.authority_states()
    active = {key for key, state in ours.items() if state is ActivationState.ACTIVE}
    assert active == {key for key, state in theirs.items() if state == "active"}
    for key, state in ours.items():
        if state is ActivationState.OPEN:
            assert theirs[key] == "issued"
            assert stand.all(sa.select(Mail).where(Mail.activation_id == key)), "its code was never written"
    assert Counter(ours.values())[ActivationState.OPEN] <= 1
    assert audit_check.verify(stand.kiosk).faults == ()


@pytest.mark.parametrize("point", REDEEM)
def test_killed_while_redeeming(stand, kiosk, point):
    visit_id = stand.bring(Step.QR)
    code, digits = stand.offered(visit_id)
    kill(stand, visit_id, "redeem", point, code, digits)
    assert_agreement(stand)
    was_done = point not in ("commit:1", "before:activate")
    assert (stand.row(visit_id).step is Step.THANKS) is was_done
    assert redemption.redeem(kiosk, code, digits) == ("used" if was_done else None)
    row = stand.row(visit_id)
    assert (row.step, row.end) == (Step.THANKS, "activated")
    assert row.reference
    assert_agreement(stand)


@pytest.mark.parametrize("point", OFFER)
def test_killed_while_offering(stand, kiosk, point):
    visit_id = stand.bring(Step.QR)
    old = stand.offered(visit_id)
    kill(stand, visit_id, "offer", point)
    assert_agreement(stand)
    assert stand.row(visit_id).step is Step.QR, "the resident still stands there"
    assert redemption.redeem(kiosk, *old) == "replaced"
    was_opened = point in ("commit:3", "commit:4", "before:send", "after:send", "commit:5")
    stand.clock.advance(15)
    if was_opened:
        outbox.deliver_due(kiosk)
    else:
        activation.renew(kiosk, visit_id, Step.QR)
    ids = Counter(letter["Message-ID"] for letter in stand.letters())
    assert len(ids) == 2, "every code has one Message-ID, however often it is sent"
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None
    assert_agreement(stand)


@pytest.mark.parametrize("point", SELFIE)
def test_killed_before_the_camera_gives_no_extra_try(stand, kiosk, point):
    visit_id = stand.bring(Step.FACE)
    kill(stand, visit_id, "selfie", point)
    assert_agreement(stand)
    assert len(stand.attempts()) == 1
    row = stand.row(visit_id)
    assert attempt.left(kiosk, row) == 2
    assert row.step is (Step.QR if point in ("commit:2", "commit:3", "before:issue") else Step.FACE)
    if row.step is Step.FACE:
        stand.show_face(visit_id)
    else:
        activation.renew(kiosk, visit_id, Step.QR)
    assert redemption.redeem(kiosk, *stand.offered(visit_id)) is None
    assert_agreement(stand)


@pytest.mark.parametrize("point", REFER)
def test_killed_while_giving_a_ticket(stand, kiosk, point):
    visit_id = stand.bring(Step.EMAIL)
    kill(stand, visit_id, "refer", point)
    (given,) = stand.tickets()
    row = stand.row(visit_id)
    assert (given.number, row.step) == ("A-001", Step.TICKET)
    assert row.paper == ("printed" if point == "commit:2" else "printing")
    visits.end_abandoned(kiosk)
    assert stand.printer.sheets == (), "nothing is printed later: a stranger would get it"
    assert_agreement(stand)
    stand.clock.advance(600)
    assert stand.bring(Step.EMAIL)


def test_killed_right_after_a_visit_has_ended_it_is_counted_once(stand, kiosk):
    visit_id = stand.bring(Step.EMAIL)
    kill(stand, visit_id, "leave", "commit:1")
    stand.clock.advance(3600)
    visits.end_abandoned(kiosk)
    ended = stand.all(sa.select(DailyCount).where(DailyCount.measure == Measure.OUTCOME))
    assert [(one.label, one.count) for one in ended] == [("left", 1)]
    assert_agreement(stand)
