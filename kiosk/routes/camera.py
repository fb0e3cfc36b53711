"""The camera step: the live picture, frames from the page's own camera, and guidance in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

from flask import Blueprint, Response, render_template, request, session, stream_with_context

from kiosk.domain.visit import Step
from kiosk.hardware.camera import BadFrame, Camera
from kiosk.models.visit import Visit
from kiosk.routes.screen import came_from, current_visit, render_visit, the_kiosk
from kiosk.routes.views import guidance_words
from kiosk.services import selfie
from kiosk.services import visit as visits
from kiosk.services.selfie import Guiding, Intake

bp = Blueprint("camera", __name__)

POLL_SECONDS = 0.2
"""How long a poll waits for a frame that is newer than the last one it saw."""

FRAMES_A_POLL = 3
"""Frames that one poll judges unless there is something new to say: htmx needs 40 ms between two polls, in
which no frame of a camera with 15 a second is lost, and a turning head is seen ten times a second or more."""

CHECK_EVERY = 15
"""Frames between two questions whether the visit still stands before the camera (about a second)."""

BOUNDARY = b"--frame\r\n"
PART = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"


@bp.get("/camera/guidance")
def guidance() -> Response:
    """A poll of the server's camera: judge its newest frame."""
    visit = current_visit()
    if visit is None or visit.step is not Step.FACE:
        return render_visit(visit)
    kiosk = the_kiosk()
    number = request.args.get("after", 0, type=int)
    watch = selfie.watch_of(kiosk, visit)
    seen: Visit | Guiding = Guiding(visit)
    for _ in range(FRAMES_A_POLL):
        frame = kiosk.devices.camera.frame(number, POLL_SECONDS)
        if frame is None:
            return _answer(selfie.observe(kiosk, visit, None, kiosk.clock.monotonic()), number)
        number = frame.number
        seen = selfie.observe(kiosk, visit, frame.jpeg, frame.at)
        if isinstance(seen, Visit) or seen.said != watch.said:
            break
    return _answer(seen, number)


@bp.post("/camera/frame")
def frame() -> Response:
    """A frame of the page's camera; one that is no picture counts as none.

    What else the form may claim is not read. A frame of another stay is answered with where this one is, one
    that comes twice or late with 409, and neither is judged.
    """
    visit, kiosk = current_visit(), the_kiosk()
    if visit is None or visit.step is not Step.FACE:
        return render_visit(visit)
    camera = kiosk.devices.camera
    posted = request.files.get("frame")
    if camera.driver != "browser" or posted is None:
        return Response(status=404)
    number = request.form.get("number", 0, type=int)
    match selfie.take_in(kiosk, visit, request.form.get("round", ""), number):
        case Intake.ELSEWHERE:
            return render_visit(visit)
        case Intake.LATE:
            return Response(status=409)
    try:
        taken = camera.accept(posted.read())  # type: ignore[attr-defined]
    except BadFrame:
        return _answer(selfie.observe(kiosk, visit, None, kiosk.clock.monotonic()), 0)
    return _answer(selfie.observe(kiosk, visit, taken.jpeg, taken.at), taken.number)


@bp.post("/camera/trouble")
def trouble() -> Response:
    """The page says that it has no camera: the resident goes to a person."""
    visit, kiosk = current_visit(), the_kiosk()
    camera = kiosk.devices.camera
    if visit is None or visit.step is not Step.FACE or camera.driver != "browser":
        return render_visit(visit)
    camera.page_reports(request.form.get("code", ""))  # type: ignore[attr-defined]
    return render_visit(selfie.camera_gone(kiosk, visit.id))


@bp.post("/visit/face/cannot-turn")
def cannot_turn() -> Response:
    """The resident cannot or does not want to turn the head: to a person, with no mark against anybody."""
    visit, step = current_visit(), came_from()
    if visit is None or step is None:
        return render_visit(visit)
    return render_visit(selfie.cannot_turn(the_kiosk(), visit.id, step))


@bp.get("/camera/preview.mjpg")
def preview() -> Response:
    """The live picture, only while this browser's visit stands before the camera."""
    visit, kiosk = current_visit(), the_kiosk()
    if visit is None or visit.step is not Step.FACE:
        return Response(status=404)
    visit_id = session["visit"]

    def is_there() -> bool:
        now = visits.find(kiosk, visit_id)
        return now is not None and now.step is Step.FACE

    return moving_picture(kiosk.devices.camera, is_there)


def moving_picture(camera: Camera, may_go_on: Callable[[], bool]) -> Response:
    """What the camera sees, picture after picture, while `may_go_on`; it is asked about once a second."""
    frames = stream_with_context(_frames(camera, may_go_on))
    response = Response(frames, mimetype="multipart/x-mixed-replace; boundary=frame")
    response.headers["Cache-Control"] = "no-store"
    return response


def _frames(camera: Camera, may_go_on: Callable[[], bool]) -> Iterator[bytes]:
    # The boundary goes out behind each picture: a browser shows one only when it sees where it ends.
    opening = BOUNDARY
    number = count = 0
    while count % CHECK_EVERY or may_go_on():
        count += 1
        frame = camera.frame(number, 1.0)
        if frame is None:
            # Look at the visit at every empty second: a camera that is gone must not hold a thread.
            count = 0
            continue
        number = frame.number
        yield b"".join((opening, PART % len(frame.jpeg), frame.jpeg, b"\r\n", BOUNDARY))
        opening = b""


def _answer(seen: Visit | Guiding, number: int) -> Response:
    if isinstance(seen, Visit):
        return render_visit(seen)
    selfie.watch_of(the_kiosk(), seen.visit).said = seen.said
    return Response(
        render_template("partials/guidance.html", guidance=guidance_words(seen, number), view=_view())
    )


def _view() -> SimpleNamespace:
    return SimpleNamespace(browser_camera=the_kiosk().devices.camera.driver == "browser")
