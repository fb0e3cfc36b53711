"""The counter: activation for whoever cannot use the kiosk, and what goes wrong with one."""

from __future__ import annotations

from kiosk.routes import panel

bp = panel.blueprint("counter", __name__, "/loket")
