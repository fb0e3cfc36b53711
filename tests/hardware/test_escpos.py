"""Bytes for the printer: what would garble names, break lines or be obeyed by mistake."""

from __future__ import annotations

import io
import logging
import os
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk.config import Settings
from kiosk.domain.paper import (
    Align,
    Banner,
    Columns,
    Gauge,
    Headline,
    Items,
    Paper,
    Picture,
    Qr,
    Row,
    Rule,
    Shades,
    Size,
    Space,
    Text,
)
from kiosk.hardware.escpos import ROLLS, encode, fold, roll_of
from kiosk.hardware.raster import render

ROLL = pytest.mark.parametrize("roll", ROLLS.values(), ids=[f"{mm}mm" for mm in ROLLS])


def _text(*elements, roll=ROLLS[80]):
    drawing = render(encode(Paper("test", elements), roll), roll.dots, roll.margin)
    assert drawing.unknown == ()
    return drawing.text


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Nyi Ãsih", "Nyi Asih"),
        ("Ni Luh Putu Ékawati", "Ni Luh Putu Ekawati"),
        ("Ma’ruf", "Ma'ruf"),
        ("Łukasz Øster", "Lukasz Oster"),
        ("François–Xavier", "Francois-Xavier"),
        ("ﬁtri", "fitri"),
        ("Dewi\u00a0Sartika", "Dewi Sartika"),
        ("3273••••••••0001", "3273********0001"),
        ("王", "?"),
        ("Budi\x1b@\x10\x04\x01", "Budi@"),
    ],
)
def test_names_are_folded_to_letters_that_every_printer_has(name, folded):
    assert fold(name) == folded


@given(st.text(max_size=80))
def test_no_name_smuggles_in_a_command(text):
    assert all(0x20 <= byte < 0x7F for byte in fold(text).encode("ascii"))


@ROLL
@settings(deadline=None)  # the first sheet of a process loads python-escpos, 0.4 s
@given(text=st.text(max_size=120))
def test_any_text_fits_the_roll(roll, text):
    # Sixteen digits may be a NIK: paper refuses them, which tests/domain/test_paper.py proves.
    assume(sum(character.isdigit() for character in text) < 16)
    lines = _text(Text(text), Text(text, Align.CENTER), Row("Nama", text), Items((text,)), roll=roll)
    assert all(len(line) <= roll.columns for line in lines)


@ROLL
def test_a_value_that_does_not_fit_beside_its_label_goes_below(roll):
    long = "Disdukcapil Kabupaten Pulau Panjang Sekali Jauhnya"
    assert _text(Row("Kantor", "Kota Contoh"), roll=roll) == (
        "Kantor" + " " * (roll.columns - 17) + "Kota Contoh",
    )
    first, *rest = _text(Row("Kantor", long), roll=roll)
    assert first == "Kantor"
    assert " ".join(line.strip() for line in rest) == long


def test_a_number_stays_in_its_column_beside_a_label_of_two_lines():
    long = "Belum melakukan perekaman KTP-el di mana pun juga"
    assert _text(Row(long, "2"), Row("Lain", "13"), roll=ROLLS[58]) == (
        "Belum melakukan perekaman",
        "KTP-el di mana pun juga        2",
        "Lain                          13",
    )


def test_a_paragraph_leaves_no_word_alone_on_its_last_line():
    sentence = "Kamera belum yakin. Petugas akan melihat foto Anda."
    assert _text(Text(sentence))[-1] == "foto Anda."
    assert _text(Items((sentence,)), roll=ROLLS[80])[-1] == "   foto Anda."
    assert _text(Text("Petugas " * 4 + "x" * 46))[-1] == "x" * 46
    assert _text(Text("Petugas " * 4 + "x" * 46, Align.CENTER))[-1] == "x" * 46


def test_a_centred_sentence_leaves_no_word_alone():
    first, second = _text(Text("Petugas tidak pernah meminta kode atau PIN lewat telepon.", Align.CENTER))
    assert abs(len(first) - len(second)) < 10


def test_numbered_lines_hang_from_their_number():
    lines = _text(Items(("satu " * 12, "dua"), numbered=True))
    assert lines[0].startswith("1. satu")
    assert lines[1].startswith("   satu")
    assert lines[-1] == "2. dua"


@ROLL
@pytest.mark.parametrize(
    "element",
    [
        Text("x", size=Size.LARGE, bold=True),
        Headline("A-999"),
        Headline("W" * 40),
        Headline(""),
        Banner("Silakan ke Loket Pelayanan Administrasi Kependudukan Nomor 12"),
        Rule(),
        Rule(heavy=True),
        Space(0),
        Space(600),
        Qr("x" * 40),
        Gauge(),
        Gauge(foot=True),
        Columns(),
        Shades(),
    ],
    ids=lambda element: type(element).__name__,
)
def test_every_element_is_understood_by_the_judge_and_fits(roll, element):
    data = encode(Paper("test", (element,)), roll)
    assert render(data, roll.dots).unknown == ()
    for wide in re.findall(rb"\x1dv0\x00(..)", data, re.DOTALL):
        assert int.from_bytes(wide, "little") * 8 <= roll.dots


def test_a_job_begins_with_a_reset_and_ends_with_the_knife():
    data = encode(Paper("test", (Text("x"),)), ROLLS[58])
    assert data.startswith(b"\x1b@")
    assert data.endswith(b"\x1dVB\x00")
    assert b"\x1dV" not in encode(Paper("test", (Text("x"),), cut=False), ROLLS[58])


def test_a_logo_is_drawn_on_white(tmp_path):
    logo = tmp_path / "logo.png"
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(logo)
    data = encode(Paper("test", (Picture(logo, height=80),)), ROLLS[80])
    assert Image.open(io.BytesIO(render(data).png)).getextrema() == (255, 255)


def test_a_logos_colours_become_solid_and_only_what_lies_between_is_dithered(tmp_path):
    logo = tmp_path / "logo.png"
    image = Image.new("RGB", (96, 96), "#0b5c8a")
    image.paste("#a0a0a0", (32, 0, 64, 96))
    image.paste("#f4d03f", (64, 0, 96, 96))
    image.save(logo)
    data = encode(Paper("test", (Picture(logo, height=96),)), ROLLS[58])
    drawn = Image.open(io.BytesIO(render(data, 384, margin=0).png)).convert("L").crop((144, 0, 240, 96))
    dark, between, light = (drawn.crop((x, 0, x + 32, 96)).histogram()[0] for x in (0, 32, 64))
    assert dark == 32 * 96
    assert light < 0.03 * 32 * 96, "what is left over from the grey beside it"
    assert 0.25 < between / (32 * 96) < 0.7


def test_another_logo_in_the_same_file_is_seen_on_the_next_sheet(tmp_path):
    logo = tmp_path / "logo.png"
    printed = []
    for moment, tone in ((1, 0), (2, 255)):
        Image.new("L", (80, 80), tone).save(logo)
        os.utime(logo, ns=(moment, moment))
        printed.append(encode(Paper("test", (Picture(logo),)), ROLLS[58]))
    assert printed[0] != printed[1]


def test_a_logo_that_is_no_picture_does_not_stop_the_ticket(tmp_path, caplog):
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"no picture")
    with caplog.at_level(logging.WARNING):
        assert _text(Picture(logo), Picture(tmp_path / "missing.png"), Text("A-012")) == ("A-012",)
    assert "without it" in caplog.text


def test_the_settings_choose_the_roll():
    assert roll_of(Settings(paper_mm=58)).dots == 384
    assert roll_of(Settings(paper_mm=80)).dots == 576
