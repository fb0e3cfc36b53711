"""What a device says about itself: a value that is read without a lock and never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How a device is. `DEGRADED` still does its job (paper low, slow); `FAULT` does not."""

    ABSENT = "absent"
    OPENING = "opening"
    READY = "ready"
    DEGRADED = "degraded"
    FAULT = "fault"


@dataclass(frozen=True)
class Health:
    """One reading, replaced whole by its device (an attribute assignment is atomic).

    `code` is a stable word such as `ok`, `paper_out`, `unplugged`; its sentences stand in `wording.py`.
    `detail` is for the technician and holds no personal data.
    """

    state: State
    code: str
    since: datetime
    detail: str = ""

    @property
    def works(self) -> bool:
        """Whether the step that needs the device may rely on it now."""
        return self.state in (State.READY, State.DEGRADED)
