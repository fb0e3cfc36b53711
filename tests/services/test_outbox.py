"""What may happen to a mail between the verb that posts it and the server that takes it."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask

from kiosk.adapters.mail import MailDown, MailRefused
from kiosk.db import db, is_in_transaction, reading
from kiosk.domain.activation import ActivationState
from kiosk.domain.visit import Step
from kiosk.models.activation import Activation
from kiosk.models.mail import Mail
from kiosk.models.visit import Visit
from kiosk.services import audit, outbox
from kiosk.services.kiosk import Kiosk
from kiosk.services.outbox import MailState
from tests.support import make_app, the_kiosk

ADDRESS = "sari.uji@contoh.example"
BODY = "Kode aktivasi IKD Anda:\n\n    123 456\n"


class Crash(BaseException):
    """The process dies: nothing after this line runs."""


class ScriptedMail:
    """A mail server that does, one after the other, what the test has written down."""

    driver = "scripted"
    simulated = True

    def __init__(self, *script: BaseException | None) -> None:
        self.script = list(script)
        self.taken: list[EmailMessage] = []

    def send(self, message: EmailMessage, deadline: float) -> None:
        assert not is_in_transaction(), "a transaction was open while the mail server was asked"
        then = self.script.pop(0) if self.script else None
        if isinstance(then, Crash):
            self.taken.append(message)  # the server has it, we never hear of it
        if then is not None:
            raise then
        self.taken.append(message)

    def check(self, deadline: float) -> str | None:
        return None


@pytest.fixture
def app(tmp_path):
    app = make_app(tmp_path, mail_from="Anjungan IKD <anjungan@kota.example>")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def kiosk(app) -> Kiosk:
    return the_kiosk(app)


def with_server(app: Flask, server: object) -> Kiosk:
    kiosk = the_kiosk(app)
    app.extensions["kiosk"] = replace(kiosk, adapters=replace(kiosk.adapters, mail=server))
    return the_kiosk(app)


def posted(kiosk: Kiosk, name: str = "A1", *, seconds: int = 180, address: str | None = ADDRESS) -> str:
    """A visit with an open activation and its mail; returns the activation's id."""
    now = kiosk.clock.now()
    visit = Visit(
        id=f"visit-{name}",
        terminal="A1",
        language="id",
        step=Step.QR,
        started_at=now,
        last_activity_at=now,
        email=address,
    )
    activation = Activation(
        id=name,
        visit_id=visit.id,
        state=ActivationState.OPEN,
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
        code_mac="",
    )
    with audit.verb(kiosk) as session:
        for one in (visit, activation):
            session.add(one)
            session.flush()
        outbox.post(kiosk, session, visit, activation, "Kode aktivasi IKD Anda", BODY)
    return name


def row(activation_id: str) -> SimpleNamespace:
    columns = Mail.__table__.columns.keys()
    with reading() as session:
        values = session.execute(
            sa.select(*(getattr(Mail, name) for name in columns)).where(Mail.activation_id == activation_id)
        ).one()
    return SimpleNamespace(**dict(zip(columns, values, strict=True)))


def test_a_mail_is_sent_once_and_erased_at_once(kiosk):
    offer = posted(kiosk)
    assert outbox.state_of(kiosk, offer) is MailState.WAITING
    assert outbox.deliver_due(kiosk) == 1
    assert outbox.deliver_due(kiosk) == 0
    mail = row(offer)
    assert (mail.recipient, mail.body, mail.next_try_at) == (None, None, None)
    assert mail.sent_at == kiosk.clock.now()
    assert outbox.state_of(kiosk, offer) is MailState.SENT
    (letter,) = kiosk.adapters.mail.newest()
    assert (letter["To"], letter["Subject"]) == (ADDRESS, "Kode aktivasi IKD Anda")
    assert letter["Message-ID"] == mail.message_id
    assert mail.message_id.endswith("@kota.example>")
    assert letter.get_content().splitlines() == BODY.splitlines()


def test_what_waits_in_the_outbox_cannot_be_read_in_the_database_file(kiosk, tmp_path):
    posted(kiosk)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("kiosk.db*"))
    assert b"Kode aktivasi IKD Anda" in stored  # the subject, which tells nothing
    assert ADDRESS.encode() not in stored
    assert b"123 456" not in stored


def test_a_verb_that_fails_posts_nothing(kiosk):
    posted(kiosk)
    outbox.deliver_due(kiosk)
    with suppress(RuntimeError), audit.verb(kiosk) as session:
        visit = session.get_one(Visit, "visit-A1")
        activation = session.get_one(Activation, "A1")
        outbox.post(kiosk, session, visit, activation, "Kedua", BODY)
        raise RuntimeError
    assert outbox.deliver_due(kiosk) == 0
    assert row("A1").subject == "Kode aktivasi IKD Anda"


def test_a_visit_without_an_address_posts_nothing(kiosk):
    with pytest.raises(ValueError, match="no e-mail address"):
        posted(kiosk, address=None)
    with reading() as session:
        assert session.scalar(sa.select(sa.func.count(Mail.id))) == 0


def test_a_mail_server_that_is_down_gets_the_mail_when_it_is_back(kiosk):
    offer = posted(kiosk)
    kiosk.adapters.mail.controls.down = True
    assert outbox.deliver_due(kiosk) == 0
    assert outbox.state_of(kiosk, offer) is MailState.DELAYED
    assert row(offer).recipient == ADDRESS
    kiosk.adapters.mail.controls.down = False
    assert outbox.deliver_due(kiosk) == 0, "not before its time"
    kiosk.clock.advance(outbox.BACK_OFF_SECONDS[0])
    assert outbox.deliver_due(kiosk) == 1
    assert outbox.state_of(kiosk, offer) is MailState.SENT


