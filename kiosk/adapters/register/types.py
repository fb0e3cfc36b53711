"""What can go wrong when the register is asked."""

from __future__ import annotations


class RegisterDown(Exception):
    """The register cannot be reached or answered nonsense."""


class RegisterSlow(RegisterDown):
    """The register did not answer before the deadline."""
