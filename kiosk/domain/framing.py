"""When somebody has stood well for long enough: the frame that a round begins with is then taken by itself.

`capture.py` judges single frames, `liveness.py` follows the head from that frame on.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from kiosk.domain.capture import Guidance, Look, judge, yaw

HOLD_SECONDS = 0.6
HOLD_FRAMES = 2
"""How long, and over how many looks at least, a frame must stay good before it is taken: a head passing
through the frame on its way elsewhere is good for one look only."""

HOLD_GAP_SECONDS = 1.5
"""Good looks further apart than this do not belong together: nobody knows what happened between them."""


@dataclass(frozen=True)
class Framing:
    """How well somebody stands, and since when. Starts empty; `seen` gives the next one.

    `guidance` is about the newest frame. `looks` are the good ones in a row, from `since` to `last`
    (monotonic seconds).
    """

    guidance: Guidance | None = None
    looks: tuple[Look, ...] = ()
    since: float = 0.0
    last: float = 0.0

    def seen(self, look: Look, at: float, min_face_px: int) -> Framing:
        """Add one frame, taken `at`. One that is not good, a gap, or a clock that goes back begins again;
        the same frame looked at twice counts once.

        A face narrower than `min_face_px`, the least that the engine embeds, is too far away.
        """
        guidance = judge(look)
        if guidance is Guidance.HOLD_STILL and look.people[0].width < min_face_px:
            guidance = Guidance.TOO_FAR
        if guidance is not Guidance.HOLD_STILL:
            return Framing(guidance)
        if self.looks and at == self.last:
            return self
        if not self.looks or not self.last < at <= self.last + HOLD_GAP_SECONDS:
            return Framing(guidance, (look,), at, at)
        return Framing(guidance, (*self.looks, look), self.since, at)

    @property
    def is_ready(self) -> bool:
        """Whether the newest frame is to be taken: good for `HOLD_SECONDS` over `HOLD_FRAMES` looks."""
        return len(self.looks) >= HOLD_FRAMES and self.last - self.since >= HOLD_SECONDS

    @property
    def progress(self) -> float:
        """How much of `HOLD_SECONDS` is over, 0 to 1."""
        return min((self.last - self.since) / HOLD_SECONDS, 1.0)

    @property
    def baseline(self) -> float:
        """The person's own frontal pose: the median yaw, so that one bad frame counts for nothing."""
        return median(yaw(look.people[0]) for look in self.looks)
