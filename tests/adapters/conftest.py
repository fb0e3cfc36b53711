"""The photographs and the face engine, for the adapters that work on faces."""

from __future__ import annotations

from tests.faces import engine, portraits

__all__ = ["engine", "portraits"]
