"""Is this frame good enough to match a face with? What the resident should do if it is not.

Lengths are pixels of the frame as the camera gave it (not mirrored), origin at its top left. Where a
constant says «measured», the figures come from four public portraits composed into 1280x720 frames and
degraded step by step; «moved by» is how far the face's embedding went from that of the clean frame, to
be compared with the 0.52 at which a match is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import hypot

MIN_FACE = 0.28
"""Least face width over the frame's shorter side. The detector works on 480 px and loses faces below
about 70 px there, which is 0.26 of a 1280x720 frame: just before that we ask people to come closer."""

MAX_FACE = 0.75
"""Greatest face width over the shorter side: beyond it chin or forehead leave the picture on a nod."""

MAX_OFFSET_X = 0.14
MAX_OFFSET_Y = 0.18
"""How far the face's centre may stand from the frame's, over the frame's width and height."""

PASSER_BY = 0.5
"""A face narrower than this share of the largest one stands well behind the resident (about twice as far
from the lens): somebody in the lobby, who must not stop the visit."""

MIN_BRIGHTNESS = 35.0
MAX_BRIGHTNESS = 215.0
"""Mean of the face area, 0-255. Measured: at 28-40 embeddings moved by 0.16-0.21, at 14-20 by 0.25-0.35;
at 209-243 by 0.19-0.43. Faces of 47-170 moved by 0.13 at most, so dark skin in fair light passes."""

BACKLIT = 0.4
MIN_CONTRAST = 0.24
"""Light from behind: a face below this share of its surroundings' brightness which is also too dark, or
washed out: its `Look.contrast` below this. Measured with the portraits before a bright wall, darkened step
by step and with 5-10 % of the wall's light scattered over the lens: contrast fell from 0.27-0.45 to
0.05-0.23, where embeddings moved by 0.16-0.54. The same faces only darkened, as dark skin before a white wall
is, keep their contrast, moved by 0.20 at most and pass, down to `MIN_BRIGHTNESS`. None of 100 press
photographs is below both."""

DARK_GLASSES = 0.5
"""See `Look.eyes`. Measured: 99 press photographs without dark glasses, some with ordinary ones, stand at
0.57-1.6 (98 % above 0.70), also with a seventh of the light, and at 0.5 and more with thick black frames
drawn on them; the one with real dark glasses at 0.25, lenses drawn on with 10-25 % of the light at
0.13-0.49."""

MIN_SHARPNESS = 0.02
"""See `Look.sharpness`. Measured: a blur of 3 px gives 0.017-0.052 and moves embeddings by 0.12-0.17, 4 px
0.010-0.032 and 0.17-0.23; unblurred faces stand at 0.18-0.70, LFW photographs at 0.038 or more (95 %)."""

MAX_YAW = 0.22
"""See `yaw`. The greatest value in 25 news photographs of people facing the lens; still below the 0.25
that counts as a deliberate turn of the head (docs/facts.md)."""


class Guidance(StrEnum):
    """What to tell the resident about one frame. Directions are the resident's own left and right, which
    are also those of a mirrored preview."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_FAR = "too_far"
    TOO_CLOSE = "too_close"
    MOVE_LEFT = "move_left"
    MOVE_RIGHT = "move_right"
    MOVE_UP = "move_up"
    MOVE_DOWN = "move_down"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BACKLIT = "backlit"
    BLURRED = "blurred"
    TURN_TO_CAMERA = "turn_to_camera"
    HOLD_STILL = "hold_still"


class Advice(StrEnum):
    """What may be said beside the guidance. It never keeps anybody from going on."""

    DARK_GLASSES = "dark_glasses"


OFF_CENTRE: frozenset[Guidance] = frozenset(
    {Guidance.MOVE_LEFT, Guidance.MOVE_RIGHT, Guidance.MOVE_UP, Guidance.MOVE_DOWN}
)
"""Guidance that an arrow can show."""


@dataclass(frozen=True)
class Face:
    """One face: its box, and five points (two corners of the eye at the picture's right, outer first; two of
    the eye at the picture's left, outer first; base of the nose)."""

    left: float
    top: float
    width: float
    height: float
    points: tuple[tuple[float, float], ...]

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True)
class Look:
    """What was seen in one frame. `faces` are sorted, widest first.

    The numbers describe the widest face (the whole frame when there is none): `sharpness` is the variance
    of the Laplacian over the variance of the greys, without unit, so that dim light and dark skin do not
    count as blur; `brightness` is the mean grey, 0-255; `contrast` is the greys' standard deviation over it;
    `surroundings` is the mean grey beside the face, beyond hair and headscarf; `eyes` is how bright the area
    of the eyes is over the skin around it. None where something could not be measured.
    """

    width: int
    height: int
    faces: tuple[Face, ...]
    sharpness: float
    brightness: float
    contrast: float | None = None
    surroundings: float | None = None
    eyes: float | None = None

    @property
    def people(self) -> tuple[Face, ...]:
        """The faces that stand at the kiosk, without those passing by behind (see `PASSER_BY`)."""
        return tuple(face for face in self.faces if face.width >= PASSER_BY * self.faces[0].width)


