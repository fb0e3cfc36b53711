"""What a WSGI server imports: `gunicorn -c deploy/gunicorn.conf.py wsgi:app` (see `make run`)."""

from __future__ import annotations

import atexit

from kiosk import create_app
from kiosk.assembly import start, stop
from kiosk.config import Settings

app = create_app(Settings.from_environment())
start(app)
atexit.register(stop, app)
