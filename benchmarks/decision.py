"""How soon a resident who waits at the kiosk sees what an officer has decided.

A real gunicorn. The officer signs in and sends the form of the case as his browser does, PIN and all; the
kiosk's screen polls as htmx does, once a second, at phases that are spread over the second. What is timed is
the way from the officer's form to the whole answer with the QR; the ratio is against the poll's interval.
"""

from __future__ import annotations

import http.client
import itertools
import re
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from flask import Flask

from benchmarks.server import PRODUCT, Server
from benchmarks.table import Row
from kiosk import create_app
from kiosk.config import Settings
from kiosk.demonstration.officers import DemoOfficer, known
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Step
from kiosk.models.case import ReviewCase
from kiosk.models.visit import Visit
from kiosk.services import audit, codes, totp, waiting
from kiosk.services.case import Evidence
from kiosk.services.kiosk import Kiosk

POLL_SECONDS = 1.0
"""What the screen's `hx-trigger` says."""

BOUND = 2.0
DECISIONS = 4
"""A round; each meets another phase of the poll."""

NAME = "Officer's decision to the kiosk's screen / poll interval"


serials = itertools.count(1)


class Refused(Exception):
    """The kiosk answered something else than it should; the message is path and status."""


class Browser:
    """Keeps cookies and the page's token, as a browser does; one line, one thread."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies = dict(cookies or {})
        self._token = ""

    def read(self, path: str, expected: tuple[int, ...] = (200,), **fields: str) -> tuple[int, str]:
        """Ask for `path`, or post `fields` to it; raise `Refused` for an unexpected status."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if fields:
            body = urlencode({"csrf_token": self._token} | fields).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        else:
            headers["HX-Request"] = "true"
        self._line.request("POST" if fields else "GET", path, body, headers)
        answer = self._line.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if found := re.search('name="csrf_token" value="([^"]+)"', text):
            self._token = found[1]
        if answer.status not in expected:
            raise Refused(f"{path}: {answer.status}")
        return answer.status, text

    def sign_in(self, who: DemoOfficer) -> None:
        """Sign in as the panel asks for it: password, then the code that his phone shows."""
        self.read("/petugas/masuk")
        self.read("/petugas/masuk", (303,), username=who.username, password=who.password)
        self.read("/petugas/masuk/kode")
        self.read("/petugas/masuk/kode", (303,), code=totp.code_now(who.secret, datetime.now(UTC)))


def rows(rounds: int, folder: Path) -> list[Row]:
    """Measure on the data that `server.prepare` made in `folder`."""
    data = folder / "data"
    app = create_app(Settings(data=data))
    kiosk: Kiosk = app.extensions["kiosk"]
    [officer] = [one for one in known(kiosk.settings) if one.username == "petugas"]
    with Server(PRODUCT, folder) as server:
        server.first_answer()
        desk = Browser(server.port)
        desk.sign_in(officer)
        times = [
            [
                _decision(app, server.port, desk, officer, (number + 0.5) / DECISIONS)
                for number in range(DECISIONS)
            ]
            for _ in range(rounds)
        ]
    seconds = median(median(each) for each in times)
    slowest = max(max(each) for each in times)
    note = f"slowest of {rounds * DECISIONS}: {slowest:.2f} s"
    return [Row(NAME, seconds, "s", seconds / POLL_SECONDS, BOUND, note)]


def _decision(app: Flask, port: int, desk: Browser, officer: DemoOfficer, phase: float) -> float:
    """Let somebody wait, decide when his poll was answered `phase` seconds ago, return how long it took."""
    desk.read("/petugas/kasus/isi")  # from here on somebody is on the board
    visit_id, case_id = _waiting(app)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    screen = Browser(port, {app.config["SESSION_COOKIE_NAME"]: serializer.dumps({"visit": visit_id})})
    seen = threading.Event()
    began = time.monotonic()

    def poll() -> None:
        number = 0
        while True:
            number += 1
            time.sleep(max(began + number * POLL_SECONDS - time.monotonic(), 0))
            if 'data-step="qr"' in screen.read("/visit/officer/state?shown=looking", (200, 204))[1]:
                seen.set()
                return

    desk.read(f"/petugas/kasus/{case_id}")
    poller = threading.Thread(target=poll, daemon=True)
    poller.start()
    time.sleep(max(began + 2 * POLL_SECONDS + phase - time.monotonic(), 0))
    sent = time.perf_counter()
    desk.read(f"/petugas/kasus/{case_id}", (303,), reason="same_person", note="", pin=officer.pin)
    if not seen.wait(30):
        raise Refused("the kiosk does not show the decision")
    return time.perf_counter() - sent


def _waiting(app: Flask) -> tuple[str, str]:
    """A resident before the camera, handed over by the product's own verb: his visit and his case.

    Each is somebody else: whoever has approved one NIK twice would need a second officer.
    """
    kiosk: Kiosk = app.extensions["kiosk"]
    now = kiosk.clock.now()
    visit_id = codes.new_id(20)
    nik = f"327301410190{next(serials):04d}"
    visit = Visit(
        id=visit_id, terminal=kiosk.settings.terminal, language="id", step=Step.FACE, started_at=now,
        last_activity_at=now, nik=nik, nik_hash=kiosk.keys.nik_hash(nik), name="Warga Contoh",
        email="warga.contoh@gmail.com", phone="+6281234567890", register_photo=b"-", face_template=b"-",
    )  # fmt: skip
    with app.app_context():
        with audit.verb(kiosk) as session:
            session.add(visit)
        evidence = Evidence(selfie=b"-", template=b"-", distance=0.58, attempts=1)
        handed_over = waiting.hand_over(kiosk, visit_id, Step.FACE, ReferReason.FACE_UNCERTAIN, evidence)
        if handed_over.step is not Step.WAITING_FOR_OFFICER:
            raise Refused(f"the visit is at {handed_over.step}")
        with audit.verb(kiosk) as session:
            case = session.query(ReviewCase.id).filter_by(visit_id=visit_id).one()
    return visit_id, case.id
