"""A try at being known: counted before it begins, decided by frames that are never kept.

Order: commit the attempt with the turns it asks for (neither a crash nor leaving gives an extra try), embed
frames as they come with no transaction open, commit what came of it. An attempt decides only while its visit
has stood before the camera since, with the same NIK.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from random import SystemRandom

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.adapters.authority import AuthorityDown
from kiosk.adapters.face import OtherEngine, spread
from kiosk.db import reading
from kiosk.domain import challenge, liveness
from kiosk.domain.audit import Action
from kiosk.domain.challenge import Challenge
from kiosk.domain.decision import Verdict, decide
from kiosk.domain.limits import tries_left
from kiosk.domain.liveness import Refusal, Round
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import Event, Step
from kiosk.models.visit import AttemptState, FaceAttempt, Visit
from kiosk.services import activation, audit, ticket, waiting
from kiosk.services.case import Evidence
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance
from kiosk.services.watch import Attempt

log = logging.getLogger(__name__)

_random = SystemRandom()


@dataclass(frozen=True)
class _Found:
    """What the frames of an attempt say: the fused template, its distance to the reference, the distances
    between its frames, and the passive check's least score."""

    template: bytes
    distance: float
    spread: tuple[float, ...]
    real: float | None


@dataclass(frozen=True)
class _Outcome:
    """What came of an attempt, as it is kept."""

    state: AttemptState
    found: _Found | None = None
    followed: Round | None = None
    refusal: Refusal | None = None


def left(kiosk: Kiosk, visit: Visit) -> int:
    """How many tries this NIK has left today, over all terminals."""
    with reading() as session:
        return left_in(kiosk, session, visit)


def left_in(kiosk: Kiosk, session: Session, visit: Visit) -> int:
    """The same inside a transaction."""
    counted = sa.select(sa.func.count()).where(
        *_of_today(kiosk, visit), FaceAttempt.state != AttemptState.ENGINE_FAILED
    )
    if visit.resumed_at is not None:
        # An officer has approved: the tries before that led to him and are spent, new ones are granted.
        counted = counted.where(FaceAttempt.at >= visit.resumed_at)
    return tries_left(session.scalar(counted) or 0, kiosk.settings.face_tries)


def _of_today(kiosk: Kiosk, visit: Visit) -> tuple[sa.ColumnElement[bool], ...]:
    day = office_day(kiosk.clock.now(), kiosk.settings.zone)
    return FaceAttempt.nik_hash == visit.nik_hash, FaceAttempt.day == day


def last_refusal(kiosk: Kiosk, visit: Visit) -> Refusal | None:  # noqa: ARG001
    """Why the turns of the visit's last attempt did not pass; None when something else came of it."""
    newest = sa.select(FaceAttempt.liveness).where(FaceAttempt.visit_id == visit.id)
    with reading() as session:
        return session.scalar(newest.order_by(FaceAttempt.id.desc()).limit(1))


def start(kiosk: Kiosk, visit_id: str) -> Attempt | Visit:
    """Begin an attempt with the turns that it asks for; the visit when none may begin."""
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not Step.FACE or visit.face_template is None or visit.nik is None:
            return visit
        if left_in(kiosk, session, visit) > 0:
            drawn = _drawn(kiosk, session, visit)
            attempt = FaceAttempt(
                visit_id=visit_id,
                nik_hash=visit.nik_hash,
                day=office_day(now, kiosk.settings.zone),
                at=now,
                state=AttemptState.STARTED,
                asked=drawn.letters,
            )
            session.add(attempt)
            session.flush()
            # Holding still is a sign of life; polls are none.
            visit.last_activity_at = now
            audit.record(kiosk, session, Action.FACE_ATTEMPT, visit_id, attempt=attempt.id)
            return Attempt(attempt.id, visit.face_template, visit.nik, visit.stands_since, drawn)
    return ticket.refer(kiosk, visit_id, Step.FACE, ReferReason.FACE_TRIES_USED_UP)


