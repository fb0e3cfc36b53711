"""Counting: what a day was like, added up in the transaction in which each thing happens.

The counts hold no person and no visit, so they outlive the purge; and because a visit is counted in the
commit that ends it, no crash loses one or counts it twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from kiosk.domain import fairness
from kiosk.domain.activation import ActivationState
from kiosk.domain.numbers import Measure, domicile, wait_of
from kiosk.domain.reasons import ReferReason
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import WITHOUT_QUESTION, Channel, Step
from kiosk.models.activation import Activation
from kiosk.models.case import ReviewCase
from kiosk.models.numbers import DailyCount, MonthlyCount
from kiosk.models.visit import Visit, VisitEnd
from kiosk.services.kiosk import Kiosk

GIVING_UP: frozenset[VisitEnd] = frozenset({VisitEnd.LEFT, VisitEnd.IDLE})

HANDED_OVER: frozenset[str] = frozenset({Step.TICKET, Step.WAITING_FOR_OFFICER})
"""Steps that only a visit passes which was handed to a person."""


@dataclass(frozen=True)
class _Added:
    """One more of `label`, and what it adds to the sum (seconds, stars)."""

    measure: Measure
    label: str
    total: float = 0.0


def count(
    kiosk: Kiosk,
    session: Session,
    measure: Measure,
    label: str,
    total: float = 0.0,
    day: date | None = None,
    terminal: str | None = None,
) -> None:
    """Count one more of `label` (at most 64 characters, from a closed set, never personal) inside a verb.

    `total` is added to the label's sum; the day is the office's today and the terminal this one unless given.
    """
    _add(
        session,
        day or office_day(kiosk.clock.now(), kiosk.settings.zone),
        terminal or kiosk.settings.terminal,
        [_Added(measure, label, total)],
    )


def count_wait(kiosk: Kiosk, session: Session, seconds: float) -> None:
    """Count how long a ticket waited, when it is called for the first time."""
    count(kiosk, session, Measure.WAIT, wait_of(seconds), max(seconds, 0.0))


def clock_step(kiosk: Kiosk, visit: Visit, left: Step) -> None:
    """Add the time since the last move to the step that is `left`; call it before the activity is renewed.

    `visit.step_seconds` keeps the steps in the order in which each was last left: its last one tells where
    somebody gave up.
    """
    now = kiosk.clock.now()
    spent = max((now - visit.stands_since).total_seconds(), 0.0)
    seconds: dict[str, float] = json.loads(visit.step_seconds or "{}")
    seconds[left] = round(seconds.pop(left, 0.0) + spent, 1)
    visit.step_seconds = json.dumps(seconds)
    visit.step_since = now


def count_end(kiosk: Kiosk, session: Session, visit: Visit) -> None:
    """Count a visit that is over, on the office day on which it began; then forget whose group it was.

    Called once, by the move that closes it. While the authority has yet to say whether it activated, nobody
    knows the outcome: then nothing is counted, and `services/redemption.py` calls again with the answer.
    """
    if _is_being_redeemed(session, visit):
        return
    day = office_day(visit.started_at, kiosk.settings.zone)
    _add(session, day, visit.terminal, list(_of_visit(kiosk, session, visit)))
    visit.group = None


def _of_visit(kiosk: Kiosk, session: Session, visit: Visit) -> Iterator[_Added]:
    end = visit.end or VisitEnd.LEFT
    path: dict[str, float] = json.loads(visit.step_seconds or "{}")
    yield _Added(Measure.OUTCOME, end)
    if end is VisitEnd.ACTIVATED:
        yield _Added(Measure.DOMICILE, domicile(visit.region, kiosk.settings.office_region))
        yield _Added(Measure.CHANNEL, visit.channel)
    if visit.satisfaction is not None:
        yield _Added(Measure.SATISFACTION, str(visit.satisfaction), float(visit.satisfaction))
    if visit.channel is Channel.COUNTER:
        # Who is served at a counter was counted when the kiosk handed him over; his steps are an officer's.
        return
    last = next(reversed(path), None)
    worked = {
        step: seconds
        for step, seconds in path.items()
        # Nobody stood at the step that fell idle, and at a step that is over nobody works any more.
        if step not in WITHOUT_QUESTION and not (end is VisitEnd.IDLE and step == last)
    }
    yield _Added(Measure.VISIT_SECONDS, end, sum(worked.values()))
    for step, seconds in worked.items():
        yield _Added(Measure.STEP_SECONDS, step, seconds)
    if end in GIVING_UP and last is not None:
        yield _Added(Measure.GAVE_UP, last)
    was_handed_over = not HANDED_OVER.isdisjoint(path)
    reason = visit.refer_reason or (_reason_of_case(session, visit) if was_handed_over else None)
    if reason is not None and was_handed_over:
        yield _Added(Measure.REFERRED, reason)
    if visit.group is not None:
        for label in fairness.labels(visit.group, end, reason):
            yield _Added(Measure.FAIRNESS, label)


def _reason_of_case(session: Session, visit: Visit) -> ReferReason | None:
    """Why a visit was handed over that an officer has sent on. Whoever the camera does not know must count
    also when a person corrects it each time: otherwise the fairness watch would see nothing of it."""
    return session.scalar(
        sa.select(ReviewCase.reason)
        .where(ReviewCase.visit_id == visit.id)
        .order_by(ReviewCase.opened_at)
        .limit(1)
    )


def _is_being_redeemed(session: Session, visit: Visit) -> bool:
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    Activation.visit_id == visit.id, Activation.state == ActivationState.REDEEMING
                )
            )
        )
    )


def _add(session: Session, day: date, terminal: str, added: list[_Added]) -> None:
    for model, first in ((DailyCount, day), (MonthlyCount, day.replace(day=1))):
        session.connection().execute(
            _one_more(model),
            [
                {
                    "day": first,
                    "terminal": terminal,
                    "measure": one.measure,
                    "label": one.label,
                    "count": 1,
                    "total": one.total,
                }
                for one in added
            ],
        )


@cache
def _one_more(model: type[DailyCount] | type[MonthlyCount]) -> sa.Insert:
    """Insert a count, or add to the one that stands there: one statement, so nothing can come between."""
    table = cast("sa.Table", model.__table__)
    new = insert(table)
    return new.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={"count": table.c.count + new.excluded.count, "total": table.c.total + new.excluded.total},
    )
