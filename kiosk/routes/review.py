"""Cases: who waits for a decision, what is known about him, and the one decision that counts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk import wording
from kiosk.domain import review as rules
from kiosk.domain.review import NOTE_MAX, Bar, DecisionReason
from kiosk.models.case import CaseState
from kiosk.routes import panel, review_facts
from kiosk.routes.board import minutes_since
from kiosk.routes.panel import the_kiosk
from kiosk.services import case as cases
from kiosk.services import review, review_decision
from kiosk.services.lost_phone import NotDeactivated
from kiosk.services.pin import PinProblem, PinRefusal
from kiosk.services.review import News, Seen, Which
from kiosk.services.review_decision import AlreadyDecided, Decided, NotDecided, Outcome
from kiosk.wording import review as words

bp = panel.blueprint("review", __name__, "/kasus")

Answer = TypeVar("Answer")


@bp.get("", endpoint="cases")
def overview() -> Response:
    """Today's undecided cases: first whoever stands at a kiosk."""
    return panel.render("officer/cases.html", **_list())


@bp.get("/isi")
def list_content() -> Response:
    """The list alone, for its poll: 204 while it reads the same. Never keeps anybody signed in."""
    lines = _list()
    if request.args.get("seen") == lines["digest"]:
        return panel.nothing()
    return panel.render("officer/cases_list.html", **lines)


def _list() -> dict[str, Any]:
    kiosk = the_kiosk()
    now = kiosk.clock.now()
    lines = [
        {
            "id": listed.case.id,
            "number": listed.number,
            "at_kiosk": listed.ticket is None,
            "seconds_left": listed.seconds_left,
            "minutes": minutes_since(listed.case.opened_at, now),
            "reason": wording.officer_sentence(listed.case.reason),
            "is_second": listed.case.state is CaseState.SECOND,
            "is_mine": listed.case.first_by == panel.officer().id,
            "held_by": listed.held_by,
        }
        for listed in cases.open_cases(kiosk)
    ]
    # Seconds are counted down by the page itself.
    seen = repr([[value for key, value in line.items() if key != "seconds_left"] for line in lines])
    return {
        "lines": lines,
        "wait_seconds": kiosk.settings.officer_wait_seconds,
        "digest": hashlib.sha256(seen.encode()).hexdigest()[:16],
    }


@bp.get("/<case_id>")
def case(case_id: str) -> Response:
    """Both photos, what is known, and the decision; or, once it is made, what the resident should do now."""
    return _case_page(_found(review.see, case_id), HTTPStatus.OK)


@bp.get("/<case_id>/kabar")
def still(case_id: str) -> Response:
    """A poll of the open page: who else has it, whether there still is something to decide; else 204."""
    news = _found(review.still, case_id)
    if request.args.get("seen") == _word(news):
        return panel.nothing()
    return panel.render("officer/case_news.html", news=news, word=_word(news), state=words.STATE[news.state])


@bp.post("/<case_id>")
def decide(case_id: str) -> Response:
    """Take one decision; of two at once the later one is shown the earlier one."""
    chosen = request.form.get("reason", "")
    if chosen not in DecisionReason.__members__.values():
        return _again(case_id, HTTPStatus.UNPROCESSABLE_ENTITY, NotDecided.NOT_THIS_REASON)
    outcome = review_decision.decide(
        the_kiosk(),
        panel.officer(),
        case_id,
        DecisionReason(chosen),
        request.form.get("note", ""),
        request.form.get("pin", ""),
    )
    match outcome:
        case Decided():
            return redirect(url_for(".case", case_id=case_id), HTTPStatus.SEE_OTHER)
        case NotDecided.UNKNOWN_CASE:
            raise NotFound
        case AlreadyDecided() | NotDecided.VISIT_OVER:
            return _again(case_id, HTTPStatus.CONFLICT, outcome)
        case Bar():
            return _again(case_id, HTTPStatus.FORBIDDEN, outcome)
        case NotDeactivated() | PinRefusal(reason=PinProblem.BUSY):
            return _again(case_id, HTTPStatus.SERVICE_UNAVAILABLE, outcome)
        case PinRefusal(reason=PinProblem.LOCKED):
            return _again(case_id, HTTPStatus.TOO_MANY_REQUESTS, outcome)
    return _again(case_id, HTTPStatus.UNPROCESSABLE_ENTITY, outcome)


