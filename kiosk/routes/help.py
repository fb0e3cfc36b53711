"""Help at the kiosk: the call for a person, and the officer who comes with badge and PIN."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("help", __name__, url_prefix="/help")
