"""A made-up year for the numbers page, put there and taken away by a button; not there in production."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.wrappers import Response

from kiosk.demonstration import history
from kiosk.services.kiosk import Kiosk

bp = Blueprint("history", __name__, url_prefix="/simulator/angka")


def this_kiosk() -> Kiosk:
    """The kiosk of the application that answers."""
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk


@bp.get("")
def show() -> str:
    """What the button does, and whether it has been pressed."""
    return render_template(
        "simulator/history.html",
        settings=this_kiosk().settings,
        language=str(get_locale()),
        is_filled=history.is_filled(),
    )


@bp.post("")
def change() -> Response:
    """Make the year up, or take it away; doing either twice changes nothing."""
    match request.form.get("wanted"):
        case "filled":
            history.fill(this_kiosk())
        case "empty":
            history.clear()
        case _:
            raise UnprocessableEntity
    return redirect(url_for("history.show"), HTTPStatus.SEE_OTHER)
