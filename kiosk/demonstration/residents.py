"""The demonstration's residents: made-up people, one for every way that steps 5 and 7 of a visit can end.

Names and NIKs are invented. The faces before the camera belong to two people in public photographs (see
`portraits.py`); which of them a resident shows says nothing about his or her name. The young ones grow up:
the first turns 17 on 8 June 2028 and then needs a later birth date, here and in the NIK.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain.eligibility import RecordState
from kiosk.domain.nik import Sex


class Portrait(StrEnum):
    """A photograph: the letter is the person, the number the photograph."""

    A1 = "a1"
    A2 = "a2"
    A3 = "a3"
    B1 = "b1"

    @property
    def person(self) -> str:
        """`a` or `b`."""
        return self.value[0]


class Recipe(StrEnum):
    """How a register photo is made from the portraits (portraits.py does it)."""

    GENUINE = "genuine"
    SMALL = "small"
    GREY = "grey"
    OTHER = "other"


class Outcome(StrEnum):
    """How a visit of this resident ends."""

    ACTIVATED = "activated"
    NOT_YET_17 = "not_yet_17"
    NIK_DATE_WRONG = "nik_date_wrong"
    MARRIED_UNDER_17 = "married_under_17"
    NOT_FOUND = "not_found"
    NOT_RECORDED = "not_recorded"
    DECEASED = "deceased"
    INACTIVE = "inactive"
    TOO_YOUNG = "too_young"
    NO_PHOTO = "no_photo"
    POOR_PHOTO = "poor_photo"
    ALREADY_ACTIVE = "already_active"
    GREY_ZONE = "grey_zone"
    NO_MATCH = "no_match"
    NO_FACE = "no_face"
    TWO_FACES = "two_faces"


@dataclass(frozen=True, kw_only=True)
class Resident:
    """One made-up person.

    story: one Indonesian sentence for the simulator panel: what will happen.
    shows: who stands before the camera (None is nobody); beside: who stands next to them.
    photo: how the register's photo is made; None is a record without one.
    in_register: False for a number that no register knows; the fields of the record then mean nothing.
    active_elsewhere: the authority already knows an active phone for this NIK.
    """

    key: str
    name: str
    nik: str
    born: date
    sex: Sex
    outcome: Outcome
    story: str
    region: str = "3273"
    shows: Portrait | None = Portrait.A1
    beside: Portrait | None = None
    photo: Recipe | None = Recipe.GENUINE
    married: bool = False
    recorded: bool = True
    state: RecordState = RecordState.ACTIVE
    in_register: bool = True
    active_elsewhere: bool = False

    @property
    def needs_portraits(self) -> bool:
        """Whether this outcome cannot be shown without photographs: it lies beyond the register's answer."""
        return self.photo is not None and self.outcome not in _ENDS_BEFORE_THE_FACE


_O = Outcome
_ENDS_BEFORE_THE_FACE = frozenset(
    {_O.NOT_YET_17, _O.NIK_DATE_WRONG, _O.MARRIED_UNDER_17, _O.NOT_FOUND, _O.NOT_RECORDED, _O.DECEASED}
    | {_O.INACTIVE, _O.TOO_YOUNG, _O.NO_PHOTO}
)

