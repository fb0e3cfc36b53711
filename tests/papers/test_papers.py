"""The papers that people hold: judged from their bytes, at both widths."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from kiosk import wording
from kiosk.domain.paper import Letterhead, Paper, PaperError, Qr
from kiosk.domain.reasons import FROM_REGISTER, NEUTRAL_CODE, RESUMABLE, ReferReason
from kiosk.hardware.escpos import ROLLS
from kiosk.papers.heading import moment
from tests.papers import goldens
from tests.papers.goldens import AT, OFFICE, PAPERS, a_pause, a_receipt, a_testpage, a_ticket, draw, image

each_paper = pytest.mark.parametrize("name", PAPERS)
each_width = pytest.mark.parametrize("mm", ROLLS)

LONGEST_MM = {"receipt-office": 230, "ticket-register": 220, "report": 270}
"""What stands on more than a hand's length of paper, and may: a logo, an address, a whole day."""


def _codes(paper: Paper) -> list[str]:
    return [element.data for element in paper.elements if isinstance(element, Qr)]


def _before_a_camera(sheet: Image.Image) -> Image.Image:
    """Held a little askew, a little too far away, out of focus, in the grey light of a hall."""
    grey = sheet.convert("L").rotate(4, fillcolor=255, expand=True, resample=Image.Resampling.BICUBIC)
    small = grey.resize((grey.width * 3 // 4, grey.height * 3 // 4), Image.Resampling.BILINEAR)
    return small.filter(ImageFilter.GaussianBlur(0.7)).point(lambda tone: 70 + tone * 130 // 255)


def _by_zxing(sheet: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(sheet)]


def _by_pyzbar(sheet: Image.Image) -> list[str]:
    pyzbar = pytest.importorskip("pyzbar.pyzbar", exc_type=ImportError, reason="libzbar0 is not installed")
    return [found.data.decode() for found in pyzbar.decode(sheet, symbols=[pyzbar.ZBarSymbol.QRCODE])]


@each_paper
@each_width
def test_it_looks_as_it_was_approved(language, name, mm):
    drawing = draw(PAPERS[name](), mm)
    assert (drawing.unknown, drawing.cuts) == ((), 1)
    assert drawing.height / 8 < LONGEST_MM.get(name, 210), "millimetres"
    assert not any(re.search(r"(\d\D?){16}", text) for text in drawing.text if ":" not in text)
    assert goldens.unlike(name, mm, image(PAPERS[name](), mm)) == ""


def test_one_wrong_digit_does_not_pass_as_approved(language, monkeypatch, tmp_path):
    monkeypatch.setattr(goldens, "OUTPUT", tmp_path)
    wrong = image(a_receipt(reference="IKD-7F3K28QX"), 80)
    assert "python -m tests.papers.goldens" in goldens.unlike("receipt", 80, wrong)
    with Image.open(tmp_path / "receipt-80mm.png") as kept:
        assert kept.tobytes() == wrong.tobytes()


def test_every_approved_picture_is_of_a_paper_that_there_is():
    approved = {path.name for path in goldens.GOLDEN.iterdir()}
    assert approved == {f"{name}-{mm}mm.png" for name in PAPERS for mm in ROLLS}


@each_width
@pytest.mark.parametrize("read", [_by_zxing, _by_pyzbar], ids=["zxing", "pyzbar"])
@pytest.mark.parametrize(
    "seen", [lambda sheet: sheet.convert("L"), _before_a_camera], ids=["drawn", "camera"]
)
def test_every_code_is_read_back(language, mm, read, seen):
    papers = {name: build() for name, build in PAPERS.items()}
    with_code = {name: paper for name, paper in papers.items() if _codes(paper)}
    assert with_code.keys() >= {"receipt", "ticket", "pause", "badge", "testpage"}
    unread = {name for name, paper in with_code.items() if read(seen(image(paper, mm))) != _codes(paper)}
    assert unread == set()


def test_a_full_nik_is_refused_by_the_receipt(language):
    with pytest.raises(PaperError):
        a_receipt(masked_nik="3273014107900012")


def test_the_receipt_says_what_a_resident_must_know(language):
    said = " ".join(a_receipt().texts)
    for words in (
        "IKD-7F3K29QX",
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


@pytest.mark.parametrize("reason", ReferReason)
def test_the_ticket_says_why_where_and_with_what(language, reason):
    texts = a_ticket(reason).texts
    things = [str(thing) for thing in wording.bring(reason)]
    assert things
    assert {"A-012", "Silakan ke Loket 2", NEUTRAL_CODE[reason], *things} <= set(texts)
    assert str(wording.resident_sentence(reason)) in texts
    assert any("jam layanan" in text for text in texts)
    assert any("gratis" in text for text in texts)
    assert any("untuk melanjutkan" in text for text in texts) is (reason in RESUMABLE)


def test_tickets_of_the_registers_refusals_differ_in_nothing_but_the_neutral_code(language):
    told = {frozenset(a_ticket(reason).texts) - {NEUTRAL_CODE[reason]} for reason in FROM_REGISTER}
    assert len(told) == 1


def test_the_resume_ticket_says_until_when_and_nothing_about_whose_it_is(language):
    texts = a_pause().texts
    assert "Berlaku sampai 13.15 WIB" in texts
    assert "Jangan difoto atau dibagikan." in texts
    assert "Hanya untuk satu kali pakai." in texts
    assert "Pencocokan wajah diulang saat Anda melanjutkan." in texts
    assert not re.search(r"\d{5}|@", " ".join(texts))


def test_the_offices_own_lines_stand_last_and_only_on_what_residents_take_home(language):
    own = Letterhead(OFFICE.name, lines=("Jl. Contoh Raya No. 1", "Senin-Jumat 08.00-15.00"))
    for paper in (a_receipt(letterhead=own), a_ticket(letterhead=own), a_pause(letterhead=own)):
        assert paper.texts[-2:] == own.lines
    assert not any(set(own.lines) & set(PAPERS[name]().texts) for name in ("report", "badge", "testpage"))


def test_the_test_page_shows_every_letter_that_paper_uses_and_counts_the_columns(language):
    for mm, roll in ROLLS.items():
        lines = draw(a_testpage(), mm).text
        ruler = next(line for line in lines if line.startswith("----+----1"))
        assert len(ruler) == roll.columns
        assert ruler.endswith(f"|{roll.columns}")
        assert {chr(code) for code in range(0x21, 0x7F)} <= set("".join(lines))


def test_names_on_paper_are_folded(language):
    paper = a_receipt(letterhead=Letterhead("Disdukcapil Nyi Ãsih"))
    assert any("Disdukcapil Nyi Asih" in line for line in draw(paper, 58).text)


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


@pytest.mark.parametrize("paper", [a_receipt, a_ticket])
def test_a_copy_says_so_on_the_first_line_that_is_its_own(language, paper):
    texts = [text for text in paper(is_copy=True).texts if text not in paper().texts]
    assert texts == ["SALINAN"]


def test_a_receipt_whose_nik_is_erased_has_no_line_for_it(language):
    assert "NIK" not in a_receipt(masked_nik=None).texts
    assert "NIK" in a_receipt().texts
