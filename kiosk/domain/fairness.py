"""The fairness watch: does the kiosk hand some groups of people over more often than others?"""

from __future__ import annotations

OUTCOME, REASON = "outcome", "reason"


def labels(group: str, end: str, reason: str | None) -> tuple[str, ...]:
    """The labels under which a visit of `group` («f 25-34») is counted: its outcome, and why it was handed
    over or refused if it was.

    >>> labels("f 25-34", "ticket", "face_uncertain")
    ('f 25-34/outcome/ticket', 'f 25-34/reason/face_uncertain')
    """
    outcome = f"{group}/{OUTCOME}/{end}"
    return (outcome,) if reason is None else (outcome, f"{group}/{REASON}/{reason}")
