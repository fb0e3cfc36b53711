"""Which models the office supplies itself: named by two settings, told to the face process when it starts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.config import SettingsError

_EMBEDDER, _PASSIVE = "--embedder=", "--passive="


@dataclass(frozen=True)
class Models:
    """ONNX files: an embedder in place of dlib's, and those of the passive check (their mean counts)."""

    embedder: Path | None = None
    passive: tuple[Path, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the face process is started with."""
        embedder = () if self.embedder is None else (f"{_EMBEDDER}{self.embedder}",)
        return *embedder, *(f"{_PASSIVE}{path}" for path in self.passive)

    @classmethod
    def told(cls, arguments: Sequence[str]) -> Models:
        """Read `arguments` again, in the face process."""
        embedders = [Path(one.removeprefix(_EMBEDDER)) for one in arguments if one.startswith(_EMBEDDER)]
        passive = (Path(one.removeprefix(_PASSIVE)) for one in arguments if one.startswith(_PASSIVE))
        return cls(next(iter(embedders), None), tuple(passive))


def fingerprint(content: bytes) -> str:
    """Tell one model file from another in an engine's version: the first eight digits of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:8]


def embedder(place: str) -> Path:
    """Return the file that KIOSK_FACE_ENGINE=onnx: names; raise `SettingsError` where there is none."""
    return _file("KIOSK_FACE_ENGINE", place)


def passive(setting: str) -> tuple[Path, ...]:
    """Return the files that KIOSK_PAD_MODEL names: one, several parted by `;`, or all `*.onnx` of a folder.
    Raises `SettingsError` for one that is missing or whose name does not tell its scale."""
    found: list[Path] = []
    for place in filter(None, map(str.strip, setting.split(";"))):
        inside = sorted(Path(place).glob("*.onnx"))
        if Path(place).is_dir() and not inside:
            raise SettingsError(f"KIOSK_PAD_MODEL names {place}, which holds no *.onnx")
        found += inside or [_file("KIOSK_PAD_MODEL", place)]
    for path in found:
        if scale(path) is None:
            raise SettingsError(
                f"KIOSK_PAD_MODEL names {path.name}, which does not begin with its scale and an underscore"
                " as the original files do, such as 2.7_80x80_MiniFASNetV2.onnx"
            )
    return tuple(path.resolve() for path in found)


def scale(path: Path) -> float | None:
    """How much wider than the face the picture is that a model of the passive check wants to see: the number
    that its name begins with (Silent-Face-Anti-Spoofing, `parse_model_name`); None without one."""
    found = re.match(r"(\d+(?:\.\d+)?)_", path.name)
    return float(found[1]) if found and float(found[1]) >= 1 else None


def _file(setting: str, place: str) -> Path:
    path = Path(place)
    if not path.is_file():
        raise SettingsError(f"{setting} names {place}, which is no file")
    return path.resolve()
