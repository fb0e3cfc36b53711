"""The product, served by gunicorn as ever, with faces to compare whenever a file asks for it.

`server.py` serves it; `BENCH_FOLDER` names the folder that holds the files of `folder.py`.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from benchmarks.folder import MATCH, MATCHES, READY, SELFIE
from kiosk.adapters.face import Described, EngineState
from kiosk.services.kiosk import Kiosk
from wsgi import app


def _work(kiosk: Kiosk, folder: Path) -> None:
    face = kiosk.adapters.face
    while face.state is not EngineState.READY:
        time.sleep(0.01)
    _tell(folder / READY, repr(time.monotonic()))
    if not (folder / SELFIE).exists():
        return
    frame = (folder / SELFIE).read_bytes()
    described = face.describe(frame, 60)
    assert isinstance(described, Described)
    done = 0
    while True:
        if (folder / MATCH).exists():
            seen = face.look(frame, 10)
            embedded = face.embed(frame, seen.people[0], 10)
            face.distance(embedded.template, described.template)
            done += 1
            _tell(folder / MATCHES, str(done))
        else:
            time.sleep(0.02)


def _tell(path: Path, text: str) -> None:
    whole = path.with_suffix(".new")
    whole.write_text(text)
    whole.replace(path)  # nobody reads half a number


threading.Thread(
    target=_work, args=(app.extensions["kiosk"], Path(os.environ["BENCH_FOLDER"])), daemon=True
).start()
