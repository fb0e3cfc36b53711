"""A kiosk and a browser for every test of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faces import engine, portraits
from tests.routes.client import Browser
from tests.stand import Stand, close, make_stand

__all__ = ["engine", "portraits"]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """A kiosk with one resident in its register."""
    made = make_stand(tmp_path / "data")
    made.enrol()
    yield made
    close(made)


@pytest.fixture(params=[True, False], ids=["htmx", "plain"])
def browser(stand: Stand, request: pytest.FixtureRequest) -> Browser:
    """A browser at the start screen, once with htmx and once without."""
    return Browser(stand.app, htmx=request.param)


@pytest.fixture
def plain(stand: Stand) -> Browser:
    """A browser without scripts, where both ways would show the same."""
    return Browser(stand.app, htmx=False)
