"""Another language by one touch: nothing on the page goes on in the old one."""

from __future__ import annotations

from tests.routes.client import Browser


def test_what_stands_outside_the_screen_is_told_of_the_new_language(stand):
    browser = Browser(stand.app, htmx=True)
    bar = next(one for one in browser.open("/").root.all("footer") if one.get("id") == "device-bar")
    assert "language from:body" in bar.get("hx-trigger")
    browser.press("/visit/start")
    answer = browser.client.post(
        "/visit/language",
        data={"csrf_token": browser.token, "step": browser.step, "language": "en"},
        headers={"HX-Request": "true"},
    )
    assert answer.headers["HX-Trigger"] == "language"


def test_the_dialog_for_a_lost_connection_speaks_the_language_of_its_screen(stand, browser):
    browser.press("/visit/start")
    page = browser.press("/visit/language", language="en")
    [dialog] = [one for one in page.root.all("dialog") if one.get("id") == "trouble"]
    assert dialog.above("main") is not None
    assert "Sambungan" not in dialog.text
