"""An office for tests: an application whose clock stands still, officers, and cases that wait for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from kiosk import adapters, keys
from kiosk.config import Settings
from kiosk.db import db
from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.domain.ticket import TicketState, office_day
from kiosk.domain.visit import Step
from kiosk.hardware import devices
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.officer import Officer
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from kiosk.services import audit, codes, lockout, pin, totp
from kiosk.services.kiosk import Kiosk
from tests.fixed_clock import FixedClock
from tests.support import make_app

PASSWORD = "kopi tubruk pagi"
PIN = "135790"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What every officer's phone and the kiosk share; `Office.code` is what the phone shows."""

NIK = "3273014101900001"
NAME = "Sari Wulandari"
SELFIE, REGISTER_PHOTO, TEMPLATE = b"\xff\xd8selfie", b"\xff\xd8register", b"template"

PRODUCTION = {
    "env": "production",
    "register": "siak",
    "authority": "siak",
    "mail": "smtp://127.0.0.1:25",
    "camera": "browser",
    "printer": "tcp://127.0.0.1:9100",
    "scanner": "browser",
    "public_url": "https://ikd.example",
}


@cache
def _hash() -> str:
    """Made once; that it costs nothing to check is the doing of `tests/support.py`."""
    return lockout.hashed(PASSWORD)


@dataclass
class Office:
    """The application under test and its time."""

    app: Flask
    clock: FixedClock

    @property
    def kiosk(self) -> Kiosk:
        """What every verb takes first."""
        kiosk: Kiosk = self.app.extensions["kiosk"]
        return kiosk

    def officer(self, username: str = "rina", role: Role = Role.OFFICER, **other: Any) -> Officer:
        """Let there be an officer with `PASSWORD`, `PIN` and a phone that knows `SECRET`.

        `other` overrides columns.
        """
        values: dict[str, Any] = {
            "username": username,
            "display_name": username.title(),
            "role": role,
            "password_hash": _hash(),
            "active": True,
            "created_at": self.clock.now(),
            "totp_secret": SECRET,
            "totp_confirmed_at": self.clock.now(),
            "totp_last_step": 0,
        }
        made = Officer(**values | other)
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            session.add(made)
            session.flush()
            if "pin_hash" not in other:
                made.pin_hash = pin.hash_of(self.kiosk, made.id, PIN)
        return made

    def code(self) -> str:
        """What every officer's phone shows now; used once, it is good again after 30 s."""
        return totp.code_now(SECRET, self.clock.now())

    def case(self, **other: Any) -> str:
        """Let a resident wait with a case; return the case's id. `other` overrides its columns."""
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            ticket = self._ticket(session, ReferReason.FACE_UNCERTAIN)
            values: dict[str, Any] = {
                "id": codes.new_id(12),
                "visit_id": ticket.visit_id,
                "ticket_id": ticket.id,
                "reason": ticket.reason,
                "distance": 0.58,
                "attempts": 2,
                "nik": NIK,
                "name": NAME,
                "nik_warnings": "sex,district_unknown",
                "selfie": SELFIE,
                "register_photo": REGISTER_PHOTO,
                "selfie_template": TEMPLATE,
                "opened_at": self.clock.now(),
                "state": CaseState.OPEN,
            }
            case = ReviewCase(**values | other)
            session.add(case)
            return case.id

    def ticket(self, reason: ReferReason) -> str:
        """Let a resident wait at the counter; return the ticket's number."""
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            return self._ticket(session, reason).number

    def _ticket(self, session: Any, reason: ReferReason) -> Ticket:
        now = self.clock.now()
        day = office_day(now, self.kiosk.settings.zone)
        serial = session.query(Ticket).filter_by(day=day).count() + 1
        visit = Visit(
            id=codes.new_id(20),
            terminal="A1",
            language="id",
            step=Step.TICKET,
            started_at=now - timedelta(minutes=3),
            last_activity_at=now,
        )
        session.add(visit)
        session.flush()
        ticket = Ticket(
            id=codes.new_id(12),
            visit_id=visit.id,
            day=day,
            serial=serial,
            reason=reason,
            state=TicketState.WAITING,
            issued_at=now,
        )
        session.add(ticket)
        session.flush()
        return ticket

    def kept(self, model: type, key: Any) -> Any:
        """A row as it stands in the database."""
        with self.app.app_context():
            row = db.session.get(model, key)
            db.session.expunge_all()
            db.session.rollback()
            return row

    def change(self, model: type, key: Any, **values: Any) -> None:
        """Change a row as somebody else would."""
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            row = session.get_one(model, key)
            for name, value in values.items():
                setattr(row, name, value)

    def audited(self) -> list[tuple[str, str, str]]:
        """The chain's entries: action, subject, detail."""
        from kiosk.models.audit import AuditEntry

        with self.app.app_context():
            entries = db.session.query(AuditEntry).order_by(AuditEntry.seq).all()
            found = [(entry.action.value, entry.subject, entry.detail) for entry in entries]
            db.session.rollback()
        return found

    def signed_in(self, username: str = "rina") -> FlaskClient:
        """A browser in which that officer has signed in, through the pages: password, then code.

        A code is good once: where he has signed in just before, it is as if he had waited for the next.
        """
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            session.query(Officer).filter_by(username=username).update({"totp_last_step": 0})
        client = self.app.test_client()
        answer = sign_in(client, username)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/petugas/masuk/kode"), answer.text
        answer = self.send_code(client)
        assert answer.status_code == 303, answer.text
        return client

    def send_code(self, client: FlaskClient, code: str | None = None) -> Any:
        """Post the code's page, with what the phone shows unless `code` is given."""
        page = client.get("/petugas/masuk/kode").text
        form = {"csrf_token": token(page), "code": self.code() if code is None else code}
        return client.post("/petugas/masuk/kode", data=form)


