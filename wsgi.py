"""What a WSGI server imports: `gunicorn -c deploy/gunicorn.conf.py wsgi:app` (see `make run`)."""

from __future__ import annotations

import atexit
import gc

# Nothing that is imported is garbage: looking for it again and again is a tenth of the start.
gc.disable()

from kiosk import create_app  # noqa: E402
from kiosk.assembly import start, stop  # noqa: E402
from kiosk.config import Settings  # noqa: E402

app = create_app(Settings.from_environment())
gc.freeze()
gc.enable()
start(app)
atexit.register(stop, app)
