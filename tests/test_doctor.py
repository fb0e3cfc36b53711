"""The doctor: a machine that works has no fatal finding, and each trouble has its line and its hint."""

from __future__ import annotations

import re
import threading
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk import create_app, doctor, keys
from kiosk.adapters.face import EngineState
from kiosk.adapters.voice import EspeakVoice, FolderVoice
from kiosk.config import Settings
from kiosk.db import bring_up_to_date
from kiosk.demonstration.seed import seed
from kiosk.doctor import Finding, Level
from kiosk.domain.clock import SystemClock
from kiosk.hardware.finding import Found, Kind
from kiosk.hardware.health import State
from kiosk.services import terminal_state, visit
from tests.fixed_clock import FixedClock
from tests.support import make_app, opened


class Engine:
    """A face engine that is at once what the test says; the real one is asked once, in the first test."""

    def __init__(self, state=EngineState.READY, hint=""):
        self.state, self.hint, self.version = state, hint, "of the test"

    def start(self):
        pass

    def close(self):
        pass


@pytest.fixture
def migrated(tmp_path):
    """A kiosk without residents and officers, on a database made by the migrations."""
    keys.create(tmp_path / keys.FILE_NAME)
    app = create_app(Settings(data=tmp_path, voice="none"))
    bring_up_to_date(app)
    return app


@pytest.fixture
def kiosk(tmp_path):
    """A kiosk whose tables are there; nobody waits for its face engine."""
    with opened(make_app(tmp_path, clock=SystemClock())) as kiosk:
        yield _with(kiosk, Engine())


def _with(kiosk, engine):
    return replace(kiosk, adapters=replace(kiosk.adapters, face=engine))


def _findings(kiosk, part) -> list[Finding]:
    return [finding for finding in doctor.examine(kiosk) if finding.part == part]


def _finding(kiosk, part) -> Finding:
    (found,) = _findings(kiosk, part)
    return found


def test_a_good_machine_has_no_fatal_finding_and_the_real_face_engine_is_ready(migrated, tmp_path):
    before = set(threading.enumerate())
    with opened(migrated) as kiosk:
        seed(_with(kiosk, Engine()), tmp_path / "no-portraits")
        findings = doctor.examine(kiosk)
    assert [finding.line() for finding in findings if finding.level is not Level.OK] == []
    by_part = {finding.part: finding for finding in findings}
    assert {"database", "migrations", "register", "keys", "camera", "mail", "disk", "clock"} <= set(by_part)
    assert "dlib" in by_part["face engine"].says
    assert set(threading.enumerate()) <= before  # nothing is left running


def test_missing_migrations_are_fatal_and_the_remedy_is_named(kiosk):
    found = _finding(kiosk, "migrations")
    assert found.is_fatal
    assert found.hint == "run: kiosk prepare"


def test_an_empty_database_is_fatal_and_no_crash(tmp_path):
    keys.create(tmp_path / keys.FILE_NAME)
    with opened(create_app(Settings(data=tmp_path))) as kiosk:
        findings = doctor.examine(_with(kiosk, Engine()))
    assert {finding.part for finding in findings if finding.is_fatal} >= {"migrations", "residents"}
    assert {finding.part for finding in findings if not finding.is_fatal} >= {"keys", "mail", "face engine"}


def test_a_database_that_is_garbage_is_fatal(tmp_path):
    keys.create(tmp_path / keys.FILE_NAME)
    (tmp_path / "kiosk.db").write_bytes(b"garbage" * 1000)
    with opened(create_app(Settings(data=tmp_path))) as kiosk:
        assert _finding(_with(kiosk, Engine()), "database").is_fatal


def test_a_demonstration_without_residents_is_fatal(kiosk):
    found = _finding(kiosk, "register")
    assert found.is_fatal
    assert "kiosk prepare" in found.hint


def test_an_office_without_officers_is_a_warning(kiosk):
    found = _finding(kiosk, "officers")
    assert found.level is Level.WARNING
    assert "kiosk officer add" in found.hint


def test_a_mail_folder_that_cannot_be_written_is_fatal(kiosk, tmp_path):
    (tmp_path / "mail").write_text("a file where a folder should be")
    found = _finding(kiosk, "mail")
    assert found.is_fatal
    assert "KIOSK_MAIL" in found.hint


def test_a_voice_that_is_not_installed_is_a_warning_with_both_remedies(kiosk, monkeypatch, tmp_path):
    speechless = replace(kiosk.adapters, voice=EspeakVoice(kiosk.settings))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = _finding(replace(kiosk, adapters=speechless), "voice")
    assert (found.level, found.says) == (Level.WARNING, "espeak-ng is not installed")
    assert "espeak-ng" in found.hint
    assert "KIOSK_VOICE=none" in found.hint


def test_recordings_that_are_missing_are_named(kiosk, tmp_path):
    voice = FolderVoice(replace(kiosk.settings, voice=f"folder:{tmp_path}"))
    found = _finding(replace(kiosk, adapters=replace(kiosk.adapters, voice=voice)), "voice")
    assert found.level is Level.WARNING
    assert "nomor-antrean.wav" in found.says


def test_a_mail_server_that_does_not_answer_is_fatal(kiosk):
    kiosk.adapters.mail.controls.down = True
    assert _finding(kiosk, "mail").is_fatal


