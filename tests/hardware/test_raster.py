"""The judge of paper: keeps step with every command, names what it does not draw, and survives anything."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from kiosk.hardware.raster import LONGEST_DOTS, MOST_NAMES, render


def _picture(data: bytes, dots: int = 96) -> Image.Image:
    return Image.open(io.BytesIO(render(data, dots, margin=0).png)).convert("L")


def _ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    return ImageOps.invert(image).getbbox()


def _amount(data: bytes) -> int:
    return _picture(data).histogram()[0]


NAMED = {
    b"\x07": "byte 07 at 2",
    b"\xe9": "byte E9 at 2",
    b"\x1b~": "ESC ~ (1B 7E) at 2",
    b"\x1dv9": "GS v 9 (1D 76 39) at 2",
    b"\x1b \x02": "ESC SP (1B 20) at 2",
    b"\x1bR\x01": "ESC R (1B 52) at 2",
    b"\x1bV\x01": "ESC V (1B 56) at 2",
    b"\x1b{\x01": "ESC { (1B 7B) at 2",
    b"\x1b$\x41\x41": "ESC $ (1B 24) at 2",
    b"\x1b\\\x41\x41": "ESC \\ (1B 5C) at 2",
    b"\x1bWABCDEFGH": "ESC W (1B 57) at 2",
    b"\x1bDABC\x00": "ESC D (1B 44) at 2",
    b"\x1b*\x21\x02\x00ABCDEF": "ESC * (1B 2A) at 2",
    b"\x1b&\x01AB\x02XY\x01Z": "ESC & (1B 26) at 2",
    b"\x1b(A\x04\x000123": "ESC ( A (1B 28 41) at 2",
    b"\x1dL\x41\x41": "GS L (1D 4C) at 2",
    b"\x1dW\x41\x41": "GS W (1D 57) at 2",
    b"\x1dh\x41": "GS h (1D 68) at 2",
    b"\x1dw\x02": "GS w (1D 77) at 2",
    b"\x1dH\x02": "GS H (1D 48) at 2",
    b"\x1dk\x04ABC\x00": "GS k (1D 6B) at 2",
    b"\x1dk\x49\x05{BABC": "GS k (1D 6B) at 2",
    b"\x1d*\x01\x01ABCDEFGH": "GS * (1D 2A) at 2",
    b"\x1d(L\x04\x00ABCD": "GS ( L (1D 28 4C) at 2",
    b"\x1d(k\x04\x000ABC": "GS ( k (1D 28 6B) at 2",
    b"\x1d8L\x03\x00\x00\x00ABC": "GS 8 L (1D 38 4C) at 2",
    b"\x1dQ0\x00\x01\x00\x02\x00AB": "GS Q 0 (1D 51 30) at 2",
    b"\x1dVb\x41": "GS V (1D 56) at 2",
    b"\x1c!\x01": "FS ! (1C 21) at 2",
    b"\x1c&": "FS & (1C 26) at 2",
    b"\x1cp\x01\x41": "FS p (1C 70) at 2",
    b"\x1cq\x01\x01\x00\x01\x00ABCDEFGH": "FS q (1C 71) at 2",
}


@pytest.mark.parametrize(("data", "name"), NAMED.items(), ids=NAMED.values())
def test_what_is_not_drawn_is_named_once_and_its_arguments_are_no_letters(data, name):
    drawing = render(b"ab" + data + data + b"cd")
    assert drawing.unknown == (name,)
    assert drawing.text == (("ab??cd",) if data == b"\xe9" else ("abcd",))


@pytest.mark.parametrize(
    "data",
    [
        b"\x10\x04\x01",
        b"\x10\x04\x07\x01",
        b"\x10\x05A",
        b"\x10\x14\x01\x00\x01",
        b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
        b"\x1dr\x01",
        b"\x1d(H\x06\x000012AB",
        b"\x1bt\x10",
        b"\x1bp\x00AA",
        b"\x1b \x00\x1bR\x00\x1dL\x00\x00\x1b{\x00",
        b"\r\x00",
    ],
)
def test_what_leaves_nothing_on_paper_is_understood(data):
    drawing = render(b"ab" + data + b"cd")
    assert (drawing.text, drawing.unknown) == (("abcd",), ())


@pytest.mark.parametrize(
    "data",
    [b"\x1b", b"\x1bE", b"\x1d(", b"\x1d(k\x05", b"\x1dV", b"\x1dv0\x00\x02\x00\x02\x00\xff", b"\x1dk\x04AB"],
)
def test_a_job_that_ends_in_the_middle_of_a_command_says_so(data):
    drawing = render(b"ab" + data)
    assert drawing.text == ("ab",)
    assert len(drawing.unknown) == 1
    assert drawing.unknown[0].endswith(" at 2, cut off")


def test_names_do_not_grow_without_end():
    assert len(render(bytes(range(0x80, 0x100))).unknown) == MOST_NAMES


COMMANDS = [lead + bytes([letter]) for lead in (b"\x1b", b"\x1d", b"\x1c", b"\x10") for letter in range(128)]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from([*COMMANDS, b"\n", b"text"]), st.binary(max_size=9)), max_size=60))
def test_any_bytes_at_all_give_a_picture(parts):
    drawing = render(b"".join(parts), 96, margin=8)
    assert Image.open(io.BytesIO(drawing.png)).size == (drawing.width, drawing.height)
    assert drawing.height <= LONGEST_DOTS + 16


HUGE = b"\xff\xff\xff\xff"
HOSTILE = {
    "picture": b"\x1dv0\x03" + HUGE + b"\xff" * 65_535,
    "high picture": b"\x1dv0\x03\x01\x00\xff\xff" + b"\xff" * 65_535,
    "wide picture": b"\x1dv0\x03\xff\xff\x01\x00" + b"\xff" * 65_535,
    "many pictures": (b"\x1dv0\x03\xff\xff\x01\x00" + b"\xff" * 65_535) * 20,
    "graphics": b"\x1d8L" + HUGE,
    "image to keep": b"\x1d*\xff\xff",
    "images to keep": b"\x1cq\xff" + HUGE * 255,
    "letters to keep": b"\x1b&\xff\x00\xff" + b"\xff" * 4000,
    "large letters": b"\x1d!\x77" + b"W" * 20_000,
    "letters struck over": b"W\x1bJ\x00" * 20_000,
    "large tabs": b"\x1d!\x77" + b"\t" * 20_000,
    "feeds": b"\x1bd\xff" * 20_000,
    "codes": b"".join(b"\x1d(k\xf7\x011P0" + bytes([n]) * 500 + b"\x1d(k\x03\x001Q0" for n in range(99)),
    "large codes": b"\x1d(k\x03\x001C\x10\x1d(k\x07\x001P0code" + b"\x1d(k\x03\x001Q0" * 99,
}

BOUNDED = """
import pickle, resource, sys
from kiosk.hardware.raster import render

