"""What the page hands over from a reader that types; and what pages know of the readers there are."""

from __future__ import annotations

import logging

import pytest

from kiosk.hardware.scanner import Dropped
from kiosk.hardware.scanner.browser import BrowserScanner
from tests.routes.client import Browser
from tests.stand import close, make_stand


@pytest.fixture
def typed(tmp_path):
    """A kiosk with a reader at its page, the page, and an ear of our own."""
    stand = make_stand(tmp_path / "wedge", scanner="browser?prefix=~")
    [reader] = stand.kiosk.devices.scanner.parts
    assert isinstance(reader, BrowserScanner)
    reader._all_well()
    browser = Browser(stand.app, htmx=True)

    def send(body, **headers):
        headers = {"X-CSRFToken": browser.token, **headers}
        return browser.client.post("/scan/typed", data=body, content_type="text/plain", headers=headers)

    yield stand, browser, send, reader.subscribe()
    close(stand)


@pytest.mark.parametrize(
    ("body", "text", "dropped"),
    [
        (b"~A-001", "A-001", None),
        ("Désa 🙂".encode(), "Désa 🙂", None),
        (b"x" * 4100, "", Dropped.TOO_LONG),
        (b"A\x00\x1b[2J", "", Dropped.CONTROL_CHARACTERS),
        (b"\xed\xa0\x80\xff", "\ufffd" * 4, None),
    ],
)
def test_what_was_typed_is_one_scan_and_in_no_log(typed, caplog, body, text, dropped):
    caplog.set_level(logging.DEBUG)
    _, browser, send, ear = typed
    assert send(body).status_code == 204
    scan = ear.next(0)
    assert (scan.text, scan.dropped, scan.source) == (text, dropped, "browser")
    assert ear.next(0) is None
    assert "Kode ini bukan dari anjungan kami" in browser.poll("/scan").text
    assert "A-001" not in caplog.text


def test_nothing_typed_is_no_scan_and_ten_kilobytes_too_many_are_refused(typed):
    _, _, send, ear = typed
    assert send(b"\r\n").status_code == 204
    assert send(b"x" * 17_000).status_code == 413
    assert ear.next(0) is None


def test_another_page_cannot_make_the_kiosk_read(typed):
    _, _, send, ear = typed
    assert send(b"A-001", **{"X-CSRFToken": "made up"}).status_code == 400
    assert ear.next(0) is None


def test_the_page_catches_keys_only_where_a_reader_types(typed, stand, plain):
    _, browser, _, _ = typed
    [body] = browser.open("/").root.all("body")
    assert body.attributes["data-scan"] == "~"
    [body] = plain.open("/").root.all("body")
    assert "data-scan" not in body.attributes
    answer = plain.client.post("/scan/typed", data=b"A", headers={"X-CSRFToken": plain.token})
    assert answer.status_code == 404


def test_where_no_scanner_is_nobody_is_asked_to_hold_a_code_up(tmp_path, plain):
    assert "Dekatkan ke pemindai" in plain.page.text
    stand = make_stand(tmp_path / "none", scanner="none")
    assert "Punya tiket" not in Browser(stand.app, htmx=False).page.text
    close(stand)
