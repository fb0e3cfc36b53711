"""The photographs and the engine, for every test of the demonstration."""

from __future__ import annotations

from tests.faces import engine, portraits

__all__ = ["engine", "portraits"]
