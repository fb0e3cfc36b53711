"""The page on the resident's phone, and everything that can be wrong with a code."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk import wording
from kiosk.db import db, reading
from kiosk.domain.activation import ActivationState, RedeemRefusal
from kiosk.domain.visit import Step
from kiosk.models.activation import Activation
from kiosk.models.visit import Visit
from kiosk.routes import phone
from kiosk.services import activation, audit, redemption, visit
from kiosk.services.kiosk import Kiosk
from tests.support import make_app, the_kiosk

NIK = "3273015507900001"
NAME = "SARI WULANDARI UJI"
EMAIL = "sari.uji@contoh.example"
TRIES = 5
PUBLIC = "http://anjungan.example"


@pytest.fixture
def app(tmp_path):
    app = make_app(tmp_path, public_url=PUBLIC)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def kiosk(app) -> Kiosk:
    return the_kiosk(app)


@dataclass
class Offer:
    """A QR on the kiosk's screen and the code that has just been mailed."""

    path: str
    digits: str
    visit_id: str
    id: str

    @property
    def wrong(self) -> str:
        return f"{(int(self.digits) + 1) % 10**6:06}"


def offer(app: Flask, language: str = "id") -> Offer:
    """Bring a visit to its QR by the real verbs, and read the code in the mail that was really written."""
    kiosk = the_kiosk(app)
    with app.app_context():
        visit_id = visit.start(kiosk, language).id
        with audit.verb(kiosk) as session:
            row = session.get_one(Visit, visit_id)
            row.step, row.nik, row.nik_hash = Step.QR, NIK, kiosk.keys.nik_hash(NIK)
            row.name, row.email, row.phone = NAME, EMAIL, "+6281234567890"
        activation.offer(kiosk, visit_id)
        return mailed(app, visit_id)


def mailed(app: Flask, visit_id: str) -> Offer:
    kiosk = the_kiosk(app)
    with app.app_context():
        now = activation.current(kiosk, visit_id)
        link = activation.link(kiosk, now)
    body = kiosk.adapters.mail.newest()[0].get_content()
    digits = re.search(r"(\d{3}) (\d{3})", body)
    return Offer(link.removeprefix(PUBLIC), "".join(digits.groups()), visit_id, now.id)


def state(app: Flask, one: Offer) -> ActivationState:
    with app.app_context(), reading() as session:
        return session.scalar(sa.select(Activation.state).where(Activation.id == one.id))


def words(answer) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def shows(answer, refusal: RedeemRefusal) -> bool:
    return str(wording.REDEEM[refusal]) in words(answer)


@pytest.fixture
def sentences(app):
    """Lazy sentences need a language to be compared in."""
    with app.test_request_context():
        yield


pytestmark = pytest.mark.usefixtures("sentences")


def test_the_mailed_code_completes_the_activation(app):
    one = offer(app)
    client = app.test_client()
    page = client.get(one.path)
    assert page.status_code == 200
    assert 'inputmode="numeric"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    done = client.post(one.path, data={"kode": one.digits})
    assert done.status_code == 200
    assert "IKD Anda sudah aktif" in words(done)
    assert "KTP-el tetap berlaku" in words(done)
    assert state(app, one) is ActivationState.ACTIVE


@pytest.mark.parametrize("typing", ["{a} {b}", " {a}{b} ", "{a}-{b}", "{a}\u00a0{b}\n"])
def test_a_code_pasted_as_the_mail_groups_it_is_taken(app, typing):
    one = offer(app)
    typed = typing.format(a=one.digits[:3], b=one.digits[3:])
    assert app.test_client().post(one.path, data={"kode": typed}).status_code == 200


def test_a_wrong_code_five_times_closes_the_qr_for_the_right_one_too(app):
    one = offer(app)
    client = app.test_client()
    for left in range(TRIES - 1, 0, -1):
        answer = client.post(one.path, data={"kode": one.wrong})
        assert answer.status_code == 422
        assert f"Sisa kesempatan: {left}." in words(answer)
        assert 'aria-invalid="true"' in answer.text
        assert 'aria-describedby="kode-keliru' in answer.text
    assert shows(client.post(one.path, data={"kode": one.wrong}), RedeemRefusal.TRIES_USED_UP)
    last = client.post(one.path, data={"kode": one.digits})
    assert last.status_code == 410
    assert shows(last, RedeemRefusal.TRIES_USED_UP)
    assert shows(client.get(one.path), RedeemRefusal.TRIES_USED_UP)
    assert state(app, one) is ActivationState.VOID


