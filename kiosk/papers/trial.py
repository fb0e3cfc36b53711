"""The test page without a kiosk: in the office's language, for a technician at a terminal of the machine."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from flask_babel import Babel, force_locale

from kiosk.domain.paper import Letterhead, Paper
from kiosk.papers.testpage import testpage


def test_sheet(*, at: datetime, letterhead: Letterhead, terminal: str, driver: str, model: str) -> Paper:
    """Build `testpage` where no application runs whose languages it could speak."""
    app = Flask("papers")
    Babel(app, default_locale="id")
    with app.app_context(), force_locale("id"):
        return testpage(at=at, letterhead=letterhead, terminal=terminal, driver=driver, model=model)
