"""The bench's table: a promise that is broken must look broken, and end the run as failed."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from benchmarks import __main__ as bench
from benchmarks.table import Row, print_table

KEPT = Row("kept", 1.0, "ms", 1.5, 1.5)
BROKEN = Row("broken", 1.0, "ms", 1.51, 1.5)
NOT_MEASURED = Row("not measured", float("nan"), "ms", None, 1.5, "no portraits")
ONLY_TOLD = Row("only told", 99.0, "ms", 99.0)
COUNTED = Row("counted", 1.0, "kB", 1.51, 1.5, steady=True)

MEASURING = [one for one in vars(bench).values() if isinstance(one, ModuleType) and hasattr(one, "rows")]
"""Whatever the bench measures with, also what is added later: here nothing is measured."""


def _printed(capsys, *rows, short=False):
    holds = print_table(rows, short=short)
    return holds, capsys.readouterr().out.splitlines()


def test_a_broken_bound_is_marked_and_fails_the_run(capsys):
    holds, (_head, kept, broken) = _printed(capsys, KEPT, BROKEN)
    assert not holds
    assert kept.endswith("ok")
    assert broken.endswith("OVER")


def test_what_could_not_be_measured_is_not_kept(capsys):
    holds, (_head, line) = _printed(capsys, NOT_MEASURED)
    assert not holds
    assert "OVER" in line
    assert "no portraits" in line


def test_a_row_without_a_bound_is_never_judged(capsys):
    holds, (_head, line) = _printed(capsys, ONLY_TOLD)
    assert holds
    assert line.endswith("99.00")


def test_a_short_run_judges_only_what_one_round_can_tell(capsys):
    holds, (_head, line) = _printed(capsys, BROKEN, short=True)
    assert holds
    assert line.split()[-2:] == ["1.50", "-"]
    assert not _printed(capsys, COUNTED, short=True)[0]


def test_columns_stand_below_each_other(capsys):
    _, (head, *lines) = _printed(capsys, KEPT, ONLY_TOLD, Row("a much longer name", 12_345.6, "kB"))
    end = head.index("value") + len("value")
    assert [line[:end].split()[-1] for line in lines] == ["1.00", "99.00", "12,345.60"]


@pytest.mark.parametrize(
    ("rows", "words", "code"),
    [([KEPT], [], 0), ([BROKEN], [], 1), ([BROKEN], ["--short"], 0), ([COUNTED], ["--short"], 1)],
)
def test_the_exit_code_tells_whether_promises_hold(monkeypatch, capsys, rows, words, code):
    for module in MEASURING:
        found = rows if module is bench.face else []
        monkeypatch.setattr(module, "rows", lambda *_, found=found: found)
    monkeypatch.setattr(bench, "prepare", lambda _folder: None)
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    assert bench.main() == code
