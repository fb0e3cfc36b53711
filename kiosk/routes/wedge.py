"""A reader that types into the page: what `static/js/scan.js` has caught, and what pages know of readers."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, Response, request

from kiosk.hardware.scanner.browser import BrowserScanner
from kiosk.hardware.scanner.camera import CameraScanner
from kiosk.hardware.scanner.none import NoScanner
from kiosk.routes.screen import nothing, the_kiosk

bp = Blueprint("wedge", __name__)


@bp.post("/scan/typed")
def typed() -> Response:
    """One text, as plain text; where it leads, the poll of the screen says (`routes/scan.py`)."""
    reader = _typing_reader()
    if reader is None:
        return Response(status=404)
    reader.accept(request.get_data(cache=False).decode(errors="replace"))
    return nothing()


@bp.app_context_processor
def readers() -> dict[str, SimpleNamespace]:
    """For every page: is there any reader, one that types (and its first sign), one behind the camera?"""
    reader, parts = _typing_reader(), the_kiosk().devices.scanner.parts
    return {
        "readers": SimpleNamespace(
            any=not any(isinstance(part, NoScanner) for part in parts),
            typed=reader is not None,
            prefix="" if reader is None else reader.prefix,
            camera=any(isinstance(part, CameraScanner) for part in parts),
        )
    }


def _typing_reader() -> BrowserScanner | None:
    parts = the_kiosk().devices.scanner.parts
    return next((part for part in parts if isinstance(part, BrowserScanner)), None)
