"""Every personal column is encrypted under its own name and has its row in the retention table."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from kiosk import models
from kiosk.db import Base, EncryptedBytes, EncryptedText, UtcDateTime
from kiosk.domain.retention import RETENTION, Keep

assert models.__all__  # importing the package registers every table

COLUMNS: dict[str, sa.Column] = {
    f"{table.name}.{column.name}": column
    for table in Base.metadata.tables.values()
    for column in table.columns
}
ENCRYPTED = {
    name: column
    for name, column in COLUMNS.items()
    if isinstance(column.type, EncryptedBytes | EncryptedText)
}

# Numbers that say how alike a face was, or how alive.
SCORES = {
    name
    for name, column in COLUMNS.items()
    if isinstance(column.type, sa.Float) and column.table.name in ("face_attempt", "review_case")
}

# Officers' own names, and a count.
NOBODY_TO_FIND = {"officer.username", "officer.display_name", "terminal.name", "visit.email_fixes"}
# Keyed hashes, the masked number that may stand on paper, and words of a fixed list.
PSEUDONYMOUS_OR_MASKED = {
    "visit.nik_hash",
    "visit.masked_nik",
    "visit.nik_warnings",
    "face_attempt.nik_hash",
    "register_person.nik_hash",
    "authority_record.nik_hash",
    "review_case.nik_warnings",
    "review_case.nik_hash",
    "deactivation.nik_hash",
    "preregistration.nik_hash",
    "officer.nik_hash",
}
PERSONAL_WORDS = ("nik", "name", "email", "phone", "photo", "selfie", "template", "recipient", "body", "note")


def test_there_are_encrypted_columns():
    assert {"visit.nik", "visit.email", "review_case.selfie", "mail.body"} <= set(ENCRYPTED)


@pytest.mark.parametrize("name", ENCRYPTED)
def test_an_encrypted_column_is_bound_to_its_own_place(name):
    assert ENCRYPTED[name].type.place == name


def test_every_encrypted_column_and_every_score_of_a_face_has_its_retention_and_no_other():
    assert sorted([*ENCRYPTED, *SCORES]) == sorted(keep.column for keep in RETENTION)


@pytest.mark.parametrize("keep", RETENTION, ids=lambda keep: keep.column)
def test_time_is_counted_from_a_moment_of_the_same_row(keep: Keep):
    anchor = COLUMNS[f"{keep.column.partition('.')[0]}.{keep.anchor}"]
    assert isinstance(anchor.type, UtcDateTime)


@pytest.mark.parametrize("keep", RETENTION, ids=lambda keep: keep.column)
def test_a_column_that_the_purge_empties_can_be_empty(keep: Keep):
    # A newcomer's record is deleted as a whole, so its columns need not be able to be empty.
    assert COLUMNS[keep.column].nullable or keep.column.startswith("register_person.")


def test_no_column_with_a_personal_name_is_left_in_clear():
    in_clear = {
        name
        for name, column in COLUMNS.items()
        if any(word in column.name for word in PERSONAL_WORDS) and name not in ENCRYPTED
    }
    assert in_clear == NOBODY_TO_FIND | PSEUDONYMOUS_OR_MASKED


def test_every_moment_is_kept_in_utc():
    plain = {name for name, column in COLUMNS.items() if type(column.type) is sa.DateTime}
    assert plain == set()
