"""The bench's measurements measure what they say."""

from __future__ import annotations

import gzip
import random

import pytest

from benchmarks import paper, weight
from kiosk.hardware.escpos import ROLLS, encode


class _Answer:
    """What the weight reads of a response."""

    def __init__(self, kind: str, body: bytes) -> None:
        self.headers = {"content-type": kind}
        self._body = body

    def body(self) -> bytes:
        return self._body


def test_a_font_is_not_counted_as_if_it_could_be_compressed_again():
    body = b"a" * 1000
    assert weight._weigh(_Answer("font/woff2", body)) == (1000, 1000)
    assert weight._weigh(_Answer("text/css; charset=utf-8", body)) == (1000, len(gzip.compress(body, 6)))


def test_a_request_to_elsewhere_breaks_its_bound(monkeypatch, tmp_path):
    loaded = [weight.Loaded(True, 100_000, 90_001), weight.Loaded(False, 0, 0)]
    monkeypatch.setattr(weight, "_load", lambda _folder: loaded)
    assert [row.name for row in weight.rows(tmp_path) if not row.holds] == [weight.NAME, weight.ELSEWHERE]


@pytest.mark.parametrize("make", [paper._receipt, paper._ticket])
def test_no_two_sheets_that_are_timed_are_the_same(make, language):
    chance = random.Random(1)
    jobs = {encode(make(chance), ROLLS[80]) for _ in range(5)}
    assert len(jobs) == 5
