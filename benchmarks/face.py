"""How long from a selfie to a decision, against what it cannot be without: `python -m benchmarks.face`.

One 1280x720 frame of the simulated camera. The parts are measured on their own, in this process, as the
bare library calls; the whole is measured as the kiosk does it, pipe and face process included.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.table import Row, print_table
from kiosk.adapters.face import Described, FaceProcess
from kiosk.adapters.face_process import DETECT_PX, EMBED_PX, POLITENESS, Faces, decode
from kiosk.config import Settings
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.domain.decision import decide
from kiosk.hardware.camera.scene import Film, Scene

ROUNDS = 5
CALLS = 5

PARTS_BOUND = 1.25
DEFAULTS_BOUND = 0.3


def rows() -> list[Row]:
    """Measure, or say what is missing."""
    settings = Settings()
    portraits = Portraits(settings.data / "portraits")
    if not portraits.available:
        why = "no portraits: python -m kiosk.demonstration.fetch_portraits"
        names = (
            ("Selfie to decision / its parts", PARTS_BOUND),
            ("Selfie to decision / defaults", DEFAULTS_BOUND),
        )
        return [Row(name, float("nan"), "ms", None, bound, why) for name, bound in names]
    frame = Film(Scene(portrait=portraits.compose(Portrait.A1))).frame(0)
    engine = FaceProcess()
    engine.start()
    try:
        with ThreadPoolExecutor(1, initializer=os.nice, initargs=(POLITENESS,)) as as_polite:
            # On Linux niceness belongs to the thread: the parts get as little of a busy machine as the whole.
            return as_polite.submit(_measure, engine, frame, settings).result()
    finally:
        engine.close()


def _measure(engine: FaceProcess, frame: bytes, settings: Settings) -> list[Row]:
    described = engine.describe(frame, 60)
    assert isinstance(described, Described)
    faces = Faces()
    small, large = decode(frame, DETECT_PX), decode(frame, EMBED_PX)
    box = faces.seek(small)[0]
    scale = large.shape[1] / small.shape[1]
    large_box = (round(box[0] * scale), round(box[1] * scale), round(box[2] * scale), round(box[3] * scale))

    def whole() -> None:
        compared = engine.compare(frame, described.template, 10)
        decide(compared.distance, accept=settings.face_accept, review=settings.face_review)  # type: ignore[union-attr]

    def library_defaults() -> None:
        import face_recognition

        face_recognition.face_encodings(large, face_recognition.face_locations(large))

    took = _medians(
        {
            "decode at 480": lambda: decode(frame, DETECT_PX),
            "decode in full": lambda: decode(frame, EMBED_PX),
            "HOG at 480": lambda: faces.seek(small),
            "5 points": lambda: faces.points(small, [box]),
            "embedding": lambda: faces.embed(large, large_box),
            "Selfie to decision": whole,
            "library defaults": library_defaults,
        }
    )
    whole_ms, defaults_ms = took.pop("Selfie to decision"), took.pop("library defaults")
    parts = sum(took.values())
    return [
        *(Row(f"  part: {name}", value, "ms") for name, value in took.items()),
        Row("  the library's default call", defaults_ms, "ms", note="1280x720, already decoded"),
        Row("Selfie to decision / its parts", whole_ms, "ms", whole_ms / parts, PARTS_BOUND),
        Row("Selfie to decision / defaults", whole_ms, "ms", whole_ms / defaults_ms, DEFAULTS_BOUND),
    ]


def _medians(calls: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return milliseconds: of each call, the median over the rounds of its median in a round. All take turns
    within a round, so that a slow moment of the machine meets all of them and leaves the ratios alone."""
    for call in calls.values():
        call()
    rounds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        times: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(CALLS):
            for name, call in calls.items():
                began = time.perf_counter()
                call()
                times[name].append((time.perf_counter() - began) * 1000)
        for name, measured in times.items():
            rounds[name].append(statistics.median(measured))
        gc.collect()
    return {name: statistics.median(measured) for name, measured in rounds.items()}


if __name__ == "__main__":
    sys.exit(0 if print_table(rows()) else 1)
