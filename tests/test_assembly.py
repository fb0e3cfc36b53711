"""What holds for every answer, whichever surface gives it."""

from __future__ import annotations

import pytest

from kiosk import assembly
from kiosk.db import db
from tests.officers import an_office
from tests.support import make_app

PAGES = {
    "/": 200,
    "/petugas/masuk": 200,
    "/simulator": 200,
    "/a/A.MADEUP.CODE": 404,
    "/terminal/made-up": 403,
    "/there/is/nothing": 404,
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = make_app(tmp_path_factory.mktemp("assembly"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(("path", "status"), PAGES.items(), ids=PAGES)
def test_every_page_carries_the_strict_policy(app, path, status):
    answer = app.test_client().get(path)
    policy = {
        words[0]: words[1:] for words in map(str.split, answer.headers["Content-Security-Policy"].split(";"))
    }
    assert answer.status_code == status
    assert policy["default-src"] == ["'self'"]
    assert not {"script-src", "style-src"} & set(policy), "what runs and what styles comes from here only"
    assert {word for words in policy.values() for word in words} <= {"'self'", "'none'", "data:", "blob:"}
    assert {word for name in ("img-src", "media-src") for word in policy[name]} <= {
        "'self'",
        "data:",
        "blob:",
    }
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_kept_by_the_browser(app, path):
    assert app.test_client().get(path).headers["Cache-Control"] == "no-store"


def test_a_fragment_is_never_taken_for_a_page(app):
    assert "HX-Request" in app.test_client().get("/").headers["Vary"]


def test_a_body_that_no_camera_makes_is_refused(app):
    answer = app.test_client().post("/visit/start", data=b"x" * (5 * 1024 * 1024))
    assert answer.status_code == 413


def test_the_console_shows_a_link_only_while_nobody_works_here(tmp_path, capsys):
    office = an_office(tmp_path)
    assembly._welcome(office.app)
    shown = capsys.readouterr().out
    path = shown.split("http://127.0.0.1:8000")[1].strip()
    assert office.app.test_client().get(path).status_code == 200
    office.officer()
    assembly._welcome(office.app)
    assert capsys.readouterr().out == ""


def test_a_start_before_prepare_is_said_and_does_not_fail(tmp_path, capsys, caplog):
    app = make_app(tmp_path)
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE setup_link")
    assembly._welcome(app)
    assert capsys.readouterr().out == ""
    assert "run kiosk prepare" in caplog.text
