"""The demonstration's officers: one of each role, and the phone that shows their one-time codes.

Their secrets are random, made at the first `kiosk prepare`, and kept beside the database in a file that only
its owner can read: the simulator panel shows them, so that a newcomer can sign in at once.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from kiosk.config import Settings
from kiosk.db import reading
from kiosk.domain.pin import PIN_DIGITS, fault_of
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.services import audit, lockout, pin, totp
from kiosk.services import officer as officers
from kiosk.services.kiosk import Kiosk

FILE_NAME = "demo-officers.json"

FORMER_FILE = "officer-password.txt"
"""Where the password of the one officer stood before there were roles; he becomes the first of the four."""

NAMES: dict[Role, tuple[str, str]] = {
    Role.OFFICER: ("petugas", "Rina Marlina"),
    Role.SUPERVISOR: ("penyelia", "Bagus Pratama"),
    Role.TECHNICIAN: ("teknisi", "Tono Hartanto"),
    Role.AUDITOR: ("auditor", "Ayu Lestari"),
}
"""Role to user name and full name."""


@dataclass(frozen=True)
class DemoOfficer:
    """One of them, with everything that he knows and his phone knows."""

    username: str
    name: str
    role: Role
    password: str
    pin: str
    secret: str


def make(kiosk: Kiosk) -> None:
    """Make the four, unless there are officers already that the demonstration has not made."""
    former = kiosk.settings.data / FORMER_FILE
    with reading() as session:
        if session.scalar(sa.select(Officer.id).limit(1)) is not None and not former.exists():
            return
    made = [
        DemoOfficer(username, name, role, secrets.token_urlsafe(9), _pin(), totp.new_secret())
        for role, (username, name) in NAMES.items()
    ]
    # The file first: a crash between the two leaves a note of no use, never officers nobody can be.
    _write_down(kiosk.settings, made)
    for one in made:
        _insert(kiosk, one)
    former.unlink(missing_ok=True)


def known(settings: Settings) -> list[DemoOfficer]:
    """Return what the file says; nothing where there is none."""
    path = settings.data / FILE_NAME
    if not path.exists():
        return []
    rows = json.loads(path.read_text("utf-8"))
    return [DemoOfficer(**row | {"role": Role(row["role"])}) for row in rows]


def _insert(kiosk: Kiosk, one: DemoOfficer) -> None:
    password_hash = lockout.hashed(one.password)
    with audit.verb(kiosk) as session:
        made = officers.by_username(session, one.username) or officers.insert(
            kiosk, session, one.username, one.name, one.role, password_hash
        )
        assert isinstance(made, Officer), made
        made.password_hash = password_hash
        made.totp_secret, made.totp_confirmed_at = one.secret, kiosk.clock.now()
    pin_hash = pin.hash_of(kiosk, made.id, one.pin)
    with audit.verb(kiosk) as session:
        session.get_one(Officer, made.id).pin_hash = str(pin_hash)


def _pin() -> str:
    while True:
        digits = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
        if fault_of(digits) is None:
            return digits


def _write_down(settings: Settings, made: list[DemoOfficer]) -> None:
    path: Path = settings.data / FILE_NAME
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(one) for one in made], file, indent=1)
