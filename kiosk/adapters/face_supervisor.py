"""The kiosk's end of the face process: started, watched, given deadlines, and started again."""

from __future__ import annotations

import struct
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import dist, fsum, hypot
from typing import Any

from kiosk.adapters.face_engine import (
    Described,
    Embedded,
    EngineDown,
    EngineState,
    EngineTimeout,
    NoFaceReason,
    NotAPicture,
    NoUsableFace,
    OtherEngine,
    PictureTooLarge,
)
from kiosk.adapters.face_models import Models
from kiosk.adapters.face_pipe import MAX_PICTURE_BYTES, Ask, Broken, Child, NotLoaded
from kiosk.domain.capture import Face, Look

BACK_OFF_SECONDS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Wait before each restart in a row. The first costs nothing, so that one crash costs one call only."""

STEADY_SECONDS = 30.0
"""A process that lived this long was healthy: the next crash counts as a first one again."""

DLIB_BYTES = 1024
"""128 numbers: one face as dlib's model describes it."""

NONE = Models()


class FaceProcess:
    """face_recognition in a child process (`face_process.py`), supervised by one thread; with an embedder of
    the office's own in `models`, that one in its place.

    A template is a row of float64, little endian: dlib's 128 numbers, or an embedder's unit vector.
    """

    command: tuple[str, ...] = (sys.executable, "-m", "kiosk.adapters.face_process")

    def __init__(self, *, min_face_px: int = 80, models: Models = NONE) -> None:
        self.name = "face_recognition" if models.embedder is None else "onnx"
        self.min_face_px = min_face_px
        self._models = models
        self._state = EngineState.DOWN
        self._version = ""
        self._hint = "not started"
        self._running: Child | None = None
        self._child: Child | None = None  # the running one, once it has loaded
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._supervisor: threading.Thread | None = None
        self._last_id = 0

    @property
    def state(self) -> EngineState:
        """How the engine is, without waiting."""
        return self._state

    @property
    def version(self) -> str:
        """See `FaceEngine.version`."""
        return self._version

    @property
    def hint(self) -> str:
        """Why the engine is down; empty when it is not."""
        return self._hint

    @property
    def pid(self) -> int | None:
        """The process that works now, for the technician."""
        child = self._child
        return child.process.pid if child else None

    def start(self) -> None:
        """Begin loading and return at once. A second call does nothing."""
        if self._supervisor is None:
            self._become(EngineState.STARTING)
            self._supervisor = threading.Thread(target=self._supervise, name="face-engine", daemon=True)
            self._supervisor.start()

    def close(self) -> None:
        """End the process and its supervisor; a call under way raises `EngineDown`."""
        self._closing.set()
        if running := self._running:
            running.kill()
        if self._supervisor:
            self._supervisor.join(timeout=5)

    def look(self, jpeg: bytes, deadline: float) -> Look:
        """See `FaceEngine.look`. About 15 ms."""
        facts, _ = self._ask(Ask.LOOK, jpeg, deadline)
        return _look(facts["look"])

    def describe(self, jpeg: bytes, deadline: float) -> Described | NoUsableFace:
        """See `FaceEngine.describe`. About 0.1 s; 0.4 s more for a photo without an evident face."""
        facts, template = self._ask(Ask.DESCRIBE, jpeg, deadline)
        if reason := facts.get("none"):
            return NoUsableFace(NoFaceReason(reason))
        if facts["face_px"] < self.min_face_px:
            return NoUsableFace(NoFaceReason.TOO_SMALL)
        return Described(template, facts["face_px"])

    def embed(self, jpeg: bytes, face: Face, deadline: float) -> Embedded:
        """See `FaceEngine.embed`. About 80 ms."""
        box = [face.left, face.top, face.width, face.height]
        facts, template = self._ask(Ask.EMBED, jpeg, deadline, box=box)
        return Embedded(template, facts["real"])

    def fuse(self, templates: Sequence[bytes]) -> bytes:
        """See `FaceEngine.fuse`: the mean of each number, 40 us. Measured with three frames: an equal error
        rate of 0.14 % instead of the 1.0 % of one (docs/face-evaluation.md)."""
        if not templates:
            raise ValueError("nothing to fuse")
        mean = [fsum(column) / len(templates) for column in zip(*self._rows(*templates), strict=True)]
        # Two unit vectors are compared by their direction: their mean has to be one again.
        length = hypot(*mean) if self._models.embedder else 1.0
        return struct.pack(f"<{len(mean)}d", *(number / (length or 1.0) for number in mean))

    def distance(self, a: bytes, b: bytes) -> float:
        """See `FaceEngine.distance`: Euclidean, 10 us."""
        one, other = self._rows(a, b)
        return dist(one, other)

    def _rows(self, *templates: bytes) -> list[tuple[float, ...]]:
        wanted = len(templates[0]) if self._models.embedder else DLIB_BYTES
        for template in templates:
            if len(template) != wanted or wanted % 8:
                raise OtherEngine(f"a template of this engine has {wanted} bytes, not {len(template)}")
        return [struct.unpack(f"<{wanted // 8}d", template) for template in templates]

    def _ask(self, ask: Ask, jpeg: bytes, deadline: float, **more: object) -> tuple[dict[str, Any], bytes]:
        if len(jpeg) > MAX_PICTURE_BYTES:
            raise PictureTooLarge
        until = time.monotonic() + deadline
        with self._one_at_a_time(until):
            child = self._ready_child(until)
            self._last_id += 1
            question = {"id": self._last_id, "ask": ask, "seconds": max(0.0, until - time.monotonic())} | more
            try:
                facts, blob = child.exchange(question, jpeg, until)
                if facts.get("id") != self._last_id:
                    raise Broken("answer to another question")
            except TimeoutError:
                # Killed even if it might answer soon: a late answer must never meet the next question.
                self._give_up(child)
                raise EngineTimeout("the face process did not answer in time") from None
            except (Broken, OSError) as problem:
                self._give_up(child)
                raise EngineDown(f"the face process ended in the middle of a call ({problem})") from None
        if refused := facts.get("refused"):
            raise PictureTooLarge if refused == "too_large" else NotAPicture
        if "error" in facts:
            raise EngineDown(f"the face library failed ({facts['error']})")
        return facts, blob

    @contextmanager
    def _one_at_a_time(self, until: float) -> Iterator[None]:
        if not self._turn.acquire(timeout=max(0.0, until - time.monotonic())):
            raise EngineTimeout("other pictures were before this one")
        try:
            yield
        finally:
            self._turn.release()

    def _ready_child(self, until: float) -> Child:
        with self._changed:
            while True:
                if self._state is EngineState.DOWN:
                    raise EngineDown(self._hint)
                child = self._child
                if child is not None:
                    return child
                if (left := until - time.monotonic()) <= 0:
                    raise EngineTimeout("the face process is still loading")
                self._changed.wait(left)

    def _give_up(self, child: Child) -> None:
        """Kill a process, and let the next call wait for its successor instead of meeting it again."""
        child.kill()
        with self._changed:
            if self._child is child:
                self._become(EngineState.STARTING)

    def _become(self, state: EngineState, child: Child | None = None, hint: str = "") -> None:
        with self._changed:
            self._state, self._child, self._hint = state, child, hint
            self._changed.notify_all()

    def _supervise(self) -> None:
        failures = 0
        while not self._closing.is_set():
            began = time.monotonic()
            hint = self._run_one()
            failures = 1 if time.monotonic() - began > STEADY_SECONDS else failures + 1
            pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1]
            if pause:
                self._become(EngineState.DOWN, hint=hint)
            if not self._closing.wait(pause):
                self._become(EngineState.STARTING)
        self._become(EngineState.DOWN, hint="closed")

    def _run_one(self) -> str:
        """Start a process, offer it to the callers, and stay until it ends; return why it ended."""
        try:
            child = self._running = Child((*self.command, *self._models.arguments))
        except OSError as problem:
            return f"the face process could not be started: {problem.strerror}"
        with child:
            try:
                self._version = child.wait_until_loaded()
            except NotLoaded as problem:
                return str(problem)
            if not self._closing.is_set():
                self._become(EngineState.READY, child)
                child.process.wait()
        return child.why_it_ended()


def _look(seen: dict[str, Any]) -> Look:
    width, height = seen["size"]
    faces = tuple(
        Face(left, top, across, down, tuple(zip(points[::2], points[1::2], strict=True)))
        for left, top, across, down, *points in seen["faces"]
    )
    return Look(width, height, faces, **seen["appearance"])
