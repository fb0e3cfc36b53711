"""The sheet with the heads of the chains: every digit of them can be read off it and compared."""

from __future__ import annotations

import pytest

from kiosk.papers.audit_head import in_groups
from tests.papers.goldens import an_audit_head

HASH = "0123456789abcdef" * 4


def test_every_chain_stands_on_it_whole(language):
    texts = an_audit_head(HASH, HASH[::-1]).texts
    assert {"terminal:A1", "5000000", "terminal:A2", "5000001"} <= set(texts)
    assert "".join(text.replace(":", "") for text in texts if text in in_groups(HASH)) == HASH


@pytest.mark.parametrize("digest", ["1234567890" * 6 + "1234", "9" * 64])
def test_a_hash_of_digits_only_is_not_taken_for_a_nik(language, digest):
    assert "".join(in_groups(digest)).replace(":", "") == digest
    assert an_audit_head(digest)