RESIDENTS: tuple[Resident, ...] = (
    Resident(
        key="lancar",
        name="Bagas Wicaksana Putra",
        nik="3273091208850003",
        born=date(1985, 8, 12),
        sex=Sex.MALE,
        outcome=Outcome.ACTIVATED,
        story="Semua lancar: wajah cocok, IKD aktif.",
    ),
    Resident(
        key="lancar-2",
        name="Ratna Ayuningsih Maharani",
        nik="3273155503920002",
        born=date(1992, 3, 15),
        sex=Sex.FEMALE,
        outcome=Outcome.ACTIVATED,
        story="Semua lancar juga, dengan wajah dan foto KTP-el yang lain.",
        shows=Portrait.B1,
    ),
    Resident(
        key="luar-daerah",
        name="Yulius Sawakei Marani",
        nik="9671022404880001",
        born=date(1988, 4, 24),
        sex=Sex.MALE,
        outcome=Outcome.ACTIVATED,
        story="Penduduk Sorong: dilayani sama, dihitung terpisah dari warga kota ini.",
        region="9671",
        shows=Portrait.A2,
    ),
    Resident(
        key="nik-berbeda",
        name="Lestari Kusumaningrum",
        nik="3273051107790004",
        born=date(1979, 11, 7),
        sex=Sex.FEMALE,
        outcome=Outcome.ACTIVATED,
        story="Tanggal dan jenis kelamin di NIK berbeda dari data: tetap lanjut, petugas diberi tahu.",
        shows=Portrait.A3,
    ),
    Resident(
        key="belum-17",
        name="Dimas Arya Nugraha",
        nik="3273022003120001",
        born=date(2012, 3, 20),
        sex=Sex.MALE,
        outcome=Outcome.NOT_YET_17,
        story="Belum 17 tahun menurut NIK: ditanya dulu, lalu dijelaskan kapan boleh.",
        recorded=False,
        photo=None,
    ),
    Resident(
        key="tanggal-nik-keliru",
        name="Hendra Gunawan Saputra",
        nik="3273110509130002",
        born=date(1993, 9, 5),
        sex=Sex.MALE,
        outcome=Outcome.NIK_DATE_WRONG,
        story="NIK tampak muda, padahal lahir 1993: pilih “tanggal lahir di NIK saya keliru”, dapat tiket.",
    ),
    Resident(
        key="menikah-muda",
        name="Sekar Wulan Pertiwi",
        nik="3273064806110003",
        born=date(2011, 6, 8),
        sex=Sex.FEMALE,
        outcome=Outcome.MARRIED_UNDER_17,
        story="Belum 17 tahun tetapi sudah menikah: pilih “saya sudah menikah”, dapat tiket.",
        shows=Portrait.B1,
        married=True,
    ),
    Resident(
        key="tidak-ditemukan",
        name="Joko Setianingrat",
        nik="3273100101800009",
        born=date(1980, 1, 1),
        sex=Sex.MALE,
        outcome=Outcome.NOT_FOUND,
        story="NIK ini tidak ada di data mana pun: periksa nomor atau ambil tiket.",
        photo=None,
        in_register=False,
    ),
    Resident(
        key="belum-rekam",
        name="Intan Permatahati",
        nik="3273186210050001",
        born=date(2005, 10, 22),
        sex=Sex.FEMALE,
        outcome=Outcome.NOT_RECORDED,
        story="Belum melakukan perekaman KTP-el: periksa nomor atau ambil tiket.",
        shows=Portrait.B1,
        recorded=False,
        photo=None,
    ),
    Resident(
        key="meninggal",
        name="Sumarno Hadikusuma",
        nik="3273071702480001",
        born=date(1948, 2, 17),
        sex=Sex.MALE,
        outcome=Outcome.DECEASED,
        story="Tercatat meninggal: layar tetap sama, alasannya hanya sampai ke petugas.",
        state=RecordState.DECEASED,
    ),
    Resident(
        key="tidak-aktif",
        name="Wahyuni Larasati",
        nik="3273044912710005",
        born=date(1971, 12, 9),
        sex=Sex.FEMALE,
        outcome=Outcome.INACTIVE,
        story="Data tidak aktif: layar tetap sama, alasannya hanya sampai ke petugas.",
        shows=Portrait.B1,
        state=RecordState.INACTIVE,
    ),
    Resident(
        key="muda-di-data",
        name="Fajar Ramadhanu",
        nik="3273260309020006",
        born=date(2012, 9, 3),
        sex=Sex.MALE,
        outcome=Outcome.TOO_YOUNG,
        story="NIK tampak dewasa, tetapi menurut data belum 17 tahun: layar tetap sama.",
        photo=None,
    ),
    Resident(
        key="tanpa-foto",
        name="Kartika Dewisari",
        nik="3273196701830002",
        born=date(1983, 1, 27),
        sex=Sex.FEMALE,
        outcome=Outcome.NO_PHOTO,
        story="Tidak ada foto di data: layar tetap sama, dilayani di loket.",
        shows=Portrait.B1,
        photo=None,
    ),
    Resident(
        key="foto-buruk",
        name="Tarmizi Hasibuan Lubis",
        nik="1271062811760001",
        born=date(1976, 11, 28),
        sex=Sex.MALE,
        outcome=Outcome.POOR_PHOTO,
        story="Foto di data terlalu kecil untuk dicocokkan: dilayani di loket.",
        region="1271",
        photo=Recipe.SMALL,
    ),
    Resident(
        key="sudah-aktif",
        name="Nyoman Sutejawan Artana",
        nik="5171030602900004",
        born=date(1990, 2, 6),
        sex=Sex.MALE,
        outcome=Outcome.ALREADY_ACTIVE,
        story="Wajah cocok, tetapi IKD sudah aktif di HP lain: dijelaskan langkahnya.",
        region="5171",
        shows=Portrait.A3,
        active_elsewhere=True,
    ),
    Resident(
        key="ragu",
        name="Asep Rustandi Wijaksana",
        nik="3273201409680002",
        born=date(1968, 9, 14),
        sex=Sex.MALE,
        outcome=Outcome.GREY_ZONE,
        story="Foto lama dan buram, kemiripan meragukan: petugas yang memutuskan.",
        photo=Recipe.GREY,
    ),
    Resident(
        key="tidak-cocok",
        name="Galih Prasetyawan",
        nik="3273222505940001",
        born=date(1994, 5, 25),
        sex=Sex.MALE,
        outcome=Outcome.NO_MATCH,
        story="Orang lain di depan kamera: tidak cocok, tiga kali, lalu petugas.",
        photo=Recipe.OTHER,
    ),
    Resident(
        key="pergi",
        name="Melati Anggrainisari",
        nik="3273135808870003",
        born=date(1987, 8, 18),
        sex=Sex.FEMALE,
        outcome=Outcome.NO_FACE,
        story="Tidak ada orang di depan kamera: diminta mendekat, atau memilih petugas.",
        shows=None,
    ),
    Resident(
        key="berdua",
        name="Rudi Hartantyo",
        nik="3273081906810002",
        born=date(1981, 6, 19),
        sex=Sex.MALE,
        outcome=Outcome.TWO_FACES,
        story="Dua orang di depan kamera: diminta seorang saja.",
        beside=Portrait.B1,
    ),
)
"""In the order in which the simulator panel lists them: first what works, then what may go wrong."""


def by_key(key: str) -> Resident:
    """Return one resident; raises `KeyError`."""
    return {resident.key: resident for resident in RESIDENTS}[key]


def without_portraits() -> tuple[Resident, ...]:
    """Who is missing from the demonstration where the photographs cannot be fetched."""
    return tuple(resident for resident in RESIDENTS if resident.needs_portraits)
