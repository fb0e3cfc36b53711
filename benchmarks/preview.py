"""What a viewer of the live picture costs: the server's processor time, in percent of one core.

A real gunicorn whose camera plays a 1280x720 JPEG at 15 frames a second, as one does whose MJPEG is handed
through; a visit that stands before it; viewers that take the preview to its last byte. The time of all the
server's threads is read without a viewer, with one and with three, in turns within a round: one viewer pays
for the camera's thread as well, three share it. The floor is a bare loop that sends the same bytes over a
loopback socket: what no server can be without.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from types import TracebackType

from benchmarks.keypad import Refused, Typist
from benchmarks.selfie import selfie
from benchmarks.server import PRODUCT, Server
from benchmarks.table import Row
from kiosk.demonstration.residents import RESIDENTS
from kiosk.hardware.camera.live import FRAMES_PER_SECOND
from kiosk.hardware.camera.scene import Film, Scene

SECONDS = 1.5
"""Of each measurement in a round."""

WAKING_SECONDS = 0.7
"""The camera wakes and the first picture is read from disk before anything is measured."""

LEAST_FRAMES_PER_SECOND = 13.0
"""With fewer, the machine was too busy for the figure to mean anything."""

MANY = 3
BOUND = 2.0
NAME = "Preview, core a viewer at 15 fps"


class Viewer:
    """A browser that shows the preview while the block lasts; `frames` counts its pictures."""

    def __init__(self, port: int, cookie: str) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._cookie = cookie
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.frames = 0

    def __enter__(self) -> Viewer:
        self._line.request("GET", "/camera/preview.mjpg", headers={"Cookie": self._cookie})
        self._answer = self._line.getresponse()
        if self._answer.status != 200:
            raise Refused(f"/camera/preview.mjpg: {self._answer.status}")
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._leaving.set()
        self._thread.join()
        self._answer.close()
        self._line.close()

    def _watch(self) -> None:
        while not self._leaving.is_set():
            self.frames += self._answer.read1(1 << 18).count(b"Content-Type: image/jpeg")


def rows(rounds: int, folder: Path) -> list[Row]:
    """Measure on the data that `server.prepare` made in `folder`."""
    jpeg = selfie() or Film(Scene()).frame(0)
    pictures = folder / "recorded"
    pictures.mkdir()
    (pictures / "1.jpg").write_bytes(jpeg)
    bare, one, many, seen = [], [], [], []
    with Server(PRODUCT, folder, KIOSK_CAMERA=f"files:{pictures}") as server:
        server.first_answer()
        cookie = _stand_before_the_camera(server.port)
        for _ in range(rounds):
            without, _ = _cost(server, cookie, 0)
            with_one, first = _cost(server, cookie, 1)
            with_many, last = _cost(server, cookie, MANY)
            one.append(with_one - without)
            many.append((with_many - without) / MANY)
            seen += [first, last]
            bare.append(_bare_loop(jpeg))
    rate = min(seen)
    note = f"{median(one) / median(bare):.1f} of the bare loop; {rate:.1f} fps"
    if rate < LEAST_FRAMES_PER_SECOND:
        note += ": too busy to tell"
    return [
        Row("  bare loop on a socket", median(bare), "%", note=f"{len(jpeg) // 1000} kB a frame"),
        Row(f"  a viewer of {MANY}", median(many), "%"),
        Row(NAME, median(one), "%", median(one), BOUND, note),
    ]


def _stand_before_the_camera(port: int) -> str:
    """Go there as a resident does; return the cookie that the preview asks for."""
    browser, resident = Typist(port), RESIDENTS[0]
    browser.post("/visit/nik", step="nik", nik=resident.nik)
    browser.post("/visit/nik/confirm", step="nik_check")
    browser.post("/visit/email", step="email", email="warga@contoh.example")
    browser.post("/visit/phone", step="phone", phone="081234567890")
    if 'data-step="face"' not in browser.post("/visit/contact/confirm", step="contact_check"):
        raise Refused("no visit stands before the camera")
    return browser.cookie


def _cost(server: Server, cookie: str, viewers: int) -> tuple[float, float]:
    """Percent of a core with so many viewers, and the fewest frames a second that one of them saw."""
    with ExitStack() as stack:
        watching = [stack.enter_context(Viewer(server.port, cookie)) for _ in range(viewers)]
        time.sleep(WAKING_SECONDS if viewers else 0)
        frames = [viewer.frames for viewer in watching]
        began, used = time.perf_counter(), server.cpu_seconds()
        time.sleep(SECONDS)
        used, passed = server.cpu_seconds() - used, time.perf_counter() - began
        fewest = min(
            (viewer.frames - before for viewer, before in zip(watching, frames, strict=True)), default=0
        )
    return used / passed * 100, fewest / passed if viewers else FRAMES_PER_SECOND


def _bare_loop(jpeg: bytes) -> float:
    """Percent of a core that sending the same frame at the same rate takes the thread that sends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sender = socket.create_connection(listening.getsockname())
        receiver, _ = listening.accept()

    def drain() -> None:
        while receiver.recv(1 << 18):
            pass

    reader = threading.Thread(target=drain)
    reader.start()
    began, used, count = time.perf_counter(), time.thread_time(), 0
    while (passed := time.perf_counter() - began) < SECONDS:
        sender.sendall(jpeg)
        count += 1
        time.sleep(max(0.0, count / FRAMES_PER_SECOND - passed))
    used = time.thread_time() - used
    sender.close()
    reader.join()
    receiver.close()
    return used / passed * 100
