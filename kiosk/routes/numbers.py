"""Numbers: today, month and year against the target; charts, tables, exports."""

from __future__ import annotations

from kiosk.routes import panel

bp = panel.blueprint("numbers", __name__, "/angka")
