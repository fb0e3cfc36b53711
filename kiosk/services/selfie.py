"""The face step: frames are judged as they come, first until one is good, then while the head turns.

`domain/framing.py` says how a resident should stand, `domain/liveness.py` whether he follows, `attempt.py`
counts and decides. the server judges: a page sends pictures, and what it claims about them is not even read.
"""

from __future__ import annotations

import hmac
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from kiosk.adapters.face import EngineDown, EngineTimeout, NotAPicture, PictureTooLarge
from kiosk.domain import liveness
from kiosk.domain.capture import Advice, Face, Guidance, Look, advise
from kiosk.domain.framing import Framing
from kiosk.domain.liveness import Cue, Hint, Phase, Pick
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.models.visit import Visit
from kiosk.services import attempt as attempts
from kiosk.services import audit, pause, ticket
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance
from kiosk.services.watch import Attempt, Watch

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""A look takes 13 ms, an embedding 0.1 s; this covers a restart of the face process."""

TROUBLE_SECONDS = 8.0
"""How long camera or engine may fail before a person takes over: the same deadline as every adapter's."""

MOST_MISSED = 1000
"""How many frames of a page may be lost on their way: a minute of them. A number that is further ahead would
leave none for the frames to come."""


@dataclass(frozen=True)
class Guiding:
    """The visit stays before the camera: what to say about the frame, how far the hold has come (0 to 1);
    then what to do, how many of `total` turns are done, and what to mind. `advice` goes beside both."""

    visit: Visit
    guidance: Guidance | None = None
    progress: float = 0.0
    cue: Cue | None = None
    done: int = 0
    total: int = 0
    hint: Hint | None = None
    advice: Advice | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """Everything but the progress: a poll answers at once when it changes."""
        return self.guidance, self.cue, self.done, self.hint, self.advice


