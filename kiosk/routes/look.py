"""A look for codes through the camera: asked for at the start screen, over after half a minute."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from kiosk.hardware.camera import BadFrame
from kiosk.routes.camera import moving_picture
from kiosk.routes.screen import current_visit, nothing, render_screen, render_visit, start_state, the_kiosk
from kiosk.services import look

bp = Blueprint("look", __name__, url_prefix="/scan/look")


@bp.post("")
def begin() -> Response:
    """Open the camera for codes; what it reads is answered as from any reader (`routes/scan.py`)."""
    visit, kiosk = current_visit(), the_kiosk()
    if visit is not None or start_state().closed:
        return render_visit(visit)
    if not look.begin(kiosk):
        return _no_camera()
    settings = kiosk.settings
    view = SimpleNamespace(
        mirrored=settings.camera_mirror,
        browser_camera=kiosk.devices.camera.driver == "browser",
        rotate=settings.camera_rotate,
        crop=settings.camera_crop,
        seconds=int(look.LOOK_SECONDS),
    )
    return render_screen("look.html", view=view)


@bp.get("/preview.mjpg")
def preview() -> Response:
    """The live picture, only while the look lasts: nobody is kept, and nothing shown to who comes later."""
    kiosk = the_kiosk()
    if not look.looks(kiosk):
        return Response(status=404)
    return moving_picture(kiosk.devices.camera, lambda: look.looks(kiosk))


@bp.post("/frame")
def frame() -> Response:
    """A frame of the page's own camera; after the look it is thrown away."""
    kiosk, posted = the_kiosk(), request.files.get("frame")
    camera = kiosk.devices.camera
    if camera.driver != "browser" or posted is None:
        return Response(status=404)
    if look.looks(kiosk):
        with suppress(BadFrame):  # The next one comes in a moment.
            camera.accept(posted.read())  # type: ignore[attr-defined]
    return nothing()


@bp.post("/trouble")
def trouble() -> Response:
    """The page says that it has no camera: the device bar says so too, and the start screen returns."""
    kiosk = the_kiosk()
    camera = kiosk.devices.camera
    if camera.driver != "browser":
        return over()
    camera.page_reports(request.form.get("code", ""))  # type: ignore[attr-defined]
    look.end(kiosk)
    return _no_camera()


@bp.get("/over")
def over() -> Response:
    """Half a minute has passed without a code."""
    look.end(the_kiosk())
    return render_visit(current_visit())


@bp.post("/end")
def end() -> Response:
    """The resident does not want to hold up a code."""
    return over()


def _no_camera() -> Response:
    """The start screen, and where a code can be shown instead."""
    visit, kiosk = current_visit(), the_kiosk()
    if look.has_scanner(kiosk):
        sentence = _("Silakan dekatkan kode Anda ke pemindai.")
    else:
        sentence = _(
            "Silakan mulai di sini, atau tunjukkan kode Anda di %(counter)s.",
            counter=kiosk.settings.office_counter,
        )
    note = SimpleNamespace(title=_("Maaf, kamera sedang tidak bisa membaca kode"), sentence=sentence)
    return render_visit(visit, note=note)
