"""The mail that carries the activation code: short, plain text, nothing that names its reader."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from kiosk.domain.activation import CODE_DIGITS
from kiosk.papers.heading import moment


def grouped(code: str) -> str:
    """`123456` as people read and type it: `123 456`."""
    half = CODE_DIGITS // 2
    return f"{code[:half]} {code[half:]}"


def activation_mail(*, code: str, office: str, expires_at_local: datetime) -> tuple[str, str]:
    """Return subject and body in the language that is in force (call inside `force_locale`).

    `code` has six digits; `expires_at_local` is the office's local time. The code stands in the body only:
    subjects are shown on locked screens and kept by servers in the clear.
    """
    if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
        raise ValueError(f"an activation code has {CODE_DIGITS} digits")
    paragraphs = (
        _("Kode aktivasi IKD Anda:"),
        "    " + grouped(code),
        _("Ketik kode ini di halaman yang terbuka di HP Anda setelah memindai QR di anjungan.")
        + "\n"
        + _("Berlaku sampai %(time)s.", time=moment(expires_at_local)),
        _("Diminta di: %(office)s", office=office),
        _("Petugas tidak pernah meminta kode ini. Jangan berikan kepada siapa pun."),
        _(
            "Tidak merasa meminta kode ini? Abaikan saja email ini: tanpa kode, aktivasi tidak selesai. "
            "KTP-el Anda tetap berlaku."
        ),
        _("Email ini dikirim otomatis dan tidak perlu dibalas."),
    )
    return _("Kode aktivasi IKD Anda"), "\n\n".join(paragraphs) + "\n"
