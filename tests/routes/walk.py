"""The way through the pages, touch by touch, as a resident goes it."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from kiosk.domain.visit import Step
from tests.residents import SARI, Someone
from tests.routes.client import Browser, Page
from tests.stand import Stand

WAY = (
    Step.CHOICE,
    Step.CONSENT,
    Step.NIK,
    Step.NIK_CHECK,
    Step.EMAIL,
    Step.PHONE,
    Step.CONTACT_CHECK,
    Step.FACE,
    Step.QR,
    Step.THANKS,
)
"""The steps of a visit in which nothing goes wrong."""


def _grey_picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (640, 480), 120).save(out, "JPEG")
    return out.getvalue()


PICTURE = _grey_picture()
"""A real JPEG; who is in it, the scripted face engine says."""


def walk(browser: Browser, stand: Stand, to: Step, someone: Someone = SARI) -> Page:
    """Touch what leads on until the screen of `to` is there; return that page."""
    touches: dict[str, Callable[[], object]] = {
        "": lambda: browser.press("/visit/start"),
        Step.CHOICE: lambda: browser.press("/visit/choose", choice="has_app"),
        Step.CONSENT: lambda: browser.press("/visit/consent"),
        Step.NIK: lambda: browser.press("/visit/nik", nik=someone.nik),
        Step.NIK_CHECK: lambda: browser.press("/visit/nik/confirm"),
        Step.EMAIL: lambda: browser.press("/visit/email", email=someone.email),
        Step.PHONE: lambda: browser.press("/visit/phone", phone=someone.phone),
        Step.CONTACT_CHECK: lambda: browser.press("/visit/contact/confirm"),
        Step.FACE: lambda: follow(browser, stand),
        Step.QR: lambda: finish_on_the_phone(browser, stand),
    }
    while browser.step != to:
        before = browser.step
        touches[before]()
        assert browser.step != before, f"{before} does not lead on: {browser.page.text[:200]}"
    return browser.page


def follow(browser: Browser, stand: Stand) -> None:
    """Do before the camera what the screen asks; the page's next poll shows what came of it."""
    with stand.app.app_context():
        stand.show_face(visit_id(browser))
    browser.poll("/camera/guidance")


def finish_on_the_phone(browser: Browser, stand: Stand) -> None:
    """Open the QR on a phone, type the mailed code there, and let the kiosk notice."""
    with stand.app.app_context():
        code, digits = stand.offered(visit_id(browser))
    phone = stand.app.test_client()
    assert phone.post(f"/a/{code}", data={"kode": digits}).status_code == 200
    browser.poll("/visit/qr/state")


def visit_id(browser: Browser) -> str:
    """The visit in the browser's cookie."""
    with browser.client.session_transaction() as session:
        found: str = session["visit"]
    return found
