"""The look through the camera: asked for, short, never beside a visit; and the badge of who comes to help."""

from __future__ import annotations

import html
import io
import re

import pytest
from PIL import Image

from kiosk.domain.visit import Step
from kiosk.hardware.scanner.camera import CameraScanner
from kiosk.services import look
from tests.routes.client import Browser
from tests.routes.walk import PICTURE, walk
from tests.stand import close, make_stand


def made(folder, camera, scanner="simulated;camera"):
    stand = make_stand(folder, scanner=scanner, camera=camera)
    stand.enrol()
    reader = look.reader(stand.kiosk)
    assert isinstance(reader, CameraScanner)
    reader._all_well()
    stand.kiosk.devices.camera.open()
    stand.kiosk.devices.camera._board.report("ready", "ok")
    return stand


@pytest.fixture(params=["simulated", "browser"])
def looking(tmp_path, request):
    """A kiosk whose camera reads codes, and its page."""
    stand = made(tmp_path / request.param, request.param)
    yield stand, Browser(stand.app, htmx=True)
    close(stand)


def test_a_look_lasts_half_a_minute_and_shows_what_it_sees(looking):
    stand, browser = looking
    browser.press("/scan/look")
    assert "Tunjukkan kode ke kamera" in browser.page.text
    assert look.looks(stand.kiosk)
    if stand.kiosk.devices.camera.driver == "simulated":
        stand.kiosk.devices.camera._viewing.publish(PICTURE)
        live = browser.client.get("/scan/look/preview.mjpg")
        assert PICTURE in next(live.response)
        live.close()
    stand.clock.advance(29)
    assert look.looks(stand.kiosk)
    stand.clock.advance(2)
    assert not look.looks(stand.kiosk)
    assert browser.client.get("/scan/look/preview.mjpg").status_code == 404
    browser.poll("/scan/look/over")
    assert "Sentuh untuk mulai" in browser.page.text


def test_who_changes_his_mind_puts_the_camera_to_sleep_at_once(looking):
    stand, browser = looking
    browser.press("/scan/look")
    browser.press("/scan/look/end")
    assert not look.looks(stand.kiosk)
    assert "Sentuh untuk mulai" in browser.page.text


def test_what_the_look_reads_is_answered_like_any_scan(looking):
    stand, browser = looking
    browser.press("/scan/look")
    look.reader(stand.kiosk)._take("A-001", "qr")
    assert "Kode ini bukan dari anjungan kami" in browser.poll("/scan?at=other").text


def test_beside_a_visit_or_without_a_camera_there_is_no_look(looking):
    stand, browser = looking
    first = browser.page
    walk(browser, stand, Step.NIK)
    browser.press("/scan/look", page=first)
    assert browser.step == Step.NIK
    assert not look.looks(stand.kiosk)
    stand.kiosk.devices.camera.close()
    assert not look.begin(stand.kiosk)


OFFER, BESIDE = "Pindai kode dengan kamera", "Atau pakai kamera"


def unplug(stand):
    look.reader(stand.kiosk)._board.report("absent", "unplugged")


def test_a_camera_that_is_unplugged_is_not_offered_until_it_works_again(looking):
    stand, browser = looking
    browser.open("/")
    mark = re.search(r"/scan\?at=&mark=([^\"&]*)", html.unescape(browser.page.html))[1]
    assert browser.client.get(f"/scan?at=&mark={mark}").status_code == 204
    unplug(stand)
    told = browser.poll(f"/scan?at=&mark={mark}")
    assert BESIDE not in told.text
    assert "Dekatkan ke pemindai." in told.text
    look.reader(stand.kiosk)._all_well()
    assert BESIDE in browser.poll("/scan?at=&mark=").text


