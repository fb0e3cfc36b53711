"""Where a camera's thread leaves its newest frame and many viewers wait for it."""

from __future__ import annotations

import math
import threading
from collections import deque

from kiosk.domain.clock import Clock
from kiosk.hardware.camera import BadFrame, Frame, FrameProblem, measure
from kiosk.hardware.camera.mounting import Mounting

FRESH_SECONDS = 3.0
"""A frame older than this shows a moment, perhaps a person, that is gone; it is not handed out."""

_LINGER_SECONDS = 1.0
"""Who has just looked will probably look again: no standby between two polls."""

_RATE_FRAMES = 4


class Viewed:
    """The part of `Camera` that looks at `_viewing`: the same for every driver."""

    name = "camera"
    _viewing: Viewing

    def want(self, seconds: float) -> None:
        """See `Camera.want`."""
        self._viewing.want(seconds)

    def frame(self, newer_than: int, timeout: float) -> Frame | None:
        """See `Camera.frame`."""
        return self._viewing.frame(newer_than, timeout)

    def forget(self) -> None:
        """See `Camera.forget`."""
        self._viewing.forget()


class Viewing:
    """The newest frame, who wants frames, and how well they come. Thread safe.

    Only `publish`, `frame` and `forget` take the lock, and none of them holds it while a device works: all
    that health is made of can be read while the device hangs.
    """

    def __init__(self, clock: Clock, mounting: Mounting) -> None:
        self._clock = clock
        self._mounting = mounting
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._count = 0
        self._times: deque[float] = deque(maxlen=_RATE_FRAMES)
        self._wanted_since = clock.monotonic()
        self._wanted_until = self._wanted_since
        self._last_at = -math.inf
        self._wanted_again = threading.Event()

    def publish(self, jpeg: bytes) -> Frame:
        """Make `jpeg` the newest frame, turned and cut as the camera is mounted.

        This is the one place where that happens, once a frame and for every driver, so that preview, selfie
        and code reader see the same picture. Raises `BadFrame` and keeps the old one if it is none.
        """
        width, height = measure(jpeg)
        if not self._mounting.is_neutral:
            try:
                jpeg = self._mounting.apply(jpeg)
            except ValueError:
                raise BadFrame(FrameProblem.NOT_A_JPEG) from None
            width, height = measure(jpeg)
        with self._changed:
            self._count += 1
            frame = Frame(self._count, jpeg, width, height, self._clock.monotonic())
            self._newest = frame
            self._last_at = frame.at
            self._times.append(frame.at)
            self._changed.notify_all()
        return frame

    def frame(self, newer_than: int, timeout: float) -> Frame | None:
        """See `Camera.frame`."""
        self.want(timeout + _LINGER_SECONDS)
        with self._changed:
            self._changed.wait_for(lambda: self._fresh(newer_than) is not None, timeout)
            return self._fresh(newer_than)

    def _fresh(self, newer_than: int) -> Frame | None:
        newest = self._newest
        if newer_than > self._count:
            newer_than = 0  # a number from before a restart: its page must not wait until we have come so far
        if (
            newest is None
            or newest.number <= newer_than
            or self._clock.monotonic() - newest.at > FRESH_SECONDS
        ):
            return None
        return newest

    def forget(self) -> None:
        """See `Camera.forget`. Numbers go on, so that no viewer takes an old frame for a new one."""
        with self._changed:
            self._newest = None
            self._times.clear()

    def want(self, seconds: float) -> None:
        """See `Camera.want`."""
        now = self._clock.monotonic()
        if now >= self._wanted_until:
            self._wanted_since = now
        self._wanted_until = max(self._wanted_until, now + seconds)
        self._wanted_again.set()

    def await_viewer(self, seconds: float) -> None:
        """Sleep until somebody wants frames, `seconds` at most."""
        self._wanted_again.clear()
        if not self.wanted:
            self._wanted_again.wait(seconds)

    @property
    def wanted(self) -> bool:
        """Whether somebody looks now."""
        return self._clock.monotonic() < self._wanted_until

    @property
    def age(self) -> float:
        """Seconds since the last frame came (infinite before the first)."""
        return self._clock.monotonic() - self._last_at

    @property
    def stalled(self) -> bool:
        """Whether somebody has been looking for a while and sees nothing new."""
        waiting_since = max(self._last_at, self._wanted_since)
        return self.wanted and self._clock.monotonic() - waiting_since > FRESH_SECONDS

    @property
    def rate(self) -> float | None:
        """Frames a second over the last few; `None` while there are too few to say."""
        times = tuple(self._times)
        if len(times) < _RATE_FRAMES or times[-1] <= times[0]:
            return None
        return (len(times) - 1) / (times[-1] - times[0])
