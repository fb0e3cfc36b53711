"""Putting a visit down for ten minutes, and taking it up again at the same screen."""

from __future__ import annotations

from flask import Blueprint, Response

from kiosk.domain.visit import NotPossible
from kiosk.routes.screen import came_from, current_visit, render_visit, the_kiosk
from kiosk.services import pause as pauses

bp = Blueprint("pause", __name__, url_prefix="/visit/pause")


@bp.errorhandler(NotPossible)
def _stale(_error: NotPossible) -> Response:
    return render_visit(current_visit())


@bp.post("")
def pause() -> Response:
    """Put it down: a ticket is printed."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(pauses.pause(the_kiosk(), visit.id, step))


@bp.post("/resume")
def resume() -> Response:
    """Take it up without the ticket: its resident has not gone."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(pauses.go_on(the_kiosk(), visit.id, step))
