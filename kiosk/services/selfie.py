"""The face step: frames are judged as they come, one is taken by itself, and its distance is decided upon.

Order of a taken selfie: commit the attempt (a crash gives no extra try), compare with no transaction open,
commit what came of it. Liveness (its own issue) has its place in `_verdict`: between the comparison and the
decision, with the frames that `Watch` has seen.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.adapters.authority import AuthorityDown
from kiosk.adapters.face import (
    Compared,
    EngineDown,
    EngineTimeout,
    NotAPicture,
    NoUsableFace,
    PictureTooLarge,
)
from kiosk.db import reading
from kiosk.domain.audit import Action
from kiosk.domain.capture import Guidance, Hold, is_ready, judge
from kiosk.domain.decision import Verdict, decide
from kiosk.domain.limits import tries_left
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import Event, Step
from kiosk.models.visit import AttemptState, FaceAttempt, Visit
from kiosk.services import activation, audit, pause, ticket, waiting
from kiosk.services.case import Evidence
from kiosk.services.kiosk import Kiosk, Watch
from kiosk.services.visit import advance

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""A look takes 13 ms; this covers a restart of the face process."""

TROUBLE_SECONDS = 8.0
"""How long camera or engine may fail before a person takes over: the same deadline as every adapter's."""

ONE_AT_A_TIME = timedelta(seconds=10)
"""A second taken frame within this of a started attempt is the same resident's second tab."""


@dataclass(frozen=True)
class Guiding:
    """The visit stays in front of the camera: what to say, and how far the hold has come (0 to 1)."""

    visit: Visit
    guidance: Guidance | None
    progress: float = 0.0


