"""Made-up people for tests. No NIK, name, address or number here belongs to anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.domain.nik import Sex


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A made-up person; `phone` as it is typed."""

    nik: str
    name: str
    born: date
    sex: Sex
    email: str
    phone: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be in no log, no audit entry and no address: whole, and the parts that tell enough."""
        words = [word for word in self.name.split() if len(word) > 3]
        national = self.phone.removeprefix("0")
        return (self.nik, self.nik[6:], *words, *map(str.upper, words), self.email, national)


SARI = Someone(
    nik="3273015507900001",
    name="Sariwati Wulandarini Ujicoba",
    born=date(1990, 7, 15),
    sex=Sex.FEMALE,
    email="sariwati.ujicoba@contoh.example",
    phone="081234567890",
)

BUDI = Someone(
    nik="3273020303880002",
    name="Budiyanto Hartonoputro",
    born=date(1988, 3, 3),
    sex=Sex.MALE,
    email="budiyanto@contoh.example",
    phone="081398765432",
)

YOUNG = Someone(
    nik="3273022003120001",
    name="Dimasari Nugrahaputra",
    born=date(2012, 3, 20),
    sex=Sex.MALE,
    email="dimasari@contoh.example",
    phone="081311112222",
)
"""Not yet 17 by the date in the NIK."""
