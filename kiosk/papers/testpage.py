"""The test page: shows a technician that paper, width, letters, black areas, code and knife are right."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from kiosk.domain.paper import (
    Banner,
    Columns,
    Element,
    Gauge,
    Headline,
    Items,
    Letterhead,
    Paper,
    Qr,
    Row,
    Rule,
    Shades,
    Size,
    Space,
    Text,
)
from kiosk.papers.heading import heading, moment

_LETTERS = (
    "!\"#$%&'()*+,-./0123456789:;<=>?",
    "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
    "`abcdefghijklmnopqrstuvwxyz{|}~",
)
"""Every letter of ASCII, in the rows of its table: paper uses no others, so no code page can be wrong."""


def testpage(*, at: datetime, letterhead: Letterhead, terminal: str, driver: str, model: str) -> Paper:
    """Build the test page; `at` is local time, `driver` the printer's driver name. Holds no visit's data.

    `model` is the setting of that name, printed so that a wrong one is seen beside its effect.
    """
    elements: tuple[Element, ...] = (
        Gauge(),
        Space(20),
        *heading(letterhead),
        Headline(_("Halaman uji"), height=56),
        Space(24),
        Row(_("Waktu"), moment(at)),
        Row(_("Anjungan"), terminal),
        Row(_("Penggerak"), driver),
        Row(_("Jenis printer"), model),
        Space(14),
        Rule(),
        Space(20),
        Columns(),
        *(Text(row) for row in _LETTERS),
        Text(_("Tebal"), bold=True),
        Text(_("Tinggi"), size=Size.TALL),
        Text(_("Besar"), size=Size.LARGE),
        Space(14),
        Shades(),
        Space(14),
        Banner(_("Hitam rata, tanpa garis putih")),
        Space(20),
        Items(
            (
                _("Bingkai utuh di 4 sudut?"),
                _("Garis panjang tiap 1 cm?"),
                _("Penggaris kolom satu baris?"),
                _("Kotak makin gelap dan rata?"),
                _("Kode di bawah terbaca?"),
                _("Terpotong di bawah bingkai?"),
            ),
            numbered=True,
        ),
        Qr(f"TEST {terminal}"[:40]),
        Space(8),
        Gauge(foot=True),
    )
    return Paper(title="test page", elements=elements)
