"""The bench of devices measures what it says: with a slower screen its goal is missed."""

from __future__ import annotations

from benchmarks import devices


def test_a_bar_that_is_asked_too_rarely_misses_the_goal(tmp_path, monkeypatch):
    monkeypatch.setattr(devices, "POLL_SECONDS", 4.5)
    monkeypatch.setattr(devices, "LOST_SECONDS", 0.1)
    monkeypatch.setattr(devices, "ASKED", 3)
    shown, works, hangs = devices.rows(1, tmp_path)
    assert not shown.holds
    assert works.value > 0
    assert hangs.unit == "ms"
