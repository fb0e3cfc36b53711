"""A kiosk for every test of the verbs, inside its app context."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.visit import Step
from kiosk.services.kiosk import Kiosk
from tests.faces import engine, portraits
from tests.stand import Stand, close, make_stand

__all__ = ["engine", "portraits"]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """A kiosk with one resident in its register."""
    made = make_stand(tmp_path / "data")
    made.enrol()
    with made.app.app_context():
        yield made
    close(made)


@pytest.fixture
def visit_id(stand: Stand) -> str:
    """A visit before the camera (files about other steps have their own)."""
    return stand.bring(Step.FACE)


@pytest.fixture
def kiosk(stand: Stand) -> Kiosk:
    """What every verb takes first."""
    return stand.kiosk
