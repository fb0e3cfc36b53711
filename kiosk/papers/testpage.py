"""The test page: shows a technician that paper, width, letters, black areas, code and knife are right."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from kiosk.domain.paper import (
    Align,
    Banner,
    Element,
    Gauge,
    Headline,
    Items,
    Letterhead,
    Paper,
    Qr,
    Row,
    Rule,
    Size,
    Space,
    Text,
)
from kiosk.papers.heading import footer, heading, moment


def testpage(*, at: datetime, letterhead: Letterhead, terminal: str, driver: str) -> Paper:
    """Build the test page; `at` is local time, `driver` the printer's driver name. Holds no visit's data."""
    elements: tuple[Element, ...] = (
        Gauge(),
        Space(16),
        *heading(letterhead),
        Headline("IKD-123"),
        Space(24),
        Row(_("Waktu"), moment(at)),
        Row(_("Anjungan"), terminal),
        Row(_("Penggerak"), driver),
        Space(12),
        Rule(),
        Space(12),
        Text("ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789"),
        Text(_("Tebal"), bold=True),
        Text(_("Tinggi"), size=Size.TALL),
        Text(_("Besar"), size=Size.LARGE),
        Space(12),
        Banner(_("Hitam rata, tanpa garis putih")),
        Space(20),
        Items(
            (
                _("Bingkai utuh di kiri, kanan, dan atas?"),
                _("Setiap garis panjang berjarak 1 cm?"),
                _("Kode di bawah terbaca?"),
                _("Kertas terpotong bersih di bawah baris terakhir?"),
            ),
            numbered=True,
        ),
        Qr(f"TEST {terminal}"[:40]),
        Text(_("Halaman uji"), Align.CENTER),
        *footer(_("Baris terakhir")),
    )
    return Paper(title="test page", elements=elements)
