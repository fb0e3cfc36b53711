"""Comparing faces, in a process of its own that may hang or die without taking the kiosk with it.

Every call has a deadline in seconds that covers waiting for its turn, for the process to load, and the work.
There is no simulated driver: demonstrations and tests use the real engine on real pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.adapters import face_models
from kiosk.adapters.face_engine import (
    Described,
    Embedded,
    EngineDown,
    EngineState,
    EngineTimeout,
    FaceEngine,
    NoFaceReason,
    NotAPicture,
    NoUsableFace,
    OtherEngine,
    PictureTooLarge,
    spread,
)
from kiosk.adapters.face_models import Models
from kiosk.adapters.face_supervisor import FaceProcess
from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock

__all__ = [
    "DRIVERS",
    "Described",
    "Embedded",
    "EngineDown",
    "EngineState",
    "EngineTimeout",
    "FaceEngine",
    "FaceProcess",
    "NoFaceReason",
    "NoUsableFace",
    "NotAPicture",
    "OtherEngine",
    "PictureTooLarge",
    "build",
    "spread",
]


def _face_recognition(settings: Settings, place: str) -> FaceEngine:
    if place:
        raise SettingsError("KIOSK_FACE_ENGINE=face_recognition takes no file")
    return _process(settings, Models())


def _onnx(settings: Settings, place: str) -> FaceEngine:
    return _process(settings, Models(face_models.embedder(place)))


def _process(settings: Settings, models: Models) -> FaceEngine:
    models = replace(models, passive=face_models.passive(settings.pad_model))
    return FaceProcess(min_face_px=settings.face_min_register_px, models=models)


DRIVERS: dict[str, Callable[[Settings, str], FaceEngine]] = {
    "face_recognition": _face_recognition,
    "onnx": _onnx,
}


def build(settings: Settings, _clock: Clock) -> FaceEngine:
    """Make the engine that KIOSK_FACE_ENGINE names, `face_recognition` or `onnx:FILE`, which does not load
    before `start()`. Raises `SettingsError`, also for a model file that is missing.

    The clock that every adapter is handed is not used: deadlines here bound a real process.
    """
    name, _, place = settings.face_engine.partition(":")
    if name not in DRIVERS:
        raise SettingsError(
            f"KIOSK_FACE_ENGINE is {settings.face_engine!r}; it can be face_recognition or onnx:FILE"
        )
    return DRIVERS[name](settings, place)
