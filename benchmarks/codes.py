"""How fast codes are read from pictures, against zxing-cpp alone; and what the second reader takes, live.

The pictures are drawn: papers with a QR code, turned, tilted, out of focus, dim and noisy, as a telephone or
the kiosk's camera sees them. Only those that zxing-cpp reads are counted, because for the others there is no
time to compare with: the second reader is then the point.
"""

from __future__ import annotations

import random
import string
import time
from statistics import median

import numpy as np
import qrcode
import zxingcpp
from PIL import Image, ImageFilter

from benchmarks.table import Row
from kiosk.hardware.codes import LiveReader, read_any

PICTURES = 12
FRAMES = 90
FRAMES_PER_SECOND = 15
SIZE = (1280, 720)


def rows(rounds: int) -> list[Row]:
    """Measure; a round reads every picture both ways."""
    return [_against_zxing(rounds), _live(rounds)]


def photograph(chance: random.Random, text: str) -> Image.Image:
    """A paper with a code before a camera, 1280x720 and in colour."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=6, border=4)
    code.add_data(text)
    paper = code.make_image().get_image().convert("RGB")
    side = paper.width
    lean = [chance.uniform(-0.08, 0.08) * side for _ in range(8)]
    corners = (
        lean[0],
        lean[1],
        lean[2],
        side + lean[3],
        side + lean[4],
        side + lean[5],
        side + lean[6],
        lean[7],
    )
    paper = paper.transform(
        paper.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor="white"
    )
    turned = paper.rotate(
        chance.uniform(0, 360), Image.Resampling.BICUBIC, expand=True, fillcolor=(165, 160, 150)
    )
    frame = empty(chance)
    frame.paste(turned, (chance.randrange(SIZE[0] - turned.width), chance.randrange(SIZE[1] - turned.height)))
    frame = frame.filter(ImageFilter.GaussianBlur(chance.uniform(0, 2.4)))
    light = chance.uniform(0.35, 1.0)
    return noisy(chance, frame.point(lambda value: int(value * light)))


def empty(chance: random.Random) -> Image.Image:
    """A lobby without a code: large surfaces and edges."""
    frame = Image.new("RGB", SIZE, (165, 160, 150))
    for _ in range(12):
        left, top = chance.randrange(SIZE[0]), chance.randrange(SIZE[1])
        colour = tuple(chance.randrange(40, 220) for _ in range(3))
        frame.paste(colour, (left, top, left + chance.randrange(20, 300), top + chance.randrange(20, 300)))
    return frame


def noisy(chance: random.Random, frame: Image.Image) -> Image.Image:
    """With the noise of a small sensor in the evening (standard deviation 2 to 8 of 255)."""
    grain = np.random.default_rng(chance.randrange(2**32))
    noise = grain.normal(0, chance.uniform(2, 8), (SIZE[1], SIZE[0], 1))
    return Image.fromarray(np.clip(np.asarray(frame) + noise, 0, 255).astype(np.uint8))


def _against_zxing(rounds: int) -> Row:
    chance = random.Random(3273)
    texts = ["T." + "".join(chance.choices(string.ascii_uppercase, k=29)) for _ in range(PICTURES)]
    pictures = [photograph(chance, text) for text in texts]
    read = [
        (picture, np.asarray(picture))
        for picture, text in zip(pictures, texts, strict=True)
        if [code.text for code in zxingcpp.read_barcodes(picture)] == [text]
    ]
    both = sum(
        [code.text for code in read_any(picture)] == [text]
        for picture, text in zip(pictures, texts, strict=True)
    )
    took, ratios = [], []
    for _ in range(rounds):
        ours = bare = 0.0
        for picture, pixels in read:
            began = time.perf_counter()
            zxingcpp.read_barcodes(pixels)
            middle = time.perf_counter()
            read_any(picture)
            ours += time.perf_counter() - middle
            bare += middle - began
        took.append(ours * 1000 / len(read))
        ratios.append(ours / bare)
    note = f"{len(read)} of {PICTURES} by zxing-cpp, {both} by both"
    return Row("Codes on a picture / zxing-cpp alone", median(took), "ms", median(ratios), 1.3, note)


def _live(rounds: int) -> Row:
    chance = random.Random(12)
    frames = [noisy(chance, empty(chance)) for _ in range(6)]
    shares, looks = [], 0
    for _ in range(rounds):
        worked, looks = _second_reader(frames)
        shares.append(worked / (FRAMES / FRAMES_PER_SECOND))
    share = median(shares)
    note = f"asked {looks} times in {FRAMES // FRAMES_PER_SECOND} s of empty 1280x720 frames"
    return Row("Second reader, live", share * 100, "% of a core", share, 0.1, note)


def _second_reader(frames: list[Image.Image]) -> tuple[float, int]:
    """Return for how long it worked (seconds of the processor) in `FRAMES` frames, and how often.

    The camera's time is made up, 15 frames a second; what the reader works is measured.
    """
    marks: list[float] = []
    now = 0.0

    def works() -> float:
        marks.append(time.thread_time())
        return marks[-1]

    reader = LiveReader(lambda: now, works)
    for number in range(FRAMES):
        reader.read(frames[number % len(frames)])
        now += 1 / FRAMES_PER_SECOND
    return sum(end - begin for begin, end in zip(marks[::2], marks[1::2], strict=True)), len(marks) // 2
