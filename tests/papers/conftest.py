"""A bare Flask application with a language: papers need nothing more of one."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel, force_locale


@pytest.fixture(params=["id"])
def language(request):
    """In Indonesian, the language of the message ids: no catalogue is needed."""
    app = Flask("papers")
    Babel(app, default_locale="id")
    with app.app_context(), force_locale(request.param):
        yield request.param
