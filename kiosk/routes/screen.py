"""The resident's screen: the one place that knows whether htmx or a plain browser asks."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from flask import Response, current_app, render_template, request, session
from flask_babel import get_locale, gettext
from htmx_flask import make_response
from markupsafe import Markup

from kiosk.domain.visit import IDLE_SECONDS, QUESTION_SECONDS, WITHOUT_QUESTION, Step
from kiosk.models.visit import Visit
from kiosk.routes import qr, views
from kiosk.services import help_call, look, preregistration, terminal_state
from kiosk.services import visit as visits
from kiosk.services.kiosk import Kiosk
from kiosk.wording import LANGUAGES

SCAN_SECONDS = 20
"""How long the result of a scan stays before the start screen returns."""


def the_kiosk() -> Kiosk:
    """The object that every verb takes first."""
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk


def current_visit() -> Visit | None:
    """The visit of this browser, or None when it has ended.

    The cookie keeps the id of an ended one until the next begins: a poll or sign of life whose answer comes
    late would otherwise set back the cookie of a visit that has begun meanwhile.
    """
    return visits.find(the_kiosk(), session.get("visit"))


def came_from() -> Step | None:
    """The step that a form says it came from; None for nonsense, which no visit stands at."""
    word = request.form.get("step", "")
    return Step(word) if word in Step.__members__.values() else None


def render_visit(
    visit: Visit | None,
    *,
    error: dict[str, Any] | None = None,
    typed: str | None = None,
    note: SimpleNamespace | None = None,
    status: int = 200,
) -> Response:
    """Render where the visit really is; the start screen when there is none (any more).

    `note` (a `title` and a `sentence`) is said over the start screen for a few seconds.
    """
    if visit is None or visit.step is Step.ENDED:
        view = start_state()
        view.phone_qr = _phone_qr()
        return render_screen("attract.html", visit=None, view=view, note=note)
    view = views.of(the_kiosk(), visit, typed)
    return render_screen(
        f"steps/{visit.step}.html",
        visit=visit,
        view=view,
        guidance=getattr(view, "guidance", None),
        error=error,
        status=status,
        idle=idle_of(visit.step),
    )


def _phone_qr() -> Markup | None:
    """The QR of the page on which data are entered before the visit, where phones can open its address and
    some reader can read the code that they get there.
    """
    kiosk = the_kiosk()
    settings = kiosk.settings
    if settings.is_only_here or not (look.has_scanner(kiosk) or look.reader(kiosk)):
        return None
    return _drawn(settings.public_url + preregistration.PATH, gettext("QR untuk mengisi data di HP"))


_drawn = lru_cache(maxsize=len(LANGUAGES))(qr.svg)
"""Drawing takes 28 ms, and the start screen is shown after every visit."""


def start_state() -> SimpleNamespace:
    """What the start screen depends on, and a `mark` by which its poll sees that this has changed.

    `closed` is what it says while this terminal takes no visits, in the resident's language if it is one of
    our own sentences, and empty while it does; `scanner` and `camera` are the ways to show a code now.
    """
    kiosk = the_kiosk()
    message, camera = terminal_state.closed_message(kiosk), look.is_possible(kiosk)
    mark = "camera" if camera else ""
    if message is not None:
        mark = hashlib.sha256(message.encode()).hexdigest()[:8]
    closed = "" if message is None else gettext(message)
    return SimpleNamespace(closed=closed, scanner=look.has_scanner(kiosk), camera=camera, mark=mark)


def idle_of(step: Step) -> SimpleNamespace:
    """When a screen of this step asks whether anybody is still there."""
    return SimpleNamespace(
        seconds=IDLE_SECONDS[step], question_seconds=QUESTION_SECONDS, ends=step in WITHOUT_QUESTION
    )


def render_screen(template: str, *, status: int = 200, **context: Any) -> Response:
    """Render a screen: alone for htmx, inside its page for everything else.

    A poll's target is its own element, so the answer says itself that it is for the whole screen. Every
    screen shows whether somebody was called, unless `call_state` is given (an apology asks no database).
    """
    is_fragment = bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    context.setdefault("error", None)
    context["error"] = context["error"] or {}
    context.setdefault("visit", None)
    context.setdefault("idle", None)
    if "call_state" not in context:
        context["call_state"] = help_call.state(the_kiosk())
    body = render_template(
        "screen.html" if is_fragment else "base.html",
        screen=template,
        settings=the_kiosk().settings,
        language=str(get_locale()),
        **context,
    )
    response: Response = make_response(body, status)
    if is_fragment:
        response.headers["HX-Retarget"] = "#screen"
        response.headers["HX-Reswap"] = "outerHTML show:none"
    return response


def scan_idle() -> SimpleNamespace:
    """The idle times of a screen that belongs to no visit."""
    return SimpleNamespace(seconds=SCAN_SECONDS, question_seconds=0, ends=True)


def nothing() -> Response:
    """Tell a poll that nothing has changed."""
    return Response(status=204)
