"""The judge of paper: names what it does not understand and survives anything."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.hardware.raster import LONGEST_DOTS, MOST_NAMES, render


def _picture(data: bytes, dots: int = 96) -> Image.Image:
    return Image.open(io.BytesIO(render(data, dots, margin=0).png))


def _ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    return image.point(lambda tone: 255 if tone < 128 else 0).getbbox()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x1b\x70\x00\x19\xfa", "ESC p at 0"),
        (b"ab\x1d(k\x03\x00", "GS ( at 2"),
        (b"\x07", "byte 0x07 at 0"),
        (b"\xe9", "byte 0xE9 at 0"),
        (b"\x1b", "ESC cut off at 0"),
        (b"\x1bE", "ESC E cut off at 0"),
        (b"\x10\x14\x01", "DLE 0x14 at 0"),
        (b"\x1dv0\x00\x02\x00\x02\x00\xff", "GS v 0 cut off at 0"),
        (b"\x1dv9\x00\x01\x00\x01\x00\xff", "GS v at 0"),
    ],
)
def test_what_is_not_understood_is_named(data, name):
    assert name in render(data).unknown


def test_names_do_not_grow_without_end():
    assert len(render(b"\xff" * 5000).unknown) == MOST_NAMES


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_crash_it(data):
    drawing = render(data, 96, margin=8)
    assert Image.open(io.BytesIO(drawing.png)).size == (drawing.width, drawing.height)
    assert drawing.height <= LONGEST_DOTS + 16


COMMANDS = [
    b"\x1b@",
    b"\x1ba",
    b"\x1bE",
    b"\x1b!",
    b"\x1dB",
    b"\x1d!",
    b"\x1bd",
    b"\x1bJ",
    b"\x1dV",
    b"\x1dv0",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([*COMMANDS, b"\n"]), st.binary(max_size=6)), max_size=40))
def test_commands_with_wild_arguments_never_crash_it(parts):
    drawing = render(b"".join(parts), 96, margin=0)
    assert drawing.height <= LONGEST_DOTS


def test_paper_for_ever_is_cut_short_and_said():
    drawing = render(b"\x1bd\xff" * 200, 96)
    assert f"paper longer than {LONGEST_DOTS} dots" in drawing.unknown


def test_text_is_read_back_line_by_line():
    assert render(b"A-012\nLoket 2").text == ("A-012", "Loket 2")


def test_a_long_line_breaks_at_the_edge_as_in_a_printer():
    assert render(b"123456789", 96).text == ("12345678", "9")


@pytest.mark.parametrize(("align", "left"), [(b"\x00", 0), (b"\x01", 42), (b"\x02", 84)])
def test_alignment_moves_the_ink(align, left):
    box = _ink(_picture(b"\x1ba" + align + b"I\n"))
    assert box is not None
    assert left <= box[0] < left + 12


def test_double_size_doubles_the_ink():
    plain, large = _ink(_picture(b"I\n")), _ink(_picture(b"\x1d!\x11I\n"))
    assert plain is not None
    assert large is not None
    assert large[2] - large[0] == 2 * (plain[2] - plain[0])
    assert large[3] - large[1] == 2 * (plain[3] - plain[1])


def test_bold_and_inverse_add_ink():
    def ink(data: bytes) -> int:
        return sum(_picture(data).histogram()[:128])

    assert ink(b"I\n") < ink(b"\x1bE\x01I\n") < ink(b"\x1dB\x01I\n")


def test_a_reset_forgets_styles():
    assert render(b"\x1d!\x77\x1bE\x01\x1b@A\n").png == render(b"A\n").png


def test_feeds_and_cuts_are_counted():
    drawing = render(b"\x1bJ\x64\x1dVB\x00A\n\x1dV\x00", 96, margin=0)
    assert drawing.cuts == 2
    assert drawing.height == 100 + 40 + 30
