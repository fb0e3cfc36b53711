"""Trying it with one's own face: a newcomer's photo under a made-up name and number, gone the same day.

What is kept: one row of the demonstration register (photo, made-up name, made-up NIK), encrypted. The row
carries `enrolled_at`, so the retention purge erases it (`kiosk/domain/retention.py`); `forget` erases it now.
"""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from PIL import Image, ImageOps

from kiosk.adapters.face import (
    EngineDown,
    EngineTimeout,
    NoFaceReason,
    NotAPicture,
    NoUsableFace,
    PictureTooLarge,
)
from kiosk.db import reading, transaction
from kiosk.domain.eligibility import RecordState
from kiosk.domain.nik import Sex
from kiosk.models.case import ReviewCase
from kiosk.models.register import AuthorityRecord, RegisterPerson
from kiosk.models.visit import FaceAttempt, Visit
from kiosk.services.kiosk import Kiosk

BORN = date(1990, 8, 17)
DISTRICT = "327301"
"""The made-up numbers all begin alike; their serials lie above any that was ever given out for one day
in one district, so that none of them can be a real person's."""

FIRST_SERIAL, LAST_SERIAL = 9001, 9999

LONGEST_SIDE = 1280
"""Pixels. A register photo needs a face of 80 px; more than this only makes the comparison slower."""

MOST_BYTES = 4_000_000
MOST_PIXELS = 50_000_000
DESCRIBE_SECONDS = 10.0

_NOTHING = dict.fromkeys(("nik", "name", "selfie", "register_photo", "selfie_template"))
"""A case with nothing personal left in it."""


class PhotoProblem(StrEnum):
    """Why a picture was not taken; its sentences stand in `templates/simulator/face.html`."""

    MISSING = "missing"
    NOT_A_PICTURE = "not_a_picture"
    TOO_LARGE = "too_large"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"
    ENGINE_DOWN = "engine_down"
    FULL = "full"


@dataclass(frozen=True)
class Enrolled:
    """A newcomer in the register. `key` names the row in forms and is no NIK."""

    key: str
    nik: str
    name: str
    at: datetime


def enrol(kiosk: Kiosk, picture: bytes) -> Enrolled | PhotoProblem:
    """Put the face on `picture` (JPEG or PNG, as a camera or phone makes it) into the register."""
    photo = usable(kiosk, picture)
    if isinstance(photo, PhotoProblem):
        return photo
    with transaction() as session:
        taken = {person.nik for person in session.scalars(_newcomers())}
        free = [nik for nik in map(_nik, range(FIRST_SERIAL, LAST_SERIAL + 1)) if nik not in taken]
        if not free:
            return PhotoProblem.FULL
        nik = secrets.choice(free)
        person = RegisterPerson(
            nik_hash=kiosk.keys.nik_hash(nik),
            nik=nik,
            name=f"Tamu Percobaan {nik[-3:]}",
            born=BORN,
            sex=Sex.MALE,
            married=False,
            recorded=True,
            state=RecordState.ACTIVE,
            region=kiosk.settings.office_region,
            photo=photo,
            enrolled_at=kiosk.clock.now(),
        )
        session.add(person)
    return _enrolled(person)


def enrolled() -> list[Enrolled]:
    """Return who is in the register with his or her own face, newest first."""
    with reading() as session:
        return [_enrolled(person) for person in session.scalars(_newcomers())]


def forget(key: str) -> bool:
    """Erase one newcomer now, also from the authority, the count of tries and the cases for officers.

    False when there is no such newcomer; a resident of the demonstration is never erased. A visit that is
    still open keeps its own copy until it ends, as every visit does.
    """
    with transaction() as session:
        person = session.get(RegisterPerson, key)
        if person is None or person.enrolled_at is None:
            return False
        session.delete(person)
        session.execute(sa.delete(AuthorityRecord).where(AuthorityRecord.nik_hash == key))
        session.execute(sa.delete(FaceAttempt).where(FaceAttempt.nik_hash == key))
        visits = sa.select(Visit.id).where(Visit.nik_hash == key)
        session.execute(sa.update(ReviewCase).where(ReviewCase.visit_id.in_(visits)).values(_NOTHING))
    return True


def usable(kiosk: Kiosk, picture: bytes) -> bytes | PhotoProblem:
    """Return `picture` as an upright JPEG of at most `LONGEST_SIDE`, when it shows one face large enough."""
    if not picture:
        return PhotoProblem.MISSING
    upright = _upright(picture)
    if isinstance(upright, PhotoProblem):
        return upright
    try:
        found = kiosk.adapters.face.describe(upright, DESCRIBE_SECONDS)
    except NotAPicture:
        return PhotoProblem.NOT_A_PICTURE
    except PictureTooLarge:
        return PhotoProblem.TOO_LARGE
    except (EngineDown, EngineTimeout):
        return PhotoProblem.ENGINE_DOWN
    match found:
        case NoUsableFace(reason=NoFaceReason.NO_FACE):
            return PhotoProblem.NO_FACE
        case NoUsableFace(reason=NoFaceReason.SEVERAL_FACES):
            return PhotoProblem.SEVERAL_FACES
        case NoUsableFace():
            return PhotoProblem.TOO_SMALL
    return upright


def _upright(picture: bytes) -> bytes | PhotoProblem:
    """Re-encode: sideways pictures stand up, and what a file says beside its pixels (place) is gone."""
    if len(picture) > MOST_BYTES:
        return PhotoProblem.TOO_LARGE
    try:
        image = Image.open(io.BytesIO(picture), formats=("JPEG", "PNG"))
        if image.width * image.height > MOST_PIXELS:
            return PhotoProblem.TOO_LARGE
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        turned = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PhotoProblem.NOT_A_PICTURE
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = io.BytesIO()
    turned.save(plain, "JPEG", quality=92)
    return plain.getvalue()


def _newcomers() -> sa.Select[RegisterPerson]:
    newest = RegisterPerson.enrolled_at.desc()
    return sa.select(RegisterPerson).where(RegisterPerson.enrolled_at.is_not(None)).order_by(newest)


def _nik(serial: int) -> str:
    return f"{DISTRICT}{BORN:%d%m%y}{serial:04}"


def _enrolled(person: RegisterPerson) -> Enrolled:
    assert person.enrolled_at is not None
    return Enrolled(person.nik_hash, person.nik, person.name, person.enrolled_at)
