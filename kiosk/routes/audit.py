"""The audit log: who did what to which visit, and whether the chain is whole."""

from __future__ import annotations

from kiosk.routes import panel

bp = panel.blueprint("audit", __name__, "/audit")