@bp.get("/<case_id>/foto/<any(selfie, register):which>")
def photo(case_id: str, which: str) -> Response:
    """One photo of an open case (JPEG), never kept by the browser; 404 once it is decided."""
    picture = review.photo(the_kiosk(), panel.officer(), case_id, Which(which))
    if picture is None:
        raise NotFound
    return Response(picture, mimetype="image/jpeg")


def _found(verb: Callable[..., Answer | None], case_id: str) -> Answer:
    answer = verb(the_kiosk(), panel.officer(), case_id)
    if answer is None:
        raise NotFound
    return answer


def _again(case_id: str, status: HTTPStatus, problem: Outcome) -> Response:
    return _case_page(_found(review.see, case_id), status, problem)


def _word(news: News) -> str:
    """What an open page shows about the case's standing, as one word: its poll is told only what differs."""
    shown = (news.state, news.is_open, news.ticket and news.ticket.number, news.held_by, news.first_by)
    return hashlib.sha256(repr((*shown, news.seconds_left is None)).encode()).hexdigest()[:16]


def _case_page(seen: Seen, status: HTTPStatus, problem: Outcome | None = None) -> Response:
    if not seen.news.is_open:
        return _result_page(seen, status, problem)
    kiosk = the_kiosk()
    case, settings = seen.case, kiosk.settings
    has_register_photo = case.register_photo is not None or (
        seen.person is not None and seen.person.photo is not None
    )
    offered = rules.choices(case.reason, can_go_on=case.selfie_template is not None)
    return panel.render(
        "officer/case.html",
        status,
        seen=seen,
        case=case,
        title=review_facts.title(seen.news),
        news=seen.news,
        word=_word(seen.news),
        state=words.STATE[case.state],
        problem=problem,
        pin_problem=problem if isinstance(problem, PinRefusal) else None,
        bar="" if seen.bar is None else words.BAR[seen.bar],
        agreed_already=words.BAR[Bar.AGREED_ALREADY] if seen.is_first else "",
        not_deactivated=words.LOST[problem.reason] if isinstance(problem, NotDeactivated) else "",
        has_selfie=case.selfie is not None,
        has_register_photo=has_register_photo,
        likeness="" if case.distance is None else review_facts.likeness_words(case.distance, settings),
        minutes=minutes_since(case.opened_at, kiosk.clock.now()),
        reason=wording.officer_sentence(case.reason),
        meet=words.MEET.get(case.reason, ""),
        attempts=review_facts.attempts(seen.attempts, settings),
        facts=review_facts.facts(seen, kiosk.clock.now(), settings),
        warnings=review_facts.warnings(seen, kiosk.clock.now(), settings),
        offered=[
            (one, *words.DECISION[one], [(each, words.REASON[each]) for each in reasons])
            for one, reasons in offered.items()
        ],
        chosen=request.form.get("reason", ""),
        # What was too long is handed back cut to twice the limit: a megabyte helps nobody.
        note=request.form.get("note", "")[: 2 * NOTE_MAX],
        note_max=NOTE_MAX,
    )


def _result_page(seen: Seen, status: HTTPStatus, problem: Outcome | None) -> Response:
    case = seen.case
    return panel.render(
        "officer/result.html",
        status,
        case=case,
        title=review_facts.title(seen.news),
        news=seen.news,
        word=_word(seen.news),
        state=words.STATE[case.state],
        is_met=case.reason in words.MEET,
        too_late=isinstance(problem, AlreadyDecided),
        reason="" if case.decision_reason is None else words.REASON[case.decision_reason],
        first_reason="" if case.first_reason is None else words.REASON[case.first_reason],
    )
