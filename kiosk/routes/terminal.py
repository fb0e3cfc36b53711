"""The one-time link with which the terminal's own browser is started: it leaves with a credential."""

from __future__ import annotations

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk import terminal_cookie
from kiosk.services import terminal
from kiosk.services.kiosk import Kiosk

bp = Blueprint("terminal_link", __name__)


@bp.get(f"{terminal.PATH}<token>")
def admit(token: str) -> Response:
    """Use the link up and go to the start screen; a used, old or made-up one gets a sentence instead."""
    kiosk: Kiosk = current_app.extensions["kiosk"]
    # A HEAD only asks whether there is something: it must not use the link up.
    if request.method == "GET" and terminal.admit(kiosk, token):
        answer = redirect("/", 303)
        terminal_cookie.hand_out(kiosk, answer)
    else:
        page = render_template("terminal/refused.html", language="id", settings=kiosk.settings)
        answer = make_response(page, 403)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
