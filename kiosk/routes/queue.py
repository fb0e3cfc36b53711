"""The queue: call, call again, skip, finish, hand on."""

from __future__ import annotations

from kiosk.routes import panel

bp = panel.blueprint("queue", __name__, "/antrean")