def confirm_contact(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit:
    """Go on to the camera, unless today's tries for this NIK are used up."""
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or visit.step is not Step.CONTACT_CHECK:
            return visit
        exhausted = attempts.left_in(kiosk, session, visit) == 0
        if not exhausted:
            advance(kiosk, session, visit, Event.CONTACT_CONFIRMED)
    if exhausted:
        return ticket.refer(kiosk, visit_id, Step.CONTACT_CHECK, ReferReason.FACE_TRIES_USED_UP)
    # The last frame may still show whoever stood here before.
    kiosk.devices.camera.forget()
    return visit


def camera_gone(kiosk: Kiosk, visit_id: str) -> Visit:
    """There is no camera any more: the visit is put down with a ticket, and a person is one touch away."""
    with _nothing_judged(kiosk, visit_id) as attempt:
        return _camera_gone(kiosk, visit_id, attempt)


def cannot_turn(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit:
    """The resident cannot or does not want to turn the head: a person takes over."""
    with _nothing_judged(kiosk, visit_id) as attempt:
        return attempts.decline(kiosk, visit_id, came_from, attempt)


@contextmanager
def _nothing_judged(kiosk: Kiosk, visit_id: str) -> Iterator[Attempt | None]:
    """The attempt under way, while no frame changes or decides it: one that is being judged comes first."""
    watch = kiosk.watches.get(visit_id)
    if watch is None:
        yield None
        return
    with watch.lock:
        yield watch.attempt


def _camera_gone(kiosk: Kiosk, visit_id: str, attempt: Attempt | None) -> Visit:
    attempts.failed(kiosk, attempt)
    return pause.for_device(kiosk, visit_id, Step.FACE, ReferReason.CAMERA_GONE)


def watch_of(kiosk: Kiosk, visit: Visit) -> Watch:
    """What is remembered of this visit's stay before the camera."""
    return kiosk.watches.setdefault(visit.id, Watch())


def asked(kiosk: Kiosk) -> Cue | None:
    """What the screen asks of whoever stands before the camera now; None when it asks nothing."""
    rounds = [watch.round for watch in list(kiosk.watches.values()) if watch.round is not None]
    return rounds[-1].cue if rounds else None


class Intake(StrEnum):
    """Whether a frame that a page has posted is judged: it is the next one of this stay, one that comes twice
    or late, or one of another stay (another visit, or before a restart)."""

    NEXT = "next"
    LATE = "late"
    ELSEWHERE = "elsewhere"


def take_in(kiosk: Kiosk, visit: Visit, word: str, number: int) -> Intake:
    """Say whether a posted frame, which carries its stay's `word` and counts from 1, is to be judged.

    The order of frames is what a round is judged by, so nobody may choose it.
    """
    watch = watch_of(kiosk, visit)
    if not hmac.compare_digest(watch.word.encode(), word.encode()):
        log.warning("refused a frame: not of this stay before the camera")
        return Intake.ELSEWHERE
    if not watch.number < number <= watch.number + MOST_MISSED:
        log.warning("refused a frame: not the next after %d", watch.number)
        return Intake.LATE
    watch.number = number
    return Intake.NEXT


def observe(kiosk: Kiosk, visit: Visit, jpeg: bytes | None, at: float) -> Visit | Guiding:
    """Judge one frame of the resident (JPEG, taken `at` on the monotonic scale); None when there is none.

    Returns guidance while the visit stays, the visit where it then is once something was decided. While
    another thread judges a frame (a second tab), this one is let go.
    """
    if visit.step is not Step.FACE:
        return visit
    watch = watch_of(kiosk, visit)
    if not watch.lock.acquire(blocking=False):
        return _guiding(visit, watch)
    try:
        return _observe(kiosk, visit, watch, jpeg, at)
    finally:
        watch.lock.release()


def _observe(kiosk: Kiosk, visit: Visit, watch: Watch, jpeg: bytes | None, at: float) -> Visit | Guiding:
    if jpeg is None:
        return _trouble(kiosk, visit, watch, at, ReferReason.CAMERA_GONE)
    try:
        look = kiosk.adapters.face.look(jpeg, LOOK_SECONDS)
        answer = _judge(kiosk, visit, watch, jpeg, look, at)
    except (EngineDown, EngineTimeout) as error:
        log.warning("face engine: %s", type(error).__name__)
        return _trouble(kiosk, visit, watch, at, ReferReason.FACE_ENGINE_DOWN)
    except (NotAPicture, PictureTooLarge) as error:
        log.warning("frame: %s", type(error).__name__)
        return _trouble(kiosk, visit, watch, at, ReferReason.CAMERA_GONE)
    watch.trouble_since = None
    return answer


def _trouble(kiosk: Kiosk, visit: Visit, watch: Watch, at: float, reason: ReferReason) -> Visit | Guiding:
    if watch.trouble_since is None or at < watch.trouble_since:
        watch.trouble_since = at
    if at - watch.trouble_since < TROUBLE_SECONDS:
        return _guiding(visit, watch)
    if reason is ReferReason.CAMERA_GONE:
        return _camera_gone(kiosk, visit.id, watch.attempt)
    attempts.failed(kiosk, watch.attempt)
    return ticket.refer(kiosk, visit.id, Step.FACE, reason)


def _judge(kiosk: Kiosk, visit: Visit, watch: Watch, jpeg: bytes, look: Look, at: float) -> Visit | Guiding:
    if watch.round is not None and watch.attempt is not None:
        watch.round = liveness.watch(watch.round, look, at)
        if watch.round.pick is not None:
            _keep(kiosk, watch, watch.attempt, jpeg, look.people[0])
        if watch.round.phase in (Phase.PASSED, Phase.REFUSED):
            return attempts.judge(kiosk, visit, watch.attempt, watch.round)
        if watch.round.phase is not Phase.FRAMING:
            return _guiding(visit, watch, advice=advise(look))
    watch.framing = framing = watch.framing.seen(look, at, kiosk.adapters.face.min_face_px)
    if not framing.is_ready:
        return _guiding(visit, watch, framing.guidance, advise(look))
    watch.framing = Framing()
    return _begin(kiosk, visit, watch, jpeg, look.people[0], framing.baseline, at)


def _begin(
    kiosk: Kiosk, visit: Visit, watch: Watch, jpeg: bytes, face: Face, baseline: float, at: float
) -> Visit | Guiding:
    """A good frontal frame: a round begins with it, or goes on where a track was lost."""
    if watch.attempt is None:
        started = attempts.start(kiosk, visit.id)
        if isinstance(started, Visit):
            return started
        watch.attempt = started
    attempt = watch.attempt
    attempt.forget_frames()
    attempt.selfie = jpeg
    _embed(kiosk, attempt, attempt.frontals, jpeg, face)
    if watch.round is None:
        watch.round = liveness.begin(attempt.challenge, baseline, face, at)
    else:
        watch.round = liveness.again(watch.round, baseline, face, at)
    return _guiding(visit, watch)


def _keep(kiosk: Kiosk, watch: Watch, attempt: Attempt, jpeg: bytes, face: Face) -> None:
    """Embed what the round has picked. If that fails, so has the track: whose face it was stays unknown."""
    assert watch.round is not None
    into = attempt.frontals if watch.round.pick is Pick.FRONTAL else attempt.turned
    try:
        _embed(kiosk, attempt, into, jpeg, face)
    except (EngineDown, EngineTimeout, NotAPicture, PictureTooLarge):
        watch.round = liveness.broken(watch.round)
        raise


def _embed(kiosk: Kiosk, attempt: Attempt, into: list[bytes], jpeg: bytes, face: Face) -> None:
    embedded = kiosk.adapters.face.embed(jpeg, face, LOOK_SECONDS)
    into.append(embedded.template)
    if embedded.real is not None and into is attempt.frontals:
        # No number is no sign of life.
        attempt.reals.append(0.0 if math.isnan(embedded.real) else embedded.real)


def _guiding(
    visit: Visit, watch: Watch, guidance: Guidance | None = None, advice: Advice | None = None
) -> Guiding:
    round, progress = watch.round, watch.framing.progress
    if round is None:
        return Guiding(visit, guidance, progress, advice=advice)
    return Guiding(visit, guidance, progress, round.cue, round.done, round.total, round.hint, advice)
