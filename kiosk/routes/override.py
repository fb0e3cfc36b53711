"""What the forms of an override share: the officer's word, and the status of an answer that was not yes."""

from __future__ import annotations

from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from kiosk.models.visit import Visit
from kiosk.routes import panel
from kiosk.routes.counter_facts import shown
from kiosk.routes.panel import the_kiosk
from kiosk.services.override import Problem, Word

STATUS = {
    Problem.MOVED_ON: HTTPStatus.CONFLICT,
    Problem.OWN_NIK: HTTPStatus.FORBIDDEN,
    Problem.OTHER_OFFICER: HTTPStatus.FORBIDDEN,
    Problem.AUTHORITY_UNREACHABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Problem.NOT_OFFERED: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Every other problem is one of the form: 422."""


def status_of(problem: Problem) -> HTTPStatus:
    """With which status a refused override is answered."""
    return STATUS.get(problem, HTTPStatus.UNPROCESSABLE_ENTITY)


def word_of_form() -> Word:
    """Reason, PIN and note as a form of an override sends them."""
    form = request.form
    return Word(form.get("reason", "")[:32], form.get("pin", "")[:32], form.get("note", ""))


def follow(one: Visit, page: str) -> Response:
    """Answer a poll: nothing while the page is still right, else the way to it."""
    answer = panel.nothing()
    if request.args.get("shown") != shown(the_kiosk(), one):
        # Not a reload: the page may be the answer to a form, which a reload would send again.
        answer.headers["HX-Redirect"] = page
    return answer
