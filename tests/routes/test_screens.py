"""Every screen in both languages, reached by a visit: `client.py` looks at the markup of each."""

from __future__ import annotations

import pytest
from flask import render_template

from kiosk.domain.retention import SCORES
from kiosk.domain.review import DecisionReason
from kiosk.domain.visit import CLOSED, Step
from kiosk.routes import views
from kiosk.services import review_decision
from tests.officers import PIN
from tests.residents import SARI
from tests.routes.client import Page, PageFault
from tests.routes.walk import visit_id, walk
from tests.services.scripted import NO_MATCH, UNCERTAIN

FROM_EMAIL = {"email": SARI.email}


def reach(browser, stand, step):
    """Bring the browser to the screen of any step."""
    match step:
        case Step.GET_APP | Step.WANTS_PERSON:
            walk(browser, stand, Step.CHOICE)
            browser.press("/visit/choose", choice="needs_app" if step is Step.GET_APP else "cannot")
        case Step.UNDERAGE | Step.NOT_YET_17:
            from tests.residents import YOUNG

            walk(browser, stand, Step.UNDERAGE, YOUNG)
            if step is Step.NOT_YET_17:
                browser.press("/visit/age")
        case Step.REGISTER_REFUSED:
            stand.enrol(recorded=False)
            walk(browser, stand, Step.NIK_CHECK)
            browser.press("/visit/nik/confirm")
        case Step.FACE_AGAIN:
            stand.face.compared = NO_MATCH
            walk(browser, stand, step)
        case Step.ALREADY_ACTIVE:
            stand.make_active_elsewhere()
            walk(browser, stand, step)
        case Step.WAITING_FOR_OFFICER:
            stand.on_board(stand.officer())
            stand.face.compared = UNCERTAIN
            walk(browser, stand, step)
        case Step.EMAIL_FIX:
            walk(browser, stand, Step.QR)
            browser.press("/visit/email/wrong")
        case Step.PAUSED:
            walk(browser, stand, Step.EMAIL)
            browser.press("/visit/pause")
        case Step.TICKET:
            walk(browser, stand, Step.EMAIL)
            browser.press("/visit/refer", reason="no_email")
        case _:
            walk(browser, stand, step)


@pytest.mark.parametrize("step", [step for step in Step if step not in CLOSED])
def test_every_screen_in_both_languages(stand, browser, step):
    reach(browser, stand, step)
    assert browser.step == step
    for language in ("en", "id"):
        page = browser.press("/visit/language", language=language)
        assert page.step == step, "the other language is the same screen"
        assert [main.get("lang") for main in page.root.all("main")] == [language]
        assert page.answer.headers["Cache-Control"] == "no-store"
        assert "HX-Request" in page.answer.headers["Vary"]


@pytest.mark.parametrize("step", [step for step in Step if step not in CLOSED])
def test_every_screen_leads_somewhere(stand, plain, step):
    reach(plain, stand, step)
    ways = {form.get("action") for form in plain.page.root.all("form")}
    assert ways - {"/visit/language", "/visit/stay", "/camera/frame"}, "a dead end"


def test_the_consent_says_how_long_it_is_known_how_alike_a_face_was(stand, plain):
    walk(plain, stand, Step.CONSENT)
    assert f"disimpan {SCORES.days} hari" in plain.page.text


def test_who_cannot_turn_is_met_by_an_officer_and_told_so_until_the_qr(stand, plain):
    rina = stand.on_board(stand.officer())
    walk(plain, stand, Step.FACE)
    page = plain.press("/visit/face/cannot-turn")
    assert page.step == Step.WAITING_FOR_OFFICER
    assert "Anda tidak perlu menoleh" in page.text
    case = stand.cases()[-1].id
    with stand.app.app_context():
        review_decision.decide(stand.kiosk, rina, case, DecisionReason.SEEN_IN_PERSON, "", PIN)
    assert plain.poll("/visit/officer/state").step == Step.QR


def test_no_screen_reads_the_database_while_it_is_drawn(stand, plain):
    """A lazy read in a template would begin a transaction that nobody ends."""
    from kiosk.db import is_in_transaction

    walk(plain, stand, Step.QR)
    with stand.app.test_request_context():
        visit = stand.row(visit_id(plain))
        view = views.of(stand.kiosk, visit, None)
        render_template("steps/qr.html", visit=visit, view=view, settings=stand.kiosk.settings, error={},
                        language="id", idle=None)  # fmt: skip
        assert not is_in_transaction()


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<main lang='id'></main>", "0 h1"),
        ("<main lang='id'><h1>a</h1><h1>b</h1></main>", "2 h1"),
        ("<main lang='id'><h1></h1></main>", "empty h1"),
        ("<main><h1>a</h1></main>", "without a language"),
        ("<html lang='id'><body><h1>a</h1></body></html>", "no title"),
        ("<main lang='id'><h1>a</h1><p id='x'></p><p id='x'></p></main>", "id twice"),
        ("<main lang='id'><h1>a</h1><input name='nik'></main>", "no label"),
        ("<main lang='id'><h1>a</h1><form action='/x'></form></main>", "without method"),
        ("<main lang='id'><h1>a</h1><form method='post' action='/x'></form></main>", "no CSRF"),
        ("<p style='color:red'>a</p>", "inline style"),
        ("<script>alert(1)</script>", "inline or foreign script"),
        ("<script src='https://cdn.example/x.js'></script>", "inline or foreign script"),
        ("<p onclick='x()'>a</p>", "onclick"),
        ("<p>&lt;strong&gt;a</p>", "escaped twice"),
        ("<p>3273 0155 0790 0001</p>", "look like a NIK"),
        ("<p><b>3273</b><b>0155</b><b>0790</b><b>0001</b></p>", "look like a NIK"),
        ("<input type='hidden' value='3273015507900001'>", "look like a NIK"),
        ("<p><b></p>", "closes"),
        ("<img src='/x'>", "without alt"),
        ("<button type='submit'></button>", "button without a name"),
    ],
)
def test_the_client_sees_each_fault(stand, html, rule):
    """Without this, the page checks could be blind."""
    from werkzeug.test import TestResponse

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [html.encode()]

    from werkzeug.test import Client

    with pytest.raises(PageFault, match=rule):
        Page(Client(app, TestResponse).get("/"))
