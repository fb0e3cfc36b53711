"""What the start page weighs with everything it loads, and whether anything comes from elsewhere.

A real Chromium with an empty cache opens the page; what it asks for until it has nothing more to ask is
counted. Compressed means `gzip -6` of each file as any proxy in front would do it; a woff2 font is compressed
already and counted as it is. The kiosk itself does not compress: it is served over loopback.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Response, sync_playwright

from benchmarks.server import PRODUCT, Server
from benchmarks.table import Row
from tests.e2e.chromium import NoChromium, launch

LARGEST = 90.0
"""kB of 1,000 bytes, compressed."""

NAME = "Start page and all it loads, compressed / 90 kB"
ELSEWHERE = "Start page: requests to elsewhere"
COMPRESSED_ALREADY = ("font/woff2",)


@dataclass(frozen=True)
class Loaded:
    """One request of the page: whether it went to the kiosk, and its answer's bytes plain and compressed."""

    is_own: bool
    plain: int
    compressed: int


def rows(folder: Path) -> list[Row]:
    """Measure on the data that `server.prepare` made in `folder`, or say what is missing."""
    try:
        loaded = _load(folder)
    except NoChromium as problem:
        why = str(problem)
        return [
            Row(name, float("nan"), "kB", None, bound, why, True)
            for name, bound in ((NAME, 1.0), (ELSEWHERE, 0.0))
        ]
    own = [one for one in loaded if one.is_own]
    elsewhere = len(loaded) - len(own)
    compressed = sum(one.compressed for one in own) / 1000
    plain = sum(one.plain for one in own) / 1000
    return [
        Row("  start page, not compressed", plain, "kB", note=f"{len(own)} requests, sent like this"),
        Row(NAME, compressed, "kB", compressed / LARGEST, 1.0, steady=True),
        Row(ELSEWHERE, elsewhere, "", float(elsewhere), 0.0, steady=True),
    ]


def _load(folder: Path) -> list[Loaded]:
    responses: list[Response] = []
    asked: list[str] = []
    with sync_playwright() as playwright, Server(PRODUCT, folder) as server:
        browser = launch(playwright)
        server.first_answer()
        page = browser.new_page(viewport={"width": 1080, "height": 1920})
        page.on("request", lambda request: asked.append(request.url))
        page.on("response", lambda response: responses.append(response))
        page.goto(server.url, wait_until="networkidle")
        bodies = {response.url: _weigh(response) for response in responses if response.status == 200}
        browser.close()
    # What was asked for and never answered weighs nothing, but it is listed: it may lead elsewhere.
    return [Loaded(url.startswith(f"{server.url}/"), *bodies.get(url, (0, 0))) for url in asked]


def _weigh(response: Response) -> tuple[int, int]:
    """Return the bytes of a body, plain and compressed."""
    body = response.body()
    is_compressed = response.headers.get("content-type", "") in COMPRESSED_ALREADY
    return len(body), len(body) if is_compressed else len(gzip.compress(body, 6))
