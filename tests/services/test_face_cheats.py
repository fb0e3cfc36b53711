"""The face step and whoever knows how it works: more draws of turns, more tries, hints about the match, two
things at one moment."""

from __future__ import annotations

import threading
from dataclasses import replace
from math import dist, inf, nan
from random import Random

import pytest

from kiosk.adapters.authority import AuthorityDown
from kiosk.adapters.face import Embedded, OtherEngine
from kiosk.domain.liveness import Cue, Refusal
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.services import attempt, pause, selfie
from kiosk.services import visit as visits
from tests.services.scripted import (
    GOOD,
    JPEG,
    MATCH,
    NO_MATCH,
    SELFIE_TEMPLATE,
    TEMPLATE,
    UNCERTAIN,
    following,
    turned,
)


def follow_to_the_last_frame(stand, visit_id, at_it):
    """Follow, and let `at_it` happen while the frame that ends the round is embedded; return the answer."""
    embed = stand.face.embed

    def embed_the_last(jpeg, face, deadline):
        watch = stand.kiosk.watches.get(visit_id)
        if watch is not None and watch.round is not None and watch.round.has_passed:
            stand.face.embed = embed
            at_it()
        return embed(jpeg, face, deadline)

    stand.face.embed = embed_the_last
    return stand.show_face(visit_id)


def test_whoever_breaks_off_for_nothing_is_asked_for_the_same_turns_until_a_try_is_spent(
    stand, kiosk, monkeypatch
):
    """Else the turns that suit a video could be waited for: by the page's word, or by pulling out a cable."""
    monkeypatch.setattr(attempt, "_random", Random(1))
    asked = []
    for _ in range(8):
        visit_id = stand.bring(Step.FACE)
        stand.hold_still(visit_id)
        selfie.camera_gone(kiosk, visit_id)
        asked.append(stand.attempts()[-1].asked)
    assert (len(set(asked)), set(stand.attempt_states())) == (1, {"engine_failed"})
    assert attempt.left(kiosk, stand.row(visit_id)) == 3
    elsewhere, here = stand.bring(Step.FACE), stand.bring(Step.FACE)
    for one in (elsewhere, here):
        stand.hold_still(one)
    first, second = stand.attempts()[-2:]
    assert first.asked == asked[0] != second.asked
    assert attempt.left(kiosk, stand.row(here)) == 1
    selfie.camera_gone(kiosk, here)
    stand.hold_still(third := stand.bring(Step.FACE))
    assert stand.attempts()[-1].asked == second.asked, "what is out of order: the one not spent"
    assert attempt.left(kiosk, stand.row(third)) == 1


def test_a_camera_that_fails_behind_a_decision_gives_no_try_back(stand, kiosk, visit_id):
    """The page says that it has no camera in the very moment in which its round is refused."""
    stand.hold_still(visit_id)
    watch = kiosk.watches[visit_id]
    while watch.round.cue is Cue.FRONT:
        stand.frame(visit_id)
    stand.face.seen = turned(-0.35 if watch.round.cue is Cue.LEFT else 0.35)
    stand.clock.advance(0.1)
    row, look = stand.row(visit_id), stand.face.look
    is_looking, may_look = threading.Event(), threading.Event()

    def slowly(jpeg, deadline):
        is_looking.set()
        may_look.wait(5)
        return look(jpeg, deadline)

    def page_reports():
        is_looking.wait(5)
        threading.Timer(0.1, may_look.set).start()
        return selfie.camera_gone(kiosk, visit_id)

    stand.face.look = slowly
    stand.at_once(lambda: selfie.observe(kiosk, row, JPEG, stand.clock.monotonic()), page_reports)
    assert stand.row(visit_id).step is Step.FACE_AGAIN
    assert [one.liveness for one in stand.attempts()] == [Refusal.WRONG_TURN]
    attempt.failed(kiosk, watch.attempt)
    assert stand.attempt_states() == ["not_live"]
    assert attempt.left(kiosk, row) == 2


def test_who_cannot_turn_waits_for_the_frame_that_is_judged_and_it_decides(stand, kiosk, visit_id):
    said = threading.Event()

    def says_so():
        def saying():
            said.set()
            with stand.app.app_context():
                answers.append(selfie.cannot_turn(kiosk, visit_id, Step.FACE))

        threads.append(threading.Thread(target=saying))
        threads[0].start()
        said.wait(5)

    threads, answers = [], []
    assert follow_to_the_last_frame(stand, visit_id, says_so).step is Step.QR
    threads[0].join(10)
    assert [answer.step for answer in answers] == [Step.QR]
    assert stand.attempt_states() == ["match"]
    assert stand.tickets() == stand.cases() == []


def test_who_cannot_turn_is_handed_over_also_when_the_templates_are_another_engines(stand, kiosk, visit_id):
    def knows_it_not(a, b):
        raise OtherEngine

    stand.hold_still(visit_id)
    stand.face.distance = knows_it_not
    visit = selfie.cannot_turn(kiosk, visit_id, Step.FACE)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.LIVENESS_NOT_POSSIBLE)
    assert stand.attempt_states() == ["declined"]


