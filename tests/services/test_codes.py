"""Our own codes: what was changed, made up or signed by another kiosk is refused."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.keys import Keys
from kiosk.services.codes import Kind, OwnCode, new_id, read, write

OURS, THEIRS = Keys({1: bytes(range(32))}), Keys({1: bytes(range(1, 33))})
IDS = st.text(string.ascii_uppercase + "234567", min_size=1, max_size=20)
KINDS = st.sampled_from(Kind)


@given(KINDS, IDS)
def test_a_code_that_was_written_is_read(kind, id_):
    assert read(OURS, write(OURS, kind, id_)) == OwnCode(kind, id_)


@pytest.mark.parametrize(
    ("kind", "prefix", "characters"),
    [(Kind.TICKET, "", 12), (Kind.OFFER, "", 20), (Kind.RECEIPT, "IKD-", 8)],
)
def test_a_code_is_short_and_plain_enough_for_the_kiosks_own_camera(kind, prefix, characters):
    text = write(OURS, kind, prefix + new_id(characters))
    assert text.isascii()
    assert len(text) <= 40
    assert all(character.isalnum() or character in ".-" for character in text)


@given(KINDS, IDS, st.data())
def test_a_code_with_one_changed_character_is_refused(kind, id_, data):
    text = write(OURS, kind, id_)
    position = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters(exclude_characters=text[position]))
    changed = text[:position] + character + text[position + 1 :]
    assume(changed.strip() != text)
    assert read(OURS, changed) is None


@given(KINDS, IDS, st.data())
def test_a_code_with_something_missing_or_added_is_refused(kind, id_, data):
    text = write(OURS, kind, id_)
    length = data.draw(st.integers(0, len(text) - 1))
    assert read(OURS, text[:length]) is None
    assert read(OURS, text + data.draw(st.sampled_from(["A", ".", ".A", "=", "\x00", "\n1"]))) is None


@given(st.text())
def test_no_text_breaks_the_reading(text):
    assert read(OURS, text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "T",
        "T.",
        "T..",
        "T.ABC.",
        "T.ABC.é",
        "\ud800",
        "T.\ud800.AAAA",
        "X.ABC.AAAA",
        "3" * 10**6,
    ],
)
def test_what_a_scanner_may_read_from_elsewhere_is_refused(text):
    assert read(OURS, text) is None


@given(KINDS, IDS)
def test_the_code_of_another_kiosk_is_refused(kind, id_):
    assert read(OURS, write(THEIRS, kind, id_)) is None


@given(IDS)
def test_a_ticket_is_no_receipt_and_no_offer(id_):
    mac = write(OURS, Kind.TICKET, id_).rpartition(".")[2]
    for kind in (Kind.RECEIPT, Kind.OFFER):
        assert read(OURS, f"{kind}.{id_}.{mac}") is None


@given(IDS, IDS)
def test_a_signature_belongs_to_one_id(id_, other):
    assume(id_ != other)
    mac = write(OURS, Kind.TICKET, id_).rpartition(".")[2]
    assert read(OURS, f"T.{other}.{mac}") is None


def test_spaces_around_a_code_are_the_scanners():
    assert read(OURS, f" {write(OURS, Kind.TICKET, 'ABC')}\r\n") == OwnCode(Kind.TICKET, "ABC")


@pytest.mark.parametrize("characters", [1, 8, 12, 20])
def test_ids_are_random_capital_letters_and_digits(characters):
    ids = {new_id(characters) for _ in range(200)}
    assert all(len(id_) == characters for id_ in ids)
    assert set("".join(ids)) <= set(string.ascii_uppercase + "234567")
    assert characters == 1 or len(ids) == 200
