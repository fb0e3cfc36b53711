"""Monitoring: one word for strangers, everything for the token and for officers, never a person's data."""

from __future__ import annotations

import http.client
import re
import threading
import time
from datetime import datetime

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.serving import make_server

from kiosk.adapters.face import EngineState
from kiosk.db import db
from kiosk.domain.roles import Role
from kiosk.domain.terminal_state import SILENT_AFTER
from kiosk.domain.visit import Step
from kiosk.hardware.health import State
from kiosk.housekeeping import Housekeeper
from kiosk.services import health, terminal_state
from kiosk.services import visit as visits
from tests.officers import an_office
from tests.residents import SARI
from tests.stand import close, make_stand

TOKEN = "a-token-of-the-office-1"
KNOWN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def stand(tmp_path):
    """A kiosk with a token whose devices and face engine work."""
    stand = make_stand(tmp_path / "data", metrics_token=TOKEN)
    stand.enrol()
    stand.face.state = EngineState.READY
    for device in stand.kiosk.devices:
        device._board.report(State.READY, "ok")
    yield stand
    close(stand)


@pytest.fixture
def client(stand):
    return stand.app.test_client()


def _metrics(client) -> dict[tuple[str, ...], float]:
    """Name and labels to value, as Prometheus' own parser reads them."""
    text = client.get("/metrics", headers=KNOWN).text
    return {
        (sample.name.removeprefix("anjungan_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer \xe9"},
    ],
)
def test_a_stranger_learns_one_word_and_no_figures(client, headers):
    answer = client.get("/healthz", headers=headers)
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    refused = client.get("/metrics", headers=headers)
    assert (refused.status_code, refused.text) == (403, "403\n")
    assert refused.headers["Cache-Control"] == answer.headers["Cache-Control"] == "no-store"


def test_without_a_token_in_the_settings_nobody_has_the_right_one(tmp_path):
    stand = make_stand(tmp_path / "data")
    client = stand.app.test_client()
    assert set(client.get("/healthz", headers={"Authorization": "Bearer "}).json) == {"status"}
    assert client.get("/metrics", headers={"Authorization": "Bearer"}).status_code == 403
    close(stand)


def test_the_token_shows_each_device_with_its_code_and_since_when(stand, client):
    stand.clock.advance(60)
    stand.kiosk.devices.printer._board.report(State.FAULT, "paper_out")
    stand.clock.advance(5)
    answer = client.get("/healthz", headers=KNOWN)
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    printer = answer.json["devices"]["printer"]
    assert (printer["state"], printer["code"]) == ("fault", "paper_out")
    assert (stand.clock.now() - datetime.fromisoformat(printer["since"])).total_seconds() == 5
    assert answer.json["devices"]["camera"]["state"] == "ready"


def test_without_face_engine_no_visit_can_be_finished(stand, client):
    stand.face.state = EngineState.STARTING
    assert client.get("/healthz").json == {"status": "degraded"}
    stand.face.state = EngineState.DOWN
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "down"})
    assert _metrics(client)[("face_engine_state", "down")] == 1


def test_without_database_no_visit_can_be_finished_and_the_figures_of_devices_stay(
    stand, client, monkeypatch
):
    def gone():
        raise sa.exc.OperationalError("SELECT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(health, "reading", gone)
    answer = client.get("/healthz", headers=KNOWN)
    assert (answer.status_code, answer.json["database"]["state"]) == (503, "down")
    figures = _metrics(client)
    assert figures[("device_up", "printer", "simulated")] == 1
    assert figures[("up",)] == 0
    assert ("queue_waiting",) not in figures


def test_a_housekeeper_that_is_silent_is_noticed(stand, client):
    with stand.app.app_context():
        terminal_state.beat(stand.kiosk)
    stand.clock.advance(SILENT_AFTER.total_seconds() + 1)
    assert client.get("/healthz").json == {"status": "degraded"}


def test_a_database_that_can_be_read_and_not_written_finishes_no_visit(stand, client):
    housekeeper = Housekeeper(stand.kiosk, stand.app.app_context)
    beat = terminal_state.SIGN_OF_LIFE, terminal_state.beat
    housekeeper._do(*beat)
    with stand.app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # as full disks and locks do: reads go on
    housekeeper._do(*beat)
    answer = client.get("/healthz", headers=KNOWN)
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")  # once is no reason to call
    assert answer.json["failing"] == ["sign of life"]
    assert _metrics(client)[("chores_failing",)] == 1
    stand.clock.advance(SILENT_AFTER.total_seconds() + 1)
    assert client.get("/healthz").json == {"status": "down"}
    assert client.get("/healthz").status_code == 503
    with stand.app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
    housekeeper._do(*beat)
    assert client.get("/healthz").json == {"status": "ok"}


def test_the_figures_are_those_of_the_day_and_name_nobody(stand, client):
    with stand.app.app_context():
        stand.mail.down = True
        visits.leave(stand.kiosk, stand.bring(Step.EMAIL))
        stand.bring(Step.QR)
    stand.kiosk.prints["failed"] += 1
    figures = _metrics(client)
    assert figures[("visits_today", "left")] == 1
    assert figures[("visits_today", "activated")] == 0
    assert figures[("outbox_waiting",)] == 1
    assert figures[("queue_waiting",)] == 0
    assert figures[("prints_total", "failed")] == 1
    assert figures[("database_answer_seconds",)] > 0
    assert figures[("device_state", "printer", "ready")] == 1
    text = client.get("/metrics", headers=KNOWN).text
    assert SARI.nik not in text
    assert SARI.name not in text
    labels = set(re.findall(r'(\w+)="', text))
    assert labels <= {"device", "driver", "state", "end", "outcome"}


def test_technicians_have_both_without_a_token_and_auditors_neither(tmp_path):
    office = an_office(tmp_path)
    for role in (Role.TECHNICIAN, Role.AUDITOR):
        office.officer(role.value, role)
    technician, auditor = (office.signed_in(role.value) for role in (Role.TECHNICIAN, Role.AUDITOR))
    assert "printer" in technician.get("/petugas/perangkat/healthz").json["devices"]
    assert "anjungan_device_up" in technician.get("/petugas/perangkat/metrics").text
    assert auditor.get("/petugas/perangkat/healthz").status_code == 403
    assert "devices" not in technician.get("/healthz").json


def test_monitoring_does_not_exist_at_the_public_listener(tmp_path):
    stand = make_stand(tmp_path / "data", metrics_token=TOKEN, public_bind="0.0.0.0:9001")
    client = stand.app.test_client()
    for path in ("/healthz", "/metrics"):
        outside = client.get(path, headers=KNOWN, environ_overrides={"SERVER_PORT": "9001"})
        assert (outside.status_code, outside.text) == (404, "404")
    close(stand)


def test_a_device_that_hangs_does_not_delay_the_answer(stand):
    """A real server and a printer whose status takes its whole second."""
    stand.printer.controls.hang = True
    hanging = threading.Thread(target=stand.printer.status, daemon=True)
    server = make_server("127.0.0.1", 0, stand.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        line.request("GET", "/healthz", headers=KNOWN)
        line.getresponse().read()
        hanging.start()
        took = []
        for _ in range(5):
            began = time.perf_counter()
            line.request("GET", "/healthz", headers=KNOWN)
            assert line.getresponse().read()
            took.append(time.perf_counter() - began)
        assert hanging.is_alive()
        assert min(took) < 0.2
        line.close()
    finally:
        stand.printer.controls.hang = False
        server.shutdown()
        serving.join()
        server.server_close()
        hanging.join()