def test_the_waits_grow_and_end_with_the_code(kiosk):
    offer = posted(kiosk, seconds=180)
    kiosk.adapters.mail.controls.down = True
    began = kiosk.clock.now()
    tried: list[float] = []
    while (due := row(offer).next_try_at) is not None:
        kiosk.clock.set_now(due)
        before = row(offer).tries
        outbox.deliver_due(kiosk)
        if row(offer).tries > before:
            tried.append((due - began).total_seconds())
    assert tried == [0, 2, 7, 17, 47, 107, 167]
    mail = row(offer)
    assert (mail.recipient, mail.body, mail.last_error) == (None, None, outbox.EXPIRED)
    assert kiosk.clock.now() == began + timedelta(seconds=180)
    assert outbox.state_of(kiosk, offer) is MailState.DELAYED


def test_a_mail_whose_code_has_expired_is_given_up_and_erased(kiosk):
    offer = posted(kiosk, seconds=60)
    kiosk.clock.advance(60)
    assert outbox.deliver_due(kiosk) == 0
    mail = row(offer)
    assert (mail.recipient, mail.body, mail.next_try_at) == (None, None, None)
    assert kiosk.adapters.mail.newest() == []


def test_a_refused_recipient_is_given_up_at_once_and_erased(app):
    server = ScriptedMail(MailRefused("550"))
    kiosk = with_server(app, server)
    offer = posted(kiosk)
    assert outbox.deliver_due(kiosk) == 0
    mail = row(offer)
    assert (mail.recipient, mail.body, mail.next_try_at, mail.last_error) == (None, None, None, "refused")
    assert outbox.state_of(kiosk, offer) is MailState.REFUSED
    kiosk.clock.advance(60)
    assert outbox.deliver_due(kiosk) == 0
    assert server.taken == []


@pytest.mark.parametrize("state", [ActivationState.VOID, ActivationState.ACTIVE])
def test_the_mail_of_a_replaced_offer_never_reaches_the_old_address(kiosk, state):
    offer = posted(kiosk)
    with audit.verb(kiosk) as session:
        session.get_one(Activation, offer).state = state
    assert outbox.deliver_due(kiosk) == 0
    assert row(offer).recipient is None
    assert kiosk.adapters.mail.newest() == []


def test_a_crash_between_send_and_commit_repeats_the_same_message_id(app):
    server = ScriptedMail(Crash())
    kiosk = with_server(app, server)
    offer = posted(kiosk)
    with pytest.raises(Crash):
        outbox.deliver_due(kiosk)
    assert row(offer).sent_at is None
    assert outbox.deliver_due(kiosk) == 0, "the claim still holds"
    kiosk.clock.advance(kiosk.settings.adapter_deadline_seconds + outbox.CLAIM_MARGIN.total_seconds())
    assert outbox.deliver_due(kiosk) == 1
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"] == row(offer).message_id
    assert first.get_content() == second.get_content()


def test_two_workers_never_send_the_same_mail_at_the_same_moment(app):
    inside, go_on = threading.Event(), threading.Event()

    class Slow(ScriptedMail):
        def send(self, message: EmailMessage, deadline: float) -> None:
            inside.set()
            assert go_on.wait(10)
            super().send(message, deadline)

    server = Slow()
    kiosk = with_server(app, server)
    posted(kiosk)
    sent: list[int] = []

    def work() -> None:
        with app.app_context():
            sent.append(outbox.deliver_due(kiosk))

    first = threading.Thread(target=work)
    first.start()
    assert inside.wait(10)
    others = [threading.Thread(target=work) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join(10)
    assert sent == [0, 0, 0, 0]
    go_on.set()
    first.join(10)
    assert sent == [0, 0, 0, 0, 1]
    assert len(server.taken) == 1


def test_one_bad_mail_does_not_hold_up_the_next(app):
    server = ScriptedMail(MailDown("deadline"), MailRefused("550"))
    kiosk = with_server(app, server)
    posted(kiosk, "A1")
    posted(kiosk, "A2")
    posted(kiosk, "A3", address="a@contoh.example\nBcc: b@contoh.example")
    posted(kiosk, "A4")
    assert outbox.deliver_due(kiosk) == 1
    states = [outbox.state_of(kiosk, name) for name in ("A1", "A2", "A3", "A4")]
    assert states == [MailState.DELAYED, MailState.REFUSED, MailState.REFUSED, MailState.SENT]
    assert [letter["Bcc"] for letter in server.taken] == [None]


def test_no_log_line_names_the_recipient_or_the_code(app, caplog):
    caplog.set_level(logging.DEBUG)
    kiosk = with_server(app, ScriptedMail(MailDown("451"), MailRefused("550"), None))
    for name in ("A1", "A2", "A3"):
        posted(kiosk, name)
    outbox.deliver_due(kiosk)
    lines = [record.getMessage() for record in caplog.records]
    assert sum(line.startswith("mail ") for line in lines) == 3
    assert not [line for line in lines if ADDRESS in line or "123 456" in line]


def test_a_clock_that_is_set_back_sends_nothing_twice(kiosk):
    offer = posted(kiosk)
    outbox.deliver_due(kiosk)
    kiosk.clock.set_now(kiosk.clock.now() - timedelta(days=1))
    assert outbox.deliver_due(kiosk) == 0
    assert outbox.state_of(kiosk, offer) is MailState.SENT
    assert len(kiosk.adapters.mail.newest()) == 1
