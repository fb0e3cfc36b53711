"""A loose plug does not fill the log, and what an officer might act upon is never left out."""

from __future__ import annotations

import pytest

from kiosk.domain.device_events import STORM, UNSTEADY, Changes, Condition

READY, GONE = Condition("tcp", "ready", "ok"), Condition("tcp", "absent", "unplugged")


def _lines(changes: Changes, *seen: tuple[float, Condition]) -> list[tuple[float, str]]:
    written = ((now, changes.line_for(condition, now)) for now, condition in seen)
    return [(now, line.code) for now, line in written if line is not None]


def test_only_changes_are_written():
    seen = [(0.0, READY), (1.0, READY), (2.0, GONE), (3.0, GONE), (4.0, READY)]
    assert _lines(Changes(), *seen) == [(0.0, "ok"), (2.0, "unplugged"), (4.0, "ok")]


@pytest.mark.parametrize("code", ["waiting_for_page", "asleep"])
def test_a_ready_device_is_ready_whatever_it_does_meanwhile(code):
    assert _lines(Changes(said=READY), (0.0, Condition("tcp", "ready", code))) == []


@pytest.mark.parametrize("code", ["opening", "closed"])
def test_an_attempt_to_reopen_is_no_change(code):
    between = Condition("tcp", "absent", code)
    assert _lines(Changes(said=GONE), (0.0, GONE), (1.0, between), (2.0, GONE)) == []


def test_an_attempt_that_hangs_is_written_once_and_so_is_its_end():
    hanging = Condition("tcp", "opening", "opening")
    seen = [(0.0, READY), *((float(second), hanging) for second in range(1, 200)), (200.0, READY)]
    assert _lines(Changes(), *seen) == [(0.0, "ok"), (61.0, "opening"), (200.0, "ok")]


def test_another_driver_is_a_change():
    assert _lines(Changes(said=READY), (0.0, Condition("lp", "ready", "ok"))) == [(0.0, "ok")]


def test_after_a_restart_a_device_that_is_as_it_was_gets_no_line():
    assert _lines(Changes(said=GONE), (0.0, GONE)) == []


def test_a_device_gets_one_line_a_second_at_most_and_the_last_word_is_not_lost():
    seen = [(0.0, READY), (0.3, GONE), (0.6, GONE), (1.1, GONE)]
    assert _lines(Changes(), *seen) == [(0.0, "ok"), (1.1, "unplugged")]


def test_a_storm_becomes_one_line_and_ends_with_how_the_device_is():
    flapping = [(float(second), (READY, GONE)[second % 2]) for second in range(3600)]
    changes = Changes()
    lines = _lines(changes, *flapping)
    assert [code for _, code in lines] == ["ok", "unplugged"] * (STORM // 2) + [UNSTEADY]
    assert changes.is_storm
    quiet = [(3600.0 + second, READY) for second in range(70)]
    assert _lines(changes, *quiet) == [(3660.0, "ok")]
    assert not changes.is_storm


def test_slow_changes_are_never_a_storm():
    seen = [(20.0 * turn, (READY, GONE)[turn % 2]) for turn in range(30)]
    assert len(_lines(Changes(), *seen)) == 30