def _drawn(kiosk: Kiosk, session: Session, visit: Visit) -> Challenge:
    """Turns that nobody knows, unless an attempt has cost nothing: then its own once more.

    So a NIK has no more draws in a day than tries. Whoever waits for turns that suit a video would else only
    have to pull out the camera's cable, or let the page say that it has none.
    """
    turns = 0 if visit.liveness_waived else kiosk.settings.liveness_turns
    rows = session.execute(
        sa.select(FaceAttempt.asked, FaceAttempt.state)
        .where(*_of_today(kiosk, visit))
        .order_by(FaceAttempt.id)
    ).all()
    spent = {asked for asked, state in rows if state is not AttemptState.ENGINE_FAILED}
    again = [asked for asked, _ in rows if len(asked) == turns and asked not in spent]
    if again:
        return challenge.repeat(again[0], _random.random)
    return challenge.draw(turns, _random.random)


def failed(kiosk: Kiosk, attempt: Attempt | None) -> None:
    """Engine or camera have given up: what has begun costs no try."""
    if attempt is not None:
        _finish(kiosk, attempt, _Outcome(AttemptState.ENGINE_FAILED))


def judge(kiosk: Kiosk, visit: Visit, attempt: Attempt, followed: Round) -> Visit:
    """Act on a round that is over.

    The attempt stays `STARTED` until its visit has moved on. Whether the face matches is not even said to
    whoever has not passed the round.
    """
    try:
        found = _compare(kiosk, attempt)
    except OtherEngine:
        log.warning("a template was made by another face engine")
        failed(kiosk, attempt)
        return ticket.refer(kiosk, visit.id, Step.FACE, ReferReason.FACE_ENGINE_DOWN)
    accept, review = kiosk.settings.face_accept, kiosk.settings.face_review
    refusal = followed.refusal
    if found is None or refusal is not None:
        return _not_live(kiosk, visit, attempt, found, followed, refusal or Refusal.TRACK_LOST)
    if not liveness.is_same_person(found.spread, review):
        return _not_live(kiosk, visit, attempt, found, followed, Refusal.FACE_CHANGED)
    if found.real is not None and found.real < kiosk.settings.pad_least:
        # Before the verdict: whoever may be a picture learns nothing of it, and no officer says yes to a
        # doubtful face without knowing that it may be one.
        doubted = _Outcome(AttemptState.DOUBTED, found, followed)
        return _hand_over(kiosk, visit, attempt, ReferReason.LIVENESS_DOUBTED, doubted)
    match decide(found.distance, accept=accept, review=review):
        case Verdict.MATCH:
            return _matched(kiosk, visit.id, attempt, _Outcome(AttemptState.MATCH, found, followed))
        case Verdict.UNCERTAIN:
            unsure = _Outcome(AttemptState.UNCERTAIN, found, followed)
            return _hand_over(kiosk, visit, attempt, ReferReason.FACE_UNCERTAIN, unsure)
        case Verdict.NO_MATCH:
            no_match = _Outcome(AttemptState.NO_MATCH, found, followed)
            if left(kiosk, visit) > 0:
                return _again(kiosk, visit.id, attempt, no_match, Event.FACE_NOT_MATCHED)
            return _hand_over(kiosk, visit, attempt, ReferReason.FACE_NOT_MATCHED, no_match)


def decline(kiosk: Kiosk, visit_id: str, came_from: Step, attempt: Attempt | None) -> Visit:
    """The resident cannot or does not want to turn: an officer takes over, with no mark against anybody.

    An attempt that has begun is used up, or somebody could look at one draw of turns after the other.
    """
    visit = _present(visit_id)
    if visit.step is not came_from or came_from not in (Step.FACE, Step.FACE_AGAIN):
        return visit
    reason = ReferReason.LIVENESS_NOT_POSSIBLE
    if attempt is None or not attempt.stands(visit):
        return waiting.hand_over(kiosk, visit_id, came_from, reason)
    try:
        found = _compare(kiosk, attempt)
    except OtherEngine:
        # The officer has the person; what the frames say would only have helped him.
        log.warning("a template was made by another face engine")
        found = None
    return _hand_over(kiosk, visit, attempt, reason, _Outcome(AttemptState.DECLINED, found))


def _compare(kiosk: Kiosk, attempt: Attempt) -> _Found | None:
    """Put the frames together, at once and in this process; None while there is no frontal one."""
    if not attempt.frontals:
        return None
    engine = kiosk.adapters.face
    fused = engine.fuse(attempt.frontals)
    apart = spread(engine, attempt.frontals, attempt.turned)
    distance = engine.distance(fused, attempt.template)
    # SQLite keeps what is no number as nothing, and then one officer's yes would do.
    distance = math.inf if math.isnan(distance) else distance
    return _Found(fused, distance, apart, min(attempt.reals, default=None))


