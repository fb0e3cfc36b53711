"""Sentences for the page on the phone on which data are entered before the visit: what is, and what to do.

Lazy, so that they are translated when they are rendered.
"""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.preregistration import State

GONE: dict[State, tuple[LazyString, LazyString]] = {
    State.USED: (
        _("Kode ini sudah dipakai atau dihapus"),
        _("Di sini tidak ada lagi data Anda. Silakan isi lagi bila perlu."),
    ),
    State.EXPIRED: (
        _("Waktu kode ini sudah habis"),
        _("Data Anda sudah dihapus dari halaman ini. Silakan isi lagi, hanya sebentar."),
    ),
    State.UNKNOWN: (
        _("Kode ini tidak kami kenal"),
        _("Pindai lagi kode di poster, lalu isi data Anda."),
    ),
}
"""Why a code's own page has no code (any more); one that is open has its own page."""

FULL: tuple[LazyString, LazyString] = (
    _("Halaman ini sedang sangat ramai"),
    _("Data Anda tidak disimpan. Coba lagi sepuluh menit lagi, atau ketik langsung di anjungan."),
)

TROUBLE: tuple[LazyString, LazyString] = (
    _("Maaf, ada gangguan sebentar"),
    _("Silakan coba lagi, atau ketik data Anda langsung di anjungan."),
)
