"""KIOSK_CAMERA=browser: the page's own camera, played here by Chromium from a film of a portrait."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from tests.e2e.chromium import LANDSCAPE
from tests.e2e.conftest import Open, Serve
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import EMAIL, HAPPY, LOOKING_MS, AtKiosk, Panel, Phone

SIZE = (1280, 720)


def film(picture: bytes) -> bytes:
    """Motion JPEG: one picture after the other, a person in the middle of a wide frame."""
    person = Image.open(io.BytesIO(picture))
    frame = Image.new("RGB", SIZE, person.getpixel((2, 2)))
    frame.paste(person, ((SIZE[0] - person.width) // 2, 0))
    with io.BytesIO() as jpeg:
        frame.save(jpeg, "JPEG", quality=92)
        return jpeg.getvalue() * 4


@pytest.fixture
def server(serve: Serve) -> KioskServer:
    """A kiosk that waits for the page's pictures."""
    return serve(camera="browser")


@pytest.fixture(scope="module")
def with_camera(
    start_chromium: Callable[..., Browser], portraits: Portraits, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """A Chromium with a camera before which a person of the demonstration stands."""
    path: Path = tmp_path_factory.mktemp("film") / "person.mjpeg"
    path.write_bytes(film(portraits.compose(Portrait.A1)))
    flags = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={path}")
    started = start_chromium(*flags)
    yield started
    started.close()
    path.unlink()


def test_a_selfie_from_the_pages_camera_leads_to_an_activation(
    with_camera: Browser, open_context: Open, server: KioskServer, panel: Panel, phone: Phone
) -> None:
    context = open_context(LANDSCAPE, chromium=with_camera, permissions=["camera"])
    resident = AtKiosk(context.new_page(), server.url)
    resident.goes_to_camera(HAPPY)
    resident.sees("qr", LOOKING_MS)
    phone.finishes(resident.reads_qr(), server.code_for(EMAIL))
    resident.sees("thanks")


def test_a_camera_that_is_not_allowed_pauses_the_visit(
    with_camera: Browser, open_context: Open, server: KioskServer, panel: Panel
) -> None:
    resident = AtKiosk(open_context(LANDSCAPE, chromium=with_camera).new_page(), server.url)
    resident.goes_to_camera(HAPPY)
    resident.sees("paused", LOOKING_MS)


def test_a_computer_without_a_camera_pauses_the_visit(resident: AtKiosk) -> None:
    resident.goes_to_camera(HAPPY)
    resident.sees("paused", LOOKING_MS)
