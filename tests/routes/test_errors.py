"""When something fails that nobody expected: an apology, nothing half done, nobody named in the log."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.db import db
from kiosk.domain.visit import Step
from kiosk.models.visit import Visit
from kiosk.services import audit_check
from tests.residents import SARI
from tests.routes.client import Page
from tests.routes.walk import walk

ACTIONS = (
    "/visit/choose",
    "/visit/consent",
    "/visit/nik",
    "/visit/nik/confirm",
    "/visit/email",
    "/visit/phone",
    "/visit/contact/confirm",
    "/visit/refer",
    "/visit/qr/renew",
    "/visit/email/correct",
    "/visit/thanks/rate",
    "/visit/language",
    "/scan/resume",
    "/camera/trouble",
)
FIELDS = ("step", "choice", "reason", "nik", "email", "phone", "satisfaction", "language", "code")


def named_no_one(caplog):
    return not [secret for secret in SARI.secrets if secret in caplog.text]


@pytest.fixture
def impatient(stand, monkeypatch):
    """New connections wait 50 ms for the database instead of five seconds."""
    monkeypatch.setattr("kiosk.db.BUSY_TIMEOUT_MS", 50)
    with stand.app.app_context():
        db.engine.dispose()
    return stand


@pytest.mark.parametrize("at", [Step.NIK, Step.EMAIL, Step.CONTACT_CHECK])
def test_a_locked_database_is_an_apology_and_nothing_is_half_done(impatient, browser, at, caplog):
    stand = impatient
    walk(browser, stand, at)
    form = browser.page
    before = stand.one(sa.select(Visit))
    count = len(stand.audited())
    action, given = {
        Step.NIK: ("/visit/nik", {"nik": SARI.nik}),
        Step.EMAIL: ("/visit/email", {"email": SARI.email}),
        Step.CONTACT_CHECK: ("/visit/contact/confirm", {}),
    }[at]
    other = sqlite3.connect(stand.kiosk.settings.data / "kiosk.db", isolation_level=None)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        page = browser.press(action, **given)
    assert page.status == 503
    assert "Tidak ada data yang hilang" in page.text
    assert [node.text for node in page.root.all("a") if node.get("href") == "/"] == ["Coba lagi"]
    after = stand.one(sa.select(Visit))
    assert (after.step, after.nik, after.email) == (before.step, before.nik, before.email)
    assert len(stand.audited()) == count
    assert "SQLITE_BUSY" in caplog.text
    assert named_no_one(caplog)
    browser.press(action, page=form, **given)
    assert browser.step != at


def _full(wire, _record):
    """The disk has no room for one page more than the file has now."""
    wire.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    wire.execute(f"PRAGMA max_page_count={wire.execute('PRAGMA page_count').fetchone()[0]}")


def test_a_full_disk_is_an_apology_and_nothing_is_half_done(stand, browser, caplog):
    walk(browser, stand, Step.CONTACT_CHECK)
    with stand.app.app_context():
        engine = db.engine
        sa.event.listen(engine, "connect", _full)
        engine.dispose()
    round_trip = [
        ("/visit/back", {}),
        ("/visit/email", {"email": SARI.email}),
        ("/visit/phone", {"phone": SARI.phone}),
    ]
    for action, typed in round_trip * 40:
        form, before = browser.page, stand.one(sa.select(Visit)).step
        if browser.press(action, **typed).status != 200:
            break
    assert browser.page.status == 503
    assert "Tidak ada data yang hilang" in browser.page.text
    assert "SQLITE_FULL" in caplog.text
    assert named_no_one(caplog)
    assert stand.one(sa.select(Visit)).step is before
    sa.event.remove(engine, "connect", _full)
    with stand.app.app_context():
        assert audit_check.verify(stand.kiosk).faults == ()
        engine.dispose()
    assert browser.press(action, page=form, **typed).step != before


def test_a_form_without_its_token_is_refused_and_shows_where_the_visit_is(stand, browser):
    walk(browser, stand, Step.NIK)
    for token in ("", "wrong", "é", "\x00"):
        page = browser.post("/visit/nik", csrf_token=token, step="nik", nik=SARI.nik)
        assert (page.status, page.step) == (400, Step.NIK), "it shows where the visit is"
    assert stand.one(sa.select(Visit)).step is Step.NIK
    assert browser.open("/").step == Step.NIK


@pytest.mark.parametrize("path", ["/nothing", "/visit/", "/visit/start/", "/%00", "/..%2f..%2fetc", "/é"])
def test_an_address_that_is_none_is_an_apology(stand, plain, path):
    page = plain.open(path)
    assert page.status == 404
    assert "Coba lagi" in page.text


@pytest.mark.parametrize("path", ["/visit/nik", "/visit/leave", "/scan/resume", "/camera/frame"])
def test_a_form_that_is_opened_as_a_page_harms_nothing(stand, plain, path):
    walk(plain, stand, Step.EMAIL)
    assert plain.client.get(path).status_code == 405
    assert plain.open("/").step == Step.EMAIL


def test_a_surprise_is_an_apology_without_its_words_anywhere(stand, browser, caplog, monkeypatch):
    walk(browser, stand, Step.EMAIL)

    def bug(*_):
        raise RuntimeError(f"bad value {SARI.email}")

    monkeypatch.setattr("kiosk.services.contact.enter_email", bug)
    stand.app.testing = False
    page = browser.press("/visit/email", email=SARI.email)
    assert page.status == 500
    assert "Maaf, ada gangguan" in page.text
    assert SARI.email not in page.html
    assert "RuntimeError at visit.enter_email" in caplog.text
    assert named_no_one(caplog)
    monkeypatch.undo()
    assert browser.open("/").step == Step.EMAIL


@pytest.mark.parametrize("name", ['name="nik"', 'name="upload"; filename="x.jpg"'])
def test_a_20_mb_upload_is_an_apology(stand, plain, name):
    walk(plain, stand, Step.NIK)
    head = f"--b\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode()
    body = head + b"x" * 20_000_000 + b"\r\n--b--\r\n"
    answer = plain.client.post("/visit/nik", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "Kiriman terlalu besar" in Page(answer).text
    assert plain.open("/").step == Step.NIK


@pytest.mark.parametrize(("length", "status"), [(10_000, 422), (60_000, 413), (3_000_000, 413)])
def test_a_very_long_text_in_a_field_is_a_sentence_and_is_not_shown_again(stand, browser, length, status):
    walk(browser, stand, Step.NIK)
    page = browser.post("/visit/nik", csrf_token=browser.token, step="nik", nik="3" * length)
    assert page.status == status
    assert "3" * 41 not in page.html
    assert browser.open("/").step == Step.NIK


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    action=st.sampled_from(ACTIONS),
    step=st.sampled_from([Step.NIK, Step.EMAIL, Step.QR, "", "x"]),
    field=st.sampled_from(FIELDS),
    value=st.one_of(
        st.binary(max_size=40), st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
    ),
)
def test_any_byte_in_any_field_is_answered_with_a_sound_page(stand, plain, action, step, field, value):
    """Bytes, not characters: what no form of ours would send, a script can."""
    from urllib.parse import quote_from_bytes

    if plain.step == "":
        plain.press("/visit/start")
    parts = [("csrf_token", plain.token.encode()), ("step", str(step).encode()), (field, value)]
    body = "&".join(f"{name}={quote_from_bytes(text)}" for name, text in parts)
    kind = "application/x-www-form-urlencoded"
    answer = plain.client.post(action, data=body, content_type=kind)
    assert answer.status_code in (200, 422)
    assert plain.open("/").status == 200


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_a_body_that_is_no_form_is_refused_and_changes_nothing(stand, plain, kind):
    walk(plain, stand, Step.NIK)
    answer = plain.client.post("/visit/nik", data=b'{"nik": "1"}\x00\xff', content_type=kind)
    assert answer.status_code == 400
    assert plain.open("/").step == Step.NIK


@pytest.mark.parametrize(("path", "status"), [("/petugas/nothing", 404), ("/petugas/antrean/panggil", 405)])
def test_an_officer_is_not_sent_to_the_residents_start_screen(plain, path, status):
    page = plain.open(path)
    assert page.status == status
    assert "Kembali ke panel" in page.text
    assert "Panggil petugas" not in page.text


def test_a_surprise_in_the_panel_offers_no_help_call_to_an_officer(stand, plain, monkeypatch):
    def bug(*_):
        raise RuntimeError("bad")

    monkeypatch.setattr("kiosk.services.officer.is_anybody_there", bug)
    stand.app.testing = False
    page = plain.open("/petugas/masuk")
    assert page.status == 500
    assert "Kembali ke panel" in page.text
    assert "Panggil petugas" not in page.text
