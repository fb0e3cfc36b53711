"""How long from a selfie to a decision, against what it cannot be without.

One 1280x720 frame of the simulated camera. The parts are measured on their own, in this process, as the
bare library calls; the whole is measured as the kiosk does it, pipe, face process and second decoding
included. All of them are equally polite (`nice`) and take turns, and a ratio is made within each round: a
slow moment of the machine meets both of its sides.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from benchmarks.selfie import MISSING, selfie
from benchmarks.table import Row
from kiosk.adapters.face import Described, FaceProcess
from kiosk.adapters.face_finder import DETECT_PX, EMBED_PX, Faces
from kiosk.adapters.face_pictures import decode
from kiosk.adapters.face_process import POLITENESS
from kiosk.config import Settings
from kiosk.domain.decision import decide

CALLS = 5

PARTS_BOUND = 1.25
DEFAULTS_BOUND = 0.3


def rows(rounds: int) -> list[Row]:
    """Measure, or say what is missing."""
    settings = Settings()
    frame = selfie()
    if frame is None:
        names = (
            ("Selfie to decision / its parts", PARTS_BOUND),
            ("Selfie to decision / defaults", DEFAULTS_BOUND),
        )
        return [Row(name, float("nan"), "ms", None, bound, MISSING) for name, bound in names]
    engine = FaceProcess()
    engine.start()
    try:
        with ThreadPoolExecutor(1, initializer=os.nice, initargs=(POLITENESS,)) as as_polite:
            # On Linux niceness belongs to the thread: the parts get as little of a busy machine as the whole.
            return as_polite.submit(_measure, engine, frame, settings, rounds).result()
    finally:
        engine.close()


def _measure(engine: FaceProcess, frame: bytes, settings: Settings, rounds: int) -> list[Row]:
    described = engine.describe(frame, 60)
    assert isinstance(described, Described)
    faces = Faces()
    small, large = decode(frame, DETECT_PX), decode(frame, EMBED_PX)
    box = faces.seek(small)[0]
    scale = large.shape[1] / small.shape[1]
    large_box = (round(box[0] * scale), round(box[1] * scale), round(box[2] * scale), round(box[3] * scale))

    def whole() -> None:
        seen = engine.look(frame, 10)
        embedded = engine.embed(frame, seen.people[0], 10)
        distance = engine.distance(embedded.template, described.template)
        decide(distance, accept=settings.face_accept, review=settings.face_review)

    def library_defaults() -> None:
        import face_recognition

        face_recognition.face_encodings(large, face_recognition.face_locations(large))

    parts: dict[str, Callable[[], object]] = {
        "decode": lambda: decode(frame, EMBED_PX),
        "HOG at 480": lambda: faces.seek(small),
        "5 points": lambda: faces.points(small, [box]),
        "embedding": lambda: faces.embed(large, large_box),
    }
    took = _rounds(parts | {"whole": whole, "defaults": library_defaults}, rounds)
    sums = [sum(times) for times in zip(*(took[name] for name in parts), strict=True)]
    whole_ms = median(took["whole"])
    return [
        *(Row(f"  part: {name}", median(took[name]), "ms") for name in parts),
        Row("  the library's default call", median(took["defaults"]), "ms", note="1280x720, already decoded"),
        Row("Selfie to decision / its parts", whole_ms, "ms", _ratio(took["whole"], sums), PARTS_BOUND),
        Row(
            "Selfie to decision / defaults",
            whole_ms,
            "ms",
            _ratio(took["whole"], took["defaults"]),
            DEFAULTS_BOUND,
        ),
    ]


def _ratio(above: list[float], below: list[float]) -> float:
    return median(one / other for one, other in zip(above, below, strict=True))


def _rounds(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return milliseconds: of each call, its median in each round. All take turns within a round."""
    for call in calls.values():
        call()
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        times: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(CALLS):
            for name, call in calls.items():
                began = time.perf_counter()
                call()
                times[name].append((time.perf_counter() - began) * 1000)
        for name, measured in times.items():
            found[name].append(median(measured))
        gc.collect()
    return found
