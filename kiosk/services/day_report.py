"""The report at the end of a day, on the receipt printer."""

from __future__ import annotations

from datetime import date

from flask_babel import force_locale

from kiosk.domain.numbers import Domicile, Measure
from kiosk.domain.period import Span, period_of
from kiosk.domain.reasons import ReferReason
from kiosk.hardware.printer import Outcome
from kiosk.models.officer import Officer
from kiosk.models.visit import VisitEnd
from kiosk.papers.day_report import DayTotals, day_report
from kiosk.services import numbers_report, printing
from kiosk.services.kiosk import Kiosk
from kiosk.services.numbers import GIVING_UP
from kiosk.services.numbers_report import Closing, Figures

REASONS_PRINTED = 4
"""The most frequent ones: a report is read standing."""


def print_day(kiosk: Kiosk, officer: Officer, day: date) -> Outcome:
    """Print the report of `day` while the officer waits; return what became of the sheet."""
    figures = numbers_report.figures(kiosk, period_of(Span.DAY, day))
    closing = numbers_report.closing(kiosk, day)
    with force_locale("id"):
        paper = day_report(
            day=day,
            at=kiosk.clock.now().astimezone(kiosk.settings.zone),
            letterhead=kiosk.settings.letterhead,
            terminal=kiosk.settings.terminal,
            totals=totals(figures, closing),
        )
    return printing.print_sheet(kiosk, officer, paper, "report")


def totals(figures: Figures, closing: Closing) -> DayTotals:
    """Pick what the report tells."""
    reasons = sorted(figures.sums.get(Measure.REFERRED, {}).items(), key=lambda one: -one[1].count)
    return DayTotals(
        activated=figures.activations,
        local=figures.of(Measure.DOMICILE, Domicile.LOCAL).count,
        elsewhere=figures.of(Measure.DOMICILE, Domicile.ELSEWHERE).count,
        visits=figures.visits,
        to_officer=figures.of(Measure.OUTCOME, VisitEnd.TICKET).count,
        gave_up=sum(figures.of(Measure.OUTCOME, end).count for end in GIVING_UP),
        told=sum(figures.of(Measure.OUTCOME, end).count for end in (VisitEnd.TOO_YOUNG, VisitEnd.INFORMED)),
        visit_seconds=figures.of(Measure.VISIT_SECONDS, VisitEnd.ACTIVATED).mean,
        wait_seconds=figures.all_of(Measure.WAIT).mean,
        served=figures.all_of(Measure.SERVED).count,
        reasons=[(ReferReason(name), one.count) for name, one in reasons[:REASONS_PRINTED]],
        index=figures.index,
        progress=figures.progress,
        open_tickets=closing.open_tickets,
        sheets=closing.sheets,
    )
