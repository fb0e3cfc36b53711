"""The board: who calls for help, who waits for a decision, how every terminal is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk import wording
from kiosk.domain.roles import May, may
from kiosk.domain.terminal_state import TerminalState
from kiosk.routes import panel
from kiosk.routes.panel import the_kiosk
from kiosk.services import case as cases
from kiosk.services import help_call, queue, terminal_state
from kiosk.services.help_call import Answered, NotAnswered, OpenCall
from kiosk.services.terminal_state import DeviceSeen, TerminalSeen
from kiosk.wording import moments
from kiosk.wording.terminal import AT_START, STEP, TERMINAL_STATE, device_advice

bp = panel.blueprint("board", __name__, "/papan")


@dataclass(frozen=True)
class CallLine:
    """A call for help: where, at which step, for how many minutes, and who is on the way."""

    id: str
    terminal: str
    step: str
    minutes: int
    answered_by: str | None


@dataclass(frozen=True)
class CaseLine:
    """A case that waits at a kiosk: `number` is what officers call it."""

    id: str
    number: str
    minutes: int
    reason: str
    held_by: str | None
    is_at_kiosk: bool


@dataclass(frozen=True)
class DeviceLine:
    """One device: what it is called, whether a visit may rely on it, how it is and what to do."""

    name: str
    works: bool
    sentence: str


@dataclass(frozen=True)
class TerminalCard:
    """One terminal in words; `since` is when it last gave a sign of life."""

    name: str
    state: TerminalState
    words: str
    step: str
    minutes: int | None
    since: str
    devices: tuple[DeviceLine, ...]
    closed_message: str | None


@dataclass(frozen=True)
class Board:
    """Everything that the board shows; two that are equal read alike, so the poll compares them."""

    calls: tuple[CallLine, ...]
    cases: tuple[CaseLine, ...] | None
    terminals: tuple[TerminalCard, ...]
    tickets: int | None

    @property
    def digest(self) -> str:
        """A short name for what is shown."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@bp.get("")
def overview() -> Response:
    """The whole board."""
    return _page(HTTPStatus.OK)


@bp.get("/isi")
def content() -> Response:
    """The board alone, for its poll: 204 while it reads the same. Never keeps anybody signed in."""
    board = _board()
    if request.args.get("seen") == board.digest:
        return panel.nothing()
    return panel.render("officer/board_content.html", board=board, notice="")


@bp.post("/panggilan/<call_id>/jawab")
def answer(call_id: str) -> Response:
    """«I am coming»; who is later is told who goes already."""
    match help_call.answer(the_kiosk(), panel.officer(), call_id):
        case NotAnswered.UNKNOWN:
            raise NotFound
        case NotAnswered.OVER:
            return _answered(HTTPStatus.CONFLICT, "over")
        case Answered(by, is_mine) if not is_mine:
            return _answered(HTTPStatus.CONFLICT, "taken", by)
    return _answered(HTTPStatus.OK)


@bp.post("/panggilan/<call_id>/selesai")
def finish(call_id: str) -> Response:
    """Somebody was there; one that is over already is over."""
    if help_call.finish(the_kiosk(), panel.officer(), call_id) is NotAnswered.UNKNOWN:
        raise NotFound
    return _answered(HTTPStatus.OK)


def _answered(status: HTTPStatus, notice: str = "", by: str = "") -> Response:
    """The board again: its content for the script, the page for a browser without one."""
    if "HX-Request" in request.headers:
        return panel.render("officer/board_content.html", status, board=_board(), notice=notice, by=by)
    if status is HTTPStatus.OK:
        return redirect(url_for(".overview"), HTTPStatus.SEE_OTHER)
    return _page(status, notice, by)


def _page(status: HTTPStatus, notice: str = "", by: str = "") -> Response:
    return panel.render("officer/board.html", status, board=_board(), notice=notice, by=by)


def _board() -> Board:
    kiosk = the_kiosk()
    now = kiosk.clock.now()
    role = panel.officer().role
    return Board(
        calls=tuple(_call_line(one, now) for one in help_call.open_calls(kiosk)),
        cases=_case_lines(now) if may(role, May.REVIEW) else None,
        terminals=tuple(_card(one, now) for one in terminal_state.terminals(kiosk)),
        tickets=queue.waiting(kiosk) if may(role, May.QUEUE) else None,
    )


def _call_line(call: OpenCall, now: datetime) -> CallLine:
    step = AT_START if call.step is None else STEP[call.step]
    return CallLine(call.id, call.terminal, str(step), minutes_since(call.at, now), call.answered_by)


def _case_lines(now: datetime) -> tuple[CaseLine, ...]:
    return tuple(
        CaseLine(
            listed.case.id,
            listed.number,
            minutes_since(listed.case.opened_at, now),
            str(wording.officer_sentence(listed.case.reason)),
            listed.held_by,
            listed.ticket is None,
        )
        for listed in cases.open_cases(the_kiosk())
    )


def _card(seen: TerminalSeen, now: datetime) -> TerminalCard:
    is_silent = seen.state is TerminalState.SILENT
    step = AT_START if seen.step is None else STEP[seen.step]
    return TerminalCard(
        name=seen.name,
        state=seen.state,
        words=str(TERMINAL_STATE[seen.state]),
        step="" if is_silent else str(step),
        minutes=None if is_silent or seen.step_since is None else minutes_since(seen.step_since, now),
        since=heard_at(seen.seen_at, now),
        devices=device_lines(seen.devices),
        closed_message=seen.closed_message,
    )


def heard_at(moment: datetime, now: datetime) -> str:
    """The office's time of a sign of life, with its day when that was not today."""
    zone = the_kiosk().settings.zone
    is_today = moment.astimezone(zone).date() == now.astimezone(zone).date()
    return moments.clock(moment, zone) if is_today else moments.moment(moment, zone)


def device_lines(devices: tuple[DeviceSeen, ...]) -> tuple[DeviceLine, ...]:
    """Each device in words; one that another version knows keeps its own name."""
    return tuple(
        DeviceLine(str(wording.DEVICE_NAME.get(one.name, one.name)), one.works, str(device_advice(one.code)))
        for one in devices
    )


def minutes_since(since: datetime, now: datetime) -> int:
    """Whole minutes of waiting; none when the clock was set back."""
    return max(int((now - since).total_seconds() // 60), 0)
