"""The badge slip: an officer's code for the kiosk's scanner, to be cut out and kept behind his name tag."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from kiosk.domain.paper import Banner, Headline, Items, Letterhead, Paper, Qr, Row, Rule, Space
from kiosk.papers.heading import footer, heading, moment


def badge(*, name: str, code: str, at: datetime, letterhead: Letterhead) -> Paper:
    """Build the slip. `name` is the officer's own, `code` his signed badge code, `at` local time."""
    return Paper(
        title="officer's badge",
        elements=(
            *heading(letterhead),
            Headline(name, height=60),
            Space(26),
            Banner(_("Lencana petugas")),
            Space(8),
            Qr(code),
            Space(4),
            Items(
                (
                    _("Pindai di anjungan untuk membantu warga, lalu ketik PIN Anda."),
                    _("Jangan difoto dan jangan dipinjamkan."),
                    _("Bila hilang, cabut di halaman akun Anda."),
                )
            ),
            Space(14),
            Rule(),
            Space(16),
            Row(_("Dibuat"), moment(at)),
            *footer(_("Lencana sebelumnya tidak berlaku lagi.")),
        ),
    )
