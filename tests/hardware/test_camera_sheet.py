"""A print before the lens: where its corners come to lie, in perspective and when it is bent."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.hardware.camera.acting import Pose
from kiosk.hardware.camera.sheet import source

ACROSS = np.linspace(-1, 1, 401, dtype=np.float32)[None, :]
DOWN = np.linspace(-0.75, 0.75, 301, dtype=np.float32)[:, None]


def _on_it(pose: Pose) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float32]]:
    x, y = source(pose, ACROSS, DOWN)
    x, y = np.broadcast_arrays(x, y)
    return (np.abs(x) <= 0.5) & (np.abs(y) <= 0.5), x, y


def test_an_upright_print_is_seen_as_it_is_and_half_as_large_at_half_the_scale() -> None:
    whole, x, y = _on_it(Pose(sheet=True))
    assert np.abs(x - ACROSS).max() < 1e-5
    assert np.abs(y - DOWN).max() < 1e-5
    half, _, _ = _on_it(Pose(sheet=True, scale=0.5))
    assert half.sum() == pytest.approx(whole.sum() / 4, rel=0.03)


def test_a_turned_print_is_narrower_and_the_nearer_edge_is_higher() -> None:
    seen, _, _ = _on_it(Pose(sheet=True, yaw=40))
    columns = np.flatnonzero(seen.any(axis=0))
    assert len(columns) * 0.005 == pytest.approx(np.cos(np.radians(40)), abs=0.06)
    heights = seen[:, columns[2]].sum(), seen[:, columns[-3]].sum()
    assert max(heights) > 1.2 * min(heights)


@pytest.mark.parametrize("bend", [-80.0, 80.0])
def test_a_bent_print_is_one_piece_and_narrower_than_a_flat_one(bend: float) -> None:
    for yaw in (0.0, 25.0, -25.0):
        seen, x, _ = _on_it(Pose(sheet=True, bend=bend, yaw=yaw))
        middle = seen[150]
        edges = np.flatnonzero(np.diff(middle.astype(int)))
        assert len(edges) == 2, "no stray line of it beside the sheet"
        assert np.all(np.diff(x[150][middle]) > 0)
    flat, _, _ = _on_it(Pose(sheet=True))
    upright, _, _ = _on_it(Pose(sheet=True, bend=80.0))
    assert upright.any(axis=0).sum() < flat.any(axis=0).sum()
