"""What the simulator panel shows and does beside the stage: paper, mails, the QR for the phone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from kiosk.adapters.mail import FolderMail
from kiosk.db import reading
from kiosk.demonstration.residents import RESIDENTS, Outcome, Resident
from kiosk.domain.activation import ActivationState
from kiosk.domain.preregistration import State, state_of
from kiosk.hardware.codes import read_codes
from kiosk.hardware.printer.simulated import Sheet, SimulatedPrinter
from kiosk.hardware.scanner.simulated import SimulatedScanner
from kiosk.models.activation import Activation
from kiosk.models.preregistration import Preregistration
from kiosk.models.visit import Visit
from kiosk.services import activation as activations
from kiosk.services import codes
from kiosk.services.kiosk import Kiosk
from kiosk.services.visit import OFFERING

SHEETS_SHOWN = 6
MAILS_SHOWN = 6


class Group(StrEnum):
    """How far a resident of the list gets."""

    ACTIVATED = "activated"
    REGISTER = "register"
    FACE = "face"


@dataclass(frozen=True)
class Letter:
    """One mail that was sent; `code` is the row of digits in it that the phone asks for, or empty."""

    recipient: str
    subject: str
    body: str
    code: str
    at: datetime | None


@dataclass(frozen=True)
class Offer:
    """The QR that the kiosk shows now."""

    link: str
    expires_at: datetime
    id: str


def grouped(keys: set[str]) -> dict[Group, list[Resident]]:
    """The residents with these keys by how far they get, in the order of the list."""
    groups: dict[Group, list[Resident]] = {group: [] for group in Group}
    for resident in RESIDENTS:
        if resident.key in keys:
            groups[_group(resident)].append(resident)
    return groups


def _group(resident: Resident) -> Group:
    if resident.outcome is Outcome.ACTIVATED:
        return Group.ACTIVATED
    by_the_face = resident.needs_portraits and resident.outcome is not Outcome.POOR_PHOTO
    return Group.FACE if by_the_face else Group.REGISTER


def sheets(kiosk: Kiosk) -> list[Sheet]:
    """The paper that came out, newest first; empty for a real printer, whose paper lies in its tray."""
    printer: Any = kiosk.devices.printer
    return list(reversed(printer.sheets))[:SHEETS_SHOWN] if isinstance(printer, SimulatedPrinter) else []


def sheet(kiosk: Kiosk, mark: str) -> Sheet | None:
    """The sheet with this `mark_of`."""
    return next((one for one in sheets(kiosk) if mark_of(one) == mark), None)


def mark_of(sheet: Sheet) -> str:
    """A short name for a sheet in addresses: says nothing about the visit, stays when others follow."""
    return hashlib.sha256(sheet.png + sheet.at.isoformat().encode()).hexdigest()[:16]


def scan(kiosk: Kiosk, text: str) -> bool:
    """Hold a code before the simulated scanner; False where there is none."""
    for part in kiosk.devices.scanner.parts:
        if isinstance(part, SimulatedScanner):
            part.controls.read(text)
            return True
    return False


def code_on(sheet: Sheet) -> str | None:
    """What a reader finds on the paper, read from its picture: what cannot be read there is not there."""
    return next((code.text for code in read_codes(sheet.png)), None)


def letters(kiosk: Kiosk) -> list[Letter]:
    """The mails that were sent, newest first; empty with a real mail server."""
    server: Any = kiosk.adapters.mail
    return [_letter(mail) for mail in server.newest()[:MAILS_SHOWN]] if isinstance(server, FolderMail) else []


def offer(kiosk: Kiosk) -> Offer | None:
    """The QR that stands on the kiosk's screen now, if there is one."""
    with reading() as session:
        visit_id = session.scalar(
            sa.select(Visit.id)
            .join(Activation, Activation.visit_id == Visit.id)
            .where(
                Visit.step.in_(OFFERING),
                Activation.state == ActivationState.OPEN,
                Activation.expires_at > kiosk.clock.now(),
            )
            .order_by(Activation.created_at.desc())
            .limit(1)
        )
    now = activations.current(kiosk, visit_id) if visit_id else None
    return Offer(activations.link(kiosk, now), now.expires_at, now.id) if now else None


def registration(kiosk: Kiosk) -> str | None:
    """The code on the phone of whoever has last entered his data before his visit, while it is good."""
    now = kiosk.clock.now()
    with reading() as session:
        newest = session.scalar(
            sa.select(Preregistration)
            .where(Preregistration.used_at.is_(None))
            .order_by(Preregistration.made_at.desc())
            .limit(1)
        )
    if newest is None or state_of(newest.made_at, newest.used_at, now) is not State.OPEN:
        return None
    return codes.write(kiosk.keys, codes.Kind.PREREGISTRATION, newest.id)


def mark(kiosk: Kiosk) -> str:
    """A short word for everything that comes by itself; the same word means that nothing new has come."""
    shown = offer(kiosk)
    parts = [
        shown.id if shown else "",
        registration(kiosk) or "",
        *(mark_of(one) for one in sheets(kiosk)),
        *(f"{one.at}{one.recipient}{one.code}" for one in letters(kiosk)),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _letter(mail: EmailMessage) -> Letter:
    part = mail.get_body(("plain",))
    body = part.get_content().strip() if part else ""
    code = re.search(r"(?<!\d)\d{3} ?\d{3}(?!\d)", body)
    sent = mail["Date"]
    return Letter(
        recipient=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        body=body,
        code=code.group().replace(" ", "") if code else "",
        at=parsedate_to_datetime(str(sent)) if sent else None,
    )
