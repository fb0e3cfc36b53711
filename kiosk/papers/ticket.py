"""The queue ticket: why a person goes on at the counter, to which one, and with what in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from kiosk import wording
from kiosk.domain.paper import (
    Align,
    Banner,
    Element,
    Headline,
    Items,
    Letterhead,
    Paper,
    Qr,
    Row,
    Rule,
    Space,
    Text,
)
from kiosk.domain.reasons import NEUTRAL_CODE, ReferReason
from kiosk.papers.heading import copy_mark, footer, heading, moment


def ticket(
    *,
    number: str,
    at: datetime,
    letterhead: Letterhead,
    counter: str,
    reason_sentence: str,
    neutral_code: str,
    bring: Sequence[str],
    code: str,
    resumes: bool,
    is_copy: bool = False,
) -> Paper:
    """Build the ticket in the language that is in force (call inside `force_locale`).

    `number` such as `A-012`; `at` is the office's local time; `reason_sentence` is the resident's sentence,
    never the register's reason, for which only `neutral_code` (`R-12`) stands; `bring` may be empty;
    `code` is the signed scan code (ASCII, at most 40 bytes); `resumes` says that the visit goes on at the
    kiosk with this ticket once an officer has approved.
    """
    needed: tuple[Element, ...] = (
        (
            Space(14),
            Text(_("Siapkan"), bold=True),
            Space(6),
            Items(tuple(bring)),
        )
        if bring
        else ()
    )
    scan = (
        _("Setelah petugas setuju, pindai kode ini di anjungan untuk melanjutkan.")
        if resumes
        else _("Tunjukkan kode ini kepada petugas.")
    )
    elements: tuple[Element, ...] = (
        *heading(letterhead),
        *(copy_mark() if is_copy else ()),
        Text(_("Nomor antrean Anda"), Align.CENTER),
        Space(16),
        Headline(number),
        Space(32),
        Banner(_("Silakan ke %(counter)s", counter=counter)),
        Space(22),
        Text(reason_sentence),
        *needed,
        Space(18),
        Qr(code, small=True),
        Text(scan, Align.CENTER),
        Space(16),
        Rule(),
        Space(20),
        Row(_("Waktu"), moment(at)),
        Row(_("Kode untuk petugas"), neutral_code),
        Space(10),
        Text(_("Layanan ini gratis. Petugas tidak pernah meminta kode atau PIN lewat telepon atau chat.")),
        *footer(_("Terima kasih sudah menunggu. Kami siap membantu Anda."), letterhead),
    )
    return Paper(title=f"ticket {number}", elements=elements)


def ticket_for(
    reason: ReferReason,
    *,
    number: str,
    at: datetime,
    letterhead: Letterhead,
    counter: str,
    code: str,
    is_copy: bool = False,
) -> Paper:
    """Build the ticket that `reason` calls for: its sentence, what to bring, and its neutral code."""
    return ticket(
        number=number,
        at=at,
        letterhead=letterhead,
        counter=counter,
        reason_sentence=str(wording.resident_sentence(reason)),
        neutral_code=NEUTRAL_CODE[reason],
        bring=[str(thing) for thing in wording.bring(reason)],
        code=code,
        resumes=wording.resumes(reason),
        is_copy=is_copy,
    )
