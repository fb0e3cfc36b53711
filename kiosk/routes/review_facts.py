"""What the page of a case says in words: likeness, today's attempts, and the NIK beside the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _

from kiosk import wording
from kiosk.config import Settings
from kiosk.domain import nik as niks
from kiosk.domain.eligibility import refusal
from kiosk.domain.nik import Nik, NikWarning
from kiosk.domain.review import likeness
from kiosk.domain.ticket import office_day
from kiosk.models.visit import FaceAttempt
from kiosk.services.review import News, Seen
from kiosk.wording import moments
from kiosk.wording import review as words


def title(news: News) -> str:
    """What a case is called: by its ticket, or by the terminal where its resident stands."""
    if news.ticket is None:
        return str(_("Kasus di anjungan %(name)s", name=news.terminal))
    return str(_("Kasus %(number)s", number=news.ticket.number))


@dataclass(frozen=True)
class Fact:
    """One line of the comparison: what the digits say, what the register says, whether they contradict."""

    label: str
    by_nik: str
    by_register: str
    differs: bool = False


@dataclass(frozen=True)
class Facts:
    """The NIK's own words beside the register's; `note` is what the register says instead of a record."""

    name: str
    grouped_nik: str
    lines: tuple[Fact, ...]
    note: str = ""


def facts(seen: Seen, now: datetime, settings: Settings) -> Facts:
    """Put what the NIK says beside what the register says; either side may be unknown."""
    case, person = seen.case, seen.person
    if case.nik is None:
        return Facts(case.name or "", "", ())
    today = office_day(now, settings.zone)
    nik = niks.parse(case.nik, today)
    unknown = "" if person else _("tidak diketahui")
    differing = _differing(seen, nik)
    born_by_nik = f"{nik.born_young:%d-%m-}{nik.text[10:12]}"
    born = unknown
    if person is not None:
        age = _("%(years)s tahun", years=niks.age(person.born, today))
        born = f"{person.born:%d-%m-%Y} ({age})"
    lines = (
        Fact(_("Tanggal lahir"), born_by_nik, born, NikWarning.BIRTH_DATE in differing),
        Fact(
            _("Jenis kelamin"),
            str(words.SEX[nik.sex]),
            str(words.SEX[person.sex]) if person else unknown,
            NikWarning.SEX in differing,
        ),
        Fact(
            _("Wilayah"),
            seen.district or _("kode %(code)s tidak dikenal", code=nik.district),
            _("domisili %(region)s", region=seen.domicile or person.region) if person else unknown,
            NikWarning.DISTRICT_UNKNOWN in differing,
        ),
    )
    return Facts(
        case.name or (person.name if person else ""),
        niks.grouped(case.nik),
        lines,
        _note(seen, now, settings),
    )


def _note(seen: Seen, now: datetime, settings: Settings) -> str:
    """What the register says that is no record to go on with."""
    if seen.is_register_silent:
        return str(_("Data kependudukan tidak menjawab. Muat ulang halaman untuk mencoba lagi."))
    reason = refusal(seen.person, office_day(now, settings.zone))
    return "" if reason is None else str(wording.officer_sentence(reason))


def _differing(seen: Seen, nik: Nik) -> frozenset[NikWarning]:
    kept = frozenset(NikWarning(word) for word in seen.case.nik_warnings.split(",") if word)
    person = seen.person
    if person is None:
        return kept
    return frozenset(
        niks.warnings(nik, born=person.born, sex=person.sex, district_is_known=seen.district is not None)
    )


def warnings(seen: Seen, now: datetime, settings: Settings) -> list[LazyString]:
    """Contradictions as sentences, in the order in which they stand in the enum."""
    if seen.case.nik is None:
        return []
    found = _differing(seen, niks.parse(seen.case.nik, office_day(now, settings.zone)))
    return [words.NIK_WARNING[warning] for warning in NikWarning if warning in found]


def likeness_words(distance: float, settings: Settings) -> LazyString:
    """How alike the two photos are."""
    return words.LIKENESS[likeness(distance, accept=settings.face_accept, review=settings.face_review)]


_TURN = {turn[0].upper(): name for turn, name in words.TURN.items()}
"""As `Challenge.letters` writes the turns."""


@dataclass(frozen=True)
class Tried:
    """One attempt in words: when, what came of it and why, the turns asked for, the likeness, the engine.

    What was not asked, not compared or not found wrong is empty.
    """

    time: str
    outcome: LazyString
    why: LazyString | str
    turns: str
    likeness: LazyString | str
    engine: str


def attempts(rows: Sequence[FaceAttempt], settings: Settings) -> list[Tried]:
    """Today's attempts of this NIK, at the office's time."""
    return [
        Tried(
            time=moments.clock(row.at, settings.zone),
            outcome=words.ATTEMPT[row.state],
            why="" if row.liveness is None else words.LIVENESS[row.liveness],
            turns=", ".join(str(_TURN[letter]) for letter in row.asked),
            likeness="" if row.distance is None else likeness_words(row.distance, settings),
            engine=row.engine,
        )
        for row in rows
    ]
