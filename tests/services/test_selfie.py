"""Before the camera: nobody, two people, turns asked for and lost, camera and engine in trouble, frames that
do not belong here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.adapters.face import EngineDown, EngineTimeout, NotAPicture, PictureTooLarge
from kiosk.domain.capture import Guidance
from kiosk.domain.liveness import Cue, Hint, Phase
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Step
from kiosk.services import attempt, selfie
from kiosk.services import visit as visits
from kiosk.services.selfie import Guiding, Intake
from tests.services.scripted import GOOD, JPEG, NOBODY, TWO_PEOPLE, following, turned


def round_of(stand, visit_id):
    return stand.kiosk.watches[visit_id].round


def follow_until(stand, visit_id, phase, done=0):
    """Do what is asked until the round stands in `phase` with `done` turns done."""
    stand.hold_still(visit_id)
    while (round_of(stand, visit_id).phase, round_of(stand, visit_id).done) != (phase, done):
        stand.face.seen = following(round_of(stand, visit_id))
        answer = stand.frame(visit_id)
    return answer


@pytest.mark.parametrize(("look", "said"), [(NOBODY, Guidance.NO_FACE), (TWO_PEOPLE, Guidance.SEVERAL_FACES)])
def test_nobody_or_two_people_are_told_so_and_cost_no_try(stand, visit_id, look, said):
    stand.face.seen = look
    for _ in range(10):
        answer = stand.frame(visit_id)
        assert isinstance(answer, Guiding)
        assert (answer.guidance, answer.progress, answer.cue) == (said, 0.0, None)
    assert stand.attempts() == []


def test_a_head_that_passes_through_begins_nothing(stand, visit_id):
    for look in (GOOD, NOBODY, GOOD, NOBODY, GOOD):
        stand.face.seen = look
        assert isinstance(stand.frame(visit_id, after=0.5), Guiding)
    assert stand.attempts() == []


def test_a_face_of_too_few_pixels_is_asked_to_come_closer(stand, visit_id):
    face = GOOD.faces[0]
    small = replace(face, left=120.0, top=80.0, width=79.0, height=79.0)
    stand.face.seen = replace(GOOD, width=320, height=240, faces=(small,))
    answers = [stand.frame(visit_id, after=0.3).guidance for _ in range(5)]
    assert answers == [Guidance.TOO_FAR] * 5


def test_holding_still_begins_an_attempt_and_the_turns_come_one_by_one(stand, visit_id):
    first = stand.frame(visit_id)
    assert (first.guidance, first.total) == (Guidance.HOLD_STILL, 0)
    assert stand.frame(visit_id, after=0.3).total == 0, "0.4 s is too short"
    assert stand.attempt_states() == []
    began = stand.frame(visit_id, after=0.4)
    assert (began.cue, began.done, began.total) == (Cue.FRONT, 0, 3)
    assert stand.attempt_states() == ["started"]
    cues, answer = [], began
    while isinstance(answer, Guiding):
        stand.face.seen = following(round_of(stand, visit_id))
        if not cues or cues[-1] != (answer.cue, answer.done):
            cues.append((answer.cue, answer.done))
        answer = stand.frame(visit_id)
    (row,) = stand.attempts()
    letters = {"L": Cue.LEFT, "R": Cue.RIGHT}
    assert cues == [
        step for done, letter in enumerate(row.asked) for step in ((Cue.FRONT, done), (letters[letter], done))
    ]
    assert answer.step is Step.QR
    assert row.state == "match"


def test_six_frames_are_embedded_and_none_twice(stand, visit_id):
    stand.show_face(visit_id)
    assert [asked for asked, *_ in stand.face.asked].count("embed") == 6


def test_whoever_moves_before_the_cue_waits_for_it_and_loses_nothing(stand, visit_id):
    stand.hold_still(visit_id)
    stand.face.seen = turned(0.3)
    for _ in range(10):
        answer = stand.frame(visit_id)
    assert (answer.cue, answer.done) == (Cue.FRONT, 0)
    stand.face.seen = GOOD
    assert follow_on(stand, visit_id).step is Step.QR


def follow_on(stand, visit_id):
    """Do what is asked until something is decided."""
    while (watch := stand.kiosk.watches.get(visit_id)) and watch.round.phase is not Phase.FRAMING:
        stand.face.seen = following(watch.round)
        answer = stand.frame(visit_id)
    return answer


@pytest.mark.parametrize("look", [NOBODY, TWO_PEOPLE])
def test_a_lost_track_is_told_and_asks_for_the_same_turns_again(stand, visit_id, look):
    follow_until(stand, visit_id, Phase.FRONT, done=1)
    challenge = round_of(stand, visit_id).challenge
    stand.face.seen = GOOD
    stand.frame(visit_id)
    stand.face.seen = look
    for _ in range(5):
        answer = stand.frame(visit_id)
    assert (answer.hint, answer.cue, answer.done) == (Hint.LOST, None, 0)
    stand.face.seen = GOOD
    assert stand.show_face(visit_id).step is Step.QR
    (row,) = stand.attempts()
    assert (row.asked, row.breaks, row.state) == (challenge.letters, 1, "match")


def test_no_frames_for_five_seconds_loses_the_track_and_not_the_attempt(stand, visit_id):
    follow_until(stand, visit_id, Phase.TURN)
    for _ in range(10):
        assert isinstance(stand.frame(visit_id, None, after=0.5), Guiding)
    stand.face.seen = GOOD
    assert stand.frame(visit_id).hint is Hint.LOST
    assert stand.show_face(visit_id).step is Step.QR
    assert stand.attempt_states() == ["match"]


def test_a_clock_that_jumps_back_loses_the_track_and_not_the_attempt(stand, visit_id):
    follow_until(stand, visit_id, Phase.TURN)
    answer = selfie.observe(stand.kiosk, stand.row(visit_id), JPEG, stand.clock.monotonic() - 60)
    assert answer.hint is Hint.LOST
    stand.face.seen = GOOD
    assert stand.show_face(visit_id).step is Step.QR


def test_an_engine_killed_in_the_middle_of_a_sequence_asks_for_the_same_turns_again(stand, visit_id):
    follow_until(stand, visit_id, Phase.TURN)
    challenge = round_of(stand, visit_id).challenge
    stand.face.seen, stand.face.embedded = following(round_of(stand, visit_id)), EngineDown("killed")
    stand.frame(visit_id)
    stand.face.seen = following(round_of(stand, visit_id))
    assert stand.frame(visit_id).hint is None, "nothing is embedded yet"
    assert stand.frame(visit_id).hint is Hint.LOST
    stand.face.seen, stand.face.embedded = GOOD, type(stand.face)(stand.clock).embedded
    assert stand.show_face(visit_id).step is Step.QR
    (row,) = stand.attempts()
    assert (row.asked, row.state) == (challenge.letters, "match")


@pytest.mark.parametrize("trouble", [EngineDown("x"), EngineTimeout("x"), NotAPicture(), PictureTooLarge()])
def test_a_first_frame_that_cannot_be_embedded_costs_no_try_and_is_taken_again(stand, visit_id, trouble):
    sound, stand.face.embedded = stand.face.embedded, trouble
    answer = stand.hold_still(visit_id)
    assert (answer.guidance, answer.total) == (None, 0)
    stand.face.embedded = sound
    assert stand.show_face(visit_id).step is Step.QR
    assert stand.attempt_states() == ["match"]


@pytest.mark.parametrize(
    ("trouble", "jpeg", "reason"),
    [
        (GOOD, None, ReferReason.CAMERA_GONE),
        (NotAPicture(), JPEG, ReferReason.CAMERA_GONE),
        (PictureTooLarge(), JPEG, ReferReason.CAMERA_GONE),
        (EngineDown("x"), JPEG, ReferReason.FACE_ENGINE_DOWN),
        (EngineTimeout("x"), JPEG, ReferReason.FACE_ENGINE_DOWN),
    ],
)
@pytest.mark.parametrize("has_begun", [False, True])
def test_what_is_gone_is_waited_for_eight_seconds_then_a_camera_pauses_and_an_engine_gives_a_ticket(
    stand, visit_id, trouble, jpeg, reason, has_begun
):
    if has_begun:
        follow_until(stand, visit_id, Phase.TURN)
    stand.face.seen = trouble
    began = stand.clock.monotonic()
    answer = stand.frame(visit_id, jpeg, after=0.0)
    while stand.clock.monotonic() - began < 7.9:
        assert isinstance(answer, Guiding)
        assert answer.guidance is None
        answer = stand.frame(visit_id, jpeg, after=0.5)
    assert stand.clock.monotonic() - began == pytest.approx(8.0)
    step = Step.PAUSED if reason is ReferReason.CAMERA_GONE else Step.TICKET
    assert (answer.step, answer.refer_reason) == (step, reason)
    assert len(stand.printer.sheets) == 1
    assert stand.attempt_states() == ["engine_failed"] * has_begun
    assert attempt.left(stand.kiosk, stand.row(visit_id)) == 3


def test_a_camera_that_comes_back_in_time_goes_on(stand, visit_id):
    for _ in range(2):
        for _ in range(14):
            assert isinstance(stand.frame(visit_id, None, after=0.5), Guiding)
        assert isinstance(stand.frame(visit_id), Guiding)
    assert stand.row(visit_id).step is Step.FACE


def test_the_frame_of_whoever_stood_there_before_is_dropped(stand, kiosk):
    forgotten = []
    kiosk.devices.camera._inner.forget = lambda: forgotten.append(True)
    selfie.confirm_contact(kiosk, stand.bring(Step.CONTACT_CHECK), Step.CONTACT_CHECK)
    assert forgotten == [True]


def test_nothing_about_a_face_is_remembered_in_memory_after_the_step(stand, kiosk, visit_id):
    follow_until(stand, visit_id, Phase.TURN)
    assert kiosk.watches[visit_id].attempt.selfie == JPEG
    visits.leave(kiosk, visit_id)
    assert kiosk.watches == {}


def test_what_is_asked_of_whoever_stands_there_is_known_only_while_it_is(stand, kiosk, visit_id):
    assert selfie.asked(kiosk) is None
    stand.hold_still(visit_id)
    assert selfie.asked(kiosk) is Cue.FRONT
    visits.leave(kiosk, visit_id)
    assert selfie.asked(kiosk) is None


def test_frames_of_another_visit_out_of_order_or_twice_are_refused_and_logged(stand, kiosk, visit_id, caplog):
    visit, other = stand.row(visit_id), stand.row(stand.bring(Step.FACE))
    word, elsewhere = (selfie.watch_of(kiosk, one).word for one in (visit, other))
    taken = [
        selfie.take_in(kiosk, visit, *frame)
        for frame in ((word, 1), (word, 3), (word, 2), (word, 3), (elsewhere, 4), ("", 4), (word, 4))
    ]
    assert taken == [
        Intake.NEXT, Intake.NEXT, Intake.LATE, Intake.LATE, Intake.ELSEWHERE, Intake.ELSEWHERE, Intake.NEXT
    ]  # fmt: skip
    assert len([message for message in caplog.messages if message.startswith("refused a frame")]) == 4
    assert word not in caplog.text


def test_a_frame_that_is_judged_while_another_is_is_let_go(stand, kiosk, visit_id):
    stand.hold_still(visit_id)
    with kiosk.watches[visit_id].lock:
        answer = stand.frame(visit_id)
    assert (answer.cue, answer.total) == (Cue.FRONT, 3)
    assert [asked for asked, *_ in stand.face.asked].count("look") == 2
