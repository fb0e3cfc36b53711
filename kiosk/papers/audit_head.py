"""The heads of the audit chains, to be signed and kept where nobody who can reach the machine can reach them.

From then on nobody changes an entry up to these unseen, whatever files and keys he holds: the paper tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from kiosk.domain.audit import Head
from kiosk.domain.paper import Align, Element, Letterhead, Paper, Row, Rule, Space, Text
from kiosk.papers.heading import footer, heading, moment

_GROUP, _LINE = 4, 16
"""Hex digits: what an eye compares at once, and what fits beside each other on 32 columns."""

_FOR_A_HAND = 64
"""Dots (8 mm) above a line that somebody writes on."""


def audit_head(*, heads: Sequence[Head], at: datetime, letterhead: Letterhead, terminal: str) -> Paper:
    """Build the sheet; `at` is the office's local time, `heads` has one for each chain of the database."""
    chains = tuple(element for head in heads for element in _chain(head))
    elements: tuple[Element, ...] = (
        *heading(letterhead),
        Text(_("Kepala rantai audit"), Align.CENTER, bold=True),
        Space(16),
        Row(_("Waktu"), moment(at)),
        Row(_("Anjungan"), terminal),
        *chains,
        Space(16),
        Rule(),
        Space(12),
        Text(
            _("Tanda tangani dan simpan di luar komputer ini. Catatan sampai nomor di atas dapat dibuktikan.")
        ),
        Space(12),
        Text(_("Nama")),
        Space(_FOR_A_HAND),
        Rule(),
        Space(12),
        Text(_("Tanda tangan")),
        Space(_FOR_A_HAND),  # the footer's line is the one that is signed on
        *footer(_("Akhir lembar")),
    )
    return Paper(title="audit head", elements=elements)


def in_groups(digest: str) -> tuple[str, ...]:
    """A hash as lines of four groups of four, each group apart.

    Not by a space: 16 digits in such groups would look like a NIK, which no paper may hold.

    >>> in_groups("0123456789abcdef" * 4)[0]
    '0123:4567:89ab:cdef'
    """
    lines = (digest[start : start + _LINE] for start in range(0, len(digest), _LINE))
    return tuple(":".join(line[at : at + _GROUP] for at in range(0, len(line), _GROUP)) for line in lines)


def _chain(head: Head) -> tuple[Element, ...]:
    return (
        Space(16),
        Rule(),
        Space(12),
        Row(_("Rantai"), head.source),
        Row(_("Nomor terakhir"), str(head.seq), bold=True),
        Space(8),
        *(Text(line, Align.CENTER) for line in in_groups(head.hash)),
    )
