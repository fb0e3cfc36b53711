"""The phone of the simulator reads the very drawing that stands on the kiosk's screen, or reads nothing."""

from __future__ import annotations

import pytest

from kiosk.demonstration.qr_picture import NotAPath, fill, read
from kiosk.routes import qr

LINK = "http://127.0.0.1:8000/a/A.ABCDEFGHIJKLMNOPQRST.SCQJLLEWQMOVODKI"


def test_what_the_screen_draws_is_read_back():
    assert read(qr.svg(LINK, "QR")) == LINK


def test_a_drawing_that_is_no_qr_says_nothing():
    assert read('<svg viewBox="0 0 40 40"><path fill="#000" d="M5 5h10v1h-10z"/></svg>') is None


def test_a_code_of_which_two_thirds_are_missing_is_not_made_up():
    whole = str(qr.svg(LINK, "QR"))
    runs = whole.split("z")
    half = "z".join(runs[: len(runs) // 3]) + 'z"/></svg>'
    assert read(half) is None


@pytest.mark.parametrize(
    "path", ["M1 1C2 2 3 3 4 4z", "M1 1l5 5z", "h5v5z"], ids=["a curve", "a slant", "no beginning"]
)
def test_what_our_codes_never_hold_is_refused(path):
    with pytest.raises(NotAPath):
        fill(f'<svg viewBox="0 0 9 9"><path fill="#000" d="{path}"/></svg>')


def test_a_module_covers_its_own_place_and_no_more():
    picture = fill('<svg viewBox="0 0 3 3"><path fill="#000" d="M1 1h1v1h-1z"/></svg>').resize((3, 3), 0)
    assert [picture.getpixel((x, y)) for y in range(3) for x in range(3)] == [255] * 4 + [0] + [255] * 4