render(b"text")
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + 48_000_000
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for name, data in pickle.load(sys.stdin.buffer).items():
    print(name, render(data).height)
"""


def test_whatever_size_is_claimed_memory_stays_that_of_a_metre_of_paper():
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED],
        input=pickle.dumps(HOSTILE),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.stderr.decode() == ""
    heights = dict(line.rsplit(" ", 1) for line in done.stdout.decode().splitlines())
    assert heights.keys() == HOSTILE.keys()
    assert all(int(height) <= LONGEST_DOTS + 64 for height in heights.values())


@pytest.mark.parametrize("data", [b"\x1bd\xff" * 200, b"A" * 200_000, b"A\x1bJ\x00" * 2_000])
def test_paper_for_ever_is_cut_short_and_said(data):
    assert render(data, 96).unknown == (f"paper longer than {LONGEST_DOTS} dots or 1000 lines",)


def test_text_is_read_back_line_by_line():
    assert render(b"A-012\r\nLoket\t2").text == ("A-012", "Loket   2")


def test_a_long_line_breaks_at_the_edge_as_in_a_printer():
    assert render(b"123456789", 96).text == ("12345678", "9")


@pytest.mark.parametrize(("align", "left"), [(b"\x00", 0), (b"1", 42), (b"\x02", 84)])
def test_alignment_moves_the_ink(align, left):
    box = _ink(_picture(b"\x1ba" + align + b"I\n"))
    assert box is not None
    assert left <= box[0] < left + 12


@pytest.mark.parametrize("double", [b"\x1d!\x11", b"\x1b!\x30"])
def test_double_size_doubles_the_ink(double):
    assert _amount(double + b"I\n") == 4 * _amount(b"I\n")


def test_bold_underline_and_inverse_add_ink():
    plain = _amount(b"I I\n")
    assert plain < _amount(b"\x1bE\x01I I\n") == _amount(b"\x1bG\x01I I\n")
    assert plain < _amount(b"\x1b-\x01I I\n") < _amount(b"\x1b-\x02I I\n") < _amount(b"\x1dB\x01I I\n")


def test_the_small_font_takes_less_room():
    assert render(b"\x1bM\x0112345678901", 96).text == ("1234567890", "1")


def test_a_reset_forgets_styles_and_what_was_not_printed_yet():
    assert render(b"\x1ba\x01\x1d!\x77\x1bE\x01\x1b3\x50xyz\x1b@A\n").png == render(b"A\n").png


def test_feeds_and_cuts_are_counted():
    drawing = render(b"\x1bJ\x64\x1dVB\x00A\n\x1dV\x00B\n\x1bi", 96, margin=0)
    assert (drawing.cuts, drawing.height, drawing.unknown) == (3, 100 + 40 + 30 + 30, ())


def test_line_spacing_moves_the_paper_and_goes_back():
    assert render(b"\x1b3\x50A\n\x1b2A\n\x1bd\x02", 96, margin=0).height == 80 + 30 + 60


@pytest.mark.parametrize(("mode", "size"), [(0, (8, 2)), (1, (16, 2)), (2, (8, 4)), (3, (16, 4))])
def test_a_picture_is_stretched_as_its_mode_says(mode, size):
    assert _ink(_picture(b"\x1dv0" + bytes([mode]) + b"\x01\x00\x02\x00\xff\xff")) == (0, 0, *size)


def test_a_picture_wider_than_the_roll_loses_its_right_side_only():
    data = b"\x1dv0\x00\x02\x00\x02\x00\x80\xff\x40\xff"
    assert _picture(data, dots=8).tobytes() == b"\x00" + b"\xff" * 7 + b"\xff\x00" + b"\xff" * 6


def _native(text: bytes, *, level: int = 49, module: int = 4) -> bytes:
    stored = (len(text) + 3).to_bytes(2, "little") + b"1P0" + text
    parts = (b"\x04\x001A2\x00", b"\x03\x001C" + bytes([module]), b"\x03\x001E" + bytes([level]), stored)
    return b"".join(b"\x1d(k" + part for part in (*parts, b"\x03\x001Q0"))


@pytest.mark.parametrize(("level", "letter"), [(48, "l"), (49, "m"), (50, "q"), (51, "h")])
def test_a_printers_own_qr_code_has_its_size_and_is_read(level, letter):
    text = "T.A012B7C8D9.ABCDEFGHIJKLMNOP"
    drawing = render(b"\x1ba\x01" + _native(text.encode(), level=level), 384, margin=32)
    image = Image.open(io.BytesIO(drawing.png)).convert("L")
    side = segno.make(text, error=letter, micro=False, boost_error=False).symbol_size(scale=4, border=0)[0]
    assert drawing.unknown == ()
    assert _ink(image) == (32 + (384 - side) // 2, 32, 32 + (384 + side) // 2, 32 + side)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [text]


@pytest.mark.parametrize("text", [b"", b"x" * 501])
def test_a_code_that_is_empty_or_too_long_is_named(text):
    at = len(_native(text)) - len(b"\x1d(k\x03\x001Q0")
    assert render(_native(text)).unknown == (f"GS ( k (1D 28 6B) at {at}",)
