"""The resume ticket: ten minutes in which a paused visit goes on at the kiosk; nothing says whose it is."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from kiosk.domain.paper import Align, Banner, Headline, Items, Letterhead, Paper, Qr, Row, Rule, Space, Text
from kiosk.papers.heading import clock, footer, heading, moment


def pause_ticket(*, code: str, until: datetime, at: datetime, letterhead: Letterhead) -> Paper:
    """Build the ticket in the language that is in force (call inside `force_locale`).

    `code` is the signed scan code (ASCII, at most 40 bytes); the visit waits from `at` `until`, both the
    office's local time. The paper holds no personal data: who finds it learns that somebody took a break.
    """
    return Paper(
        title="resume ticket",
        elements=(
            *heading(letterhead),
            Headline(_("Lanjutkan di sini"), height=56),
            Space(18),
            Text(_("Kunjungan Anda dijeda. Pindai kode ini di anjungan untuk melanjutkan."), Align.CENTER),
            Space(10),
            Qr(code),
            Space(6),
            Banner(_("Berlaku sampai %(time)s", time=clock(until))),
            Space(12),
            Text(_("Hanya untuk satu kali pakai."), Align.CENTER),
            Text(_("Jangan difoto atau dibagikan."), Align.CENTER, bold=True),
            Space(14),
            Rule(),
            Space(20),
            Text(_("Yang tetap tersimpan"), bold=True),
            Space(6),
            Items((_("Bahasa pilihan Anda"), _("Persetujuan Anda"), _("NIK, email, dan nomor HP"))),
            Space(10),
            Text(_("Pencocokan wajah diulang saat Anda melanjutkan.")),
            Space(14),
            Rule(),
            Space(20),
            Row(_("Dijeda"), moment(at)),
            *footer(_("Waktunya habis? Silakan mulai lagi, atau tanya petugas."), letterhead),
        ),
    )
