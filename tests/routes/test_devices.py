"""The quiet bar: what is out of order, in words, without asking any device."""

from __future__ import annotations

import re

import pytest

from kiosk.hardware.health import State
from tests.routes.walk import walk


@pytest.mark.parametrize("device", ["camera", "printer", "scanner"])
def test_a_device_that_is_gone_is_said_in_one_sentence(stand, browser, device):
    for each in stand.kiosk.devices:
        each._board.report(State.READY, "ok")
    quiet = browser.poll("/devices/bar").text
    getattr(stand.kiosk.devices, device)._board.report(State.ABSENT, "unplugged")
    said = browser.poll("/devices/bar").text
    assert said != quiet
    assert "unplugged" not in said


def test_a_bar_that_reads_the_same_is_not_sent_again_but_in_another_language_it_is(stand, browser):
    for each in stand.kiosk.devices:
        each._board.report(State.READY, "ok")
    seen = re.search('name="seen" value="([^"]+)"', browser.poll("/devices/bar").html)[1]
    again = f"/devices/bar?seen={seen}"
    assert browser.poll(again).status == 204
    stand.kiosk.devices.printer._board.report(State.FAULT, "paper_out")
    assert "Kertas habis" in browser.poll(again).text
    stand.kiosk.devices.printer._board.report(State.READY, "ok")
    browser.press("/visit/start")
    browser.press("/visit/language", language="en")
    assert "Demonstration" in browser.poll(again).text


def test_asking_for_the_bar_asks_no_device(stand, browser, monkeypatch):
    def asked(*_):
        raise AssertionError("the printer was asked")

    monkeypatch.setattr(stand.printer._inner, "status", asked)
    assert browser.poll("/devices/bar").status == 200


def test_the_bar_is_polled_and_is_no_activity(stand, plain):
    from kiosk.domain.visit import Step

    walk(plain, stand, Step.CHOICE)
    assert 'hx-get="/devices/bar"' in plain.page.html


def test_an_office_without_a_logo_has_none(stand, plain):
    assert plain.client.get("/office/logo").status_code == 404
