"""The camera step on the page: no picture, a picture that is none, two faces, a camera that is gone."""

from __future__ import annotations

import io

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Step
from tests.routes.client import Browser
from tests.routes.walk import PICTURE, walk
from tests.services.scripted import NOBODY, TWO_PEOPLE
from tests.stand import close, make_stand


@pytest.fixture
def page_camera(tmp_path):
    """A kiosk whose camera is the page's own, with a visit before it."""
    stand = make_stand(tmp_path / "browser", camera="browser")
    stand.enrol()
    browser = Browser(stand.app, htmx=True)
    walk(browser, stand, Step.FACE)
    yield stand, browser
    close(stand)


def post_frame(browser, picture):
    fields = browser.fields("/camera/frame")
    return browser.post("/camera/frame", **fields, frame=(io.BytesIO(picture), "frame.jpg"))


@pytest.mark.parametrize(("look", "word"), [(NOBODY, "no_face"), (TWO_PEOPLE, "several_faces")])
def test_the_page_says_what_is_wrong_before_the_camera(stand, browser, look, word):
    walk(browser, stand, Step.FACE)
    stand.face.seen = look
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    answer = browser.poll("/camera/guidance?after=0")
    assert f"is-{word}" in answer.html
    assert answer.text


def test_a_camera_that_is_gone_pauses_after_eight_seconds_and_offers_a_person(stand, browser, monkeypatch):
    monkeypatch.setattr("kiosk.routes.camera.POLL_SECONDS", 0.01)
    walk(browser, stand, Step.FACE)
    for _ in range(8):
        answer = browser.poll("/camera/guidance?after=0")
        assert "is-waiting" in answer.html
        stand.clock.advance(1)
    browser.poll("/camera/guidance?after=0")
    assert browser.step == Step.PAUSED
    assert "Kamera sedang terganggu" in browser.page.text
    browser.press("/visit/refer")
    assert browser.step == Step.TICKET
    assert [one.reason for one in stand.tickets()] == [ReferReason.CAMERA_GONE]


def test_the_frames_of_the_page_are_judged_and_taken(page_camera):
    stand, browser = page_camera
    assert "is-hold_still" in post_frame(browser, PICTURE).html
    stand.clock.advance(0.7)
    post_frame(browser, PICTURE)
    assert browser.step == Step.QR


@pytest.mark.parametrize("picture", [b"", b"GIF89a", b"\xff\xd8\xff", PICTURE[:200], b"\x00" * 5000])
def test_a_picture_that_is_no_picture_costs_nothing_and_is_waited_for(page_camera, picture):
    stand, browser = page_camera
    answer = post_frame(browser, picture)
    assert answer.status == 200
    assert "guidance" in answer.html
    assert browser.open("/").step == Step.FACE
    assert stand.attempts() == []


def test_a_page_that_has_no_camera_pauses_the_visit(page_camera):
    stand, browser = page_camera
    browser.post("/camera/trouble", csrf_token=browser.token, code="<script>")
    assert browser.step == Step.PAUSED
    assert stand.kiosk.devices.camera.health.code != "<script>"
    assert "Kamera sedang terganggu" in browser.page.text


def test_a_page_cannot_post_frames_where_the_kiosk_has_its_own_camera(stand, plain):
    walk(plain, stand, Step.FACE)
    answer = plain.client.post(
        "/camera/frame", data={"csrf_token": plain.token, "frame": (io.BytesIO(PICTURE), "x.jpg")}
    )
    assert answer.status_code == 404
    plain.post("/camera/trouble", csrf_token=plain.token, code="no_camera")
    assert plain.step == Step.FACE
    assert stand.face.asked[-1][0] == "describe"


@pytest.mark.parametrize("at", [Step.CONTACT_CHECK, Step.QR])
def test_the_live_picture_is_there_only_for_who_stands_before_the_camera(stand, plain, at):
    walk(plain, stand, at)
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    assert plain.client.get("/camera/preview.mjpg").status_code == 404
    assert stand.app.test_client().get("/camera/preview.mjpg").status_code == 404


def test_the_live_picture_shows_the_newest_frame_and_ends_with_the_step(stand, plain):
    walk(plain, stand, Step.FACE)
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    answer = plain.client.get("/camera/preview.mjpg", buffered=False)
    assert answer.headers["Cache-Control"] == "no-store"
    first = next(answer.iter_encoded())
    assert PICTURE in first
    assert first.endswith(b"--frame\r\n"), "a browser shows a picture when it sees where it ends"
    answer.close()


@pytest.mark.parametrize(
    ("settings", "mirrored", "mounted"),
    [
        ({}, True, ("", "")),
        ({"camera_mirror": False}, False, ("", "")),
        ({"camera_rotate": 270, "camera_crop": "1:1"}, True, ("270", "1:1")),
    ],
)
def test_the_page_shows_its_own_camera_as_it_is_mounted_and_is_judged(tmp_path, settings, mirrored, mounted):
    stand = make_stand(tmp_path / "mounted", camera="browser", **settings)
    stand.enrol()
    browser = Browser(stand.app, htmx=True)
    page = walk(browser, stand, Step.FACE)
    finder = next(node for node in page.root.all("div") if node.get("data-camera"))
    assert (finder.get("data-rotate"), finder.get("data-crop")) == mounted
    assert ("mirrored" in next(finder.all("video")).get("class").split()) is mirrored
    post_frame(browser, PICTURE)
    seen = stand.kiosk.devices.camera.frame(0, 0)
    assert (seen.width, seen.height) == ((480, 480) if mounted[0] else (640, 480))
    assert (seen.jpeg == PICTURE) is (not mounted[0])
    close(stand)


@pytest.mark.parametrize("after", ["", "x", "-1", "99999999999999999999", "1e9"])
def test_a_poll_that_says_nonsense_is_answered(stand, plain, after, monkeypatch):
    monkeypatch.setattr("kiosk.routes.camera.POLL_SECONDS", 0.01)
    walk(plain, stand, Step.FACE)
    assert plain.poll(f"/camera/guidance?after={after}").status == 200
