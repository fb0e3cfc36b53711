"""Who works here: officers made, changed and removed by a supervisor."""

from __future__ import annotations

from kiosk.routes import panel

bp = panel.blueprint("people", __name__, "/orang")