def yaw(face: Face) -> float:
    """How far the head is turned: the offset of the nose from the middle between the eyes, along the line
    of the eyes, over their distance. 0 is frontal, positive is turned to the picture's right; a turn of
    30 degrees gives 0.24-0.62 (docs/facts.md). A face without usable points counts as turned away (1.0)."""
    if len(face.points) != 5:
        return 1.0
    (ax, ay), (bx, by), (cx, cy), (dx, dy), (nx, ny) = face.points
    right, left = ((ax + bx) / 2, (ay + by) / 2), ((cx + dx) / 2, (cy + dy) / 2)
    along_x, along_y = right[0] - left[0], right[1] - left[1]
    distance = hypot(along_x, along_y)
    if distance == 0:
        return 1.0
    from_middle = nx - (left[0] + right[0]) / 2, ny - (left[1] + right[1]) / 2
    return (from_middle[0] * along_x + from_middle[1] * along_y) / distance**2


def between_eyes(face: Face) -> float:
    """Pixels from the middle of one eye to that of the other; 0 for a face without usable points."""
    if len(face.points) != 5:
        return 0.0
    (ax, ay), (bx, by), (cx, cy), (dx, dy), _ = face.points
    return hypot((ax + bx - cx - dx) / 2, (ay + by - cy - dy) / 2)


def judge(look: Look) -> Guidance:
    """Say the one thing that would improve this frame most; `HOLD_STILL` when it is good.

    The order is the order in which people can act: who is there, where they stand, the light, the pose.
    Blur comes late, because somebody who is still moving into place is always blurred.
    """
    if not look.people:
        return Guidance.NO_FACE
    if len(look.people) > 1:
        return Guidance.SEVERAL_FACES
    face = look.people[0]
    size = face.width / min(look.width, look.height)
    if size < MIN_FACE:
        return Guidance.TOO_FAR
    if size > MAX_FACE:
        return Guidance.TOO_CLOSE
    if (away := _off_centre(look, face)) is not None:
        return away
    if _is_backlit(look):
        return Guidance.BACKLIT
    if look.brightness < MIN_BRIGHTNESS:
        return Guidance.TOO_DARK
    if look.brightness > MAX_BRIGHTNESS:
        return Guidance.TOO_BRIGHT
    if abs(yaw(face)) > MAX_YAW:
        return Guidance.TURN_TO_CAMERA
    if look.sharpness < MIN_SHARPNESS:
        return Guidance.BLURRED
    return Guidance.HOLD_STILL


def advise(look: Look) -> Advice | None:
    """Say what else would help, beside `judge`: only of one person who faces the camera in usable light."""
    if look.eyes is None or judge(look) not in (Guidance.HOLD_STILL, Guidance.BLURRED):
        return None
    return Advice.DARK_GLASSES if look.eyes < DARK_GLASSES else None


def _is_backlit(look: Look) -> bool:
    if look.surroundings is None or look.brightness >= BACKLIT * look.surroundings:
        return False
    return look.brightness < MIN_BRIGHTNESS or (look.contrast is not None and look.contrast < MIN_CONTRAST)


def _off_centre(look: Look, face: Face) -> Guidance | None:
    x, y = face.centre
    across, down = x / look.width - 0.5, y / look.height - 0.5
    if abs(across) / MAX_OFFSET_X >= abs(down) / MAX_OFFSET_Y and abs(across) > MAX_OFFSET_X:
        # The picture's left is the resident's right: to come to the middle they move to their own left.
        return Guidance.MOVE_LEFT if across < 0 else Guidance.MOVE_RIGHT
    if abs(down) > MAX_OFFSET_Y:
        return Guidance.MOVE_DOWN if down < 0 else Guidance.MOVE_UP
    return None
