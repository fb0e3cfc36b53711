"""The face step of somebody who follows at once: from the last pose to the decision, and as a whole.

The first is measured inside: frames of the simulated camera are handed to the kiosk's own verb at simulated
times, with the real engine process and the real database, until a turn is the last one; what that call takes
is set against one look and one embedding of the same frame by the bare library. The second is measured from
outside: a served kiosk, its simulated camera and a client that polls as the page does, against the time that
the rule itself demands.
"""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import sqlalchemy as sa
from flask import Flask

from benchmarks.decision import serials
from benchmarks.keypad import Refused, Typist
from benchmarks.selfie import MISSING
from benchmarks.server import PRODUCT, Server
from benchmarks.table import Row
from kiosk import create_app
from kiosk.adapters.face import Described
from kiosk.adapters.face_finder import DETECT_PX, EMBED_PX, Faces
from kiosk.adapters.face_pictures import decode
from kiosk.adapters.face_process import POLITENESS
from kiosk.config import Settings
from kiosk.db import reading
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import RESIDENTS, Portrait
from kiosk.domain.challenge import WAIT_SECONDS
from kiosk.domain.framing import HOLD_SECONDS
from kiosk.domain.visit import Step
from kiosk.hardware.camera.acting import Act, Actor, Manner
from kiosk.hardware.camera.live import FRAMES_PER_SECOND
from kiosk.hardware.camera.scene import Film, Scene
from kiosk.models.visit import FaceAttempt, Visit
from kiosk.services import audit, codes, selfie
from kiosk.services.kiosk import Kiosk

LAST = "Last pose to decision / its floor"
LAST_BOUND = 2.5
LAST_GOAL_SECONDS = 0.6

WHOLE = "Whole face step / what it demands"
WHOLE_BOUND = 2.0
WHOLE_GOAL_SECONDS = 10.0

JUDGED = "Frames of the camera / judged"
JUDGED_BOUND = FRAMES_PER_SECOND / 10
"""At least ten a second are judged of the fifteen that the camera gives."""

PAUSE_SECONDS = 0.02
"""Between an answer and the next poll, as in the page (templates/partials/guidance.html)."""

MOST_SECONDS = 45.0
TURNS = 3


def rows(rounds: int, folder: Path) -> list[Row]:
    """Measure on the data that `server.prepare` made in `folder`, or say what is missing."""
    portraits = Portraits(Settings().data / "portraits")
    if not portraits.available:
        bounds = {LAST: LAST_BOUND, JUDGED: JUDGED_BOUND, WHOLE: WHOLE_BOUND}
        return [Row(name, float("nan"), "s", None, bound, MISSING) for name, bound in bounds.items()]
    app = create_app(Settings(data=folder / "data"))
    return [*_inside(rounds, app, portraits), *_outside(rounds, folder, app)]


def _inside(rounds: int, app: Flask, portraits: Portraits) -> list[Row]:
    kiosk: Kiosk = app.extensions["kiosk"]
    film = Film(Scene(portrait=portraits.person(Portrait.A1)))
    engine, bare = kiosk.adapters.face, Faces()
    engine.start()
    try:
        described = engine.describe(film.frame(0), 60)
        assert isinstance(described, Described)
        took, floors = [], []
        # On Linux niceness belongs to the thread: the floor gets as little of a busy machine as the engine.
        with ThreadPoolExecutor(1, initializer=os.nice, initargs=(POLITENESS,)) as as_polite:
            for _ in range(rounds):
                seconds, frame = _last_pose(app, kiosk, film, described.template)
                took.append(seconds)
                floors.append(median(as_polite.submit(_floor, bare, frame).result() for _ in range(3)))
    finally:
        engine.close()
    ratio = median(one / floor for one, floor in zip(took, floors, strict=True))
    note = f"the goal is {LAST_GOAL_SECONDS} s"
    return [
        Row("  one look and one embedding, bare", median(floors), "s"),
        Row(LAST, median(took), "s", ratio, LAST_BOUND, note),
    ]


def _floor(bare: Faces, frame: bytes) -> float:
    began = time.perf_counter()
    small = decode(frame, DETECT_PX)
    box = bare.seek(small)[0]
    bare.points(small, [box])
    large = decode(frame, EMBED_PX)
    scale = large.shape[1] / small.shape[1]
    top, right, bottom, left = (round(side * scale) for side in box)
    bare.embed(large, (top, right, bottom, left))
    return time.perf_counter() - began


