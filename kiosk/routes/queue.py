"""The queue: call, call again, skip, finish, hand on, take over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import redirect, request, url_for
from flask_babel import LazyString
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk import officer_session, wording
from kiosk.models.ticket import Ticket
from kiosk.routes import panel
from kiosk.routes.board import minutes_since
from kiosk.routes.panel import the_kiosk
from kiosk.services import queue
from kiosk.services.queue import Line, NotDone

bp = panel.blueprint("queue", __name__, "/antrean")

_STATUS = {
    NotDone.NOBODY_WAITS: HTTPStatus.CONFLICT,
    NotDone.STILL_SERVING: HTTPStatus.CONFLICT,
    NotDone.TOO_LATE: HTTPStatus.CONFLICT,
    NotDone.NO_SUCH_COUNTER: HTTPStatus.UNPROCESSABLE_ENTITY,
}


@dataclass(frozen=True)
class Row:
    """A line of a list. `minutes` since the ticket was taken; `counter` it was handed or called to; `is_left`
    by the officer who has called it."""

    id: str
    number: str
    minutes: int
    reason: LazyString
    counter: str
    is_left: bool


@dataclass(frozen=True)
class Serving:
    """Who is served now: the true reason, what to have ready, and how long it took until the first call."""

    id: str
    number: str
    counter: str
    calls: int
    minutes: int
    reason: LazyString
    bring: Sequence[LazyString]
    case_url: str | None
    counter_url: str


@bp.get("")
def overview() -> Response:
    """Who is served here, who waits; before that, which counter this is."""
    return _page()


@bp.get("/isi")
def content() -> Response:
    """The lists alone, for their poll: 204 while they read the same. Never keeps anybody signed in.

    When another window of this officer has called or finished, the whole page is asked to come again.
    """
    values = _values()
    if request.args.get("serving") != values["serving_digest"]:
        answer = panel.nothing()
        # Not a reload: the page may be the answer to a form, which a reload would send again.
        answer.headers["HX-Redirect"] = url_for(".overview")
        return answer
    if request.args.get("seen") == values["digest"]:
        return panel.nothing()
    return panel.render("officer/queue_lists.html", **values)


@bp.post("/loket")
def choose_counter() -> Response:
    """Work at this counter from now on."""
    row = officer_session.signed_in().row
    return _after(
        queue.choose_counter(the_kiosk(), panel.officer(), row.token_mac, request.form.get("counter", ""))
    )


@bp.post("/panggil")
def call_next() -> Response:
    """Call whoever is next."""
    return _after(queue.call_next(the_kiosk(), panel.officer(), _counter()))


@bp.post("/panggil-tiket")
def call() -> Response:
    """Call one ticket out of its turn."""
    return _after(queue.call(the_kiosk(), panel.officer(), _counter(), _ticket()))


@bp.post("/ulang")
def call_again() -> Response:
    """Call out once more."""
    return _after(queue.call_again(the_kiosk(), panel.officer(), _ticket()))


@bp.post("/lewati")
def skip() -> Response:
    """Nobody came."""
    return _after(queue.skip(the_kiosk(), panel.officer(), _ticket()))


@bp.post("/selesai")
def finish() -> Response:
    """Served."""
    return _after(queue.finish(the_kiosk(), panel.officer(), _ticket()))


@bp.post("/oper")
def hand_on() -> Response:
    """Send to another counter."""
    return _after(queue.hand_on(the_kiosk(), panel.officer(), _ticket(), request.form.get("counter", "")))


@bp.post("/ambil-alih")
def take_over() -> Response:
    """Go on with whom an officer has left behind."""
    return _after(queue.take_over(the_kiosk(), panel.officer(), _counter(), _ticket()))


def _ticket() -> str:
    return request.form.get("ticket", "")[:16]


def _counter() -> str:
    """The counter of this sign-in; empty before one was chosen, or when the office has none of that name."""
    chosen = officer_session.signed_in().row.counter
    return chosen if chosen in the_kiosk().settings.counter_names else ""


def _after(outcome: Ticket | NotDone | None) -> Response:
    match outcome:
        case NotDone.UNKNOWN_TICKET:
            raise NotFound
        case NotDone():
            return _page(_STATUS[outcome], outcome)
    return redirect(url_for(".overview"), HTTPStatus.SEE_OTHER)


def _page(status: HTTPStatus = HTTPStatus.OK, problem: NotDone | None = None) -> Response:
    kiosk = the_kiosk()
    return panel.render(
        "officer/queue.html",
        status,
        problem=problem,
        counters=kiosk.settings.counter_names,
        taken=queue.taken_counters(kiosk, panel.officer()),
        **_values(),
    )


def _values() -> dict[str, Any]:
    kiosk, counter = the_kiosk(), _counter()
    line, now = queue.line(kiosk, panel.officer(), counter), kiosk.clock.now()
    lists = {
        name: [_row(ticket, now, ticket.id in line.left) for ticket in tickets]
        for name, tickets in (
            ("waiting", line.waiting),
            ("skipped", line.skipped),
            ("elsewhere", line.elsewhere),
        )
    }
    counts = {"approved": line.approved, "served": line.served}
    next_number = "" if line.next is None else line.next.number
    seen = [[(row.id, row.minutes, row.counter, row.is_left) for row in rows] for rows in lists.values()]
    return {
        "counter": counter,
        "serving": _serving(line),
        "serving_digest": "" if line.serving is None else f"{line.serving.id}-{line.serving.calls}",
        "next_number": next_number,
        "digest": hashlib.sha256(repr((seen, counts, next_number, counter)).encode()).hexdigest()[:16],
        **lists,
        **counts,
    }


def _row(ticket: Ticket, now: datetime, is_left: bool) -> Row:
    return Row(
        ticket.id,
        ticket.number,
        minutes_since(ticket.issued_at, now),
        wording.officer_sentence(ticket.reason),
        ticket.counter,
        is_left,
    )


def _serving(line: Line) -> Serving | None:
    ticket = line.serving
    if ticket is None:
        return None
    return Serving(
        id=ticket.id,
        number=ticket.number,
        counter=ticket.counter,
        calls=ticket.calls,
        minutes=minutes_since(ticket.issued_at, ticket.called_at or ticket.issued_at),
        reason=wording.officer_sentence(ticket.reason),
        bring=wording.bring(ticket.reason),
        case_url=None if line.case_id is None else url_for("review.case", case_id=line.case_id),
        counter_url=url_for("counter.overview", ticket=ticket.id),
    )
