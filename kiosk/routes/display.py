"""The public display for a TV: which number is called to which counter."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("display", __name__, url_prefix="/layar")
