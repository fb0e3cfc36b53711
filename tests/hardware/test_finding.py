"""What is plugged in, found in a tree of files as the kernel and udev make it, with its line of settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.hardware import finding
from kiosk.hardware.finding import Kind, find, missing

KEYBOARD = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
"""The key bitmap of a USB keyboard, as its kernel wrote it; that of a power button has one word."""

CAMERA = "usb-046d_HD_Pro_Webcam_C920_A1B2C3D4-video-index0"
SCANNER_LINE = "usb-Honeywell_Barcode_Scanner_0123-if00"
ADAPTER = "usb-1a86_USB_Serial-if00-port0"


def _write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _keyboard(root: Path, event: int, ids: str, name: str, keys: str = KEYBOARD, bus: str = "0003") -> None:
    device = root / f"sys/class/input/event{event}/device"
    vendor, product = ids.split(":")
    for file, text in (
        ("id/bustype", bus),
        ("id/vendor", vendor),
        ("id/product", product),
        ("name", name),
        ("capabilities/key", keys),
    ):
        _write(device / file, f"{text}\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine with a webcam, a USB printer, two serial lines, a scanner, a keyboard and a power button."""
    for number, index, name in (
        (0, 0, "HD Pro Webcam C920"),
        (1, 1, "HD Pro Webcam C920"),
        (2, 0, "Built-in"),
    ):
        _write(tmp_path / f"dev/video{number}")
        _write(tmp_path / f"sys/class/video4linux/video{number}/name", f"{name}\n")
        _write(tmp_path / f"sys/class/video4linux/video{number}/index", f"{index}\n")
    by_id = tmp_path / "dev/v4l/by-id"
    by_id.mkdir(parents=True)
    (by_id / CAMERA).symlink_to("../../video0")
    (by_id / CAMERA.replace("index0", "index1")).symlink_to("../../video1")
    _write(tmp_path / "dev/usb/lp0")
    _write(tmp_path / "dev/usb/hiddev0")
    _write(
        tmp_path / "sys/class/usbmisc/lp0/device/ieee1284_id",
        "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;\n",
    )
    for line in (SCANNER_LINE, ADAPTER):
        _write(tmp_path / "dev" / f"tty-{line}")
        serial = tmp_path / "dev/serial/by-id"
        serial.mkdir(parents=True, exist_ok=True)
        (serial / line).symlink_to(f"../../tty-{line}")
    _keyboard(tmp_path, 0, "0000:0001", "Power Button", keys="10000000000000 0", bus="0019")
    _keyboard(tmp_path, 1, "04D9:1503", "HOLTEK USB Keyboard")
    _keyboard(tmp_path, 2, "05E0:1200", "Symbol Technologies, Inc, 2008 Symbol Bar Code Scanner")
    _keyboard(tmp_path, 3, "05E0:1200", "Symbol Technologies, Inc, 2008 Symbol Bar Code Scanner")
    _keyboard(tmp_path, 4, "046D:C077", "Logitech USB Optical Mouse", keys="1f0000 0 0 0 0")
    return tmp_path


def test_everything_that_is_plugged_in_has_its_line_and_its_own_name(root: Path) -> None:
    lines = {one.line: one.says for one in find(root, queues=["KASIR"])}
    assert list(lines) == [
        f"KIOSK_CAMERA=v4l2:/dev/v4l/by-id/{CAMERA}",
        "KIOSK_CAMERA=v4l2:/dev/video2",
        "KIOSK_PRINTER=lp:/dev/usb/lp0",
        f"KIOSK_PRINTER=serial:/dev/serial/by-id/{ADAPTER}?baud=115200",
        "KIOSK_PRINTER=cups:KASIR",
        f"KIOSK_SCANNER=serial:/dev/serial/by-id/{ADAPTER}?baud=9600",
        f"KIOSK_SCANNER=serial:/dev/serial/by-id/{SCANNER_LINE}?baud=9600",
        "KIOSK_SCANNER=evdev:05e0:1200",
        "KIOSK_SCANNER=evdev:04d9:1503",
    ]
    assert lines["KIOSK_PRINTER=lp:/dev/usb/lp0"] == "EPSON TM-T20II"
    assert lines[f"KIOSK_CAMERA=v4l2:/dev/v4l/by-id/{CAMERA}"] == "HD Pro Webcam C920"
    assert "may change" in lines["KIOSK_CAMERA=v4l2:/dev/video2"]
    assert "if this is the scanner" in lines["KIOSK_SCANNER=evdev:04d9:1503"]


def test_every_line_is_a_setting_that_its_driver_takes(root: Path, tmp_path: Path) -> None:
    from kiosk.domain.clock import SystemClock
    from kiosk.hardware import devices

    for one in find(root, queues=["KASIR"]):
        chosen = Settings.from_environment({"KIOSK_DATA": str(tmp_path)} | dict([one.line.split("=", 1)]))
        built = devices.build(chosen, SystemClock())
        assert not getattr(built, one.kind.value).simulated


def test_a_machine_with_nothing_has_nothing(tmp_path: Path) -> None:
    assert find(tmp_path) == ()


def test_what_cannot_be_read_or_makes_no_sense_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "dev/v4l/by-id").mkdir(parents=True)
    (tmp_path / f"dev/v4l/by-id/{CAMERA}").write_text("no link")
    _keyboard(tmp_path, 0, "05e0:1200", "Scanner", keys="zz")
    _keyboard(tmp_path, 1, "05e0:1300", "\x1b[31mScanner\x07")
    found = find(tmp_path)
    assert [one.value for one in found] == [f"v4l2:/dev/v4l/by-id/{CAMERA}", "evdev:05e0:1300"]
    assert found[1].says == "[31mScanner"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("camera", "v4l2:/dev/v4l/by-id/usb-another-video-index0"),
        ("printer", "lp:/dev/usb/lp3"),
        ("printer", "serial:/dev/serial/by-id/usb-gone-if00?baud=9600"),
        ("scanner", "evdev:0c2e:0b61"),
    ],
)
def test_a_setting_for_something_that_is_not_there_is_named(root: Path, setting: str, value: str) -> None:
    [gone] = missing(Settings(**{setting: value}), root)  # type: ignore[arg-type]
    assert (gone.kind, gone.value) == (Kind(setting), value)


def test_settings_for_what_is_there_and_for_what_has_no_path_are_not_missing(root: Path) -> None:
    settings = Settings(
        camera=f"v4l2:/dev/v4l/by-id/{CAMERA}",
        printer="tcp://192.0.2.7:9100",
        scanner=f"evdev:05E0:1200; serial:/dev/serial/by-id/{SCANNER_LINE}?baud=9600;browser",
    )
    assert missing(settings, root) == ()


def test_queues_are_those_that_lpstat_lists_and_none_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert finding.cups_queues() == ()
    tool = tmp_path / "lpstat"
    tool.write_text("#!/bin/sh\n[ \"$1\" = -e ] && echo KASIR && echo ' LOKET_2 '\n")
    os.chmod(tool, 0o755)
    assert finding.cups_queues() == ("KASIR", "LOKET_2")
    monkeypatch.setattr(finding, "LPSTAT_SECONDS", 0.05)
    tool.write_text("#!/bin/sh\nread line </dev/zero\n")
    assert finding.cups_queues() == ()
