"""What every sheet shares: whose it is at the top, a kind word at the bottom, how moments are written."""

from __future__ import annotations

from datetime import datetime

from flask_babel import format_datetime
from flask_babel import gettext as _

from kiosk.domain.paper import Align, Banner, Element, Headline, Letterhead, Picture, Rule, Space, Text


def heading(letterhead: Letterhead) -> tuple[Element, ...]:
    """The office's logo if there is one, the product's name, the office's name, and a heavy line."""
    logo = letterhead.logo
    mark: tuple[Element, ...] = (Picture(logo), Space(18)) if logo else ()
    return (
        *mark,
        Headline("Anjungan IKD", height=42),
        Space(14),
        Text(_("Identitas Kependudukan Digital"), Align.CENTER),
        Text(letterhead.name, Align.CENTER),
        Space(14),
        Rule(heavy=True),
        Space(24),
    )


def copy_mark() -> tuple[Element, ...]:
    """What stands over a sheet that was printed once more: nobody may take it for the first."""
    return (Banner(_("SALINAN")), Space(20))


def footer(farewell: str, letterhead: Letterhead | None = None) -> tuple[Element, ...]:
    """White space and the last sentence; the paper behind it is fed by the cut.

    With a `letterhead` the office's own lines follow: on what residents take home, not on what stays inside.
    """
    lines = tuple(Text(line, Align.CENTER) for line in letterhead.lines) if letterhead else ()
    own: tuple[Element, ...] = (Space(8), *lines) if lines else ()
    return (Space(18), Rule(), Space(20), Text(farewell, Align.CENTER, bold=True), *own, Space(10))


def moment(at: datetime) -> str:
    """Write a local time, such as `22 Nov 2026, 13.05 WIB`; without its zone when `at` has none."""
    # Neither format follows the locale's own pattern: it must fit beside its label on 32 columns.
    return f"{format_datetime(at, 'd MMM y', rebase=False)}, {clock(at)}"


def clock(at: datetime) -> str:
    """Write a local time of today, such as `13.05 WIB`; without its zone when `at` has none."""
    return f"{format_datetime(at, 'HH.mm', rebase=False)} {at.strftime('%Z')}".rstrip()