def _last_pose(app: Flask, kiosk: Kiosk, film: Film, template: bytes) -> tuple[float, bytes]:
    """Let somebody follow in simulated time; return how long the last frame took, and that frame."""
    visit, actor = _before_the_camera(app, kiosk, template), Actor(Act.FOLLOWS, Manner(speed=60))
    with app.app_context():
        for number in range(round(MOST_SECONDS * FRAMES_PER_SECOND)):
            at = number / FRAMES_PER_SECOND
            watch = selfie.watch_of(kiosk, visit)
            cue = None if watch.round is None else watch.round.cue
            frame = film.frame(number, actor.pose(at, cue))
            began = time.perf_counter()
            seen = selfie.observe(kiosk, visit, frame, at)
            if isinstance(seen, Visit):
                took = time.perf_counter() - began
                if seen.step is not Step.QR:
                    raise Refused(f"the visit is at {seen.step}")
                return took, frame
    raise Refused("nobody has followed")


def _before_the_camera(app: Flask, kiosk: Kiosk, template: bytes) -> Visit:
    now = datetime.now(UTC)
    nik = f"327301410190{next(serials):04d}"
    visit = Visit(
        id=codes.new_id(20), terminal=kiosk.settings.terminal, language="id", step=Step.FACE, started_at=now,
        last_activity_at=now, nik=nik, nik_hash=kiosk.keys.nik_hash(nik), name="Warga Contoh",
        email="warga.contoh@gmail.com", phone="+6281234567890", register_photo=b"-", face_template=template,
    )  # fmt: skip
    with app.app_context(), audit.verb(kiosk) as session:
        session.add(visit)
    return visit


def _outside(rounds: int, folder: Path, app: Flask) -> list[Row]:
    demanded = HOLD_SECONDS + TURNS * (sum(WAIT_SECONDS) / 2 + _turn_there_and_back())
    whole, rates = [], []
    with Server(PRODUCT, folder) as server:
        server.first_answer()
        for _ in range(rounds):
            seconds, turning = _face_step(server.port)
            whole.append(seconds)
            rates.append(_judged(app) / turning)
    step, ratio = median(whole), median(FRAMES_PER_SECOND / rate for rate in rates)
    return [
        Row(JUDGED, median(rates), "fps", ratio, JUDGED_BOUND, "while the head turns; at least 10 a second"),
        Row("  what the rule and a head demand", demanded, "s", note="hold, waits, reacting and turning"),
        Row(WHOLE, step, "s", step / demanded, WHOLE_BOUND, f"the goal is {WHOLE_GOAL_SECONDS:.0f} s"),
    ]


def _turn_there_and_back() -> float:
    """Seconds that the simulated head needs for one turn: to notice and to move, both ways."""
    manner = Manner()
    return 2 * (manner.reaction + manner.reach / manner.speed)


def _face_step(port: int) -> tuple[float, float]:
    """Seconds from contact confirmed to the QR, and from the first cue on."""
    browser, resident = Typist(port), RESIDENTS[0]
    browser.post("/simulator/stand", key=resident.key)
    browser.post("/visit/nik", step="nik", nik=resident.nik)
    browser.post("/visit/nik/confirm", step="nik_check")
    browser.post("/visit/email", step="email", email="warga@contoh.example")
    browser.post("/visit/phone", step="phone", phone="081234567890")
    began = time.monotonic()
    screen = browser.post("/visit/contact/confirm", step="contact_check")
    number, cued = 0, 0.0
    while 'data-step="qr"' not in screen:
        if time.monotonic() - began > MOST_SECONDS:
            raise Refused("nobody has followed")
        time.sleep(PAUSE_SECONDS)
        screen = browser.get(f"/camera/guidance?after={number}")
        if not cued and "data-cue" in screen:
            cued = time.monotonic()
        if found := re.search(r"/camera/guidance\?after=(\d+)", screen):
            number = int(found[1])
    return time.monotonic() - began, time.monotonic() - cued


def _judged(app: Flask) -> int:
    """How many frames the newest attempt was judged by."""
    with app.app_context(), reading() as session:
        return session.scalar(sa.select(FaceAttempt.frames).order_by(FaceAttempt.id.desc()).limit(1)) or 0
