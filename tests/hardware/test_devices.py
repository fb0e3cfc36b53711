"""The three devices as one: built by name, started broken, stopped clean."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import SystemClock
from kiosk.hardware.camera.simulated import SimulatedCamera
from kiosk.hardware.devices import Devices, build
from kiosk.hardware.scanner.simulated import SimulatedScanner
from tests.hardware.patience import seconds_until


@pytest.fixture
def devices(tmp_path: Path) -> Devices:
    return build(Settings(data=tmp_path), SystemClock())


def test_the_default_devices_are_simulated_and_come_in_one_order(devices: Devices) -> None:
    assert [(device.name, device.simulated) for device in devices] == [
        ("camera", True),
        ("printer", True),
        ("scanner", True),
    ]


def test_all_work_after_start_and_none_leaves_a_thread_after_stop(devices: Devices) -> None:
    before = set(threading.enumerate())
    devices.start()
    devices.start()
    seconds_until(lambda: all(health.works for health in devices.healths().values()), 3)
    assert devices.stop() == []
    assert set(threading.enumerate()) <= before
    assert not any(health.works for health in (devices.camera.health, devices.scanner.health))


def test_they_can_be_started_again(devices: Devices) -> None:
    for _ in range(2):
        devices.start()
        seconds_until(lambda: all(health.works for health in devices.healths().values()), 3)
        assert devices.stop() == []


def test_broken_devices_do_not_keep_the_others_from_starting(devices: Devices) -> None:
    assert isinstance(devices.camera, SimulatedCamera)
    assert isinstance(devices.scanner, SimulatedScanner)
    devices.camera.controls.unplugged = True
    devices.scanner.controls.hang = True
    devices.start()
    try:
        seconds_until(lambda: devices.healths()["camera"].code == "unplugged", 2)
        seconds_until(lambda: devices.healths()["printer"].works, 3)
    finally:
        assert devices.stop() == []


def test_stopping_what_never_started_is_fine(devices: Devices) -> None:
    assert devices.stop() == []


@pytest.mark.parametrize("name", ["camera", "printer", "scanner"])
def test_a_misspelt_driver_is_refused_by_its_setting(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"KIOSK_{name.upper()}"):
        build(Settings(data=tmp_path, **{name: "simulted"}), SystemClock())  # type: ignore[arg-type]
