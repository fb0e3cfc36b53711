"""Sheets need a language."""

from __future__ import annotations

from tests.papers.conftest import language

__all__ = ["language"]
