"""What the activation authority answers, and what can go wrong when it is asked."""

from __future__ import annotations

from enum import StrEnum


class AuthorityDown(Exception):
    """The authority cannot be reached or did not answer before the deadline: nothing is known."""


class AuthorityRefused(Exception):
    """The authority says no: the person is active on another device, or on none, or the key is unknown."""


class Outcome(StrEnum):
    """What the authority remembers of a key."""

    UNKNOWN = "unknown"
    ISSUED = "issued"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"
