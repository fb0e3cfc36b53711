"""Whether somebody who types notices that a face is being compared: p99 of the keypad's request.

A real gunicorn, one client on a kept connection with session cookie and CSRF token, typing a NIK digit by
digit as the screen sends it. Short blocks alternate within a round, idle and while the server compares faces
without a pause (which no resident can make it do: a visit compares three times at most), so that what else
the machine does meets both.
"""

from __future__ import annotations

import gc
import http.client
import re
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from benchmarks.folder import MATCH, MATCHES, SELFIE
from benchmarks.selfie import MISSING
from benchmarks.server import MATCHING, Server
from benchmarks.table import Row
from kiosk.demonstration.residents import RESIDENTS

BLOCKS, REQUESTS = 10, 100
"""A round is this many blocks of so many requests, of each kind."""

BOUND = 1.5
NAME = "Keypad p99 while faces are compared / idle"
WAIT_SECONDS = 60.0


class Refused(Exception):
    """The kiosk answered something else than it should; the message is path and status."""


class Typist:
    """One resident at the NIK screen."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._read("GET", "/")
        self.post("/visit/start", step="")
        self.post("/visit/choose", step="choice", choice="has_app")
        self.post("/visit/consent", step="consent")

    def post(self, path: str, **fields: str) -> str:
        """Send a form of the page; return the answer. Raises `Refused`."""
        return self._read("POST", path, urlencode({"csrf_token": self._token} | fields).encode())

    def get(self, path: str) -> str:
        """Ask for a part of the page. Raises `Refused`."""
        return self._read("GET", path)

    def _read(self, method: str, path: str, body: bytes | None = None) -> str:
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers |= {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise Refused(f"{path}: {answer.status}")
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if found := re.search('name="csrf_token" value="([^"]+)"', text):
            self._token = found[1]
        return text

    @property
    def cookie(self) -> str:
        """The header by which the kiosk knows this browser."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def type(self, requests: int) -> list[float]:
        """Type digit by digit; return how long each request took, in milliseconds."""
        nik = RESIDENTS[0].nik
        gc.collect()
        self._line.close()  # the kiosk lets go of a line that is silent for seconds, as between blocks
        self.post("/visit/nik/check", step="nik", nik="")
        times = []
        for number in range(requests):
            typed = nik[: number % len(nik) + 1]
            began = time.perf_counter()
            advice = self.post("/visit/nik/check", step="nik", nik=typed)
            times.append((time.perf_counter() - began) * 1000)
            if typed[-1] not in advice:
                raise Refused(f"advice on {len(typed)} digits does not read them back")
        return times


def rows(rounds: int, folder: Path) -> list[Row]:
    """Measure on the data that `server.prepare` made in `folder`, or say what is missing."""
    if not (folder / SELFIE).exists():
        return [Row(NAME, float("nan"), "ms", None, BOUND, MISSING)]
    match, idle, busy, compared = folder / MATCH, [], [], 0
    with Server(MATCHING, folder) as server:
        server.first_answer()
        typist = Typist(server.port)
        _let_it_match(folder)
        typist.type(REQUESTS)
        for _ in range(rounds):
            quiet: list[float] = []
            beside: list[float] = []
            for _ in range(BLOCKS):
                match.unlink(missing_ok=True)
                time.sleep(0.3)  # the match in hand comes to its end
                quiet += typist.type(REQUESTS)
                before = _let_it_match(folder)
                beside += typist.type(REQUESTS)
                compared += _matches(folder) - before
            idle.append(_p99(quiet))
            busy.append(_p99(beside))
    ratio = median(under / without for under, without in zip(busy, idle, strict=True))
    note = f"{compared} matches meanwhile"
    return [Row("  keypad p99, idle", median(idle), "ms"), Row(NAME, median(busy), "ms", ratio, BOUND, note)]


def _p99(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


def _let_it_match(folder: Path) -> int:
    """Have faces compared, and return how many have been once the first new one is done."""
    before = _matches(folder)
    (folder / MATCH).touch()
    until = time.monotonic() + WAIT_SECONDS
    while _matches(folder) == before:
        if time.monotonic() > until:
            raise Refused("no face has been compared")
        time.sleep(0.02)
    return _matches(folder)


def _matches(folder: Path) -> int:
    path = folder / MATCHES
    return int(path.read_text()) if path.exists() else 0
