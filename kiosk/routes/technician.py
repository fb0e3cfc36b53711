"""Devices and terminals: paper, test print, camera view, out of service."""

from __future__ import annotations

from kiosk.routes import panel

bp = panel.blueprint("technician", __name__, "/perangkat")
