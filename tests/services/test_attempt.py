"""Attempts: counted before they begin, decided by what was seen, kept as scores and reasons alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kiosk.adapters.face import Embedded, EngineDown, OtherEngine
from kiosk.domain.liveness import LONGEST_SECONDS, Cue, Refusal
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.services import attempt, contact, nik, pause, register, selfie
from kiosk.services import visit as visits
from tests.residents import BUDI, SARI
from tests.services.scripted import (
    GOOD,
    JPEG,
    MATCH,
    NO_MATCH,
    NOBODY,
    SELFIE_TEMPLATE,
    TEMPLATE,
    UNCERTAIN,
    following,
    turned,
)
from tests.stand import REGISTER_PHOTO


def try_again(stand, visit_id):
    if stand.row(visit_id).step is Step.FACE_AGAIN:
        visits.move(stand.kiosk, visit_id, Step.FACE_AGAIN, Event.TRY_AGAIN)


def fail_once(stand, visit_id):
    """One comparison that does not match."""
    try_again(stand, visit_id)
    stand.face.compared = NO_MATCH
    return stand.show_face(visit_id)


def see(stand, visit_id, sight):
    """Hold still, and from then on show what `sight(round)` gives, until something is decided."""
    try_again(stand, visit_id)
    stand.face.seen = GOOD
    answer = stand.hold_still(visit_id)
    while watch := stand.kiosk.watches.get(visit_id):
        stand.face.seen = sight(watch.round)
        answer = stand.frame(visit_id)
    stand.face.seen = GOOD
    return answer


def turns_the_wrong_way(round):
    look = following(round)
    return turned(-0.35 if round.cue is Cue.LEFT else 0.35) if look is not GOOD else look


def is_a_photograph(_round):
    return turned(0.15)


def is_away_when_asked(round):
    return NOBODY if round.cue in (Cue.LEFT, Cue.RIGHT) else GOOD


def test_a_match_is_compared_with_the_register_and_erases_the_photo(stand, visit_id):
    stand.show_face(visit_id)
    assert stand.face.asked[-1] == ("distance", SELFIE_TEMPLATE, TEMPLATE)
    assert {"visit.register_photo", "visit.face_template"} & set(stand.personal()) == set()


def test_scores_reasons_and_versions_are_kept_of_every_attempt(stand, visit_id):
    stand.face.embedded = replace(stand.face.embedded, real=0.93)
    stand.face.apart = 0.31
    stand.show_face(visit_id)
    (row,) = stand.attempts()
    assert (row.distance, row.spread, row.real, row.breaks) == (MATCH, 0.31, 0.93, 0)
    assert (row.engine, row.liveness, len(row.asked)) == ("scripted 1", None, 3)
    assert row.frames > 10


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


@pytest.mark.parametrize(
    ("sight", "refusal"),
    [
        (turns_the_wrong_way, Refusal.WRONG_TURN),
        (is_a_photograph, Refusal.NO_TURN),
        (is_away_when_asked, Refusal.TRACK_LOST),
    ],
)
def test_who_does_not_follow_may_try_again_and_learns_nothing_of_the_match(stand, visit_id, sight, refusal):
    visit = see(stand, visit_id, sight)
    assert (visit.step, visit.refer_reason) == (Step.FACE_AGAIN, None)
    (row,) = stand.attempts()
    assert (row.state, row.liveness, row.distance) == ("not_live", refusal, MATCH)
    assert attempt.last_refusal(stand.kiosk, visit) is refusal
    assert attempt.left(stand.kiosk, visit) == 2
    try_again(stand, visit_id)
    assert stand.show_face(visit_id).step is Step.QR


def test_three_rounds_that_are_not_followed_hand_over_to_an_officer(stand, visit_id):
    for _ in range(3):
        visit = see(stand, visit_id, turns_the_wrong_way)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.LIVENESS_NOT_SHOWN)
    (case,) = stand.cases()
    assert (case.reason, case.selfie, case.attempts) == (ReferReason.LIVENESS_NOT_SHOWN, JPEG, 3)


def test_turned_frames_of_another_person_are_no_match(stand, visit_id):
    stand.face.apart = 0.7
    assert stand.show_face(visit_id).step is Step.FACE_AGAIN
    (row,) = stand.attempts()
    assert (row.state, row.liveness, row.spread) == ("not_live", Refusal.FACE_CHANGED, 0.7)


def test_a_distance_that_is_no_number_is_nobodys(stand, visit_id):
    stand.face.apart = float("nan")
    assert stand.show_face(visit_id).step is Step.FACE_AGAIN
    assert stand.attempts()[0].liveness is Refusal.FACE_CHANGED


def test_a_camera_too_slow_for_turns_leads_to_an_officer_and_costs_no_try(stand, visit_id):
    stand.frame(visit_id)
    answer = stand.frame(visit_id, after=0.7)
    for _ in range(int(LONGEST_SECONDS * 2) + 2):
        if answer.visit.step is not Step.FACE:
            break
        round = stand.kiosk.watches[visit_id].round
        stand.face.seen = GOOD if round.cue is Cue.FRONT else turned(0.35 if round.cue is Cue.LEFT else -0.35)
        answer = stand.frame(visit_id, after=0.5)
        if not isinstance(answer, selfie.Guiding):
            break
    assert (answer.step, answer.refer_reason) == (Step.TICKET, ReferReason.CAMERA_TOO_SLOW)
    assert stand.attempt_states() == ["engine_failed"]
    assert attempt.left(stand.kiosk, answer) == 3


def test_a_match_that_the_passive_check_doubts_is_an_officers(stand, visit_id):
    stand.face.embedded = Embedded(stand.face.embedded.template, 0.79)
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.LIVENESS_DOUBTED)
    (row,), (case,) = stand.attempts(), stand.cases()
    assert (row.state, row.real, case.distance) == ("doubted", 0.79, MATCH)


@pytest.mark.parametrize("has_begun", [False, True])
def test_who_cannot_turn_goes_to_an_officer_with_no_mark_against_him(stand, kiosk, visit_id, has_begun):
    if has_begun:
        stand.frame(visit_id)
        stand.frame(visit_id, after=0.7)
    visit = selfie.cannot_turn(kiosk, visit_id, Step.FACE)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.LIVENESS_NOT_POSSIBLE)
    assert stand.attempt_states() == ["declined"] * has_begun
    (case,) = stand.cases()
    assert (case.selfie, case.distance) == ((JPEG, MATCH) if has_begun else (None, None))
    assert stand.attempts() == [] or stand.attempts()[0].liveness is None


def test_who_has_failed_once_may_still_say_that_he_cannot_turn(stand, kiosk, visit_id):
    see(stand, visit_id, turns_the_wrong_way)
    assert selfie.cannot_turn(kiosk, visit_id, Step.FACE).step is Step.FACE_AGAIN, "a stale form"
    visit = selfie.cannot_turn(kiosk, visit_id, Step.FACE_AGAIN)
    assert visit.refer_reason is ReferReason.LIVENESS_NOT_POSSIBLE


def test_leaving_in_the_middle_to_wait_for_other_turns_costs_a_try(stand, kiosk):
    for _ in range(3):
        visit_id = stand.bring(Step.FACE)
        stand.frame(visit_id)
        stand.frame(visit_id, after=0.7)
        visits.leave(kiosk, visit_id)
    other = stand.bring(Step.CONTACT_CHECK)
    visit = selfie.confirm_contact(kiosk, other, Step.CONTACT_CHECK)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_TRIES_USED_UP)


def test_who_was_seen_by_an_officer_is_asked_for_no_turns(stand, kiosk, visit_id):
    from kiosk.services import audit

    with audit.verb(kiosk) as session:
        session.get_one(type(stand.row(visit_id)), visit_id).liveness_waived = True
    stand.frame(visit_id)
    answer = stand.frame(visit_id, after=0.7)
    for _ in range(2):
        assert (answer.cue, answer.total) == (Cue.FRONT, 0)
        answer = stand.frame(visit_id)
    assert answer.step is Step.QR
    assert [asked for asked, *_ in stand.face.asked].count("embed") == 3
    assert stand.attempts()[0].asked == ""


def test_tries_are_counted_over_visits_and_terminals_and_are_free_again_tomorrow(stand, kiosk):
    stand.clock.set_now(datetime(2026, 11, 2, 16, 0, tzinfo=UTC))
    for _ in range(3):
        visit_id = stand.bring(Step.FACE)
        fail_once(stand, visit_id)
        visits.leave(kiosk, visit_id)
    other = stand.bring(Step.CONTACT_CHECK)
    assert attempt.left(kiosk, stand.row(other)) == 0
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


def test_two_visits_of_one_nik_before_two_cameras_share_the_last_try(stand):
    first, second = stand.bring(Step.FACE), stand.bring(Step.FACE)
    fail_once(stand, first)
    fail_once(stand, first)
    try_again(stand, first)
    assert fail_once(stand, second).step is Step.TICKET
    visit = fail_once(stand, first)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_TRIES_USED_UP)
    assert len(stand.attempts()) == 3


def test_two_tabs_before_one_camera_make_one_attempt(stand, kiosk, visit_id):
    row = stand.row(visit_id)
    stand.frame(visit_id)
    stand.clock.advance(0.7)
    stand.at_once(*[lambda: selfie.observe(kiosk, row, JPEG, stand.clock.monotonic())] * 4)
    assert stand.attempt_states() == ["started"]
    assert stand.show_face(visit_id).step is Step.QR
    assert stand.attempt_states() == ["match"]


def test_a_template_of_another_engine_leads_to_a_person_and_costs_no_try(stand, visit_id):
    def knows_it_not(a, b):
        raise OtherEngine

    stand.face.distance = knows_it_not
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.FACE_ENGINE_DOWN)
    assert stand.attempt_states() == ["engine_failed"]


def test_already_active_shows_only_after_the_match(stand, visit_id):
    stand.make_active_elsewhere()
    assert fail_once(stand, visit_id).step is Step.FACE_AGAIN
    assert stand.row(visit_id).refer_reason is None
    try_again(stand, visit_id)
    stand.face.compared = MATCH
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.ALREADY_ACTIVE, ReferReason.ALREADY_ACTIVE)
    assert stand.activations() == []


def test_an_authority_that_cannot_say_who_is_active_leads_to_a_ticket(stand, visit_id):
    stand.authority.down = True
    visit = stand.show_face(visit_id)
    assert (visit.step, visit.refer_reason) == (Step.TICKET, ReferReason.AUTHORITY_UNREACHABLE)
    assert stand.attempt_states() == ["match"]


def during_the_last_frame(stand, visit_id, happens):
    """Let something happen while the frame that decides is embedded."""
    real = stand.face.embed

    def embed(jpeg, face, deadline):
        watch = stand.kiosk.watches.get(visit_id)
        if watch is not None and watch.round is not None and watch.round.has_passed:
            stand.face.embed = real
            happens()
        return real(jpeg, face, deadline)

    stand.face.embed = embed


@pytest.mark.parametrize("distance", [MATCH, UNCERTAIN, NO_MATCH])
def test_a_resident_who_leaves_during_the_comparison_stays_gone(stand, kiosk, visit_id, distance):
    during_the_last_frame(stand, visit_id, lambda: stand.at_once(lambda: visits.leave(kiosk, visit_id)))
    stand.face.compared = distance
    assert stand.show_face(visit_id).step is Step.ENDED
    assert stand.personal() == {}
    assert stand.tickets() == stand.cases() == stand.activations() == []


@pytest.mark.parametrize("distance", [MATCH, UNCERTAIN, NO_MATCH])
def test_a_comparison_decides_nothing_once_its_visit_was_paused_and_came_back_with_another_nik(
    stand, kiosk, visit_id, distance
):
    stand.enrol(BUDI)

    def comes_back_as_somebody_else():
        pause.pause(kiosk, visit_id, Step.FACE)
        pause.go_on(kiosk, visit_id, Step.PAUSED)
        visits.move(kiosk, visit_id, Step.NIK_CHECK, Event.BACK)
        nik.enter(kiosk, visit_id, Step.NIK, BUDI.nik)
        register.look_up(kiosk, visit_id, Step.NIK_CHECK)
        contact.enter_email(kiosk, visit_id, Step.EMAIL, BUDI.email)
        contact.enter_phone(kiosk, visit_id, Step.PHONE, BUDI.phone)
        selfie.confirm_contact(kiosk, visit_id, Step.CONTACT_CHECK)

    during_the_last_frame(stand, visit_id, comes_back_as_somebody_else)
    stand.face.compared = distance
    assert see(stand, visit_id, following).step is Step.FACE
    row = stand.row(visit_id)
    assert (row.nik, row.step) == (BUDI.nik, Step.FACE)
    assert stand.activations() == stand.cases() == stand.tickets() == []


def test_a_crash_during_the_comparison_gives_no_extra_try(stand, kiosk, visit_id):
    def dies(templates):
        raise KeyboardInterrupt

    stand.face.fuse = dies
    with pytest.raises(KeyboardInterrupt):
        stand.show_face(visit_id)
    assert stand.attempt_states() == ["started"]
    assert attempt.left(kiosk, stand.row(visit_id)) == 2


def test_the_log_of_the_face_step_names_nobody(stand, visit_id, caplog):
    caplog.set_level("DEBUG", "kiosk")
    sound, stand.face.embedded = stand.face.embedded, EngineDown("x")
    stand.show_face(visit_id)
    stand.face.embedded = sound
    stand.frame(visit_id, None)
    fail_once(stand, visit_id)
    assert caplog.messages
    assert not [secret for secret in SARI.secrets if secret in caplog.text]