@pytest.mark.parametrize("has_begun", [False, True])
def test_a_frame_that_was_under_way_when_its_resident_left_is_nobodys(stand, kiosk, visit_id, has_begun):
    if has_begun:
        stand.hold_still(visit_id)
    row, watch = stand.row(visit_id), selfie.watch_of(kiosk, stand.row(visit_id))
    selfie.cannot_turn(kiosk, visit_id, Step.FACE)
    kiosk.watches[visit_id] = watch
    stand.clock.advance(0.1)
    for _ in range(3):
        stand.clock.advance(0.7)
        selfie.observe(kiosk, row, JPEG, stand.clock.monotonic())
    assert stand.attempt_states() == ["declined"] * has_begun
    assert stand.row(visit_id).step is Step.TICKET


def test_a_late_poll_begins_no_watch_that_stays_or_that_the_next_stay_finds(stand, kiosk, visit_id):
    row = stand.row(visit_id)
    pause.pause(kiosk, visit_id, Step.FACE)
    selfie.observe(kiosk, row, None, stand.clock.monotonic())
    assert visit_id in kiosk.watches, "the poll of a visit that has just left"
    visits.end_abandoned(kiosk)
    assert kiosk.watches == {}
    other = stand.bring(Step.CONTACT_CHECK)
    stale = selfie.watch_of(kiosk, stand.row(other))
    selfie.confirm_contact(kiosk, other, Step.CONTACT_CHECK)
    stand.frame(other)
    assert kiosk.watches[other] is not stale
    visits.end_abandoned(kiosk)
    assert list(kiosk.watches) == [other], "who stands there is remembered"


def test_two_frames_of_a_photograph_and_one_of_a_stranger_are_not_one_person(stand, visit_id):
    """Their mean lies near to both; only from frame to frame the stranger shows."""
    at = iter([0.0, 0.0, 0.7, 0.0, 0.7, 0.7])  # as they are embedded: frontal, turned, frontal and so on
    stand.face.embed = lambda *_: Embedded(str(next(at)).encode(), None)
    stand.face.fuse = lambda templates: str(sum(map(float, templates)) / len(templates)).encode()

    def distance(a, b):
        return MATCH if TEMPLATE in (a, b) else dist([float(a)], [float(b)])

    stand.face.distance = distance
    assert stand.show_face(visit_id).step is Step.FACE_AGAIN
    (row,) = stand.attempts()
    assert (row.state, row.liveness, row.spread) == ("not_live", Refusal.FACE_CHANGED, 0.7)


@pytest.mark.parametrize("compared", [MATCH, UNCERTAIN, NO_MATCH])
@pytest.mark.parametrize("real", [0.79, 0.0, nan])
def test_whoever_may_be_a_picture_is_an_officers_whatever_the_comparison_says(
    stand, visit_id, compared, real
):
    stand.face.compared, stand.face.embedded = compared, replace(stand.face.embedded, real=real)
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.LIVENESS_DOUBTED)
    assert stand.attempt_states() == ["doubted"]


@pytest.mark.parametrize("compared", [nan, inf, -nan])
def test_a_distance_to_the_register_that_is_no_number_is_nobodys(stand, visit_id, compared):
    stand.face.compared = compared
    for left in (2, 1):
        assert stand.show_face(visit_id).step is Step.FACE_AGAIN
        assert attempt.left(stand.kiosk, stand.row(visit_id)) == left
        visits.move(stand.kiosk, visit_id, Step.FACE_AGAIN, Event.TRY_AGAIN)
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_NOT_MATCHED)
    assert stand.cases()[0].distance == inf, "two officers must agree"


@pytest.mark.parametrize("compared", [MATCH, UNCERTAIN, NO_MATCH])
def test_who_has_not_followed_is_told_the_same_whatever_the_comparison_says(stand, kiosk, visit_id, compared):
    stand.face.compared = compared
    said = []
    for _ in range(3):
        answer = stand.hold_still(visit_id)
        while isinstance(answer, selfie.Guiding):
            round = kiosk.watches[visit_id].round
            look = following(round)
            stand.face.seen = GOOD if look is GOOD else turned(-0.35 if round.cue is Cue.LEFT else 0.35)
            answer = stand.frame(visit_id)
        stand.face.seen = GOOD
        said.append((answer.step, answer.refer_reason))
        if answer.step is Step.FACE_AGAIN:
            visits.move(kiosk, visit_id, Step.FACE_AGAIN, Event.TRY_AGAIN)
    assert said == [(Step.FACE_AGAIN, None)] * 2 + [(Step.TICKET, ReferReason.LIVENESS_NOT_SHOWN)]
    assert stand.activations() == []


def test_an_authority_that_fails_late_sends_no_other_stay_to_the_counter(stand, kiosk, visit_id, monkeypatch):
    def comes_back_meanwhile(nik, deadline):
        pause.pause(kiosk, visit_id, Step.FACE)
        raise AuthorityDown

    monkeypatch.setattr(kiosk.adapters.authority._inner, "is_active", comes_back_meanwhile)
    stand.show_face(visit_id)
    assert stand.row(visit_id).step is Step.PAUSED
    assert (stand.attempt_states(), stand.tickets()) == (["match"], [])


def test_housekeeping_that_ends_a_visit_in_the_middle_of_its_last_frame_has_the_last_word(
    stand, kiosk, visit_id
):
    def is_gone():
        stand.clock.advance(3600)
        stand.at_once(lambda: visits.end_abandoned(kiosk))

    assert follow_to_the_last_frame(stand, visit_id, is_gone).step is Step.ENDED
    assert (stand.attempt_states(), stand.activations(), stand.personal()) == (["match"], [], {})
    assert kiosk.watches == {}
    assert stand.face.asked[-1] == ("distance", SELFIE_TEMPLATE, TEMPLATE)