@pytest.mark.parametrize("typed", ["", " ", "12345", "1234567", "abcdef", "12 34 5x", "\x00" * 6, "½" * 6])
def test_a_slip_that_can_be_no_code_costs_no_try(app, typed):
    one = offer(app)
    client = app.test_client()
    for _ in range(TRIES + 1):
        answer = client.post(one.path, data={"kode": typed})
        assert answer.status_code == 422
        assert "Kode terdiri dari 6 angka" in words(answer)
    assert client.post(one.path, data={"kode": one.digits}).status_code == 200


def test_an_expired_qr_says_so_and_takes_no_code(app, kiosk):
    one = offer(app)
    kiosk.clock.advance(kiosk.settings.qr_seconds)
    client = app.test_client()
    for answer in (client.get(one.path), client.post(one.path, data={"kode": one.digits})):
        assert answer.status_code == 410
        assert shows(answer, RedeemRefusal.EXPIRED)
        assert "<form" not in answer.text
    assert state(app, one) is ActivationState.OPEN


def test_a_used_qr_says_so_to_whoever_comes_second(app):
    one = offer(app)
    client = app.test_client()
    client.post(one.path, data={"kode": one.digits})
    for answer in (client.get(one.path), client.post(one.path, data={"kode": one.digits})):
        assert answer.status_code == 410
        assert shows(answer, RedeemRefusal.USED)


def test_a_replaced_qr_points_to_the_new_one(app, kiosk):
    old = offer(app)
    kiosk.clock.advance(1)
    with app.app_context():
        activation.renew(kiosk, old.visit_id, Step.QR)
    new = mailed(app, old.visit_id)
    client = app.test_client()
    answer = client.post(old.path, data={"kode": old.digits})
    assert answer.status_code == 410
    assert shows(answer, RedeemRefusal.REPLACED)
    assert client.post(new.path, data={"kode": new.digits}).status_code == 200


def test_the_code_of_another_qr_does_not_fit(app):
    first, second = offer(app), offer(app)
    if first.digits != second.digits:
        answer = app.test_client().post(first.path, data={"kode": second.digits})
        assert answer.status_code == 422


@pytest.mark.parametrize("code", ["x", "A.ABC.DEF", "A..", "…", "%00", "T.{rest}", "{code}X", "{lower}"])
def test_a_code_that_we_have_not_signed_is_unknown(app, code):
    real = offer(app).path.removeprefix("/a/")
    made_up = code.format(rest=real[2:], code=real, lower=real.lower())
    client = app.test_client()
    for answer in (client.get(f"/a/{made_up}"), client.post(f"/a/{made_up}", data={"kode": "123456"})):
        assert answer.status_code == 404
        assert shows(answer, RedeemRefusal.UNKNOWN)


def test_while_it_is_being_processed_the_page_asks_again_by_itself(app, kiosk):
    one = offer(app)
    kiosk.adapters.authority.controls.down = True
    client = app.test_client()
    answer = client.post(one.path, data={"kode": one.digits})
    assert answer.status_code == 503
    assert shows(answer, RedeemRefusal.TRY_LATER)
    refresh = f'<meta http-equiv="refresh" content="3;url={one.path}">'
    assert refresh in answer.text
    waiting = client.get(one.path)
    assert waiting.status_code == 409
    assert shows(waiting, RedeemRefusal.IN_PROGRESS)
    assert refresh in waiting.text

    kiosk.adapters.authority.controls.down = False
    with app.app_context():
        assert redemption.settle(kiosk, kiosk.clock.now()) == 1
    assert client.get(one.path).status_code == 200, "the same code can be tried again"
    assert client.post(one.path, data={"kode": one.digits}).status_code == 200


def test_an_activation_that_the_authority_finished_unheard_is_shown_as_done(app, kiosk, monkeypatch):
    """The answer was lost on its way; asking for the outcome finds it."""
    one = offer(app)
    real = kiosk.adapters.authority.activate

    def lost(key, deadline):
        from kiosk.adapters.authority import AuthorityDown

        real(key, deadline)
        raise AuthorityDown

    monkeypatch.setattr(kiosk.adapters.authority, "activate", lost)
    client = app.test_client()
    assert client.post(one.path, data={"kode": one.digits}).status_code == 503
    with app.app_context():
        redemption.settle(kiosk, kiosk.clock.now())
    assert shows(client.get(one.path), RedeemRefusal.USED)
    assert state(app, one) is ActivationState.ACTIVE


