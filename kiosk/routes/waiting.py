"""The screen of a resident who waits for an officer's decision, and the way to it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kiosk.domain.visit import Step
from kiosk.models.visit import Visit
from kiosk.routes.screen import came_from, current_visit, nothing, render_visit, the_kiosk
from kiosk.routes.views import of as view_of
from kiosk.services import waiting

bp = Blueprint("waiting", __name__)


@bp.post("/visit/officer/ask")
def ask() -> Response:
    """An officer may take the IKD off the old phone: wait for one, or get a ticket."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(waiting.ask(the_kiosk(), visit.id, step))


@bp.get("/visit/officer/state")
def state() -> Response:
    """A poll: has an officer decided, does one look now, is the time over?"""
    visit = current_visit()
    if visit is None or visit.step is not Step.WAITING_FOR_OFFICER:
        return render_visit(visit)
    visit = waiting.go_on(the_kiosk(), visit.id)
    if visit.step is Step.WAITING_FOR_OFFICER and _shown(visit) == request.args.get("shown"):
        return nothing()
    return render_visit(visit)


def _shown(visit: Visit) -> str:
    return str(view_of(the_kiosk(), visit, None).asked)
