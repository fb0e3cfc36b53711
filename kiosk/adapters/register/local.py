"""The demonstration register: made-up residents in our own database, able to be slow and to fail."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.adapters.register.types import RegisterDown, RegisterSlow
from kiosk.db import db, reading
from kiosk.domain.clock import Clock
from kiosk.domain.eligibility import Person
from kiosk.keys import Keys
from kiosk.models.register import RegisterPerson


@dataclass
class RegisterControls:
    """What the simulator panel sets. `delay` is in seconds."""

    down: bool = False
    delay: float = 0.0


class LocalRegister:
    """Answers from the table `register_person`; refused in production."""

    driver = "local"
    simulated = True

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self.controls = RegisterControls()

    def look_up(self, nik: str, deadline: float) -> Person | None:
        """See `Register.look_up`."""
        began = self._clock.monotonic()
        if self.controls.down:
            raise RegisterDown
        if self.controls.delay:
            self._clock.sleep_until(began + min(self.controls.delay, deadline))
        if self._clock.monotonic() - began >= deadline:
            raise RegisterSlow
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
