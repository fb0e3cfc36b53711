"""The referral slip: why a person goes on at a counter, and with what in hand.

It is a part of the queue ticket and no sheet of its own: nobody is sent on without a number, and one paper is
easier to keep than two. The counter stands above it in large, the office's hours at the ticket's foot.
"""

from __future__ import annotations

from flask_babel import gettext as _

from kiosk import wording
from kiosk.domain.paper import Element, Items, Row, Space, Text
from kiosk.domain.reasons import NEUTRAL_CODE, ReferReason


def referral(reason: ReferReason) -> tuple[Element, ...]:
    """Build the slip in the language that is in force.

    It says the resident's sentence of `reason`, never the register's own, for which only the neutral code
    (`R-08`) stands: whoever finds the paper learns nothing about a NIK.
    """
    things = tuple(str(thing) for thing in wording.bring(reason))
    return (
        Text(str(wording.resident_sentence(reason))),
        Space(14),
        Text(_("Siapkan"), bold=True),
        Space(6),
        Items(things),
        Space(10),
        Text(_("Belum lengkap? Datang lagi pada jam layanan.")),
        Space(8),
        Row(_("Kode rujukan"), NEUTRAL_CODE[reason], bold=True),
    )
