"""The phone of an officer of the demonstration: the six digits that it shows."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from kiosk.demonstration.officers import DemoOfficer
from kiosk.domain.totp import DRIFT_STEPS, step_at
from kiosk.services.totp import code_at

_used: dict[tuple[str, str], int] = {}
"""The step of the code that an officer typed last, by server and user name: a code is good once."""


def next_code(url: str, who: DemoOfficer) -> str:
    """Return what his phone shows; after two codes within half a minute he waits for the next."""
    used = _used.get((url, who.username), 0)
    while (step := step_at(datetime.now(UTC))) + DRIFT_STEPS <= used:
        time.sleep(0.5)
    _used[url, who.username] = max(step, used + 1)
    return code_at(who.secret, _used[url, who.username])
