"""The key file and what is made from it: files that are refused, values that must not move."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from kiosk import keys
from kiosk.keys import KeyFileError, Keys

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
NIK = "3273014101900001"


def _file(folder: Path, content: str | bytes, mode: int = 0o600) -> Path:
    path = folder / "keys.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(mode)
    return path


def test_a_new_file_belongs_to_its_owner_alone(tmp_path):
    made = keys.create(tmp_path / "deep" / "keys.txt")
    assert (tmp_path / "deep" / "keys.txt").stat().st_mode & 0o777 == 0o600
    assert keys.read(tmp_path / "deep" / "keys.txt") == made
    assert made != keys.create(tmp_path / "other.txt")


def test_an_existing_file_is_never_overwritten(tmp_path):
    path = _file(tmp_path, "precious")
    with pytest.raises(FileExistsError):
        keys.create(path)
    assert path.read_text() == "precious"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o666])
def test_a_file_that_others_can_open_is_refused_with_the_remedy(tmp_path, mode):
    path = _file(tmp_path, f"1 {OLD.hex()}\n", mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keys.read(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        OLD.hex(),
        "1",
        f"1 {OLD.hex()[:-2]}",
        f"1 {OLD.hex()}00",
        f"one {OLD.hex()}",
        f"1 {'x' * 64}",
        f"0 {OLD.hex()}",
        f"-1 {OLD.hex()}",
        f"256 {OLD.hex()}",
        f"1 {OLD.hex()} 2",
        f"1 {OLD.hex()}\n1 {NEW.hex()}",
        f"1 {OLD.hex()}\ngarbage",
        "1 é",
        b"\xff\xfe\x00\x01",
    ],
)
def test_what_is_no_key_file_is_refused(tmp_path, content):
    path = _file(tmp_path, content)
    with pytest.raises(KeyFileError, match="is not a key file") as refusal:
        keys.read(path)
    assert str(path) in str(refusal.value)


def test_a_refusal_repeats_nothing_of_what_stands_in_the_file(tmp_path):
    path = _file(tmp_path, f"one {OLD.hex()}")
    with pytest.raises(KeyFileError) as refusal:
        keys.read(path)
    assert refusal.value.__cause__ is None
    assert OLD.hex() not in str(refusal.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(KeyFileError, match=r"nowhere\.txt: No such file"):
        keys.read(tmp_path / "nowhere.txt")


def test_a_key_shows_itself_in_no_message():
    assert OLD.hex() not in repr(Keys({1: OLD}))
    assert repr(OLD) not in repr(Keys({1: OLD}))


def test_a_value_is_read_back_where_it_was_written():
    ring = Keys({1: OLD})
    stored = ring.encrypt(b"secret", "visit.nik")
    assert b"secret" not in stored
    assert ring.decrypt(stored, "visit.nik") == b"secret"


def test_the_same_value_is_never_stored_alike():
    ring = Keys({1: OLD})
    assert len({ring.encrypt(b"secret", "visit.nik") for _ in range(50)}) == 50


def test_a_value_moved_to_another_place_is_not_read():
    ring = Keys({1: OLD})
    with pytest.raises(InvalidTag):
        ring.decrypt(ring.encrypt(b"secret", "visit.nik"), "visit.name")


def test_a_value_is_not_read_with_another_key():
    with pytest.raises(InvalidTag):
        Keys({1: NEW}).decrypt(Keys({1: OLD}).encrypt(b"secret", "visit.nik"), "visit.nik")


@pytest.mark.parametrize("position", [1, 12, 13, 18, -1])
def test_a_value_with_one_changed_byte_is_not_read(position):
    ring = Keys({1: OLD})
    stored = bytearray(ring.encrypt(b"secret", "visit.nik"))
    stored[position] ^= 1
    with pytest.raises(InvalidTag):
        ring.decrypt(bytes(stored), "visit.nik")


def test_a_second_version_encrypts_and_the_first_still_reads(tmp_path):
    before = keys.read(_file(tmp_path, f"1 {OLD.hex()}\n"))
    stored = before.encrypt(b"secret", "visit.nik")
    after = keys.read(_file(tmp_path, f"2 {NEW.hex()}\n1 {OLD.hex()}\n"))
    assert after.current == 2
    assert after.decrypt(stored, "visit.nik") == b"secret"
    renewed = after.encrypt(b"secret", "visit.nik")
    assert Keys({2: NEW}).decrypt(renewed, "visit.nik") == b"secret"
    with pytest.raises(KeyError):
        before.decrypt(renewed, "visit.nik")


def test_what_is_looked_up_or_compared_stays_the_same_when_a_version_is_added():
    before, after = Keys({1: OLD}), Keys({1: OLD, 2: NEW})
    assert after.nik_hash(NIK) == before.nik_hash(NIK)
    assert after.mac("codes", "T.A") == before.mac("codes", "T.A")


def test_the_look_up_value_needs_the_key_and_holds_no_number():
    assert Keys({1: OLD}).nik_hash(NIK) != Keys({1: NEW}).nik_hash(NIK)
    assert NIK not in Keys({1: OLD}).nik_hash(NIK)
    assert len(Keys({1: OLD}).nik_hash(NIK)) == 64


def test_no_two_purposes_share_a_key():
    ring = Keys({1: OLD, 2: NEW})
    purposes = ["column", "nik-hash", "codes", "session", "audit-head"]
    derived = [ring.derived(purpose, version) for purpose in purposes for version in (1, 2)]
    assert len(set(derived)) == len(derived)
    assert {len(key) for key in derived} == {32}
    assert not set(derived) & {OLD, NEW}
