"""The queue ticket: a number, the counter it is for, and the referral slip."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from kiosk import wording
from kiosk.domain.paper import (
    Align,
    Banner,
    Element,
    Headline,
    Letterhead,
    Paper,
    Qr,
    Row,
    Rule,
    Space,
    Text,
)
from kiosk.domain.reasons import ReferReason
from kiosk.papers.heading import copy_mark, footer, heading, moment
from kiosk.papers.referral import referral


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
    """Build the ticket that `reason` calls for, in the language in force (call inside `force_locale`).

    `number` such as `A-012`; `at` is the office's local time; `code` is the signed scan code (ASCII, at most
    40 bytes). Where the visit can go on at the kiosk once an officer has approved, the ticket says so.
    """
    scan = (
        _("Setelah petugas setuju, pindai kode ini di anjungan untuk melanjutkan.")
        if wording.resumes(reason)
        else _("Tunjukkan kode ini kepada petugas.")
    )
    elements: tuple[Element, ...] = (
        *heading(letterhead),
        *(copy_mark() if is_copy else ()),
        Text(_("Nomor antrean Anda"), Align.CENTER),
        Space(16),
        Headline(number),
        Space(28),
        Banner(_("Silakan ke %(counter)s", counter=counter)),
        Space(20),
        *referral(reason),
        Qr(code),
        Text(scan, Align.CENTER),
        Space(12),
        Rule(),
        Space(16),
        Row(_("Waktu"), moment(at)),
        Space(6),
        Text(_("Layanan ini gratis. Petugas tidak pernah meminta kode atau PIN lewat telepon atau chat.")),
        *footer(_("Terima kasih sudah menunggu. Kami siap membantu Anda."), letterhead),
    )
    return Paper(title=f"ticket {number}", elements=elements)
