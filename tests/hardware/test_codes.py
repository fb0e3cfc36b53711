"""Codes drawn by the product's own library, read back by other people's decoders."""

from __future__ import annotations

import ctypes.util
import io
import sys
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from kiosk.hardware import codes, zbar
from kiosk.hardware.codes import LiveReader, Reader, UnreadablePicture, read_any, read_codes, readers

TEXT = "IKD1.A-001.k3Jd8"


def qr(text: str | bytes = TEXT, box: int = 6) -> Image.Image:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=box, border=4)
    code.add_data(text)
    drawn: Image.Image = code.make_image().get_image()
    return drawn.convert("L")


def in_frame(code: Image.Image) -> Image.Image:
    """As a 1280x720 camera sees it, held before a grey wall."""
    frame = Image.new("L", (1280, 720), 150)
    frame.paste(code, ((1280 - code.width) // 2, (720 - code.height) // 2))
    return frame


def encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, quality=80)
    return out.getvalue()


@pytest.mark.parametrize(
    "picture",
    [
        qr(),
        encoded(qr(), "PNG"),
        encoded(in_frame(qr()), "JPEG"),
        np.asarray(qr()),
        np.stack([np.asarray(qr())] * 3, axis=2),
        np.asarray(in_frame(qr()))[::2, ::2],
    ],
    ids=["pillow", "png", "jpeg", "grey array", "colour array", "strided array"],
)
def test_every_kind_of_picture_is_read(picture: codes.Picture) -> None:
    found = read_codes(picture)
    assert [(code.text, code.symbology, code.reader) for code in found] == [(TEXT, "qr", Reader.ZXING)]


@pytest.mark.parametrize("degrees", [17, 45, 90, 180, 233])
def test_a_rotated_code_is_read(degrees: int) -> None:
    turned = qr().rotate(degrees, resample=Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    assert [code.text for code in read_codes(in_frame(turned))] == [TEXT]


def test_a_faded_print_is_read() -> None:
    faded = qr().point(lambda value: 165 + value * 30 // 255)
    assert [code.text for code in read_codes(in_frame(faded))] == [TEXT]


def test_a_code_out_of_focus_is_read() -> None:
    soft = in_frame(qr()).filter(ImageFilter.GaussianBlur(2.5))
    assert [code.text for code in read_codes(encoded(soft, "JPEG"))] == [TEXT]


def test_two_codes_in_one_picture_are_both_read() -> None:
    both = Image.new("L", (900, 400), 255)
    both.paste(qr("SATU"), (20, 50))
    both.paste(qr("DUA"), (480, 50))
    assert sorted(code.text for code in read_codes(both)) == ["DUA", "SATU"]


def test_a_code_on_transparent_ground_is_read() -> None:
    picture = Image.new("RGBA", qr().size, "black")
    picture.putalpha(ImageOps.invert(qr()))
    assert [code.text for code in read_codes(encoded(picture, "PNG"))] == [TEXT]


def test_text_beyond_ascii_comes_through_whole() -> None:
    text = "Kantor Désa — ꦱꦼꦏꦭꦶ"
    assert [code.text for code in read_codes(qr(text))] == [text]


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", b"GIF89a" + b"\x00" * 50, b"\xff\xd8\xff", encoded(qr(), "PNG")[:200]],
    ids=["empty", "text", "gif", "jpeg start", "cut png"],
)
def test_what_is_no_picture_is_a_typed_refusal(data: bytes) -> None:
    with pytest.raises(UnreadablePicture):
        read_codes(data)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(UnreadablePicture):
        read_codes(encoded(Image.new("1", (4001, 3000)), "PNG"))


@pytest.mark.parametrize("shape", [(720, 1280), (1, 1), (3, 400)])
def test_an_empty_picture_holds_no_code(shape: tuple[int, int]) -> None:
    assert read_codes(np.full(shape, 200, dtype=np.uint8)) == ()


def test_noise_holds_no_code() -> None:
    noise = np.random.default_rng(7).integers(0, 256, (480, 640), dtype=np.uint8)
    assert read_codes(noise) == ()


needs_pyzbar = pytest.mark.skipif(not readers()["pyzbar"], reason="libzbar0 is not installed")


@pytest.fixture
def zxing_is_blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first reader finds nothing, as it does on one photograph in ten."""
    monkeypatch.setattr("zxingcpp.read_barcodes", lambda *_, **__: [])


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_blind")
def test_pyzbar_reads_what_zxing_does_not() -> None:
    found = read_codes(in_frame(qr()))
    assert [(code.text, code.symbology, code.reader) for code in found] == [(TEXT, "qr", Reader.PYZBAR)]


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_blind")
def test_the_second_reader_gives_the_very_text_that_its_own_guess_would_garble() -> None:
    text = "Désa Ngéndé — ꦱꦼꦏꦭꦶ"
    for word in (text, "Désa Ngéndé"):
        assert [(code.text, code.reader) for code in read_codes(qr(word))] == [(word, Reader.PYZBAR)]


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_blind")
def test_bytes_that_are_no_utf_8_are_dropped_and_not_guessed_at() -> None:
    assert read_codes(qr("Désa".encode("latin-1"))) == ()


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_blind")
def test_an_old_libzbar_that_gives_no_bytes_is_believed_in_ascii_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = zbar.library()
    set_config = library.zbar_image_scanner_set_config
    monkeypatch.setattr(
        library,
        "zbar_image_scanner_set_config",
        lambda *args: 1 if args[2] == zbar._BINARY else set_config(*args),
    )
    assert read_codes(qr("Désa Ngéndé")) == ()
    assert [code.text for code in read_codes(qr())] == [TEXT]


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_blind")
def test_live_every_fifth_empty_frame_at_most_gets_the_second_opinion() -> None:
    reader = LiveReader(worked=lambda: 0.0)
    answers = [bool(reader.read(in_frame(qr()))) for _ in range(10)]
    assert answers == [False] * 4 + [True] + [False] * 4 + [True]


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_blind")
def test_live_a_slow_second_reader_works_a_tenth_of_the_time() -> None:
    now = worked = 100.0

    def works() -> float:
        nonlocal worked
        worked += 0.1  # Twice a look: 0.1 s of work each.
        return worked

    reader = LiveReader(lambda: now, works)
    looks = []
    for _ in range(60):  # Four seconds at 15 frames a second.
        if reader.read(in_frame(qr())):
            looks.append(now)
        now += 1 / 15
    assert len(looks) == 4
    assert all(later - earlier > 0.99 for earlier, later in pairwise(looks))


def test_live_a_code_is_read_from_the_first_frame() -> None:
    assert [code.text for code in LiveReader().read(encoded(in_frame(qr()), "JPEG"))] == [TEXT]


@pytest.fixture
def zxing_is_missing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    codes._zxing.cache_clear()
    yield
    codes._zxing.cache_clear()


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_missing")
def test_without_zxing_codes_are_read_and_the_doctor_knows() -> None:
    assert readers() == {"zxing-cpp": False, "pyzbar": True}
    assert [code.reader for code in read_codes(qr())] == [Reader.PYZBAR]


@pytest.fixture
def libzbar_is_missing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in [name for name in sys.modules if name.split(".")[0] == "pyzbar"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)
    zbar.library.cache_clear()
    yield
    zbar.library.cache_clear()


@pytest.mark.usefixtures("libzbar_is_missing")
def test_without_libzbar_codes_are_read_and_the_doctor_knows() -> None:
    assert readers() == {"zxing-cpp": True, "pyzbar": False}
    assert [code.text for code in read_codes(qr())] == [TEXT]
    assert read_codes(np.full((300, 300), 200, dtype=np.uint8)) == ()


# --- pictures of anything: `kiosk scan`


def test_every_symbology_that_a_reader_knows_is_read() -> None:
    made = {
        zxingcpp.BarcodeFormat.EAN13: ("8991002101234", "ean13"),
        zxingcpp.BarcodeFormat.ITF: ("12345678", "itf"),
        zxingcpp.BarcodeFormat.Code39: ("SKCK", "code39"),
        zxingcpp.BarcodeFormat.PDF417: (TEXT, "pdf417"),
        zxingcpp.BarcodeFormat.QRCode: (TEXT, "qr"),
    }
    for kind, (text, symbology) in made.items():
        drawn = zxingcpp.create_barcode(text, kind).to_image(scale=4, add_quiet_zones=True)
        found = read_any(np.asarray(drawn))
        assert [(code.text[: len(text)], code.symbology) for code in found] == [(text, symbology)]


@needs_pyzbar
@pytest.mark.usefixtures("zxing_is_blind")
def test_the_second_reader_too_sees_light_on_dark_and_what_fills_a_large_picture() -> None:
    assert [code.text for code in read_any(ImageOps.invert(qr()))] == [TEXT]
    large = qr(box=70).filter(ImageFilter.GaussianBlur(6))
    assert [code.text for code in read_any(large)] == [TEXT]


def test_a_telephone_s_picture_of_more_than_twelve_megapixels_is_read_at_half_its_size() -> None:
    picture = Image.new("L", (4080, 3072), 150)
    picture.paste(qr(box=12), (1500, 1200))
    assert [code.text for code in read_any(encoded(picture, "JPEG"))] == [TEXT]
