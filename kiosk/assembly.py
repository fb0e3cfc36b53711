"""The assembly: everything is put together here, and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from flask import Flask, Response, session
from flask_babel import Babel
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from markupsafe import Markup, escape
from sqlalchemy.exc import OperationalError

from kiosk import adapters as adapters_of
from kiosk import auth, db, keys
from kiosk.adapters import Adapters
from kiosk.addresses import here, with_public_url
from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock, SystemClock
from kiosk.hardware import devices as hardware
from kiosk.hardware.devices import Devices
from kiosk.housekeeping import Housekeeper
from kiosk.services import set_up
from kiosk.services.kiosk import Kiosk, Work, in_a_thread
from kiosk.wording import LANGUAGES, moments

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes: one 12-megapixel JPEG frame; a resident's form has a few hundred."""

LARGEST_FIELDS = 128 * 1024
"""Bytes of a form's fields without its files. Werkzeug holds each piece that it reads (64 kB and a rest of
the last one) against this too: at 64 kB a camera's larger frames were refused."""

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

log = logging.getLogger(__name__)


def assemble(
    settings: Settings,
    *,
    devices: Devices | None = None,
    adapters: Adapters | None = None,
    clock: Clock | None = None,
    background: Callable[[Work], None] | None = None,
) -> Flask:
    """See `kiosk.create_app`."""
    settings = with_public_url(settings)
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"KIOSK_DATA {settings.data} cannot be made: {error.strerror}") from error
    clock = clock or SystemClock()
    ring = keys.read(settings.key_file or settings.data / keys.FILE_NAME)
    app = Flask("kiosk")
    app.config.update(
        SECRET_KEY=ring.derived("session").hex(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=db.engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELDS,
        SESSION_COOKIE_NAME="anjungan",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not settings.is_demo,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,
        DEBUG=settings.debug,
        BABEL_DEFAULT_LOCALE=LANGUAGES[0],
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
    )
    db.set_up(app, ring)
    devices = devices or hardware.build(settings, clock)
    kiosk = Kiosk(
        settings=settings,
        clock=clock,
        devices=devices,
        scans=devices.scanner.subscribe(),
        badges=devices.scanner.subscribe(),
        began_at=clock.now(),
        adapters=adapters or adapters_of.build(settings, ring, clock),
        keys=ring,
        background=background or partial(_with_context, app),
    )
    app.extensions["kiosk"] = kiosk
    Babel(app, locale_selector=_language)
    CSRFProtect(app)
    Htmx(app)
    app.add_template_filter(whole)
    app.add_template_filter(partial(moments.moment, zone=settings.zone), "moment")
    app.add_template_filter(partial(moments.clock_to_the_second, zone=settings.zone), "clock_to_the_second")
    _register(app)
    auth.guard(app)
    app.after_request(_headers)
    return app


def _with_context(app: Flask, work: Work) -> None:
    def inside() -> None:
        with app.app_context():
            work()

    in_a_thread(inside)


def start(app: Flask) -> None:
    """Begin to work: devices, the face engine behind the first screen, the housekeeper."""
    kiosk: Kiosk = app.extensions["kiosk"]
    kiosk.devices.start()
    kiosk.adapters.face.start()
    housekeeper = Housekeeper(kiosk, app.app_context)
    app.extensions["housekeeper"] = housekeeper
    housekeeper.start()
    _welcome(app)


def _welcome(app: Flask) -> None:
    """Print the set-up link while nobody works here. To the console alone: a log would keep it."""
    try:
        with app.app_context():
            path = set_up.new_link(app.extensions["kiosk"])
    except OperationalError:
        log.warning("no set-up link: the database is not ready; run kiosk prepare")
        return
    if path is not None:
        click.echo("No officer yet. The first supervisor makes himself here, within 30 minutes:")
        click.echo(f"  {here()}{path}")


def stop(app: Flask) -> None:
    """Let go of everything that `start` began."""
    kiosk: Kiosk = app.extensions["kiosk"]
    app.extensions["housekeeper"].stop()
    kiosk.adapters.face.close()
    kiosk.devices.stop()


def _register(app: Flask) -> None:
    from kiosk import routes

    for module in (*routes.KIOSK, *routes.PANEL):
        app.register_blueprint(module.bp)
    from kiosk.routes import errors

    errors.handle(app)

    @app.errorhandler(OperationalError)
    def database_unavailable(error: OperationalError) -> Response:
        # The driver's own text may quote parameters; its class and SQLite's code say enough.
        return errors.database_unavailable(getattr(error.orig, "sqlite_errorname", type(error.orig).__name__))


def whole(sentence: str) -> Markup:
    """Template filter: keep «KTP-el» from being broken at its hyphen."""
    return escape(sentence).replace("KTP-el", Markup('<span class="whole">KTP-el</span>'))


def _language() -> str:
    language = session.get("language")
    return language if language in LANGUAGES else LANGUAGES[0]


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("HX-Request")
    return response