@pytest.mark.parametrize(
    ("scanner", "instead"), [("simulated;camera", "ke pemindai"), ("camera", "mulai di sini")]
)
def test_a_press_that_comes_too_late_is_told_where_else_to_go(tmp_path, scanner, instead):
    stand = made(tmp_path / "late", "simulated", scanner)
    browser = Browser(stand.app, htmx=True)
    unplug(stand)
    browser.press("/scan/look")
    [note] = [node for node in browser.page.root.all("div") if node.get("id") == "scan-note"]
    assert "kamera sedang tidak bisa membaca kode" in note.text
    assert instead in note.text
    assert "Sentuh untuk mulai" in browser.page.text
    browser.open("/")
    assert "tidak bisa membaca kode" not in browser.page.text
    close(stand)


@pytest.mark.parametrize(
    ("scanner", "works", "phones", "hint"),
    [
        ("simulated", False, False, "Punya tiket atau struk? Dekatkan ke pemindai."),
        ("simulated", False, True, "Punya tiket atau kode HP? Dekatkan ke pemindai."),
        ("simulated;camera", True, True, f"Punya tiket atau kode HP? Dekatkan ke pemindai. {BESIDE}"),
        ("camera", True, False, f"Punya tiket atau struk? {OFFER}"),
        ("camera", False, True, ""),
        ("none", False, True, ""),
    ],
)
def test_the_start_screen_names_the_ways_to_show_a_code_and_no_other(tmp_path, scanner, works, phones, hint):
    address = "http://192.0.2.1:8000" if phones else "http://127.0.0.1:8000"
    stand = make_stand(tmp_path / "hint", scanner=scanner, public_url=address)
    if works:
        look.reader(stand.kiosk)._all_well()
        stand.kiosk.devices.camera._board.report("ready", "ok")
    page = Browser(stand.app, htmx=False).page
    said = [node.text for node in page.root.all("div") if node.get("class") == "scanhint"]
    assert said == ([hint] if hint else [])
    # A code that no reader here can read is not asked for either; a camera that is out is soon back.
    assert ("Isi data dulu di HP" in page.text) is (phones and scanner != "none")
    close(stand)


def test_the_page_s_own_camera_is_heard_only_during_a_look(tmp_path):
    stand = made(tmp_path / "page", "browser")
    browser, camera = Browser(stand.app, htmx=True), stand.kiosk.devices.camera

    def send(picture):
        return browser.post(
            "/scan/look/frame", csrf_token=browser.token, frame=(io.BytesIO(picture), "frame.jpg")
        ).status

    assert send(PICTURE) == 204
    assert camera.frame(0, 0) is None
    browser.press("/scan/look")
    assert send(b"no picture") == 204
    assert camera.frame(0, 0) is None
    assert send(PICTURE) == 204
    assert camera.frame(0, 0).jpeg == PICTURE
    told = browser.post("/scan/look/trouble", csrf_token=browser.token, code="no_camera")
    assert not look.looks(stand.kiosk)
    assert camera.health.code == "no_camera"
    assert "kamera sedang tidak bisa membaca kode" in told.text
    close(stand)


def test_a_frame_as_large_as_a_real_camera_makes_them_is_taken(tmp_path):
    stand = made(tmp_path / "page", "browser")
    browser, camera = Browser(stand.app, htmx=True), stand.kiosk.devices.camera
    browser.press("/scan/look")
    with io.BytesIO() as out:
        Image.effect_noise((1280, 720), 30).save(out, "JPEG", quality=75)
        picture = out.getvalue()
    assert 200_000 < len(picture) < 500_000
    browser.post("/scan/look/frame", csrf_token=browser.token, frame=(io.BytesIO(picture), "frame.jpg"))
    assert camera.frame(0, 0).jpeg == picture
    close(stand)


def test_while_a_call_for_help_stands_the_camera_looks_for_a_badge(looking):
    stand, browser = looking
    browser.poll("/help/state")
    assert not look.looks(stand.kiosk)
    browser.press("/help/call")
    browser.poll("/help/state?shown=called")
    assert look.looks(stand.kiosk)
    stand.clock.advance(look.BADGE_SECONDS)
    assert not look.looks(stand.kiosk)
