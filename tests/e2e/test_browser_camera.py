"""KIOSK_CAMERA=browser: the page's own camera, with somebody before it, with none, or not allowed."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.hardware.camera.acting import Pose
from kiosk.hardware.camera.composing import Scene
from kiosk.hardware.camera.scene import Film
from tests.e2e.chromium import LANDSCAPE
from tests.e2e.conftest import Open, Serve
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, LOOKING_MS, AtKiosk, Panel, Phone

YAWS = range(-32, 33, 8)


@pytest.fixture
def server(serve: Serve) -> KioskServer:
    """A kiosk that waits for the page's pictures."""
    return serve(camera="browser")


def person(portraits: Portraits) -> str:
    """The script that puts somebody before the page's camera."""
    film = Film(Scene(640, 480, portraits.person(Portrait.A1)))
    poses = [
        {"yaw": yaw, "picture": "data:image/jpeg;base64," + b64encode(film.frame(0, Pose(yaw=yaw))).decode()}
        for yaw in YAWS
    ]
    script = Path(__file__).with_name("person_before_the_page.js").read_text("utf-8")
    return f"window.__poses = {json.dumps(poses)};\n{script}"


def test_who_follows_before_the_pages_camera_is_led_to_an_activation(
    open_context: Open, server: KioskServer, portraits: Portraits, panel: Panel, phone: Phone
) -> None:
    context = open_context(LANDSCAPE)
    context.add_init_script(person(portraits))
    resident = AtKiosk(context.new_page(), server.url)
    resident.goes_to_camera(HAPPY)
    resident.sees("qr", LOOKING_MS)
    phone.finishes(resident.reads_qr(), server.code_for(EMAIL))
    resident.sees("thanks")


@pytest.fixture(scope="module")
def with_camera(start_chromium: Callable[..., Browser]) -> Iterator[Browser]:
    """A Chromium that has a camera, and asks whether it may be used."""
    started = start_chromium("--use-fake-device-for-media-stream")
    yield started
    started.close()


def test_a_camera_that_is_not_allowed_pauses_the_visit(
    with_camera: Browser, open_context: Open, server: KioskServer, panel: Panel
) -> None:
    resident = AtKiosk(open_context(LANDSCAPE, chromium=with_camera).new_page(), server.url)
    resident.goes_to_camera(HAPPY)
    resident.sees("paused", LOOKING_MS)


def test_a_computer_without_a_camera_pauses_the_visit(resident: AtKiosk) -> None:
    resident.goes_to_camera(HAPPY)
    resident.sees("paused", LOOKING_MS)
