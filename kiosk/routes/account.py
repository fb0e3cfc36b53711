"""An officer's own things: one-time codes, PIN, password, badge."""

from __future__ import annotations

from kiosk.routes import panel

bp = panel.blueprint("account", __name__, "/akun")
