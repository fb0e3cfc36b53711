"""Every way in which the panel breaks a part is a way the part can be, and can be taken back."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from kiosk.adapters.authority import AuthorityDown
from kiosk.adapters.face import EngineState, FaceProcess
from kiosk.adapters.register import RegisterDown
from kiosk.demonstration import troubles
from kiosk.demonstration.troubles import NORMAL, WAYS, Part
from tests.support import make_app, opened

EVERY_WAY = [(part, way) for part in Part for way in WAYS[part]]


@pytest.fixture
def kiosk(tmp_path):
    with opened(make_app(tmp_path)) as kiosk:
        yield kiosk


def _way(kiosk, part):
    return next(one.way for one in troubles.states(kiosk) if one.part is part)


@pytest.mark.parametrize(("part", "way"), EVERY_WAY, ids=lambda one: getattr(one, "name", one))
def test_each_way_is_brought_about_alone_and_taken_back(kiosk, part, way):
    troubles.bring_about(kiosk, part, WAYS[part][1].name)
    assert troubles.bring_about(kiosk, part, way.name)
    assert _way(kiosk, part) == way
    others = {one.part: one.way for one in troubles.states(kiosk) if one.part is not part}
    assert set(others.values()) == {NORMAL}
    troubles.everything_normal(kiosk)
    assert _way(kiosk, part) is NORMAL


@pytest.mark.parametrize("name", ["", "exploded", "portrait"])
def test_a_way_that_no_part_has_changes_nothing(kiosk, name):
    assert not troubles.bring_about(kiosk, Part.CAMERA, name)
    assert _way(kiosk, Part.CAMERA) is NORMAL


def test_what_is_down_really_does_not_answer(kiosk):
    troubles.bring_about(kiosk, Part.REGISTER, "down")
    troubles.bring_about(kiosk, Part.AUTHORITY, "hang")
    with pytest.raises(RegisterDown):
        kiosk.adapters.register.look_up("3273091208850003", 8.0)
    with pytest.raises(AuthorityDown):
        kiosk.adapters.authority.is_active("3273091208850003", 8.0)


def test_slow_is_inside_the_deadline_and_hanging_is_not(kiosk):
    assert troubles.SLOW_SECONDS < kiosk.settings.adapter_deadline_seconds < troubles.HANGS_SECONDS


def test_several_controls_set_from_elsewhere_are_still_shown_as_trouble(kiosk):
    kiosk.devices.printer.controls.paper_out = kiosk.devices.printer.controls.slow = True
    assert _way(kiosk, Part.PRINTER) is not NORMAL


def test_a_real_driver_is_left_alone_and_said_so(tmp_path):
    with opened(make_app(tmp_path, printer="tcp://127.0.0.1:9", mail="smtp://127.0.0.1:9")) as kiosk:
        assert (_way(kiosk, Part.PRINTER), _way(kiosk, Part.MAIL)) == (None, None)
        assert not troubles.bring_about(kiosk, Part.PRINTER, "paper_out")
        troubles.everything_normal(kiosk)


def test_a_face_process_that_is_killed_is_another_one_afterwards(tmp_path, engine):
    app = make_app(tmp_path)
    kiosk = app.extensions["kiosk"]
    kiosk = replace(kiosk, adapters=replace(kiosk.adapters, face=engine))
    first = _ready(engine)
    assert troubles.kill_face_process(kiosk)
    assert _ready(engine, unlike=first) != first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_killing_a_face_process_that_does_not_run_says_so(kiosk):
    assert not troubles.kill_face_process(kiosk)


def _ready(engine: FaceProcess, unlike: int | None = None) -> int | None:
    until = time.monotonic() + 30
    while (engine.state is not EngineState.READY or engine.pid == unlike) and time.monotonic() < until:
        time.sleep(0.05)
    return engine.pid
