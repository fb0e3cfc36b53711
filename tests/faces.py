"""Fixtures with faces: the real engine, and the demonstration's photographs where they can be fetched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.adapters.face import FaceProcess
from kiosk.demonstration.fetch_portraits import NotFetched, are_there, fetch
from kiosk.demonstration.portraits import Portraits


@pytest.fixture(scope="session")
def portraits(pytestconfig: pytest.Config) -> Portraits:
    """The photographs, fetched once into pytest's cache folder and kept there for later runs."""
    cache = pytestconfig.cache
    assert cache is not None
    folder = cache.mkdir("portraits")
    if not are_there(folder):
        try:
            fetch(folder)
        except NotFetched as problem:
            pytest.skip(f"the photographs could not be fetched: {problem}")
    return Portraits(folder)


@pytest.fixture(scope="session")
def engine() -> Iterator[FaceProcess]:
    """A face engine that has been started, one for all tests that leave it as it was: loading takes 2 s."""
    started = FaceProcess(min_face_px=80)
    started.start()
    yield started
    started.close()
