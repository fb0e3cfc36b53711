"""Pictures for paper: what a printer would obey by mistake, or a reader could not read."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.hardware.pictures import gauge, headline, qr, raster, shades
from kiosk.hardware.raster import render


@given(st.binary(min_size=32, max_size=32))
def test_no_picture_holds_a_command_that_printers_obey_at_once(pixels):
    data = raster(Image.frombytes("1", (64, 4), pixels))
    assert not re.search(rb"\x10[\x04\x05\x14]", data[8:])


def test_a_picture_comes_out_dot_for_dot():
    image = Image.frombytes("1", (24, 3), bytes(range(100, 109)))
    drawing = render(raster(image), 24, margin=0)
    assert Image.open(io.BytesIO(drawing.png)).convert("1").tobytes() == image.tobytes()


def test_a_width_that_is_no_whole_byte_is_filled_with_white():
    data = raster(Image.new("1", (5, 1), 0))
    assert data == b"\x1dv0\x00\x01\x00\x01\x00\xf8"


def test_a_code_keeps_its_quiet_zone_of_four_modules():
    code = qr("AIKD1", 4).convert("L")
    edge = 4 * 4
    ink = code.point(lambda tone: 255 - tone).getbbox()
    assert ink == (edge, edge, code.width - edge, code.height - edge)


def test_a_headline_is_as_large_as_its_room_allows():
    assert headline("A-012", 500, 128).height == 128
    assert headline("A-012", 200, 128).width == 200


@pytest.mark.parametrize("width", [384, 576])
def test_the_marks_reach_every_corner_and_count_the_millimetres(width):
    top, foot = (gauge(width, foot=foot).convert("L") for foot in (False, True))
    for image, edge in ((top, 0), (foot, top.height - 1)):
        row = [image.getpixel((x, edge)) for x in range(width)]
        assert set(row) == {0}
        assert {image.getpixel((x, y)) for x in (0, width - 1) for y in range(image.height)} == {0}
    for image, y in ((top, 10), (foot, top.height - 11)):
        ticks = [x for x in range(56, width - 56) if image.getpixel((x, y)) == 0 and abs(x - width // 2) > 4]
        assert ticks == [x for x in range(56, width - 56) if x % 8 == 0 and abs(x - width // 2) > 4]


def test_the_shades_grow_darker_by_quarters():
    image = shades(384).convert("L")
    blocks = [image.crop((x, 0, x + 96, image.height)) for x in range(0, 384, 96)]
    assert [block.histogram()[0] * 4 / (96 * image.height) for block in blocks] == [1, 2, 3, 4]
