"""What the counter's pages show of a visit: how far it is, what its NIK says, how its offer is doing."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _

from kiosk.domain import nik as niks
from kiosk.domain.activation import ActivationState, why_not
from kiosk.domain.nik import NikWarning
from kiosk.domain.ticket import office_day
from kiosk.domain.visit import Step
from kiosk.models.visit import Visit
from kiosk.routes import views
from kiosk.services import outbox
from kiosk.services.care import Cared
from kiosk.services.kiosk import Kiosk
from kiosk.wording import counter as words
from kiosk.wording import moments
from kiosk.wording import review as review_words

FOLLOWED: frozenset[Step] = frozenset({Step.QR, Step.EMAIL_FIX, Step.THANKS})
"""Steps at which something happens while the officer waits: a poll follows it."""


@dataclass(frozen=True)
class NikSays:
    """What the sixteen digits say of their holder, and where the register contradicts them."""

    born: str
    sex: LazyString
    warnings: tuple[LazyString, ...]


@dataclass(frozen=True)
class Stage:
    """One part of a visit in the list of all: before, at, or after where it stands."""

    name: LazyString
    is_done: bool
    is_now: bool


def stages(step: Step) -> list[Stage]:
    """All parts of a visit at the counter, with where it stands; a visit that is over has done none more."""
    at = next((index for index, (_name, steps) in enumerate(words.STAGES) if step in steps), -1)
    return [Stage(name, index < at, index == at) for index, (name, _steps) in enumerate(words.STAGES)]


def nik_says(kiosk: Kiosk, visit: Visit) -> NikSays | None:
    """Read the visit's NIK; None once it is erased. The year has two digits, so its century is a guess."""
    if visit.nik is None:
        return None
    nik = niks.parse(visit.nik, office_day(kiosk.clock.now(), kiosk.settings.zone))
    found = [NikWarning(word) for word in visit.nik_warnings.split(",") if word]
    return NikSays(
        born=f"{nik.born_young:%d-%m-}{nik.text[10:12]}",
        sex=review_words.SEX[nik.sex],
        warnings=tuple(review_words.NIK_WARNING[warning] for warning in found),
    )


def shown(kiosk: Kiosk, visit: Visit) -> str:
    """What a page shows, as one word: its poll says it and is told only what differs."""
    offer = views.of(kiosk, visit, None).shown if visit.step is Step.QR else ""
    return f"{visit.step}-{visit.paper or ''}-{offer}"


def offer_in_words(kiosk: Kiosk, cared: Cared) -> list[tuple[str, str]]:
    """How the offer of a visit is doing: label and sentence each; empty when there is none."""
    offer = cared.activation
    if offer is None:
        return []
    allowed, now, zone = kiosk.settings.code_tries, kiosk.clock.now(), kiosk.settings.zone
    match offer.state, why_not(offer.state, offer.expires_at, offer.wrong_codes, allowed, now):
        case ActivationState.ACTIVE, _reason:
            at = moments.clock(offer.activated_at or offer.created_at, zone)
            return [(_("Aktivasi"), _("Selesai pukul %(time)s", time=at))]
        case ActivationState.REDEEMING | ActivationState.ISSUING, _reason:
            state = _("sedang diproses layanan aktivasi")
        case _state, None:
            until = moments.clock_to_the_second(offer.expires_at, zone)
            state = _("berlaku sampai pukul %(time)s", time=until)
        case _:
            state = _("tidak berlaku lagi")
    mail = str(words.MAIL[outbox.state_of(kiosk, offer.id)])
    wrong = _("%(number)s dari %(allowed)s", number=offer.wrong_codes, allowed=allowed)
    return [(_("Kode QR"), state), (_("Pengiriman email"), mail), (_("Kode keliru"), wrong)]
