"""Numbers: a day, a month or a year of the office; charts with tables, exports, the end-of-day report."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from flask import redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk.domain.period import Period, Span, period_of
from kiosk.hardware.printer import Failed, Printed, Unproven
from kiosk.routes import numbers_file, panel, sheet
from kiosk.routes import numbers_sections as sections
from kiosk.routes.panel import the_kiosk
from kiosk.services import day_report, numbers_report
from kiosk.wording import numbers as words

bp = panel.blueprint("numbers", __name__, "/angka")

EARLIEST_YEAR = 2020
"""Before it there was no IKD (Permendagri 72/2022): an address that asks for more is mistyped."""

PRINTED = {Printed: "tercetak", Unproven: "belum-pasti", Failed: "gagal"}
"""What became of the report, as the page's address says it after the form."""


@bp.get("")
def overview() -> Response:
    """The figures of the period in the address, today's without one."""
    period = _period()
    figures = numbers_report.figures(the_kiosk(), period)
    return panel.render(
        "officer/numbers.html",
        figures=figures,
        spans=[(span, _address(period_of(span, min(period.last, _today())))) for span in Span],
        earlier=_address(period.earlier) if figures.since and period.first > figures.since else None,
        later=_address(period.later) if period.later.first <= _today() else None,
        is_now=period.first <= _today() <= period.last,
        page=sections.page(figures, the_kiosk().settings),
        is_made_up=numbers_report.is_made_up(the_kiosk(), period),
        printed=request.args.get("cetak"),
        words=words,
    )


@bp.get("/unduh.<form>")
def export(form: str) -> Response:
    """The period's daily counts as a file; who took it stands in the audit."""
    if form not in sheet.KINDS:
        raise NotFound
    period = _period()
    rows = numbers_report.export(the_kiosk(), panel.officer(), period, form)
    table = numbers_file.table(rows, period, the_kiosk().settings.office_name)
    name = f"angka-ikd-{period.first.isoformat()}-{period.last.isoformat()}"
    return sheet.answer(table, name, form)


@bp.post("/laporan")
def report() -> Response:
    """Print the end-of-day report of the day in the form, then show that day with what became of it."""
    day = _day(request.form.get("pada", ""))
    outcome = day_report.print_day(the_kiosk(), panel.officer(), day)
    period = period_of(Span.DAY, day)
    return redirect(_address(period, cetak=PRINTED[type(outcome)]), HTTPStatus.SEE_OTHER)


def _today() -> date:
    return numbers_report.today(the_kiosk())


def _period() -> Period:
    try:
        span = Span(request.args.get("periode", Span.DAY))
    except ValueError:
        raise NotFound from None
    return period_of(span, _day(request.args.get("pada", "")))


def _day(text: str) -> date:
    """The day in an address or form, today when it is empty; 404 for none, one to come, or one long past."""
    try:
        day = date.fromisoformat(text) if text else _today()
    except ValueError:
        raise NotFound from None
    if day.year < EARLIEST_YEAR or day > _today():
        raise NotFound
    return day


def _address(period: Period, cetak: str | None = None) -> str:
    """Where a period is shown. Its last day stands for it, but never one to come."""
    last = min(period.last, _today())
    return url_for("numbers.overview", periode=period.span.value, pada=last.isoformat(), cetak=cetak)
