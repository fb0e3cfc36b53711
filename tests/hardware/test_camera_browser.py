"""The camera of the page: how long its silence and its reports are believed, and what it may post."""

from __future__ import annotations

import pytest

from kiosk.hardware.camera.browser import TROUBLE_SECONDS, BrowserCamera
from kiosk.hardware.health import State
from tests.fixed_clock import FixedClock
from tests.hardware.pictures import plain_jpeg


def test_the_page_is_waited_for_without_blame() -> None:
    clock = FixedClock()
    camera = BrowserCamera(clock)
    camera.open()
    assert (camera.health.state, camera.health.code) == (State.READY, "waiting_for_page")
    camera.want(60)
    camera.accept(plain_jpeg(640, 480))
    assert camera.health.code == "ok"
    clock.advance(3.1)
    assert (camera.health.state, camera.health.code) == (State.READY, "waiting_for_page")


@pytest.mark.parametrize(
    ("said", "state", "code"),
    [
        ("permission_denied", State.FAULT, "permission_denied"),
        ("in_use", State.FAULT, "in_use"),
        ("no_camera", State.ABSENT, "no_camera"),
        ("<script>alert(1)</script>", State.FAULT, "page_trouble"),
    ],
)
def test_what_the_page_reports_lasts_until_the_next_good_frame(said: str, state: State, code: str) -> None:
    clock = FixedClock()
    camera = BrowserCamera(clock)
    camera.open()
    camera.want(600)
    camera.page_reports(said)
    assert (camera.health.state, camera.health.code) == (state, code)
    since = camera.health.since
    clock.advance(10)
    assert camera.health.since == since
    camera.accept(plain_jpeg(640, 480))
    assert camera.health.code == "ok"


def test_a_reported_trouble_does_not_lock_the_camera_out_for_ever() -> None:
    clock = FixedClock()
    camera = BrowserCamera(clock)
    camera.open()
    camera.page_reports("in_use")
    clock.advance(TROUBLE_SECONDS)
    assert camera.health.works
