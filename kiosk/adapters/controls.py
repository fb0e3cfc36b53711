"""How a demonstration adapter is made slow or unreachable from the simulator panel."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.clock import Clock


class Unreachable(Exception):
    """There is nobody to answer."""


class Late(Exception):
    """The deadline has passed without an answer."""


@dataclass
class Controls:
    """What the panel sets. `delay` is in seconds."""

    down: bool = False
    delay: float = 0.0

    def wait(self, clock: Clock, deadline: float) -> None:
        """Take as long as an answer takes, at most `deadline` seconds.

        Raises `Unreachable` or `Late`; each adapter says that in its own words.
        """
        if self.down:
            raise Unreachable
        if self.delay:
            clock.sleep_until(clock.monotonic() + min(self.delay, deadline))
        if self.delay >= deadline:
            raise Late
