"""What ties an entry to the one before: any change in any field shows."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from kiosk.domain.audit import GENESIS, Action, chained

ENTRY: dict[str, Any] = {
    "source": "terminal:A1",
    "seq": 7,
    "at": "2026-11-02T02:00:00+00:00",
    "action": Action.CONSENT_GIVEN,
    "subject": "visit",
    "detail": {"version": "2026-11", "count": 1, "none": None},
}


@pytest.mark.parametrize(
    "change",
    [
        {"source": "terminal:A2"},
        {"seq": 8},
        {"at": "2026-11-02T02:00:00.000001+00:00"},
        {"action": Action.LOOKUP},
        {"subject": "other"},
        {"detail": {}},
        {"detail": ENTRY["detail"] | {"count": "1"}},
        {"detail": ENTRY["detail"] | {"none": ""}},
        {"detail": ENTRY["detail"] | {"more": 0}},
    ],
    ids=lambda change: "-".join(change),
)
def test_any_changed_field_changes_the_hash(change: dict[str, Any]) -> None:
    assert chained(GENESIS, **ENTRY) != chained(GENESIS, **ENTRY | change)


def test_the_entry_before_changes_the_hash() -> None:
    assert chained(GENESIS, **ENTRY) != chained("1" * 64, **ENTRY)


def test_moving_text_from_one_field_to_the_next_changes_the_hash() -> None:
    one = ENTRY | {"subject": "ab", "action": "c"}
    other = ENTRY | {"subject": "b", "action": "ca"}
    assert chained(GENESIS, **one) != chained(GENESIS, **other)


def test_the_order_of_details_does_not_matter() -> None:
    turned = dict(reversed(ENTRY["detail"].items()))
    assert chained(GENESIS, **ENTRY) == chained(GENESIS, **ENTRY | {"detail": turned})


def test_the_hash_can_be_made_again_with_nothing_but_json_and_sha256() -> None:
    """An auditor must be able to check a chain without this program."""
    text = json.dumps(
        [GENESIS, "terminal:A1", 1, "2026-11-02T02:00:00+00:00", "visit.started", "v", {"a": 1, "b": "é"}],
        separators=(",", ":"),
    )
    assert text.isascii()
    assert (
        chained(
            GENESIS,
            source="terminal:A1",
            seq=1,
            at="2026-11-02T02:00:00+00:00",
            action="visit.started",
            subject="v",
            detail={"b": "é", "a": 1},
        )
        == sha256(text.encode()).hexdigest()
    )
