"""The receipt: what a resident takes home when the activation is done."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

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
from kiosk.papers.heading import copy_mark, footer, heading, moment


def receipt(
    *,
    reference: str,
    at: datetime,
    letterhead: Letterhead,
    masked_nik: str | None,
    code: str,
    is_copy: bool = False,
) -> Paper:
    """Build the receipt in the language that is in force (call inside `force_locale`).

    `at` is the office's local time; `masked_nik` has most digits hidden (a full one raises `PaperError`) and
    is left out once it has been erased; `code` is the signed scan code, ASCII and at most 40 bytes.
    """
    elements: tuple[Element, ...] = (
        *heading(letterhead),
        *(copy_mark() if is_copy else ()),
        Headline(_("Aktivasi berhasil"), height=48),
        Space(20),
        Text(_("IKD Anda sudah aktif di HP Anda."), Align.CENTER),
        Space(22),
        Row(_("Nomor referensi"), reference, bold=True),
        Row(_("Waktu"), moment(at)),
        *((Row(_("NIK"), masked_nik),) if masked_nik else ()),
        Space(14),
        Rule(),
        Space(20),
        Text(_("Langkah berikutnya"), bold=True),
        Space(6),
        Items(
            (
                _("Buka aplikasi IKD dan pilih PIN Anda sendiri."),
                _("Jangan beri tahu PIN kepada siapa pun, juga tidak kepada petugas."),
                _("HP hilang atau berganti? Datang ke kantor Dukcapil mana pun untuk aktivasi ulang."),
            ),
            numbered=True,
        ),
        Space(14),
        Rule(),
        Space(20),
        Text(_("KTP-el Anda tetap berlaku. Simpan baik-baik.")),
        Text(_("Layanan ini gratis.")),
        Space(4),
        Qr(code),
        Text(_("Pindai di anjungan untuk melihat statusnya."), Align.CENTER),
        Space(24),
        Banner(_("WASPADA PENIPUAN")),
        Space(14),
        Text(_("Petugas tidak pernah meminta kode atau PIN lewat telepon atau chat."), Align.CENTER),
        *footer(_("Terima kasih. Semoga hari Anda menyenangkan."), letterhead),
    )
    return Paper(title=f"receipt {reference}", elements=elements)
