"""What the screen says while the head turns, and why a round has to be done once more."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.liveness import Cue, Hint, Refusal

BEGIN = _("Sekarang ikuti gerakannya")
"""The first moment of a round: the head rests at the front, and nothing is to be done yet."""

CUES: dict[Cue, LazyString] = {
    Cue.FRONT: _("Kembali lihat ke kamera"),
    Cue.LEFT: _("Tengok ke kiri pelan-pelan"),
    Cue.RIGHT: _("Tengok ke kanan pelan-pelan"),
}
"""One thing to do at a time; left and right are the resident's own."""

HINTS: dict[Hint, LazyString] = {
    Hint.TOO_FAR: _("Jangan terlalu jauh, kembali pelan-pelan"),
    Hint.TOO_FAST: _("Pelan-pelan saja"),
    Hint.LOST: _("Wajah sempat hilang, kita ulang dari awal"),
}
"""What to mind, under what is to be done."""

RETRY: dict[Refusal, LazyString] = {
    Refusal.WRONG_TURN: _("Arahnya belum sesuai. Tidak apa-apa, coba sekali lagi."),
    Refusal.NO_TURN: _("Waktunya habis sebelum semua gerakan terlihat. Tidak apa-apa, coba sekali lagi."),
    Refusal.TRACK_LOST: _("Wajah beberapa kali hilang. Tetap di tempat, cukup kepala yang menoleh."),
    Refusal.FACE_CHANGED: _("Wajah tidak terlihat jelas saat menoleh. Cukup satu orang di depan kamera."),
    Refusal.CAMERA_TOO_SLOW: _("Kamera sedang lambat, ini bukan kesalahan Anda."),
}
"""For the resident: what to do better, never what he is suspected of."""

TIPS: tuple[LazyString, ...] = (
    _("Tetap di tempat, cukup kepala yang menoleh"),
    _("Tunggu tanda panah, lalu menoleh pelan-pelan"),
    _("Kembali lihat ke kamera setelah setiap gerakan"),
)
"""What helps with the turns; `wording.FACE_TIPS` helps with the match."""
