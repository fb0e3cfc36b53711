"""What works on this machine and what does not: one finding a part, with a hint for each problem."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_babel import force_locale

from kiosk.adapters.face import EngineState
from kiosk.db import db, reading
from kiosk.domain.audit import Action
from kiosk.domain.terminal_state import TerminalState
from kiosk.hardware import codes, finding
from kiosk.models.audit import AuditEntry
from kiosk.models.officer import Officer
from kiosk.models.register import RegisterPerson
from kiosk.services import terminal_state
from kiosk.services.kiosk import Kiosk
from kiosk.services.terminal_state import TerminalSeen
from kiosk.wording.terminal import device_advice

ENGINE_SECONDS = 15.0
DEVICE_SECONDS = 3.0
MAIL_SECONDS = 3.0
VOICE_SECONDS = 5.0

LEAST_FREE_MB = 500
"""A year of visits takes well under this; less means that something else is filling the disk."""

SOURCE_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this was never set: codes and tickets would expire at random."""


class Level(StrEnum):
    """How bad a finding is: `FATAL` means that the main job cannot run."""

    OK = "ok"
    WARNING = "warning"
    FATAL = "FATAL"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor."""

    part: str
    level: Level
    says: str
    hint: str = ""

    @property
    def is_fatal(self) -> bool:
        """Whether the main job cannot run because of this."""
        return self.level is Level.FATAL

    def line(self) -> str:
        """The finding as printed."""
        text = f"{self.level.value:8}{self.part:14}{self.says}"
        return f"{text}\n{'':22}-> {self.hint}" if self.hint else text


def examine(kiosk: Kiosk) -> list[Finding]:
    """Look at everything; an examination that fails is itself a finding."""
    parts: tuple[tuple[str, Callable[[Kiosk], list[Finding]]], ...] = (
        ("database", _database),
        ("migrations", _migrations),
        ("residents", _residents),
        ("officers", _officers),
        ("keys", _keys),
        ("face engine", _face),
        ("code readers", _readers),
        ("devices", _devices),
        ("plugged in", _plugged_in),
        ("mail", _mail),
        ("voice", _voice),
        ("disk", _disk),
        ("clock", _clock),
    )
    findings: list[Finding] = []
    for part, look in parts:
        try:
            findings += look(kiosk)
        except Exception as error:
            findings.append(Finding(part, Level.FATAL, f"cannot be examined: {type(error).__name__}"))
    return findings


def _database(kiosk: Kiosk) -> list[Finding]:
    began = time.perf_counter()
    try:
        with reading() as session:
            session.execute(sa.text("SELECT 1"))
    except sa.exc.OperationalError as error:
        hint = f"can {kiosk.settings.data} be written, and is it on this machine's own disk?"
        return [Finding("database", Level.FATAL, type(error.orig).__name__, hint)]
    return [Finding("database", Level.OK, f"answers in {(time.perf_counter() - began) * 1000:.1f} ms")]


def _migrations(_kiosk: Kiosk) -> list[Finding]:
    folder = Path(__file__).parent.parent / "migrations"
    configuration = Config()
    configuration.set_main_option("script_location", str(folder))
    newest = ScriptDirectory.from_config(configuration).get_current_head()
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == newest:
        return [Finding("migrations", Level.OK, f"at {present}")]
    return [Finding("migrations", Level.FATAL, f"at {present}, newest is {newest}", "run: kiosk prepare")]


def _residents(kiosk: Kiosk) -> list[Finding]:
    if not kiosk.adapters.register.simulated:
        return []
    with reading() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(RegisterPerson)) or 0
    if count:
        return [Finding("register", Level.OK, f"{count} demonstration residents")]
    return [Finding("register", Level.FATAL, "no demonstration residents", "run: kiosk prepare")]


def _officers(_kiosk: Kiosk) -> list[Finding]:
    with reading() as session:
        count = session.scalar(sa.select(sa.func.count()).where(Officer.active)) or 0
    if count:
        return [Finding("officers", Level.OK, f"{count} can sign in")]
    return [Finding("officers", Level.WARNING, "nobody can sign in", "run: kiosk officer add NAME")]


def _keys(kiosk: Kiosk) -> list[Finding]:
    # That the file is readable and private was checked when the app was made.
    return [Finding("keys", Level.OK, f"version {kiosk.keys.current} encrypts")]


def _face(kiosk: Kiosk) -> list[Finding]:
    engine = kiosk.adapters.face
    engine.start()
    until = time.monotonic() + ENGINE_SECONDS
    while engine.state is EngineState.STARTING and time.monotonic() < until:
        time.sleep(0.05)
    state, version, hint = engine.state, engine.version, engine.hint
    engine.close()
    if state is EngineState.READY:
        return [Finding("face engine", Level.OK, version)]
    return [Finding("face engine", Level.FATAL, state, hint or "reinstall: make clean run")]


def _readers(_kiosk: Kiosk) -> list[Finding]:
    found = codes.readers()
    findings = [Finding("code reader", Level.OK, name) for name, works in found.items() if works]
    for name in (name for name, works in found.items() if not works):
        hint = "install Debian's libzbar0" if name == "pyzbar" else "reinstall: make clean run"
        level = Level.WARNING if any(found.values()) else Level.FATAL
        findings.append(Finding("code reader", level, f"{name} is missing", hint))
    return findings


def _devices(kiosk: Kiosk) -> list[Finding]:
    """A kiosk that runs holds its devices: what it says of them is told, and nothing is taken from it."""
    running = _running(kiosk)
    if running is not None:
        ago = max((kiosk.clock.now() - running.seen_at).total_seconds(), 0)
        note = f"said {ago:.0f} s ago by the kiosk that runs"
        return [_device(one.name, one.driver, one.code, one.works, note) for one in running.devices]
    kiosk.devices.start()
    try:
        kiosk.devices.camera.want(DEVICE_SECONDS)
        until = time.monotonic() + DEVICE_SECONDS
        while time.monotonic() < until and not all(device.health.works for device in kiosk.devices):
            time.sleep(0.05)
        return [
            _device(
                one.name,
                one.driver,
                one.health.code,
                one.health.works,
                "simulated" if one.simulated else "",
            )
            for one in kiosk.devices
        ]
    finally:
        kiosk.devices.stop()


def _running(kiosk: Kiosk) -> TerminalSeen | None:
    try:
        seen = terminal_state.terminal(kiosk, kiosk.settings.terminal)
    except sa.exc.SQLAlchemyError:
        return None  # a finding of its own; devices can be tried without
    return None if seen is None or seen.state is TerminalState.SILENT or not seen.devices else seen


def _device(name: str, driver: str, code: str, works: bool, note: str) -> Finding:
    says = f"{driver}: {code}" + (f" ({note})" if note else "")
    if works:
        return Finding(name, Level.OK, says)
    with force_locale("en"):
        return Finding(name, Level.WARNING, says, f"{device_advice(code)} (KIOSK_{name.upper()})")


def _plugged_in(kiosk: Kiosk) -> list[Finding]:
    """Every device of this machine with its line of settings, and what the settings name in vain."""
    present = finding.find(queues=finding.cups_queues())
    found = [Finding(f"found {one.kind}", Level.OK, one.line, one.says) for one in present]
    for gone in finding.missing(kiosk.settings):
        instead = [one.line for one in present if one.kind is gone.kind]
        hint = f"there is: {', '.join(instead)}" if instead else f"no {gone.kind} is plugged in at all"
        found.append(Finding(gone.kind, Level.WARNING, f"{gone.value} is not there", hint))
    return found


def _mail(kiosk: Kiosk) -> list[Finding]:
    server = kiosk.adapters.mail
    trouble = server.check(MAIL_SECONDS)
    if trouble is None:
        says = server.driver + (" (mails land in a folder)" if server.simulated else "")
        return [Finding("mail", Level.OK, says)]
    hint = "check KIOSK_MAIL; codes are kept and tried again, but nobody can finish meanwhile"
    return [Finding("mail", Level.FATAL, trouble, hint)]


def _voice(kiosk: Kiosk) -> list[Finding]:
    voice = kiosk.adapters.voice
    trouble = voice.check(VOICE_SECONDS)
    if trouble is None:
        return [Finding("voice", Level.OK, voice.driver)]
    hint = "install Debian's espeak-ng" if voice.driver == "espeak" else "record what is missing"
    hint += "; until then calls are shown and chimed, not spoken (KIOSK_VOICE=none for good)"
    return [Finding("voice", Level.WARNING, trouble, hint)]


def _disk(kiosk: Kiosk) -> list[Finding]:
    free = shutil.disk_usage(kiosk.settings.data).free // 2**20
    if free >= LEAST_FREE_MB:
        return [Finding("disk", Level.OK, f"{free} MB free")]
    return [
        Finding("disk", Level.WARNING, f"only {free} MB free", f"make room where {kiosk.settings.data} is")
    ]


def _clock(kiosk: Kiosk) -> list[Finding]:
    now = kiosk.clock.now()
    with reading() as session:
        last = session.scalar(sa.select(sa.func.max(AuditEntry.at)).where(AuditEntry.action.in_(Action)))
    if now < SOURCE_DATE or (last is not None and now < last):
        return [Finding("clock", Level.WARNING, f"{now:%Y-%m-%d %H:%M} UTC is in the past", "set the time")]
    return [Finding("clock", Level.OK, f"{now.astimezone(kiosk.settings.zone):%Y-%m-%d %H:%M %Z}")]
