"""The papers that people hold: judged from their bytes, at both widths."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from kiosk.domain.paper import Letterhead, Paper, PaperError, Qr
from kiosk.hardware.escpos import ROLLS, encode
from kiosk.hardware.raster import Drawing, render
from kiosk.papers.heading import moment
from kiosk.papers.pause import pause_ticket
from kiosk.papers.receipt import receipt
from kiosk.papers.testpage import testpage as page_for_technicians
from kiosk.papers.ticket import ticket

AT = datetime(2026, 11, 22, 13, 5, tzinfo=ZoneInfo("Asia/Jakarta"))
OFFICE = Letterhead("Disdukcapil Kota Contoh")
CODE = "AIKD1.R.8f3kq2m7x.5ypw9zt4vbnc7h2d6g1s0a"
GOLDEN = Path(__file__).parent / "golden"
ALIKE = 20
"""Dots."""


def _receipt(**changed):
    given = {
        "reference": "IKD-7F3K-29QX",
        "at": AT,
        "letterhead": OFFICE,
        "masked_nik": "3273********0012",
        "code": CODE,
    }
    return receipt(**given | changed)


def _ticket(**changed):
    given = {
        "number": "A-012",
        "at": AT,
        "letterhead": OFFICE,
        "counter": "Loket 2",
        "reason_sentence": "Kami belum dapat memastikan data Anda di sini. Petugas akan membantu Anda.",
        "neutral_code": "R-08",
        "bring": ("KTP-el", "Kartu Keluarga (KK), asli atau foto", "HP dengan aplikasi IKD"),
        "code": CODE,
        "resumes": True,
    }
    return ticket(**given | changed)


def _pause():
    return pause_ticket(code=CODE, until=AT + timedelta(minutes=10), at=AT, letterhead=OFFICE)


def _page():
    return page_for_technicians(at=AT, letterhead=OFFICE, terminal="A1", driver="simulated")


PAPERS: dict[str, Callable[[], Paper]] = {
    "receipt": _receipt,
    "ticket": _ticket,
    "pause": _pause,
    "testpage": _page,
}

each_paper = pytest.mark.parametrize("name", PAPERS)
each_width = pytest.mark.parametrize("mm", ROLLS)


def _draw(paper: Paper, mm: int) -> Drawing:
    roll = ROLLS[mm]
    return render(encode(paper, roll), roll.dots, roll.margin)


def _image(paper: Paper, mm: int) -> Image.Image:
    return Image.open(io.BytesIO(_draw(paper, mm).png))


def _differing(drawn: Image.Image, approved: Image.Image) -> float:
    """How many dots differ clearly; the last bit of FreeType's smoothing may depend on the processor."""
    difference = ImageChops.difference(drawn, approved.convert("L"))
    return ImageStat.Stat(difference.point(lambda tone: 255 * (tone > 48))).sum[0] / 255


def _code(paper: Paper) -> str:
    return next(element.data for element in paper.elements if isinstance(element, Qr))


@each_paper
@each_width
def test_every_byte_is_understood_and_the_sheet_is_cut_once(language, name, mm):
    drawing = _draw(PAPERS[name](), mm)
    assert drawing.unknown == ()
    assert drawing.cuts == 1


@each_paper
@each_width
def test_it_looks_as_it_was_approved(language, name, mm):
    drawn = _image(PAPERS[name](), mm)
    approved = Image.open(GOLDEN / f"{name}-{mm}mm.png")
    assert drawn.size == approved.size
    assert _differing(drawn, approved) <= ALIKE


@each_paper
@each_width
def test_its_code_is_read_back_by_zxing(language, name, mm):
    paper = PAPERS[name]()
    assert [found.text for found in zxingcpp.read_barcodes(_image(paper, mm))] == [_code(paper)]


@each_paper
@each_width
def test_its_code_is_read_back_by_pyzbar(language, name, mm):
    pyzbar = pytest.importorskip("pyzbar.pyzbar", exc_type=ImportError, reason="libzbar0 is not installed")
    paper = PAPERS[name]()
    symbols = [pyzbar.ZBarSymbol.QRCODE]
    assert [found.data.decode() for found in pyzbar.decode(_image(paper, mm), symbols=symbols)] == [
        _code(paper)
    ]


@each_paper
@each_width
def test_no_sheet_is_longer_than_a_hand(language, name, mm):
    assert _draw(PAPERS[name](), mm).height / 8 < 210, "millimetres"


@each_paper
def test_no_sixteen_digits_stand_on_any_sheet(language, name):
    for text in _draw(PAPERS[name](), 80).text:
        assert not re.search(r"(\d\D?){16}", text)


def test_a_full_nik_is_refused_by_the_receipt(language):
    with pytest.raises(PaperError):
        _receipt(masked_nik="3273014107900012")


def test_the_receipt_says_what_a_resident_must_know(language):
    said = " ".join(_receipt().texts)
    for words in (
        "IKD-7F3K-29QX",
        "22 Nov 2026, 13.05 WIB",
        "3273********0012",
        OFFICE.name,
        "Anjungan IKD",
        "PIN",
        "KTP-el Anda tetap berlaku",
        "gratis",
        "tidak pernah meminta kode",
    ):
        assert words in said


def test_the_ticket_says_why_where_and_with_what(language):
    said = " ".join(_ticket().texts)
    for words in (
        "A-012",
        "Loket 2",
        "belum dapat memastikan",
        "Kartu Keluarga",
        "R-08",
        "gratis",
        "melanjutkan",
    ):
        assert words in said


def test_a_ticket_that_ends_at_the_counter_does_not_promise_the_kiosk(language):
    said = " ".join(_ticket(resumes=False).texts)
    assert "melanjutkan" not in said
    assert "Tunjukkan kode ini kepada petugas." in said


def test_a_ticket_without_anything_to_bring_has_no_empty_list(language):
    assert "Siapkan" not in _ticket(bring=()).texts


def test_names_on_paper_are_folded(language):
    paper = _receipt(letterhead=Letterhead("Disdukcapil Nyi Ãsih"))
    assert any("Disdukcapil Nyi Asih" in line for line in _draw(paper, 58).text)


def test_one_wrong_digit_does_not_pass_as_approved(language):
    approved = Image.open(GOLDEN / "receipt-80mm.png")
    assert _differing(_image(_receipt(reference="IKD-7F3K-28QX"), 80), approved) > ALIKE


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (AT, "22 Nov 2026, 13.05 WIB"),
        (datetime(2026, 1, 2, 9, 0, tzinfo=ZoneInfo("Asia/Jayapura")), "2 Jan 2026, 09.00 WIT"),
        (datetime(2026, 1, 2, 9, 0, tzinfo=UTC).replace(tzinfo=None), "2 Jan 2026, 09.00"),
    ],
)
def test_moments_are_written_in_the_office_s_time(language, at, written):
    assert moment(at) == written


@pytest.mark.parametrize("paper", [_receipt, _ticket])
def test_a_copy_says_so_on_the_first_line_that_is_its_own(language, paper):
    texts = [text for text in paper(is_copy=True).texts if text not in paper().texts]
    assert texts == ["SALINAN"]


def test_a_receipt_whose_nik_is_erased_has_no_line_for_it(language):
    assert "NIK" not in _receipt(masked_nik=None).texts
    assert "NIK" in _receipt().texts
