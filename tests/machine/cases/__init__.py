"""What is tried in the machine, each case a function that raises where something does not hold."""

from __future__ import annotations

from tests.machine.cases import camera, finding, printer, scanner
from tests.machine.supervised import Case, Figures

CASES: tuple[Case, ...] = (*camera.CASES, *scanner.CASES, *printer.CASES, *finding.CASES)

__all__ = ["CASES", "Case", "Figures"]
