"""The quiet bar: what is out of order, read without asking any device."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, Response, render_template, send_file

from kiosk import wording
from kiosk.routes.screen import the_kiosk

bp = Blueprint("devices", __name__)


@bp.get("/devices/bar")
def bar() -> Response:
    """A poll: one sentence for each device that does not work."""
    kiosk = the_kiosk()
    shown = [
        SimpleNamespace(
            name=device.name,
            works=device.health.works,
            simulated=device.simulated,
            sentence=wording.device_sentence(device.name, device.health.code),
        )
        for device in kiosk.devices
    ]
    demo = kiosk.settings.is_demo and any(device.simulated for device in kiosk.devices)
    return Response(render_template("partials/device_bar.html", devices=shown, demo=demo))


@bp.get("/office/logo")
def logo() -> Response:
    """The office's own logo, when KIOSK_OFFICE_LOGO names one."""
    path = the_kiosk().settings.office_logo
    if path is None or not path.is_file():
        return Response(status=404)
    return send_file(path.resolve(), max_age=3600)
