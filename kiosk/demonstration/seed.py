"""Filling the demonstration: its residents in the register, who is active already, and its officers.

May be run as often as one likes: what is there is compared and left alone, so a second run takes a moment.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.adapters.authority import Outcome
from kiosk.adapters.face import EngineDown, EngineTimeout
from kiosk.db import reading, transaction
from kiosk.demonstration import officers
from kiosk.demonstration.portraits import NoSuchPhoto, Portraits, PortraitsMissing, Zones
from kiosk.demonstration.residents import RESIDENTS, Resident
from kiosk.models.register import AuthorityRecord, RegisterPerson
from kiosk.models.visit import FaceAttempt, LookUp
from kiosk.services.kiosk import Kiosk

log = logging.getLogger(__name__)

SEEDED = "seed-"
"""How the keys of activations begin that stood at the authority before anybody came."""


@dataclass(frozen=True)
class SeedReport:
    """What a run did: rows written, residents left out by name, and why the first of them was left out."""

    made: int
    missing: list[str] = field(default_factory=list)
    why: str = ""


def seed(kiosk: Kiosk, portraits_folder: Path) -> SeedReport:
    """Put every resident into the register, with photos made by the running face engine.

    Takes about 15 s the first time and less than one after that. Where photographs or the engine are missing,
    residents who need them are left out (unless an earlier run has made them) and named; the others work.
    """
    photos, why = _photos(kiosk, Portraits(portraits_folder))
    made, missing = 0, []
    with transaction() as session:
        for resident in RESIDENTS:
            if not resident.in_register:
                continue
            row = session.get(RegisterPerson, kiosk.keys.nik_hash(resident.nik))
            photo = photos.get(resident.key) or (row.photo if row else None)
            if photo is None and resident.needs_portraits:
                missing.append(resident.name)
                continue
            if row is None:
                row = RegisterPerson(nik_hash=kiosk.keys.nik_hash(resident.nik))
                session.add(row)
            made += _write(row, resident, photo)
            if resident.active_elsewhere:
                _make_active(kiosk, session, resident)
    officers.make(kiosk)
    return SeedReport(made, missing, why if missing else "")


def present(kiosk: Kiosk) -> set[str]:
    """The keys of the residents whose story can be told: in the register, or known to be in none."""
    with reading() as session:
        known = set(session.scalars(sa.select(RegisterPerson.nik_hash)))
    return {
        resident.key
        for resident in RESIDENTS
        if not resident.in_register or kiosk.keys.nik_hash(resident.nik) in known
    }


def left_out(kiosk: Kiosk) -> list[str]:
    """The names of the residents who are not there."""
    here = present(kiosk)
    return [resident.name for resident in RESIDENTS if resident.key not in here]


def start_again() -> None:
    """Let every resident come again today: undo the demonstration's activations, tries and look-ups.

    Visits, tickets and the audit chain stay; so do activations that were there from the beginning, also when
    an officer has taken them off since.
    """
    with transaction() as session:
        made_here = sa.not_(AuthorityRecord.key.startswith(SEEDED))
        session.execute(
            sa.delete(AuthorityRecord).where(made_here, AuthorityRecord.state != Outcome.ISSUED.value)
        )
        session.execute(
            sa.update(AuthorityRecord)
            .where(AuthorityRecord.state == Outcome.DEACTIVATED.value)
            .values(state=Outcome.ACTIVE.value)
        )
        session.execute(sa.delete(FaceAttempt))
        session.execute(sa.delete(LookUp))


def _photos(kiosk: Kiosk, portraits: Portraits) -> tuple[dict[str, bytes], str]:
    """Register photos by resident, and the first reason why one could not be made. No transaction is open."""
    zones = Zones(kiosk.settings.face_accept, kiosk.settings.face_review)
    photos: dict[str, bytes] = {}
    why = ""
    for resident in RESIDENTS:
        try:
            photo = portraits.register_photo(kiosk.adapters.face, resident, zones)
        except NoSuchPhoto as problem:
            why = why or str(problem)
            log.warning("no register photo for demonstration resident %s", resident.key)
        except (PortraitsMissing, EngineDown, EngineTimeout) as problem:
            # It would be the same for all others, after a wait for each of them.
            return photos, why or str(problem)
        else:
            if photo is not None:
                photos[resident.key] = photo
    return photos, why


def _write(row: RegisterPerson, resident: Resident, photo: bytes | None) -> bool:
    """Make `row` say what `resident` is; False when it did already."""
    record = {
        "nik": resident.nik,
        "name": resident.name,
        "born": resident.born,
        "sex": resident.sex,
        "married": resident.married,
        "recorded": resident.recorded,
        "state": resident.state,
        "region": resident.region,
        "photo": photo,
    }
    changed = {column: value for column, value in record.items() if getattr(row, column) != value}
    for column, value in changed.items():
        setattr(row, column, value)
    return bool(changed)


def _make_active(kiosk: Kiosk, session: Session, resident: Resident) -> None:
    key = f"{SEEDED}{resident.key}"
    if session.get(AuthorityRecord, key) is None:
        nik_hash = kiosk.keys.nik_hash(resident.nik)
        session.add(
            AuthorityRecord(key=key, nik_hash=nik_hash, state=Outcome.ACTIVE.value, at=kiosk.clock.now())
        )
