"""The demonstration register: made-up residents in our own database, able to be slow and to fail."""

from __future__ import annotations

from kiosk.adapters.controls import Controls, Late, Unreachable
from kiosk.adapters.register.types import RegisterDown, RegisterSlow
from kiosk.db import db, reading
from kiosk.domain.clock import Clock
from kiosk.domain.eligibility import Person
from kiosk.keys import Keys
from kiosk.models.register import RegisterPerson


class LocalRegister:
    """Answers from the table `register_person`; refused in production."""

    driver = "local"
    simulated = True

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self.controls = Controls()

    def look_up(self, nik: str, deadline: float) -> Person | None:
        """See `Register.look_up`."""
        try:
            self.controls.wait(self._clock, deadline)
        except Unreachable:
            raise RegisterDown from None
        except Late:
            raise RegisterSlow from None
        with reading():
            row = db.session.get(RegisterPerson, self._keys.nik_hash(nik))
        return None if row is None else _person(row)


def _person(row: RegisterPerson) -> Person:
    return Person(
        nik=row.nik,
        name=row.name,
        born=row.born,
        sex=row.sex,
        married=row.married,
        recorded=row.recorded,
        state=row.state,
        region=row.region,
        photo=row.photo,
    )
