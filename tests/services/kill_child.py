"""The process that `test_kill.py` kills: it does one thing with a real database and dies where it is told to.

The place is `commit:N` (right after the N-th commit), or `before:CALL` or `after:CALL` (around a call of an
adapter or of the printer).
"""

from __future__ import annotations

import os
import signal
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk import adapters, keys
from kiosk.adapters import Adapters
from kiosk.config import Settings
from kiosk.db import db
from kiosk.domain.visit import Step
from kiosk.hardware import devices
from kiosk.hardware.devices import Devices
from kiosk.models.visit import Visit
from kiosk.services import activation, redemption, selfie, ticket
from kiosk.services import visit as visits
from kiosk.services.kiosk import Kiosk
from kiosk.services.selfie import Guiding
from tests.fixed_clock import FixedClock
from tests.services.scripted import JPEG, ScriptedFace, following
from tests.support import make_app, the_kiosk

_WORDS = "last-words.txt"


def die() -> None:
    """End as in a power cut: nothing is flushed, nothing is caught."""
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """Passes calls on, and dies before or after the one that is named."""

    def __init__(self, inner: Any, point: str) -> None:
        self._inner, self._point = inner, point

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value):
            return value

        def call(*arguments: Any, **named: Any) -> Any:
            if self._point == f"before:{name}":
                die()
            answer = value(*arguments, **named)
            if self._point == f"after:{name}":
                die()
            return answer

        return call


def die_after_commit(number: int) -> None:
    """Die right after the `number`-th committed write from now on."""
    count = 0

    def commits(connection: sa.Connection) -> None:
        nonlocal count
        count += bool(connection.get_execution_options().get("writes"))
        if count == number:
            # The event comes before the driver's COMMIT, so that is done here.
            connection.exec_driver_sql("COMMIT")
            die()

    sa.event.listen(db.engine, "commit", commits)


def main(
    folder: Path, now: datetime, visit_id: str, deed: str, point: str, code: str = "", digits: str = ""
) -> None:
    """Do `deed` for the visit, and die at `point`."""
    clock = FixedClock(now)
    settings = Settings(data=folder, public_url="http://127.0.0.1:8000")
    built = adapters.build(settings, keys.read(folder / "keys.txt"), clock)
    machines = devices.build(settings, clock)
    machines.printer.controls.seconds_per_sheet = 0.0  # type: ignore[attr-defined]
    outside: dict[str, Any] = {
        "register": built.register,
        "face": ScriptedFace(clock),
        "authority": built.authority,
        "mail": built.mail,
        "voice": built.voice,
    }
    printer: Any = Mortal(machines.printer, point)
    app = make_app(
        folder,
        clock=clock,
        adapters=Adapters(**{name: Mortal(inner, point) for name, inner in outside.items()}),
        devices=Devices(machines.camera, printer, machines.scanner),
    )
    with app.app_context():
        kiosk = the_kiosk(app)
        visit = visits.find(kiosk, visit_id)
        assert visit is not None
        if point.startswith("commit:"):
            die_after_commit(int(point.removeprefix("commit:")))
        match deed:
            case "offer":
                activation.offer(kiosk, visit_id)
            case "redeem":
                redemption.redeem(kiosk, code, digits)
            case "leave":
                visits.leave(kiosk, visit_id)
            case "refer":
                ticket.refer(kiosk, visit_id, Step.EMAIL, None)
            case "selfie":
                _follow(kiosk, visit, outside["face"])
            case _:
                raise SystemExit(f"unknown deed {deed}")


def _follow(kiosk: Kiosk, visit: Visit, face: ScriptedFace) -> None:
    """Hold still before the camera and do what is asked, a tenth of a second after the other."""
    for moment in range(1, 200):
        if not isinstance(selfie.observe(kiosk, visit, JPEG, moment / 10), Guiding):
            return
        if round := kiosk.watches[visit.id].round:
            face.seen = following(round)


def live(folder: Path, *where: Any) -> None:
    """Do as `main`; who is not killed leaves the reason in `folder`, where the test looks for it."""
    words = "it did everything"
    try:
        main(folder, *where)
    except BaseException:
        words = traceback.format_exc()[-500:]
    (folder / _WORDS).write_text(words)


def last_words(folder: Path) -> str:
    """Why the process that worked in `folder` was not killed."""
    words = folder / _WORDS
    return words.read_text() if words.exists() else "it left no word"
