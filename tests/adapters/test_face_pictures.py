"""Blur, darkness, light from behind and dark glasses are noticed; dark skin, scarves and glasses are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from kiosk.adapters.face import FaceProcess
from kiosk.adapters.face_pictures import LIT, appearance, lit
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.domain.capture import Advice, Guidance, advise, judge, yaw
from kiosk.domain.liveness import TURNED
from kiosk.hardware.camera.acting import Pose
from kiosk.hardware.camera.scene import Film, Scene
from tests.adapters.test_face import SECONDS, frame, recoded


def test_light_and_blur_are_noticed(engine: FaceProcess, portraits: Portraits) -> None:
    portrait = portraits.person(Portrait.A1)
    dark = Film(Scene(portrait=portrait, dark=True)).frame(0)
    blurred = Film(Scene(portrait=portrait, blurred=True)).frame(0)
    assert judge(engine.look(dark, SECONDS)) in (Guidance.TOO_DARK, Guidance.NO_FACE)
    assert judge(engine.look(blurred, SECONDS)) is Guidance.BLURRED


def drawn(
    data: bytes, engine: FaceProcess, draw: Callable[[ImageDraw.ImageDraw, np.ndarray, float], None]
) -> bytes:
    """The frame with something drawn on its face; `draw` is told both eyes and how far they are apart."""
    points = np.array(engine.look(data, SECONDS).faces[0].points[:4])
    eyes = np.array([points[:2].mean(axis=0), points[2:].mean(axis=0)])
    apart = float(np.hypot(*(eyes[0] - eyes[1])))

    def change(picture: Image.Image) -> Image.Image:
        draw(ImageDraw.Draw(picture), eyes, apart)
        return picture

    return recoded(data, change)


def dark_glasses(pen: ImageDraw.ImageDraw, eyes: np.ndarray, apart: float) -> None:
    for x, y in eyes:
        pen.ellipse(
            (x - 0.42 * apart, y - 0.26 * apart, x + 0.42 * apart, y + 0.34 * apart), fill=(24, 24, 28)
        )


def thick_frames(pen: ImageDraw.ImageDraw, eyes: np.ndarray, apart: float) -> None:
    for x, y in eyes:
        box = (x - 0.4 * apart, y - 0.22 * apart, x + 0.4 * apart, y + 0.3 * apart)
        pen.rounded_rectangle(box, radius=0.1 * apart, outline=(10, 10, 10), width=round(0.07 * apart))


def headscarf(colour: tuple[int, int, int]) -> Callable[[ImageDraw.ImageDraw, np.ndarray, float], None]:
    def draw(pen: ImageDraw.ImageDraw, eyes: np.ndarray, apart: float) -> None:
        x, y = eyes.mean(axis=0)
        y += 0.45 * apart
        pen.ellipse(
            (x - 2 * apart, y - 2.2 * apart, x + 2 * apart, y + 2.4 * apart),
            outline=colour,
            width=round(0.85 * apart),
        )

    return draw


def darker(picture: Image.Image) -> Image.Image:
    """A fifth of the light, as much darker as the darkest skin is than these portraits'."""
    return picture.point(lambda value: 255 * ((value / 255) ** 2.2 / 5) ** (1 / 2.2))


@pytest.mark.parametrize("portrait", Portrait)
def test_dark_glasses_are_noticed_and_nothing_else_is_taken_for_them(
    engine: FaceProcess, portraits: Portraits, portrait: Portrait
) -> None:
    bare = frame(portraits, portrait)
    assert advise(engine.look(drawn(bare, engine, dark_glasses), SECONDS)) is Advice.DARK_GLASSES
    assert judge(engine.look(drawn(bare, engine, dark_glasses), SECONDS)) is Guidance.HOLD_STILL
    innocent = {
        "bare": bare,
        "dark skin, and a dim hall": recoded(bare, darker),
        "glasses": drawn(bare, engine, thick_frames),
        "white scarf": drawn(bare, engine, headscarf((235, 235, 235))),
        "black scarf": drawn(bare, engine, headscarf((18, 18, 20))),
    }
    seen = {name: engine.look(data, SECONDS) for name, data in innocent.items()}
    assert {name: advise(look) for name, look in seen.items()} == dict.fromkeys(innocent)
    assert {name: judge(look) for name, look in seen.items()} == dict.fromkeys(innocent, Guidance.HOLD_STILL)