@pytest.mark.parametrize("hint", ["libstdc++ is missing", ""])
def test_a_face_engine_that_does_not_start_is_fatal_with_a_hint(kiosk, hint):
    found = _finding(_with(kiosk, Engine(EngineState.DOWN, hint)), "face engine")
    assert found.is_fatal
    assert found.hint == (hint or "reinstall: make clean run")


def test_a_face_engine_that_never_gets_ready_is_fatal(kiosk, monkeypatch):
    monkeypatch.setattr(doctor, "ENGINE_SECONDS", 0.1)
    assert _finding(_with(kiosk, Engine(EngineState.STARTING)), "face engine").is_fatal


@pytest.mark.parametrize("name", ["camera", "printer", "scanner"])
def test_an_unplugged_device_is_a_warning_that_names_its_setting(kiosk, name, monkeypatch):
    monkeypatch.setattr(doctor, "DEVICE_SECONDS", 0.5)
    getattr(kiosk.devices, name).controls.unplugged = True
    found = _finding(kiosk, name)
    assert found.level is Level.WARNING
    assert found.hint == f"Not connected; check its cable and power. (KIOSK_{name.upper()})"


def test_beside_a_kiosk_that_runs_its_devices_are_left_alone_and_what_it_says_is_told(kiosk, monkeypatch):
    started = []
    monkeypatch.setattr(type(kiosk.devices), "start", started.append)
    kiosk.devices.scanner._board.report(State.READY, "ok")
    kiosk.devices.printer._board.report(State.FAULT, "paper_out")
    terminal_state.beat(kiosk)
    printer, scanner = _finding(kiosk, "printer"), _finding(kiosk, "scanner")
    assert started == []
    assert re.fullmatch(r"simulated: paper_out \(said \d s ago by the kiosk that runs\)", printer.says)
    assert (printer.level, scanner.level) == (Level.WARNING, Level.OK)
    assert "roll" in printer.hint


def test_what_is_plugged_in_is_listed_with_its_line_and_offered_for_what_is_not_there(kiosk, monkeypatch):
    plugged = (Found(Kind.PRINTER, "lp:/dev/usb/lp1", "EPSON TM-T20II"),)
    monkeypatch.setattr(doctor.finding, "find", lambda queues: plugged)
    found = _finding(kiosk, "found printer")
    assert found.line().splitlines()[0].endswith("KIOSK_PRINTER=lp:/dev/usb/lp1")
    named = replace(
        kiosk.settings, printer="lp:/dev/usb/lp0", camera="v4l2:/dev/v4l/by-id/usb-gone-video-index0"
    )
    wrong = replace(kiosk, settings=named)
    [printer] = [one for one in _findings(wrong, "printer") if "lp0" in one.says]
    assert (printer.level, printer.hint) == (Level.WARNING, "there is: KIOSK_PRINTER=lp:/dev/usb/lp1")
    [camera] = [one for one in _findings(wrong, "camera") if "usb-gone" in one.says]
    assert camera.hint == "no camera is plugged in at all"


@pytest.mark.parametrize(
    ("readers", "level"),
    [
        ({"zxing-cpp": True, "pyzbar": False}, Level.WARNING),
        ({"zxing-cpp": False, "pyzbar": True}, Level.WARNING),
        ({"zxing-cpp": False, "pyzbar": False}, Level.FATAL),
    ],
)
def test_a_missing_code_reader_matters_only_when_no_other_is_left(kiosk, monkeypatch, readers, level):
    monkeypatch.setattr(doctor.codes, "readers", lambda: readers)
    missing = [finding for finding in _findings(kiosk, "code reader") if finding.level is not Level.OK]
    assert {finding.level for finding in missing} == {level}
    assert all(finding.hint for finding in missing)


def test_a_disk_that_is_nearly_full_is_a_warning(kiosk, monkeypatch):
    usage = namedtuple("usage", "total used free")(2**30, 2**30 - 2**20, 2**20)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage)
    found = _finding(kiosk, "disk")
    assert found.level is Level.WARNING
    assert "1 MB" in found.says
    assert found.hint


@pytest.mark.parametrize("now", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)])
def test_a_clock_that_was_never_set_is_a_warning(kiosk, now):
    assert _finding(replace(kiosk, clock=FixedClock(now)), "clock").level is Level.WARNING


def test_a_clock_that_runs_behind_the_last_entry_is_a_warning(kiosk):
    now = datetime(2027, 1, 1, tzinfo=UTC)
    visit.start(replace(kiosk, clock=FixedClock(now)), "id")
    assert _finding(replace(kiosk, clock=FixedClock(now)), "clock").level is Level.OK
    found = _finding(replace(kiosk, clock=FixedClock(now - timedelta(minutes=1))), "clock")
    assert found.level is Level.WARNING
    assert found.hint == "set the time"


def test_an_examination_that_fails_is_a_finding_and_the_others_go_on(kiosk, monkeypatch):
    def broken(path):
        raise ZeroDivisionError

    monkeypatch.setattr(doctor.shutil, "disk_usage", broken)
    findings = {finding.part: finding for finding in doctor.examine(kiosk)}
    assert findings["disk"].is_fatal
    assert "ZeroDivisionError" in findings["disk"].says
    assert findings["clock"].level is Level.OK


def test_a_hint_stands_under_its_finding():
    assert Finding("mail", Level.FATAL, "down", "check KIOSK_MAIL").line().splitlines() == [
        "FATAL   mail          down",
        "                      -> check KIOSK_MAIL",
    ]
