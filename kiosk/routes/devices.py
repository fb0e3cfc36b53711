"""The quiet bar: what is out of order, read without asking any device."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, render_template, request, send_file
from flask_babel import get_locale

from kiosk import wording
from kiosk.routes.screen import nothing, the_kiosk

bp = Blueprint("devices", __name__)


@bp.get("/devices/bar")
def bar() -> Response:
    """A poll: one sentence for each device that does not work; 204 while it reads the same."""
    kiosk = the_kiosk()
    troubles = tuple(
        str(wording.device_sentence(device.name, device.health.code))
        for device in kiosk.devices
        if not device.health.works
    )
    demo = kiosk.settings.is_demo and any(device.simulated for device in kiosk.devices)
    shown = repr((troubles, demo, str(get_locale())))
    mark = hashlib.sha256(shown.encode()).hexdigest()[:16]
    if request.args.get("seen") == mark:
        return nothing()
    return Response(render_template("partials/device_bar.html", troubles=troubles, demo=demo, mark=mark))


@bp.get("/office/logo")
def logo() -> Response:
    """The office's own logo, when KIOSK_OFFICE_LOGO names one."""
    path = the_kiosk().settings.office_logo
    if path is None or not path.is_file():
        return Response(status=404)
    return send_file(path.resolve(), max_age=3600)
