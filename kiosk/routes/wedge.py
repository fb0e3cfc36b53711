"""A reader that types into the page: what `static/js/scan.js` has caught, and what pages know of it."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, Response, request

from kiosk.hardware.scanner.browser import BrowserScanner
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
    """For every page: is there a reader that types, and which sign does it begin with?"""
    reader = _typing_reader()
    return {
        "readers": SimpleNamespace(typed=reader is not None, prefix="" if reader is None else reader.prefix)
    }


def _typing_reader() -> BrowserScanner | None:
    parts = the_kiosk().devices.scanner.parts
    return next((part for part in parts if isinstance(part, BrowserScanner)), None)
