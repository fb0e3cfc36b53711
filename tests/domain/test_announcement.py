"""What is called out: every digit, the counter as a word, and nothing that could not be recorded."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.announcement import DIGITS, announcement, clips_needed, in_words
from kiosk.domain.ticket import number


@pytest.mark.parametrize(
    ("ticket", "counter", "sentence"),
    [
        ("A-012", "Loket 2", "Nomor antrean A nol satu dua, silakan ke loket dua."),
        ("A-100", "Loket 10", "Nomor antrean A satu nol nol, silakan ke loket sepuluh."),
        ("A-1234", "Loket 21", "Nomor antrean A satu dua tiga empat, silakan ke loket dua puluh satu."),
        ("A-007", "Loket B", "Nomor antrean A nol nol tujuh, silakan ke loket B."),
        ("A-007", "Ruang Perekaman", "Nomor antrean A nol nol tujuh, silakan ke ruang perekaman."),
        ("A-007", "Loket 3A (lt. 2)", "Nomor antrean A nol nol tujuh, silakan ke loket tiga A lt dua."),
    ],
)
def test_the_sentence(ticket, counter, sentence):
    assert announcement(ticket, counter).sentence == sentence


@given(serial=st.integers(1, 20_000), counter=st.integers(1, 60))
def test_the_clips_say_the_sentence_and_are_all_among_those_to_record(serial, counter):
    said = announcement(number(serial), f"Loket {counter}")
    spoken = re.sub(r"[.,]", "", said.sentence).lower()
    assert " ".join(said.clips).replace("-", " ") == spoken
    assert set(said.clips) <= clips_needed([f"Loket {counter}"])


@given(st.integers(0, 999))
def test_a_number_in_words_means_that_number(wanted):
    assert _value(in_words(wanted)) == wanted


def _value(words: tuple[str, ...]) -> int:
    """Read Indonesian number words back, by the rules of the language and not by those of `in_words`."""
    total = held = 0
    for word in words:
        match word:
            case "sepuluh" | "sebelas" | "seratus":
                total += {"sepuluh": 10, "sebelas": 11, "seratus": 100}[word]
            case "belas":
                total, held = total + held + 10, 0
            case "puluh" | "ratus":
                total, held = total + held * (10 if word == "puluh" else 100), 0
            case _:
                held = DIGITS.index(word)
    return total + held


def test_a_number_beyond_words_is_spelled():
    assert in_words(1050) == ("satu", "nol", "lima", "nol")


@given(st.text(max_size=40))
def test_a_counter_of_any_name_makes_clips_that_stay_in_their_folder(name):
    assert all("/" not in clip and "." not in clip for clip in announcement("A-001", name).clips)
