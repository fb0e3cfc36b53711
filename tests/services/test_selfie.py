"""The face step: nobody, two people, tries used up, camera and engine in trouble, a resident who leaves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.adapters.face import (
    EngineDown,
    EngineTimeout,
    NoFaceReason,
    NotAPicture,
    NoUsableFace,
    PictureTooLarge,
)
from kiosk.domain.capture import Guidance
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.services import contact, nik, pause, register, selfie
from kiosk.services import visit as visits
from kiosk.services.selfie import Guiding
from tests.residents import BUDI, SARI
from tests.services.scripted import (
    GOOD,
    JPEG,
    MATCH,
    NO_MATCH,
    NOBODY,
    SELFIE_TEMPLATE,
    TEMPLATE,
    TWO_PEOPLE,
    UNCERTAIN,
)
from tests.stand import REGISTER_PHOTO


@pytest.fixture
def visit_id(stand):
    """A visit before the camera."""
    return stand.bring(Step.FACE)


def observe(stand, visit_id, jpeg=JPEG, after=0.3):
    stand.clock.advance(after)
    return selfie.observe(stand.kiosk, stand.row(visit_id), jpeg, stand.clock.monotonic())


def attempt_states(stand):
    return [attempt.state.value for attempt in stand.attempts()]


def fail_once(stand, visit_id):
    """One comparison that does not match."""
    if stand.row(visit_id).step is Step.FACE_AGAIN:
        visits.move(stand.kiosk, visit_id, Step.FACE_AGAIN, Event.TRY_AGAIN)
    stand.clock.advance(selfie.ONE_AT_A_TIME.total_seconds())
    stand.face.compared = NO_MATCH
    return stand.show_face(visit_id)


@pytest.mark.parametrize(("look", "said"), [(NOBODY, Guidance.NO_FACE), (TWO_PEOPLE, Guidance.SEVERAL_FACES)])
def test_nobody_or_two_people_are_told_so_and_cost_no_try(stand, visit_id, look, said):
    stand.face.seen = look
    for _ in range(10):
        answer = observe(stand, visit_id)
        assert isinstance(answer, Guiding)
        assert (answer.guidance, answer.progress) == (said, 0.0)
    assert stand.attempts() == []


def test_the_selfie_is_taken_by_itself_after_holding_still(stand, visit_id):
    first = observe(stand, visit_id)
    assert isinstance(first, Guiding)
    assert first.guidance is Guidance.HOLD_STILL
    assert isinstance(observe(stand, visit_id), Guiding), "0.3 s is too short"
    assert observe(stand, visit_id, after=0.4).step is Step.QR
    assert attempt_states(stand) == ["match"]


def test_a_head_that_passes_through_is_not_taken(stand, visit_id):
    for look in (GOOD, NOBODY, GOOD, NOBODY, GOOD):
        stand.face.seen = look
        assert isinstance(observe(stand, visit_id, after=0.5), Guiding)
    assert stand.attempts() == []


def test_a_match_is_compared_with_the_register_and_erases_the_photo(stand, visit_id):
    stand.show_face(visit_id)
    assert stand.face.asked[-1] == ("compare", JPEG, TEMPLATE)
    (attempt,) = stand.attempts()
    assert (attempt.distance, attempt.engine) == (MATCH, "scripted 1")
    assert {"visit.register_photo", "visit.face_template"} & set(stand.personal()) == set()


def test_the_grey_zone_opens_a_case_with_the_evidence(stand, visit_id):
    stand.face.compared = UNCERTAIN
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_UNCERTAIN)
    (case,) = stand.cases()
    assert (case.selfie, case.register_photo) == (JPEG, REGISTER_PHOTO)
    assert (case.selfie_template, case.distance, case.attempts) == (SELFIE_TEMPLATE, UNCERTAIN, 1)
    assert case.reason is ReferReason.FACE_UNCERTAIN


def test_three_times_no_match_opens_a_case_with_the_last_selfie(stand, visit_id):
    assert fail_once(stand, visit_id).step is Step.FACE_AGAIN
    assert fail_once(stand, visit_id).step is Step.FACE_AGAIN
    visit = fail_once(stand, visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_NOT_MATCHED)
    (case,) = stand.cases()
    assert (case.distance, case.attempts, case.register_photo) == (NO_MATCH, 3, REGISTER_PHOTO)


def test_tries_are_counted_over_visits_and_terminals_and_are_free_again_tomorrow(stand, kiosk):
    stand.clock.set_now(datetime(2026, 11, 2, 16, 0, tzinfo=UTC))
    for _ in range(3):
        visit_id = stand.bring(Step.FACE)
        fail_once(stand, visit_id)
        visits.leave(kiosk, visit_id)
    other = stand.bring(Step.CONTACT_CHECK)
    assert selfie.left(kiosk, stand.row(other)) == 0
    visit = selfie.confirm_contact(kiosk, other, Step.CONTACT_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_TRIES_USED_UP)
    stand.clock.set_now(datetime(2026, 11, 2, 17, 0, tzinfo=UTC))
    stand.face.compared = MATCH
    assert stand.bring(Step.QR), "in Jakarta a new day has begun"


def test_the_tries_of_one_nik_are_not_anothers(stand):
    stand.enrol(BUDI)
    visit_id = stand.bring(Step.FACE)
    for _ in range(3):
        fail_once(stand, visit_id)
    stand.face.compared = MATCH
    assert stand.bring(Step.QR, BUDI)


def test_two_visits_of_one_nik_before_two_cameras_share_the_last_try(stand, kiosk):
    first, second = stand.bring(Step.FACE), stand.bring(Step.FACE)
    fail_once(stand, first)
    fail_once(stand, first)
    visits.move(kiosk, first, Step.FACE_AGAIN, Event.TRY_AGAIN)
    assert fail_once(stand, second).step is Step.TICKET
    visit = fail_once(stand, first)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_TRIES_USED_UP)
    assert len(stand.attempts()) == 3


def test_two_tabs_before_one_camera_make_one_attempt(stand, kiosk, visit_id):
    row = stand.row(visit_id)
    stand.at_once(*[lambda: selfie._take(kiosk, row, JPEG)] * 4)
    assert attempt_states(stand) == ["match"]


@pytest.mark.parametrize("trouble", [EngineDown("x"), EngineTimeout("x"), NotAPicture(), PictureTooLarge()])
def test_a_comparison_that_fails_costs_no_try_and_can_be_repeated(stand, visit_id, trouble):
    stand.face.compared = trouble
    answer = stand.show_face(visit_id)
    assert answer == Guiding(answer.visit, None)
    assert attempt_states(stand) == ["engine_failed"]
    assert selfie.left(stand.kiosk, stand.row(visit_id)) == 3
    stand.face.compared = MATCH
    assert stand.show_face(visit_id).step is Step.QR


def test_a_taken_picture_without_a_usable_face_costs_no_try(stand, visit_id):
    stand.face.compared = NoUsableFace(NoFaceReason.SEVERAL_FACES)
    answer = stand.show_face(visit_id)
    assert answer.guidance is Guidance.NO_FACE
    assert attempt_states(stand) == ["no_face"]
    assert selfie.left(stand.kiosk, stand.row(visit_id)) == 3


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
def test_what_is_gone_is_waited_for_eight_seconds_then_a_camera_pauses_and_an_engine_gives_a_ticket(
    stand, visit_id, trouble, jpeg, reason
):
    stand.face.seen = trouble
    began = stand.clock.monotonic()
    answer = observe(stand, visit_id, jpeg, after=0.0)
    while stand.clock.monotonic() - began < 7.9:
        assert isinstance(answer, Guiding)
        assert answer.guidance is None
        answer = observe(stand, visit_id, jpeg, after=0.5)
    assert stand.clock.monotonic() - began == 8.0
    step = Step.PAUSED if reason is ReferReason.CAMERA_GONE else Step.TICKET
    assert (answer.step, answer.refer_reason) == (step, reason)
    assert len(stand.printer.sheets) == 1
    assert stand.attempts() == []


def test_a_camera_that_comes_back_in_time_goes_on(stand, visit_id):
    for _ in range(14):
        assert isinstance(observe(stand, visit_id, None, after=0.5), Guiding)
    assert isinstance(observe(stand, visit_id), Guiding)
    for _ in range(14):
        assert isinstance(observe(stand, visit_id, None, after=0.5), Guiding)
    assert stand.row(visit_id).step is Step.FACE


def test_already_active_shows_only_after_the_match(stand, visit_id):
    stand.make_active_elsewhere()
    assert fail_once(stand, visit_id).step is Step.FACE_AGAIN
    assert stand.row(visit_id).refer_reason is None
    visits.move(stand.kiosk, visit_id, Step.FACE_AGAIN, Event.TRY_AGAIN)
    stand.clock.advance(20)
    stand.face.compared = MATCH
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.ALREADY_ACTIVE, ReferReason.ALREADY_ACTIVE)
    assert stand.activations() == []


def test_an_authority_that_cannot_say_who_is_active_leads_to_a_ticket(stand, visit_id):
    stand.authority.down = True
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.AUTHORITY_UNREACHABLE)
    assert attempt_states(stand) == ["match"]


def test_a_resident_who_leaves_during_the_comparison_stays_gone(stand, kiosk, visit_id):
    real = stand.face.compare

    def walks_away_meanwhile(jpeg, template, deadline):
        stand.at_once(lambda: visits.leave(kiosk, visit_id))
        return real(jpeg, template, deadline)

    stand.face.compare = walks_away_meanwhile
    for distance in (MATCH, UNCERTAIN):
        stand.face.compared = distance
        assert stand.show_face(visit_id).step is Step.ENDED
    assert stand.personal() == {}
    assert stand.tickets() == stand.cases() == stand.activations() == []


@pytest.mark.parametrize("distance", [MATCH, UNCERTAIN, NO_MATCH])
def test_a_comparison_decides_nothing_once_its_visit_was_paused_and_came_back_with_another_nik(
    stand, kiosk, visit_id, distance
):
    stand.enrol(BUDI)
    real = stand.face.compare

    def comes_back_as_somebody_else(jpeg, template, deadline):
        pause.pause(kiosk, visit_id, Step.FACE)
        pause.go_on(kiosk, visit_id, Step.PAUSED)
        visits.move(kiosk, visit_id, Step.NIK_CHECK, Event.BACK)
        nik.enter(kiosk, visit_id, Step.NIK, BUDI.nik)
        register.look_up(kiosk, visit_id, Step.NIK_CHECK)
        contact.enter_email(kiosk, visit_id, Step.EMAIL, BUDI.email)
        contact.enter_phone(kiosk, visit_id, Step.PHONE, BUDI.phone)
        selfie.confirm_contact(kiosk, visit_id, Step.CONTACT_CHECK)
        return real(jpeg, template, deadline)

    stand.face.compare, stand.face.compared = comes_back_as_somebody_else, distance
    assert stand.show_face(visit_id).step is Step.FACE
    row = stand.row(visit_id)
    assert (row.nik, row.step) == (BUDI.nik, Step.FACE)
    assert stand.activations() == stand.cases() == stand.tickets() == []


def test_a_crash_during_the_comparison_gives_no_extra_try(stand, kiosk, visit_id):
    def dies(jpeg, template, deadline):
        raise KeyboardInterrupt

    stand.face.compare = dies
    with pytest.raises(KeyboardInterrupt):
        stand.show_face(visit_id)
    assert attempt_states(stand) == ["started"]
    assert selfie.left(kiosk, stand.row(visit_id)) == 2


def test_the_frame_of_whoever_stood_there_before_is_dropped(stand, kiosk):
    forgotten = []
    kiosk.devices.camera._inner.forget = lambda: forgotten.append(True)
    selfie.confirm_contact(kiosk, stand.bring(Step.CONTACT_CHECK), Step.CONTACT_CHECK)
    assert forgotten == [True]


def test_nothing_about_a_face_is_remembered_in_memory_after_the_step(stand, kiosk, visit_id):
    observe(stand, visit_id)
    assert visit_id in kiosk.watches
    visits.leave(kiosk, visit_id)
    assert kiosk.watches == {}


def test_the_log_of_the_face_step_names_nobody(stand, visit_id, caplog):
    caplog.set_level("DEBUG", "kiosk")
    stand.face.compared = EngineDown("x")
    stand.show_face(visit_id)
    observe(stand, visit_id, None)
    fail_once(stand, visit_id)
    assert caplog.messages
    assert not [secret for secret in SARI.secrets if secret in caplog.text]
