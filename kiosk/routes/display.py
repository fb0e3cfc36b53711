"""The public display for a TV: which number is called to which counter, shown and spoken."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, current_app, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.services import display
from kiosk.services.kiosk import Kiosk

bp = Blueprint("display", __name__, url_prefix="/layar")

LARGEST_SERIAL = 99_999
"""A number in an address is anybody's: the database need not be asked for one of a thousand digits."""


@bp.get("")
def hall() -> str:
    """The whole page. It is opened once and renews itself for days."""
    return render_template("display/layar.html", language="id", settings=_kiosk().settings, **_content())


@bp.get("/isi")
def content() -> str | Response:
    """What changes, for the page's poll: 204 while it reads the same."""
    found = _content()
    if request.args.get("seen") == found["digest"]:
        return Response(status=204)
    return render_template("display/content.html", **found)


@bp.get("/suara/<int:serial>-<int:calls>.wav")
def sound(serial: int, calls: int) -> Response:
    """One call as sound, while it is fresh; 204 where there is a call but no voice to speak it."""
    if serial > LARGEST_SERIAL or calls > LARGEST_SERIAL:
        raise NotFound
    spoken = display.sound(_kiosk(), serial, calls)
    if spoken is None:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    return Response(spoken, mimetype="audio/wav", headers={"Cache-Control": "no-store"})


def _content() -> dict[str, Any]:
    seen = display.hall(_kiosk())
    return {"hall": seen, "digest": hashlib.sha256(repr(seen).encode()).hexdigest()[:16]}


def _kiosk() -> Kiosk:
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk
