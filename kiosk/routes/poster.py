"""The poster for the waiting room: the QR that leads residents to the page on their phones."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kiosk.domain.retention import PREREGISTERED
from kiosk.routes import panel, qr
from kiosk.routes.panel import the_kiosk
from kiosk.services import preregistration

bp = panel.blueprint("poster", __name__, "/perangkat/poster")


@bp.get("")
def show() -> Response:
    """One sheet of A4 to print, with a warning on the screen where phones could not open its address."""
    settings = the_kiosk().settings
    address = settings.public_url + preregistration.PATH
    return panel.render(
        "officer/poster.html",
        address=address,
        picture=qr.svg(address, address),
        is_only_here=settings.is_only_here,
        hours=int(PREREGISTERED.total_seconds() // 3600),
    )
