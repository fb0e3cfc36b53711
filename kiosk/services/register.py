"""The look-up: is the holder of this NIK eligible? Its answer leaves at a moment that tells nothing.

A NIK is easily guessed. So every refusal leads to the same step, and the answer leaves at one fixed moment
after the request whatever the reason (KIOSK_ANSWER_MOMENT_SECONDS), later only by whole multiples of it, and
at the adapters' deadline at the latest.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kiosk.adapters.face import Described, EngineDown, EngineTimeout, NotAPicture, PictureTooLarge
from kiosk.adapters.regions import district_is_known
from kiosk.adapters.register import RegisterDown
from kiosk.config import Settings
from kiosk.domain import nik as rules
from kiosk.domain.eligibility import Person, is_question_of_age, refusal
from kiosk.domain.numbers import group_of
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import Channel, Event, Step
from kiosk.models.visit import Visit
from kiosk.services import audit, limits, ticket
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import advance

log = logging.getLogger(__name__)

_R = ReferReason


@dataclass(frozen=True)
class _Known:
    """An eligible person; at the kiosk one whose register photo can be matched with."""

    person: Person
    template: bytes | None


@dataclass(frozen=True)
class _Refused:
    """Why the visit does not go on; `person` is who the register knows, if it knows anybody."""

    reason: ReferReason
    person: Person | None = None


def look_up(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit:
    """Ask the register about the NIK that was read back, and move on by its answer.

    At a counter the answer leaves at once and every refusal leads to its step, where the officer reads the
    true reason: he stands where a ticket would lead to.
    """
    asked_at = kiosk.clock.monotonic()
    started = _start(kiosk, visit_id, came_from)
    if isinstance(started, Visit):
        return started
    answer = _ask(kiosk, started)
    visit = _answer(kiosk, visit_id, started, answer)
    if started.is_at_counter:
        return visit
    kiosk.clock.sleep_until(asked_at + _moment(kiosk.clock.monotonic() - asked_at, kiosk.settings))
    return visit


def _moment(took: float, settings: Settings) -> float:
    """When the answer leaves, in seconds after the question: the next whole multiple of the moment that is
    not past; but never after the deadline, because nobody stands waiting longer for a ticket."""
    step = settings.answer_moment_seconds
    return min(max(math.ceil(took / step), 1) * step, settings.adapter_deadline_seconds)


@dataclass(frozen=True)
class _Question:
    nik: str
    is_at_counter: bool


def _start(kiosk: Kiosk, visit_id: str, came_from: Step) -> Visit | _Question:
    """Commit that a look-up is made; a visit comes back when none is to be made."""
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        if visit.step is not came_from or visit.step is not Step.NIK_CHECK or visit.nik is None:
            return visit
        is_at_counter = visit.channel is Channel.COUNTER
        today = office_day(now, kiosk.settings.zone)
        # Nobody asks an officer who holds the birth certificate in his hand: the register decides.
        if not is_at_counter and is_question_of_age(rules.parse(visit.nik, today).born_young, today):
            advance(kiosk, session, visit, Event.UNDER_17_BY_DATE)
            return visit
        if limits.visit_may_ask(kiosk, session, visit):
            return _Question(visit.nik, is_at_counter)
        if is_at_counter:
            return _refuse(kiosk, session, visit, ReferReason.LOOKUP_LIMIT)
    return ticket.refer(kiosk, visit_id, Step.NIK_CHECK, ReferReason.LOOKUP_LIMIT)


def _refuse(kiosk: Kiosk, session: Session, visit: Visit, reason: ReferReason) -> Visit:
    visit.refer_reason = reason
    advance(kiosk, session, visit, Event.REGISTER_REFUSES)
    return visit


def _ask(kiosk: Kiosk, question: _Question) -> _Known | _Refused:
    """Ask register and face engine within one deadline; a typed reason for every way it can fail.

    At a counter an officer vouches instead of the camera: no photo is needed, and no engine.
    """
    until = kiosk.clock.monotonic() + kiosk.settings.adapter_deadline_seconds
    try:
        person = kiosk.adapters.register.look_up(question.nik, kiosk.settings.adapter_deadline_seconds)
    except RegisterDown as error:
        log.warning("register: %s", type(error).__name__)
        return _Refused(ReferReason.REGISTER_UNREACHABLE)
    reason = refusal(person, office_day(kiosk.clock.now(), kiosk.settings.zone))
    if question.is_at_counter and person is not None and reason in (None, _R.REGISTER_PHOTO_UNUSABLE):
        return _Known(person, None)
    if reason is not None:
        return _Refused(reason, person)
    assert person is not None  # `refusal` has a reason for both of these
    assert person.photo is not None
    try:
        described = kiosk.adapters.face.describe(person.photo, max(until - kiosk.clock.monotonic(), 0.1))
    except (NotAPicture, PictureTooLarge):
        return _Refused(ReferReason.REGISTER_PHOTO_UNUSABLE, person)
    except (EngineDown, EngineTimeout) as error:
        log.warning("face engine at look-up: %s", type(error).__name__)
        return _Refused(ReferReason.FACE_ENGINE_DOWN)
    if not isinstance(described, Described):
        return _Refused(ReferReason.REGISTER_PHOTO_UNUSABLE, person)
    return _Known(person, described.template)


def _answer(kiosk: Kiosk, visit_id: str, question: _Question, answer: _Known | _Refused) -> Visit:
    match answer:
        case _Refused(_R.REGISTER_UNREACHABLE | _R.FACE_ENGINE_DOWN as down) if not question.is_at_counter:
            return ticket.refer(kiosk, visit_id, Step.NIK_CHECK, down)
    with audit.verb(kiosk) as session:
        visit = session.get_one(Visit, visit_id)
        # Another NIK may be read back by now: with this one's face its owner would be let in as that person.
        if visit.step is not Step.NIK_CHECK or visit.nik != question.nik:
            return visit
        visit.group = _group(kiosk, answer.person)
        match answer:
            case _Refused(reason):
                return _refuse(kiosk, session, visit, reason)
            case _Known(person, template):
                # A NIK that was mistyped at first must not leave its reason behind.
                visit.refer_reason = None
                _keep(kiosk, visit, person)
                visit.register_photo, visit.face_template = person.photo, template
                is_known = visit.email is not None and visit.phone is not None
                advance(kiosk, session, visit, Event.CONTACT_KNOWN if is_known else Event.REGISTER_KNOWS)
    return visit


def _group(kiosk: Kiosk, person: Person | None) -> str | None:
    """Sex and age band as the register has them: what the fairness watch counts when the visit is over."""
    if person is None:
        return None
    return group_of(person.sex, rules.age(person.born, office_day(kiosk.clock.now(), kiosk.settings.zone)))


def _keep(kiosk: Kiosk, visit: Visit, person: Person) -> None:
    assert visit.nik is not None
    nik = rules.parse(visit.nik, office_day(kiosk.clock.now(), kiosk.settings.zone))
    visit.name = person.name
    visit.region = person.region
    visit.nik_warnings = ",".join(
        rules.warnings(
            nik, born=person.born, sex=person.sex, district_is_known=district_is_known(nik.district)
        )
    )