def an_office(data: Path, **settings: Any) -> Office:
    """An office on an empty database under `data`, in demonstration unless `settings` say otherwise."""
    clock = FixedClock()
    return Office(make_app(data, clock=clock, **settings), clock)


def a_production_office(data: Path, **settings: Any) -> Office:
    """The same under the rules of production; only what stands behind the adapters is a demonstration."""
    demo = Settings(data=data, env="demo")
    ring = keys.create(data / "keys.txt")
    clock = FixedClock()
    chosen = PRODUCTION | {"key_file": data / "keys.txt"} | settings
    app = make_app(
        data,
        clock=clock,
        devices=devices.build(demo, clock),
        adapters=adapters.build(demo, ring, clock),
        **chosen,
    )
    return Office(app, clock)


def token(page: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def sign_in(client: FlaskClient, username: str = "rina", password: str = PASSWORD, **fields: str) -> Any:
    """Post the sign-in page's form, as a browser would."""
    page = client.get("/petugas/masuk").text
    form = {"csrf_token": token(page), "username": username, "password": password} | fields
    return client.post("/petugas/masuk", data=form)


def send(client: FlaskClient, path: str, *, at: str | None = None, **fields: str) -> Any:
    """Post a form to `path` with the token of the page `at` (of `path` itself unless said)."""
    return client.post(path, data={"csrf_token": token(client.get(at or path).text)} | fields)


def well_formed(page: str) -> str:
    """Check what holds for every page of the panel, and hand it on.

    One heading, a language and a title, no id twice, a label for every field, a token in every form.
    """
    assert '<html lang="id">' in page
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert re.search(r"<title>\s*\S", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    for field in re.findall(r"<(?:input|textarea|select)\b[^>]*>", page):
        if 'type="hidden"' not in field:
            found = re.search(r'\sid="([^"]+)"', field)
            assert found, field
            assert f'for="{found[1]}"' in page, field
    for named in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page):
        assert set(named.split()) <= set(ids), named
    assert page.count('name="csrf_token"') == page.count('method="post"')
    return page


def every_request(app: Flask) -> Iterator[tuple[str, str, str]]:
    """One request per route and method: endpoint, method, path."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            path = adapter.build(rule.endpoint, {name: _filled(rule, name) for name in rule.arguments})
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, path


def _filled(rule: Rule, name: str) -> Any:
    """Something that leads to the view in the place of an argument, and to nothing behind it."""
    match rule._converters[name]:
        case AnyConverter(items=words):
            return sorted(words)[0]
        case IntegerConverter():
            return 0
        case _:
            return "favicon.svg" if name == "filename" else "x"