def confirm_contact(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit:
    """Go on to the camera, unless today's tries for this NIK are used up."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or visit.step is not Step.CONTACT_CHECK:
            return visit
        exhausted = _left(kiosk, session, visit) == 0
        if not exhausted:
            advance(kiosk, session, visit, Event.CONTACT_CONFIRMED)
    if exhausted:
        return ticket.refer(kiosk, visit_id, Step.CONTACT_CHECK, ReferReason.FACE_TRIES_USED_UP)
    # The last frame may still show whoever stood here before.
    kiosk.devices.camera.forget()
    return visit


def camera_gone(kiosk: Kiosk, visit_id: str) -> Visit:
    """There is no camera any more: the visit is put down with a ticket, and a person is one touch away."""
    kiosk.watches.pop(visit_id, None)
    return pause.for_device(kiosk, visit_id, Step.FACE, ReferReason.CAMERA_GONE)


def left(kiosk: Kiosk, visit: Visit) -> int:
    """How many tries this NIK has left today, over all terminals."""
    with reading() as session:
        return _left(kiosk, session, visit)


def _left(kiosk: Kiosk, session: Session, visit: Visit) -> int:
    counted = sa.select(sa.func.count()).where(
        FaceAttempt.nik_hash == visit.nik_hash,
        FaceAttempt.day == office_day(kiosk.clock.now(), kiosk.settings.zone),
        FaceAttempt.state.not_in((AttemptState.ENGINE_FAILED, AttemptState.NO_FACE)),
    )
    if visit.resumed_at is not None:
        # An officer has approved: the tries before that led to him and are spent, new ones are granted.
        counted = counted.where(FaceAttempt.at >= visit.resumed_at)
    return tries_left(session.scalar(counted) or 0, kiosk.settings.face_tries)


def observe(kiosk: Kiosk, visit: Visit, jpeg: bytes | None, at: float) -> Visit | Guiding:
    """Judge one frame of the resident (JPEG, taken `at` on the monotonic scale); None when there is none.

    Returns guidance while the visit stays, the visit where it then is once something was decided.
    """
    if visit.step is not Step.FACE:
        return visit
    watch = kiosk.watches.setdefault(visit.id, Watch())
    if jpeg is None:
        return _trouble(kiosk, visit, watch, at, ReferReason.CAMERA_GONE)
    try:
        look = kiosk.adapters.face.look(jpeg, LOOK_SECONDS)
    except (EngineDown, EngineTimeout) as error:
        log.warning("face engine: %s", type(error).__name__)
        return _trouble(kiosk, visit, watch, at, ReferReason.FACE_ENGINE_DOWN)
    except (NotAPicture, PictureTooLarge):
        return _trouble(kiosk, visit, watch, at, ReferReason.CAMERA_GONE)
    guidance = judge(look)
    watch.trouble_since = None
    watch.hold = watch.hold.seen(guidance, at)
    if not is_ready(watch.hold):
        return Guiding(visit, guidance, min(watch.hold.frames / 3, 1.0))
    watch.hold = Hold()
    return _take(kiosk, visit, jpeg)


def _trouble(kiosk: Kiosk, visit: Visit, watch: Watch, at: float, reason: ReferReason) -> Visit | Guiding:
    if watch.trouble_since is None:
        watch.trouble_since = at
    if at - watch.trouble_since < TROUBLE_SECONDS:
        return Guiding(visit, None)
    if reason is ReferReason.CAMERA_GONE:
        return camera_gone(kiosk, visit.id)
    kiosk.watches.pop(visit.id, None)
    return ticket.refer(kiosk, visit.id, Step.FACE, reason)


def _take(kiosk: Kiosk, visit: Visit, jpeg: bytes) -> Visit | Guiding:
    started = _start(kiosk, visit.id)
    if isinstance(started, Visit):
        return started
    try:
        compared = kiosk.adapters.face.compare(
            jpeg, started.template, kiosk.settings.adapter_deadline_seconds
        )
    except (EngineDown, EngineTimeout, NotAPicture, PictureTooLarge) as error:
        log.warning("face comparison: %s", type(error).__name__)
        _finish(kiosk, started, AttemptState.ENGINE_FAILED, None)
        return Guiding(visit, None)
    if isinstance(compared, NoUsableFace):
        _finish(kiosk, started, AttemptState.NO_FACE, None)
        return Guiding(visit, Guidance.NO_FACE)
    return _verdict(kiosk, visit, started, jpeg, compared)


@dataclass(frozen=True)
class _Started:
    """An attempt under way: with whose face, and since when (aware, UTC) its visit has stood there."""

    attempt_id: int
    template: bytes
    nik: str
    since: datetime

    def stands(self, visit: Visit) -> bool:
        """Whether what is found may still decide: a visit that was paused meanwhile may be back before the
        camera, even with another NIK."""
        return visit.step is Step.FACE and (visit.nik, visit.stands_since) == (self.nik, self.since)


def _start(kiosk: Kiosk, visit_id: str) -> _Started | Visit:
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not Step.FACE or visit.face_template is None or visit.nik is None:
            return visit
        is_under_way = sa.select(
            sa.exists().where(
                FaceAttempt.visit_id == visit_id,
                FaceAttempt.state == AttemptState.STARTED,
                FaceAttempt.at > now - ONE_AT_A_TIME,
            )
        )
        if session.scalar(is_under_way):
            return visit
        if _left(kiosk, session, visit) > 0:
            attempt = FaceAttempt(
                visit_id=visit_id,
                nik_hash=visit.nik_hash,
                day=office_day(now, kiosk.settings.zone),
                at=now,
                state=AttemptState.STARTED,
            )
            session.add(attempt)
            session.flush()
            audit.record(kiosk, session, Action.FACE_ATTEMPT, visit_id, attempt=attempt.id)
            return _Started(attempt.id, visit.face_template, visit.nik, visit.stands_since)
    return ticket.refer(kiosk, visit_id, Step.FACE, ReferReason.FACE_TRIES_USED_UP)


def _finish(kiosk: Kiosk, started: _Started, state: AttemptState, distance: float | None) -> None:
    """Commit what became of an attempt."""
    with audit.verb(kiosk) as session:
        _note(kiosk, session, started, state, distance)


def _note(
    kiosk: Kiosk, session: Session, started: _Started, state: AttemptState, distance: float | None
) -> None:
    attempt = session.get_one(FaceAttempt, started.attempt_id)
    attempt.state, attempt.distance = state, distance
    attempt.engine = kiosk.adapters.face.version[:80]
    audit.record(kiosk, session, Action.FACE_DECIDED, attempt.visit_id, attempt=attempt.id, outcome=state)


def _verdict(kiosk: Kiosk, visit: Visit, started: _Started, jpeg: bytes, compared: Compared) -> Visit:
    """Act on a comparison. The attempt stays `STARTED` until its visit has moved on: so a second tab, whose
    frame is good at the same moment, never gets an attempt of its own."""
    verdict = decide(compared.distance, accept=kiosk.settings.face_accept, review=kiosk.settings.face_review)
    distance = round(compared.distance, 4)
    if verdict is Verdict.MATCH:
        return _matched(kiosk, visit.id, started, distance)
    tries = left(kiosk, visit)
    if verdict is Verdict.NO_MATCH and tries > 0:
        return _not_matched(kiosk, visit.id, started, distance)
    evidence = Evidence(jpeg, compared.template, compared.distance, kiosk.settings.face_tries - tries)
    is_unsure = verdict is Verdict.UNCERTAIN
    reason = ReferReason.FACE_UNCERTAIN if is_unsure else ReferReason.FACE_NOT_MATCHED
    with reading() as session:
        present = session.get_one(Visit, visit.id)
    # Nobody goes from here to the register and back before the next line.
    is_here = started.stands(present)
    handed_over = waiting.hand_over(kiosk, visit.id, Step.FACE, reason, evidence) if is_here else present
    _finish(kiosk, started, AttemptState.UNCERTAIN if is_unsure else AttemptState.NO_MATCH, distance)
    return handed_over


def _not_matched(kiosk: Kiosk, visit_id: str, started: _Started, distance: float) -> Visit:
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        _note(kiosk, session, started, AttemptState.NO_MATCH, distance)
        if started.stands(visit):
            advance(kiosk, session, visit, Event.FACE_NOT_MATCHED)
    return visit


def _matched(kiosk: Kiosk, visit_id: str, started: _Started, distance: float) -> Visit:
    """The right person stands there: only now is anything said about the state of the IKD."""
    try:
        is_active = kiosk.adapters.authority.is_active(started.nik, kiosk.settings.adapter_deadline_seconds)
    except AuthorityDown:
        log.warning("authority did not answer to is_active")
        referred = ticket.refer(kiosk, visit_id, Step.FACE, ReferReason.AUTHORITY_UNREACHABLE)
        _finish(kiosk, started, AttemptState.MATCH, distance)
        return referred
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        _note(kiosk, session, started, AttemptState.MATCH, distance)
        if not started.stands(visit):
            return visit
        if is_active:
            visit.refer_reason = ReferReason.ALREADY_ACTIVE
        advance(kiosk, session, visit, Event.IS_ACTIVE_ELSEWHERE if is_active else Event.FACE_MATCHED)
    return visit if is_active else activation.offer(kiosk, visit_id)
