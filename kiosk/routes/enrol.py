"""Try it with one's own face: a newcomer is enrolled for a day; not there in production."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.demonstration import enrol
from kiosk.demonstration.enrol import Enrolled, PhotoProblem
from kiosk.routes.simulator import never_kept, page, the_stage, this_kiosk

bp = Blueprint("enrol", __name__, url_prefix="/simulator/wajah")
bp.after_request(never_kept)


@bp.get("")
def own_face() -> ResponseReturnValue:
    """Try it with one's own face."""
    return _own_face()


@bp.post("")
def enrol_face() -> ResponseReturnValue:
    """Take the newcomer's photo into the register, or say why not."""
    match enrol.enrol(this_kiosk(), _uploaded()):
        case PhotoProblem() as problem:
            return _own_face(problem=problem), 422
        case Enrolled():
            return redirect(url_for("enrol.own_face"), 303)


@bp.post("/berdiri")
def stand_myself() -> ResponseReturnValue:
    """Hold another picture of the newcomer before the simulated camera."""
    picture = enrol.usable(this_kiosk(), _uploaded())
    if isinstance(picture, PhotoProblem):
        return _own_face(problem=picture, at="stand"), 422
    the_stage().show_own(this_kiosk(), picture)
    return redirect(url_for("enrol.own_face"), 303)


@bp.post("/hapus")
def forget_face() -> ResponseReturnValue:
    """Erase a newcomer now, and clear the camera: it may be the newcomer's picture that stands there."""
    enrol.forget(request.form.get("key", ""))
    if the_stage().own_picture:
        the_stage().stand(this_kiosk(), None)
    return redirect(url_for("enrol.own_face"), 303)


def _own_face(problem: PhotoProblem | None = None, at: str = "enrol") -> str:
    kiosk, newcomers = this_kiosk(), enrol.enrolled()
    return page(
        "simulator/own_face.html",
        newcomers=newcomers,
        problem=problem,
        # Without a newcomer there is no second form to say it at.
        at=at if newcomers else "enrol",
        camera=kiosk.devices.camera,
        standing=the_stage().own_picture,
        zone=kiosk.settings.zone,
    )


def _uploaded() -> bytes:
    file = request.files.get("photo")
    return file.read(enrol.MOST_BYTES + 1) if file else b""
