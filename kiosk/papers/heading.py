"""What every sheet shares: whose it is at the top, a kind word at the bottom, how moments are written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask_babel import format_datetime
from flask_babel import gettext as _

from kiosk.domain.paper import Align, Banner, Element, Headline, Picture, Rule, Space, Text


def heading(office: str, logo: Path | None) -> tuple[Element, ...]:
    """The office's logo if there is one, the product's name, the office's name, and a heavy line."""
    mark: tuple[Element, ...] = (Picture(logo), Space(12)) if logo else ()
    return (
        *mark,
        Headline("Anjungan IKD", height=42),
        Space(14),
        Text(_("Identitas Kependudukan Digital"), Align.CENTER),
        Text(office, Align.CENTER),
        Space(14),
        Rule(heavy=True),
        Space(24),
    )


def copy_mark() -> tuple[Element, ...]:
    """What stands over a sheet that was printed once more: nobody may take it for the first."""
    return (Banner(_("SALINAN")), Space(20))


def footer(farewell: str) -> tuple[Element, ...]:
    """White space and the last sentence; the paper behind it is fed by the cut."""
    return (Space(18), Rule(), Space(20), Text(farewell, Align.CENTER, bold=True), Space(10))


def moment(at: datetime) -> str:
    """Write a local time, such as `22 Nov 2026, 13.05 WIB`; without its zone when `at` has none."""
    # Neither format follows the locale's own pattern: it must fit beside its label on 32 columns.
    return f"{format_datetime(at, 'd MMM y, HH.mm', rebase=False)} {at.strftime('%Z')}".rstrip()
