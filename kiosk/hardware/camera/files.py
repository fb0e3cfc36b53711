"""A camera that plays recorded pictures: a folder of JPEGs by name, or one file of Motion JPEG.

For trying out lighting, mounting and code reading with pictures of the place, without a camera in it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kiosk.domain.clock import Clock
from kiosk.hardware.camera import MOST_BYTES
from kiosk.hardware.camera.live import FRAMES_PER_SECOND, LiveCamera
from kiosk.hardware.camera.mounting import UPRIGHT, Mounting
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State

_BEGIN = b"\xff\xd8\xff"
_CHUNK_BYTES = 1 << 18
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


def pictures(path: Path) -> Iterator[bytes]:
    """The pictures of a folder (`*.jpg`, `*.jpeg`) by name, or of a Motion JPEG file, once through, as bytes.

    What is damaged comes as it is, for the reader to refuse. Raises `OSError` when nothing can be read.
    """
    if path.is_dir():
        for file in sorted(file for file in path.iterdir() if file.suffix.lower() in (".jpg", ".jpeg")):
            yield file.read_bytes()
    else:
        with path.open("rb") as stream:
            yield from _in_a_row(stream)


def _in_a_row(stream: BinaryIO) -> Iterator[bytes]:
    """Take JPEGs apart. A thumbnail inside one is part of it: segments are skipped by their length."""
    data = b""
    while chunk := stream.read(_CHUNK_BYTES):
        data += chunk
        while (begin := data.find(_BEGIN)) >= 0:
            data = data[begin:]
            end = _end(data)
            if end == 0 and len(data) <= MOST_BYTES:
                break
            if end <= 0:  # Damaged: what follows begins with the next picture.
                end = data.find(_BEGIN, 1)
            if end < 0:
                break
            yield data[:end]
            data = data[end:]
        if len(data) > MOST_BYTES:
            data = b""


def _end(data: bytes) -> int:
    """Where the JPEG that `data` begins with ends (ITU-T T.81, annex B); 0 if not yet, -1 for no JPEG."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return -1
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif marker == 0xD9:
            return at + 2
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # these have no length
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
            if marker == 0xDA:
                found = _AFTER_SCAN.search(data, at)
                if found is None:
                    return 0
                at = found.start()
    return len(data) if data.endswith(b"\xff\xd9") and at == len(data) - 2 else 0


class FilesCamera(LiveCamera):
    """Plays `path` in a loop at 15 frames a second while somebody looks."""

    driver = "files"
    simulated = True

    def __init__(self, path: Path, clock: Clock, mounting: Mounting = UPRIGHT) -> None:
        super().__init__(clock, mounting)
        self._path = path

    def open(self) -> None:
        """Look for the first picture. Raises `DeviceGone`, also with `no_pictures`."""
        with self._board.attempt(), self._losses():
            next(self._loop())
            self._was_there = True
            self._board.report(State.OPENING, "opening")

    def run(self, stop: threading.Event) -> None:
        """Play until `stop`. Raises `DeviceGone` when folder or file are taken away."""
        with self._board.attempt(), self._losses():
            playing = self._loop()
            while not stop.is_set():
                if self._viewing.wanted:
                    began = time.monotonic()
                    self._show(next(playing))
                    stop.wait(max(0.0, 1 / FRAMES_PER_SECOND - (time.monotonic() - began)))
                else:
                    self._path.stat()
                    self._rest()

    def _loop(self) -> Iterator[bytes]:
        while True:
            is_empty = True
            for picture in pictures(self._path):
                is_empty = False
                yield picture
            if is_empty:
                raise DeviceGone("no_pictures")
