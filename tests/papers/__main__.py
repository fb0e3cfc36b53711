"""Redraw the approved pictures after a wanted change: `python -m tests.papers`; then look at each."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel, force_locale

from kiosk.hardware.escpos import ROLLS
from tests.papers.test_day_report import REPORTS
from tests.papers.test_papers import GOLDEN, PAPERS, _image

app = Flask("papers")
Babel(app, default_locale="id")
with app.app_context(), force_locale("id"):
    for name, build in (PAPERS | REPORTS).items():
        for mm in ROLLS:
            _image(build(), mm).save(GOLDEN / f"{name}-{mm}mm.png", optimize=True)
