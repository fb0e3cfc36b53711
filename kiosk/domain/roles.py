"""Who works at the office, and what each of them may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at the office."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"


class May(StrEnum):
    """A part of the panel; each of its pages asks for exactly one."""

    ACCOUNT = "account"
    BOARD = "board"
    REVIEW = "review"
    COUNTER = "counter"
    QUEUE = "queue"
    DEVICES = "devices"
    NUMBERS = "numbers"
    AUDIT = "audit"
    PEOPLE = "people"


ALLOWED: dict[Role, frozenset[May]] = {
    Role.OFFICER: frozenset({May.ACCOUNT, May.BOARD, May.REVIEW, May.COUNTER, May.QUEUE, May.DEVICES}),
    Role.SUPERVISOR: frozenset(May),
    Role.TECHNICIAN: frozenset({May.ACCOUNT, May.BOARD, May.DEVICES}),
    Role.AUDITOR: frozenset({May.ACCOUNT, May.NUMBERS, May.AUDIT}),
}
"""Who needs residents' data to help them gets them; who looks after machines or books never does."""


def may(role: Role, part: May) -> bool:
    """Whether somebody in `role` may use this part of the panel."""
    return part in ALLOWED[role]