def test_ten_people_redeem_one_qr_at_once_and_exactly_one_wins(app):
    one = offer(app)
    start = threading.Barrier(10)
    answers: list[int] = []

    def redeem() -> None:
        client = app.test_client()
        start.wait(10)
        answers.append(client.post(one.path, data={"kode": one.digits}).status_code)

    people = [threading.Thread(target=redeem) for _ in range(10)]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    count = Counter(answers)
    assert count[200] == 1, count
    assert count[409] + count[410] == 9, count
    assert state(app, one) is ActivationState.ACTIVE


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    """An open offer that no number of wrong codes closes."""
    app = make_app(tmp_path_factory.mktemp("patient"), public_url=PUBLIC, code_tries=10**6)
    yield app, offer(app)
    with app.app_context():
        db.engine.dispose()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda data: b"kode=" + data)))
def test_any_byte_in_the_field_is_answered_with_a_page(patient, body):
    app, one = patient
    kind = "application/x-www-form-urlencoded"
    answer = app.test_client().post(one.path, data=body, content_type=kind)
    assert answer.status_code == 422 or one.digits.encode() in body
    assert "Kode" in answer.text


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_a_form_that_is_none_is_answered_with_a_page(app, kind):
    one = offer(app)
    answer = app.test_client().post(one.path, data=b'{"kode": 1}\x00\xff', content_type=kind)
    assert answer.status_code == 422


def test_a_huge_upload_is_not_read_and_costs_no_try(app):
    one = offer(app)
    client = app.test_client()
    for _ in range(TRIES + 1):
        assert client.post(one.path, data={"kode": "1" * 3_000_000}).status_code == 422
    assert client.post(one.path, data={"kode": one.digits}).status_code == 200


def test_a_locked_database_is_a_sentence_on_the_phone_and_costs_nothing(app, monkeypatch, caplog):
    one = offer(app)
    monkeypatch.setattr("kiosk.db.BUSY_TIMEOUT_MS", 50)
    other = sqlite3.connect(the_kiosk(app).settings.data / "kiosk.db", isolation_level=None)
    with app.app_context():
        db.engine.dispose()  # new connections wait 50 ms instead of five seconds
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        answer = app.test_client().post(one.path, data={"kode": one.digits})
    assert answer.status_code == 503
    assert "Kode Anda tidak hilang" in words(answer)
    assert one.path in answer.text
    assert not [line for line in caplog.messages if one.digits in line or EMAIL in line]
    assert app.test_client().post(one.path, data={"kode": one.digits}).status_code == 200


def every_page(app: Flask, kiosk: Kiosk) -> list:
    client = app.test_client()
    one, other = offer(app), offer(app)
    pages = [client.get(one.path), client.post(one.path, data={"kode": one.wrong})]
    kiosk.adapters.authority.controls.down = True
    pages += [client.post(one.path, data={"kode": one.digits}), client.get(one.path)]
    kiosk.adapters.authority.controls.down = False
    with app.app_context():
        redemption.settle(kiosk, kiosk.clock.now())
    pages += [client.post(one.path, data={"kode": one.digits}), client.get(one.path)]
    kiosk.clock.advance(kiosk.settings.qr_seconds)
    return [*pages, client.get(other.path), client.get("/a/nothing")]


def test_no_page_shows_nik_name_phone_or_whole_address(app, kiosk):
    pages = every_page(app, kiosk)
    assert [page.status_code for page in pages] == [200, 422, 503, 409, 200, 410, 410, 404]
    for page in pages:
        for secret in (NIK, NIK[-4:], NAME, "SARI", "Sari", EMAIL, "sari", "81234567890"):
            assert secret not in page.text
    assert "s•••@contoh.example" in pages[0].text


def test_no_page_is_kept_indexed_or_passed_on_and_none_sets_a_cookie(app, kiosk):
    for page in every_page(app, kiosk):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert "noindex" in page.headers["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in page.text
        assert "Set-Cookie" not in page.headers
        assert "<script" not in page.text


def test_every_page_has_one_heading_a_title_and_no_id_twice(app, kiosk):
    for page in every_page(app, kiosk):
        assert page.text.count("<h1") == 1
        assert re.search(r"<title>\s*\S", page.text)
        assert '<html lang="id">' in page.text
        ids = re.findall(r'\bid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))


def test_the_page_speaks_the_language_of_the_visit_and_not_of_the_phone(app):
    one = offer(app, "en")
    client = app.test_client()
    assert '<html lang="en">' in client.get(one.path, headers={"Accept-Language": "id"}).text
    assert '<html lang="en">' in client.get("/a/nothing", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="id">' in client.get("/a/nothing", headers={"Accept-Language": "fr"}).text


@pytest.mark.parametrize("table", [wording.REDEEM, wording.REDEEM_NEXT, phone.STATUS])
def test_every_refusal_has_its_sentence_and_its_status(table):
    assert set(table) == set(RedeemRefusal)
