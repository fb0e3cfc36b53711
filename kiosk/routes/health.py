"""For monitoring: `/healthz` for whoever restarts and alarms, `/metrics` for Prometheus.

Strangers learn one word. Details need the token of KIOSK_METRICS_TOKEN; officers have the same two below
`/petugas/perangkat`, because their cookie goes nowhere else.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from kiosk.hardware.health import State
from kiosk.models.visit import VisitEnd
from kiosk.routes.panel import the_kiosk
from kiosk.services import health
from kiosk.services.health import FACE_STATES, Status, Vitals
from kiosk.services.kiosk import Kiosk
from kiosk.services.printing import FAILED, PRINTED, UNPROVEN

if TYPE_CHECKING:
    from prometheus_client import Metric

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """One word, with the token everything; 503 when no visit can be finished here."""
    kiosk = the_kiosk()
    return answer(kiosk, with_details=_shows_token(kiosk))


@bp.get("/metrics")
def metrics() -> Response:
    """Prometheus' text, for the token alone."""
    kiosk = the_kiosk()
    if not _shows_token(kiosk):
        return Response(
            "403\n", HTTPStatus.FORBIDDEN, mimetype="text/plain", headers={"Cache-Control": "no-store"}
        )
    return exposition(kiosk)


def answer(kiosk: Kiosk, *, with_details: bool) -> Response:
    """Return the kiosk's state as JSON."""
    vitals = health.look(kiosk)
    body: dict[str, object] = {"status": vitals.status}
    if with_details:
        body |= {
            "terminal": kiosk.settings.terminal,
            "at": _moment(vitals.at),
            "since": _moment(vitals.began_at),
            "database": {
                "state": "down" if vitals.database_seconds is None else "ok",
                "seconds": vitals.database_seconds,
            },
            "face": {"state": vitals.face},
            "failing": vitals.failing,
            "last_beat": None if vitals.last_beat is None else _moment(vitals.last_beat),
            "devices": {
                device.name: {
                    "state": device.health.state,
                    "code": device.health.code,
                    "since": _moment(device.health.since),
                    "driver": device.driver,
                }
                for device in vitals.devices
            },
        }
    response = jsonify(body)
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE if vitals.status is Status.DOWN else HTTPStatus.OK
    response.headers["Cache-Control"] = "no-store"
    return response


def exposition(kiosk: Kiosk) -> Response:
    """Return every figure in Prometheus' text format; those of a database that is down are left out."""
    # Here, because serving the first screen never needs it.
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_LATEST
    from prometheus_client.registry import Collector

    class Now(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from _families(kiosk)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Now())
    return Response(
        generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )


def _families(kiosk: Kiosk) -> Iterator[Metric]:
    """Every label comes from a closed set: names of devices, drivers, states, ends, outcomes."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    def gauge(name: str, help_: str, values: dict[tuple[str, ...], float], *labels: str) -> Metric:
        family = GaugeMetricFamily(f"anjungan_{name}", help_, labels=labels)
        for label, value in values.items():
            family.add_metric(label, value)
        return family

    vitals = health.look(kiosk)
    yield gauge("up", "1 unless no visit can be finished here", {(): vitals.status is not Status.DOWN})
    yield gauge("uptime_seconds", "Since this process began", {(): _uptime(vitals)})
    yield gauge(
        "device_up",
        "1 while a visit may rely on the device",
        {(one.name, one.driver): one.health.works for one in vitals.devices},
        "device",
        "driver",
    )
    yield gauge(
        "device_state",
        "1 at the state the device is in",
        {(one.name, state.value): one.health.state is state for one in vitals.devices for state in State},
        "device",
        "state",
    )
    yield gauge(
        "device_changed_timestamp_seconds",
        "When the device's state last changed",
        {(one.name,): one.health.since.timestamp() for one in vitals.devices},
        "device",
    )
    yield gauge(
        "face_engine_state",
        "1 at the state the face engine is in",
        {(state,): vitals.face == state for state in FACE_STATES},
        "state",
    )
    yield gauge("chores_failing", "Chores that failed when they were last done", {(): len(vitals.failing)})
    prints = CounterMetricFamily(
        "anjungan_prints", "Sheets since this process began, by what became of them", labels=["outcome"]
    )
    for outcome in (PRINTED, UNPROVEN, FAILED):
        prints.add_metric([outcome], kiosk.prints[outcome])
    yield prints
    if vitals.database_seconds is None:
        return
    yield gauge("database_answer_seconds", "One small question", {(): vitals.database_seconds})
    if vitals.last_beat is not None:
        yield gauge(
            "beat_timestamp_seconds",
            "Last sign of life of the housekeeper",
            {(): vitals.last_beat.timestamp()},
        )
    figures = health.figures(kiosk)
    yield gauge(
        "visits_today",
        "Visits of this office day that ended at this terminal, by end",
        {(end.value,): figures.visits.get(end.value, 0) for end in VisitEnd},
        "end",
    )
    yield gauge("queue_waiting", "Tickets of today that wait", {(): figures.queue})
    yield gauge("outbox_waiting", "Mails that no server has taken yet", {(): figures.outbox})


def _shows_token(kiosk: Kiosk) -> bool:
    token = kiosk.settings.metrics_token
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    is_right = hmac.compare_digest(shown.strip().encode(), token.encode())
    return bool(token) and scheme.lower() == "bearer" and is_right


def _uptime(vitals: Vitals) -> float:
    return max((vitals.at - vitals.began_at).total_seconds(), 0.0)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
