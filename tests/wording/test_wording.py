"""Whatever a device can say about itself, the officer reads as a sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from kiosk import wording
from kiosk.config import Settings
from kiosk.hardware import devices as hardware
from kiosk.hardware.camera.browser import PAGE_TROUBLES
from kiosk.hardware.camera.live import GONE, LINE_ERROR
from kiosk.hardware.devices import Devices
from kiosk.hardware.printer import Code
from kiosk.hardware.scanner import Dropped
from tests.officers import an_office

FOLDER = Path(hardware.__file__).parent


def _written_codes() -> set[str]:
    """Codes that drivers write as plain words: `report(State.X, "code")`, `DeviceGone("code")`."""
    found = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            match node:
                case ast.Call(func=ast.Attribute(attr="report"), args=[_, ast.Constant(str(code)), *_]):
                    found.add(code)
                case ast.Call(func=ast.Name("DeviceGone" | "Health"), args=arguments):
                    words = [each.value for each in arguments if isinstance(each, ast.Constant)]
                    found.update(word for word in words[:1] if isinstance(word, str))
    return found


def test_the_drivers_words_are_found_in_their_source():
    expected = {"ok", "opening", "closed", "unplugged", "crashed", "stalled", "slow", "bad_frames"}
    assert expected <= _written_codes()


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(set(Code), id="printer"),
        pytest.param(set(Dropped), id="scanner"),
        pytest.param({*PAGE_TROUBLES, "page_trouble", "waiting_for_page"}, id="browser camera"),
        pytest.param({*GONE.values(), LINE_ERROR}, id="what the kernel says of a camera"),
        pytest.param(_written_codes(), id="written in drivers"),
    ],
)
def test_every_code_of_a_device_has_the_officer_s_sentence(codes):
    assert {str(code) for code in codes} - set(wording.DEVICE_OFFICER) == set()


def test_no_sentence_speaks_of_a_code_that_no_device_has():
    pages = {*PAGE_TROUBLES, "page_trouble", "waiting_for_page"}
    known = {*Code, *Dropped, *GONE.values(), LINE_ERROR} | pages | _written_codes()
    assert set(wording.DEVICE_OFFICER) - {str(code) for code in known} == set()


def test_every_device_has_a_name_and_a_sentence_for_residents(tmp_path):
    devices = an_office(tmp_path).kiosk.devices
    assert isinstance(devices, Devices)
    names = {device.name for device in devices}
    assert set(wording.DEVICE_NAME) == set(wording.DEVICE) == names
    assert {name for name, _ in wording.DEVICE_CODE} <= names
    assert {code for _, code in wording.DEVICE_CODE} <= set(wording.DEVICE_OFFICER)


def test_the_phones_that_the_setting_names_are_listed_for_translation():
    named = [phone.strip() for phone in Settings().unsuitable_phones.split(";")]
    assert named == [str(phone) for phone in wording.UNSUITABLE_PHONES]