def test_light_from_behind_is_told_from_dark_skin_before_a_bright_wall(
    engine: FaceProcess, portraits: Portraits
) -> None:
    bare = frame(portraits, Portrait.A2)
    (face,) = engine.look(bare, SECONDS).people
    (x, y), wide = face.centre, face.width
    person = Image.new("L", (1280, 720))
    pen = ImageDraw.Draw(person)
    pen.ellipse((x - 0.8 * wide, y - 1.1 * wide, x + 0.8 * wide, y + 0.9 * wide), fill=255)
    pen.rectangle((x - 1.3 * wide, y + 0.8 * wide, x + 1.3 * wide, 1600), fill=255)
    there = np.asarray(person.filter(ImageFilter.GaussianBlur(6)), dtype=float)[..., None] / 255

    def before_a_window(scattered: float) -> Callable[[Image.Image], Image.Image]:
        def change(picture: Image.Image) -> Image.Image:
            light = (np.asarray(picture, dtype=float) / 255) ** 2.2 * 0.2 * there + 0.85 * (1 - there)
            light = light * (1 - scattered) + light.mean() * scattered
            return Image.fromarray((255 * light ** (1 / 2.2)).astype(np.uint8))

        return change

    dark_skin = engine.look(recoded(bare, before_a_window(0.0)), SECONDS)
    window = engine.look(recoded(bare, before_a_window(0.1)), SECONDS)
    assert judge(dark_skin) is Guidance.HOLD_STILL
    assert judge(window) is Guidance.BACKLIT
    assert window.brightness > dark_skin.brightness, "it is not the darkness that tells them apart"


def test_where_nothing_can_be_measured_nothing_is_said() -> None:
    grey = np.full((100, 100, 3), 90, dtype=np.uint8)
    filled = appearance(grey, (5, 95, 95, 5), [(80, 40), (60, 40), (20, 40), (40, 40), (50, 60)])
    assert "surroundings" not in filled, "the face leaves no room beside it"
    assert filled["eyes"] == 1.0
    assert "eyes" not in appearance(grey, (5, 95, 95, 5), [(-900, -900)] * 5)
    assert "eyes" not in appearance(np.zeros_like(grey), (30, 60, 60, 30), [(50, 40)] * 5)
    nothing = appearance(np.zeros((0, 0, 3), dtype=np.uint8))
    assert nothing == {"sharpness": 0.0, "brightness": 0.0, "contrast": 0.0}


@pytest.mark.parametrize("light", [0.5, 0.75, 1.4])
@pytest.mark.parametrize("degrees", [-32, 30])
def test_a_head_in_dim_or_bright_light_is_seen_turned_as_far_as_in_good_light(
    engine: FaceProcess, portraits: Portraits, light: float, degrees: int
) -> None:
    portrait = portraits.person(Portrait.A3)

    def turned(light: float) -> float:
        film = Film(Scene(640, 480, portrait=portrait, light=light))
        front, aside = (engine.look(film.frame(0, Pose(yaw=angle)), SECONDS) for angle in (0, degrees))
        return yaw(aside.faces[0]) - yaw(front.faces[0])

    good = turned(1.0)
    assert abs(good) > TURNED
    assert turned(light) == pytest.approx(good, abs=0.08)


def test_a_face_at_the_edge_of_the_picture_is_lit_inside_it_only() -> None:
    pixels = np.full((60, 60, 3), 70, np.uint8)
    part, x, y = lit(pixels, (-10, 30, 30, -10))
    assert (part.shape, x, y) == ((50, 50, 3), 0, 0)
    assert part.mean() == LIT
    assert pixels.mean() == 70
    part, x, y = lit(pixels, (40, 60, 60, 40))
    assert (part.shape, x, y) == ((30, 30, 3), 30, 30)


def test_a_black_face_is_no_division_by_nothing() -> None:
    part, _, _ = lit(np.zeros((40, 40, 3), np.uint8), (10, 30, 30, 10))
    assert part.max() == 0
