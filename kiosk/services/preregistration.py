"""What residents enter on their own phones before their turn, and how a visit takes it over.

The code on the phone holds a random id and a signature. Whoever photographs it learns nothing from it, and
at the kiosk sees no more than a few digits and letters (`Visit.brought`).
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kiosk.db import reading
from kiosk.domain import nik as rules
from kiosk.domain import preregistration as domain
from kiosk.domain.audit import Action
from kiosk.domain.contact import ContactProblem, tidy_email, tidy_phone
from kiosk.domain.nik import NikProblem
from kiosk.domain.preregistration import Full, State
from kiosk.domain.retention import PREREGISTERED
from kiosk.models.preregistration import Preregistration
from kiosk.models.visit import Visit
from kiosk.services import audit, codes, contact, nik
from kiosk.services.codes import Kind
from kiosk.services.kiosk import Kiosk

log = logging.getLogger(__name__)

PATH = "/daftar"
"""Where phones enter it; `routes/preregistration.py` answers there, and the poster leads there."""


@dataclass(frozen=True)
class Entered:
    """What somebody has typed on the phone, as it was typed."""

    nik: str
    email: str
    phone: str


@dataclass(frozen=True)
class Slips:
    """What is wrong with each field; nothing at all when it can be used."""

    nik: tuple[NikProblem, ...]
    email: ContactProblem | None
    phone: ContactProblem | None

    def __bool__(self) -> bool:
        return bool(self.nik or self.email or self.phone)


@dataclass(frozen=True)
class Standing:
    """What a code's own page says: what it is worth, until when (aware, UTC), in which language."""

    state: State
    minutes_left: int = 0
    until: datetime | None = None
    language: str | None = None


def slips(entered: Entered) -> Slips:
    """Judge by the kiosk's own rules of form. No register is asked: this page must not tell who is in it."""
    return Slips(
        rules.problems(entered.nik),
        contact.email_problem(entered.email),
        contact.phone_problem(entered.phone),
    )


def register(kiosk: Kiosk, entered: Entered, language: str, address: str, earlier: str = "") -> str | Full:
    """Keep what was `entered` (without slips) for two hours and return the text of its code.

    `address` is the sender's network address. `earlier` is the code that the same browser holds: with the
    same NIK it is replaced. Anybody else's of that NIK stays as it is, or strangers could make it void.
    """
    now = kiosk.clock.now()
    sender = kiosk.keys.mac("preregistration-sender", _network(address))
    row = Preregistration(
        id=codes.new_id(12),
        made_at=now,
        language=language,
        nik=rules.clean(entered.nik),
        nik_hash=kiosk.keys.nik_hash(rules.clean(entered.nik)),
        email=tidy_email(entered.email),
        phone=tidy_phone(entered.phone),
        sender=sender,
    )
    with audit.verb(kiosk) as session:
        refusal = domain.full(
            _made(session, now, Preregistration.sender == sender), _made(session, now, sa.true()), now
        )
        if refusal is not None:
            log.warning("no more registrations are taken for now: %s", refusal)
            return refusal
        before = _row(session, _id(kiosk, earlier))
        if before is not None and before.nik_hash == row.nik_hash and before.used_at is None:
            _empty(kiosk, before)
        session.add(row)
        audit.record(kiosk, session, Action.PREREGISTERED, row.id, language=language)
    return codes.write(kiosk.keys, Kind.PREREGISTRATION, row.id)


def look(kiosk: Kiosk, code: str) -> Standing:
    """Say what `code` (any text) is worth."""
    id_ = _id(kiosk, code)
    if id_ is None:
        return Standing(State.UNKNOWN)
    with reading() as session:
        row = find_open(kiosk, session, id_)
    if isinstance(row, State):
        return Standing(row)
    left = domain.minutes_left(row.made_at, kiosk.clock.now())
    return Standing(State.OPEN, left, row.made_at + PREREGISTERED, row.language)


def erase(kiosk: Kiosk, code: str) -> None:
    """Erase what stands behind `code` now, because its owner wishes so; nothing happens to a used one."""
    with audit.verb(kiosk) as session:
        row = _row(session, _id(kiosk, code))
        if row is not None and row.used_at is None:
            _empty(kiosk, row)
            audit.record(kiosk, session, Action.PREREGISTRATION_ERASED, row.id)


def find_open(kiosk: Kiosk, session: Session, id_: str) -> Preregistration | State:
    """Return the row of a code that can be used, inside a transaction; else why it cannot."""
    row = _row(session, id_)
    if row is None:
        return domain.state_of(None, None, kiosk.clock.now())
    state = domain.state_of(row.made_at, row.used_at, kiosk.clock.now())
    return row if state is State.OPEN else state


def take_over(kiosk: Kiosk, session: Session, visit: Visit) -> bool:
    """Move what the phone has sent into a visit that has consented, inside its verb, and empty the row.

    False when the visit has no code, or it was used elsewhere, erased, or has expired meanwhile.
    """
    wanted, visit.preregistered = visit.preregistered, None
    row = None if wanted is None else find_open(kiosk, session, wanted)
    if not isinstance(row, Preregistration) or row.nik is None:
        return False
    nik.keep(kiosk, visit, row.nik)
    visit.email, visit.phone, visit.brought = row.email, row.phone, True
    _empty(kiosk, row)
    audit.record(kiosk, session, Action.PREREGISTRATION_USED, visit.id, registration=row.id)
    return True


def _id(kiosk: Kiosk, code: str) -> str | None:
    own = codes.read(kiosk.keys, code)
    return None if own is None or own.kind is not Kind.PREREGISTRATION else own.id


def _row(session: Session, id_: str | None) -> Preregistration | None:
    return None if id_ is None else session.get(Preregistration, id_)


def _empty(kiosk: Kiosk, row: Preregistration) -> None:
    row.nik = row.nik_hash = row.email = row.phone = None
    row.used_at = kiosk.clock.now()


def _made(session: Session, now: datetime, which: sa.ColumnElement[bool]) -> Sequence[datetime]:
    recent = Preregistration.made_at > now - domain.WINDOW
    return session.scalars(sa.select(Preregistration.made_at).where(recent, which)).all()


def _network(address: str) -> str:
    """What counts as one sender: an IPv4 address, or the /64 that one IPv6 subscriber has (RFC 6177)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if known.version == 6 and known.ipv4_mapped is not None:
        # A listener for both versions writes IPv4 so (RFC 4291, 2.5.5.2): all of them share one /64.
        return str(known.ipv4_mapped)
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
