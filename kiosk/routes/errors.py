"""What people see when something fails that no verb expected: a small apology, and a way on."""

from __future__ import annotations

import logging
from http import HTTPStatus
from types import SimpleNamespace

from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kiosk import officer_session
from kiosk.models.visit import Visit
from kiosk.routes import panel
from kiosk.routes.screen import current_visit, idle_of, render_screen, render_visit, scan_idle

log = logging.getLogger(__name__)

OF_THE_VISIT = frozenset({"visit", "camera", "scan", "help"})
"""Blueprints whose forms say which step they come from."""


def handle(app: Flask) -> None:
    """Register the handlers; each logs one line without personal data."""
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(413, _too_large)
    app.register_error_handler(404, _not_here)
    app.register_error_handler(405, _only_a_form)
    app.register_error_handler(Exception, _surprise)


def _stale_page(_error: CSRFError) -> Response:
    if request.blueprint in OF_THE_VISIT:
        # A tab that was left open, or a page from before a restart: show where the visit really is.
        return render_visit(current_visit(), status=400)
    return _apology(_("Halaman ini sudah berakhir"), _("Silakan mulai lagi dari layar awal."), 400)


def database_unavailable(code: str) -> Response:
    """The database is locked, full or gone; `code` is the driver's own word for it."""
    log.error("database: %s", code)
    return _apology(
        _("Sistem sedang sibuk"), _("Tidak ada data yang hilang. Silakan coba lagi sebentar."), 503
    )


def _too_large(_error: HTTPException) -> Response:
    log.warning("a body over the limit at %s", request.endpoint)
    return _apology(_("Kiriman terlalu besar"), _("Silakan coba lagi dari layar awal."), 413)


def _not_here(_error: HTTPException) -> Response:
    return _apology(_("Halaman tidak ada"), _("Silakan kembali ke layar awal."), 404)


def _only_a_form(error: MethodNotAllowed) -> Response:
    """Somebody has opened the address to which a form was sent, as a reload from the address bar does."""
    answer = _apology(_("Halaman ini sudah berakhir"), _("Silakan mulai lagi dari layar awal."), 405)
    answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def _surprise(error: Exception) -> Response | HTTPException:
    if isinstance(error, HTTPException):
        return error
    # The traceback goes without the exception's text: SQLAlchemy and others quote values in it.
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("%s at %s: %s", type(error).__name__, request.endpoint, " < ".join(reversed(frames[-6:])))
    return _apology(
        _("Maaf, ada gangguan"),
        _("Data Anda tidak hilang. Silakan coba lagi, atau panggil petugas."),
        500,
        current_visit(),
    )


def _apology(title: str, sentence: str, status: int, visit: Visit | None = None) -> Response:
    """With a visit at hand the screen also offers the ticket; an officer gets a page of his own panel."""
    if officer_session.is_officers():
        return panel.render("officer/problem.html", HTTPStatus(status), code=status)
    return render_screen(
        "apology.html",
        title=title,
        sentence=sentence,
        view=SimpleNamespace(),
        visit=visit,
        call_state=None,
        status=status,
        idle=scan_idle() if visit is None else idle_of(visit.step),
    )
