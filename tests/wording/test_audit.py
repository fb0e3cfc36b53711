"""Every action, group and fault of the audit log has its words."""

from __future__ import annotations

from kiosk.domain.audit import Action, ChainFault
from kiosk.wording import audit as words


def test_every_action_has_its_words():
    assert set(words.ACTION) == set(Action)


def test_every_group_has_its_words_and_holds_something():
    assert set(words.GROUP) == {action.partition(".")[0] for action in Action}
    assert set().union(*map(words.in_group, words.GROUP)) == set(Action)


def test_every_fault_has_its_words():
    assert set(words.FAULT) == set(ChainFault)