def _not_live(
    kiosk: Kiosk, visit: Visit, attempt: Attempt, found: _Found | None, followed: Round, refusal: Refusal
) -> Visit:
    if refusal is Refusal.CAMERA_TOO_SLOW:
        too_slow = _Outcome(AttemptState.ENGINE_FAILED, found, followed, refusal)
        return _hand_over(kiosk, visit, attempt, ReferReason.CAMERA_TOO_SLOW, too_slow)
    not_live = _Outcome(AttemptState.NOT_LIVE, found, followed, refusal)
    if left(kiosk, visit) > 0:
        return _again(kiosk, visit.id, attempt, not_live, Event.FACE_NOT_LIVE)
    return _hand_over(kiosk, visit, attempt, ReferReason.LIVENESS_NOT_SHOWN, not_live)


def _again(kiosk: Kiosk, visit_id: str, attempt: Attempt, outcome: _Outcome, event: Event) -> Visit:
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        _note(kiosk, session, attempt, outcome)
        if attempt.stands(visit):
            advance(kiosk, session, visit, event)
    return visit


def _hand_over(kiosk: Kiosk, visit: Visit, attempt: Attempt, reason: ReferReason, outcome: _Outcome) -> Visit:
    used, found = kiosk.settings.face_tries - left(kiosk, visit), outcome.found
    evidence = None if found is None else Evidence(attempt.selfie, found.template, found.distance, used)
    present = _present(visit.id)
    # Nobody goes from here to the register and back before the next line.
    is_here = attempt.stands(present)
    handed_over = waiting.hand_over(kiosk, visit.id, Step.FACE, reason, evidence) if is_here else present
    _finish(kiosk, attempt, outcome)
    return handed_over


def _matched(kiosk: Kiosk, visit_id: str, attempt: Attempt, outcome: _Outcome) -> Visit:
    """The right person stands there: only now is anything said about the state of the IKD."""
    try:
        is_active = kiosk.adapters.authority.is_active(attempt.nik, kiosk.settings.adapter_deadline_seconds)
    except AuthorityDown:
        log.warning("authority did not answer to is_active")
        present = _present(visit_id)
        if attempt.stands(present):
            present = ticket.refer(kiosk, visit_id, Step.FACE, ReferReason.AUTHORITY_UNREACHABLE)
        _finish(kiosk, attempt, outcome)
        return present
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        _note(kiosk, session, attempt, outcome)
        if not attempt.stands(visit):
            return visit
        if is_active:
            visit.refer_reason = ReferReason.ALREADY_ACTIVE
        advance(kiosk, session, visit, Event.IS_ACTIVE_ELSEWHERE if is_active else Event.FACE_MATCHED)
    return visit if is_active else activation.offer(kiosk, visit_id)


def _present(visit_id: str) -> Visit:
    with reading() as session:
        return session.get_one(Visit, visit_id)


def _finish(kiosk: Kiosk, attempt: Attempt, outcome: _Outcome) -> None:
    with audit.verb(kiosk) as session:
        _note(kiosk, session, attempt, outcome)


def _note(kiosk: Kiosk, session: Session, attempt: Attempt, outcome: _Outcome) -> None:
    """Write down what became of an attempt: scores and reasons, never a picture. What came of it first
    counts: no camera that fails afterwards gives a try back."""
    row, found, followed = session.get_one(FaceAttempt, attempt.id), outcome.found, outcome.followed
    if row.state is not AttemptState.STARTED:
        return
    row.state, row.liveness, row.engine = outcome.state, outcome.refusal, kiosk.adapters.face.version[:80]
    if found is not None:
        row.distance = round(found.distance, 4)
        row.spread = round(max(found.spread), 4) if found.spread else None
        row.real = None if found.real is None else round(found.real, 4)
    if followed is not None:
        row.frames, row.breaks = followed.frames, followed.breaks
    audit.record(kiosk, session, Action.FACE_DECIDED, row.visit_id, attempt=row.id, outcome=outcome.state)
