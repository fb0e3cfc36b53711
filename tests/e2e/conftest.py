"""A real Chromium before a real server; a test fails on anything the browser complains about."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    StorageState,
    ViewportSize,
    expect,
    sync_playwright,
)

from kiosk.demonstration.fetch_portraits import NotFetched, are_there, fetch
from tests.e2e.chromium import DESK, LANDSCAPE, PHONE, NoChromium, launch
from tests.e2e.kiosk_server import KioskServer, prepare
from tests.e2e.people import PATIENCE_MS, AtKiosk, Officer, Panel, Phone
from tests.faces import portraits

__all__ = ["portraits"]

ANSWER_MOMENT = "0.3"
"""Seconds; the moment of the register's answer has its own test, and twenty visits need not wait for it."""

TURNS = "1"
"""Turns of the head that are asked for; all of them are made in the whole visit, which asks for as many as an
office does."""

Serve = Callable[..., KioskServer]
Open = Callable[..., BrowserContext]
AtDesk = Callable[..., Officer]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def start_chromium(playwright: Playwright) -> Callable[..., Browser]:
    """`start_chromium(*flags)`; where there is none, the test is skipped with the reason."""

    def start(*flags: str) -> Browser:
        try:
            return launch(playwright, *flags)
        except NoChromium as problem:
            pytest.skip(str(problem))

    return start


@pytest.fixture(scope="session")
def browser(start_chromium: Callable[..., Browser]) -> Iterator[Browser]:
    """One Chromium for all tests."""
    started = start_chromium()
    yield started
    started.close()


@pytest.fixture(scope="session")
def prepared(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `kiosk prepare` makes, once for all workers: finding the register photos takes 15 s."""
    cache = pytestconfig.cache
    assert cache is not None
    photographs = cache.mkdir("portraits")
    place = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        place = place.parent
    data = place / "e2e-prepared"
    with (place / "e2e-prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            if not are_there(photographs):
                # The tests that need faces then skip themselves (`portraits`); the others still run.
                with suppress(NotFetched):
                    fetch(photographs)
            prepare(data, photographs)
    return data


@pytest.fixture(scope="session")
def serve(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """`serve(setting=...)`: a running kiosk with these settings; who asks for the same shares it."""
    running: dict[tuple[tuple[str, str], ...], KioskServer] = {}

    def one(**settings: str) -> KioskServer:
        key = tuple(sorted(settings.items()))
        if key not in running:
            chosen = {"answer_moment_seconds": ANSWER_MOMENT, "liveness_turns": TURNS, **settings}
            running[key] = KioskServer(prepared, tmp_path_factory.mktemp("kiosk"), chosen)
            running[key].start()
        return running[key]

    yield one
    for server in running.values():
        server.stop()
    told = [word for server in running.values() for word in server.indiscretions()]
    assert told == [], "a server's log holds what no log may hold"


@pytest.fixture
def server(serve: Serve) -> KioskServer:
    """The kiosk with everything as it comes."""
    return serve()


@pytest.fixture
def panel(server: KioskServer, playwright: Playwright) -> Iterator[Panel]:
    """The simulator of `server`. A server starts with everything normal, and each test leaves it so."""
    api = playwright.request.new_context(base_url=server.url)
    panel = Panel(api)
    panel.waits_until_ready()
    yield panel
    panel.everything_normal()
    api.dispose()


@dataclass
class Watch:
    """Notes what is wrong in a browser. A test that expects a refusal says its status with `expect`."""

    url: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, *words: str) -> None:
        """Let a message of the browser's console pass that holds one of `words`."""
        self.expected += words

    def look_at(self, context: BrowserContext) -> None:
        """Watch everything that happens in `context`."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        context.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _request(self, address: str) -> None:
        if not address.startswith((f"{self.url}/", "data:", "blob:")):
            self.complaints.append(f"request beyond the kiosk: {address}")

    def unexpected(self) -> list[str]:
        """What is left to complain about."""
        return [one for one in self.complaints if not any(word in one for word in self.expected)]


@pytest.fixture
def watch(server: KioskServer) -> Iterator[Watch]:
    """Fail the test on console errors, broken content policy, script errors and foreign requests."""
    watch = Watch(server.url)
    yield watch
    assert watch.unexpected() == []


@pytest.fixture
def open_context(browser: Browser, watch: Watch) -> Iterator[Open]:
    """`open_context(size)`: a window of its own with touch, watched; closed after the test."""
    opened: list[BrowserContext] = []

    def one(
        size: tuple[int, int] = LANDSCAPE, *, chromium: Browser = browser, **options: Any
    ) -> BrowserContext:
        viewport = ViewportSize(width=size[0], height=size[1])
        # A browser that draws nothing moving leaves the cores to the rest; the whole visit has it all.
        options = {"reduced_motion": "reduce", **options}
        context = chromium.new_context(viewport=viewport, has_touch=True, **options)
        context.set_default_timeout(PATIENCE_MS)
        watch.look_at(context)
        opened.append(context)
        return context

    yield one
    for context in opened:
        context.close()


@pytest.fixture
def page(open_context: Open) -> Page:
    """A landscape kiosk window."""
    return open_context().new_page()


@pytest.fixture
def resident(page: Page, server: KioskServer, panel: Panel) -> Iterator[AtKiosk]:
    """Somebody before the landscape kiosk, who does not leave a visit behind for the next test."""
    resident = AtKiosk(page, server.url)
    yield resident
    resident.walks_away()


@pytest.fixture
def phone(open_context: Open) -> Phone:
    """The resident's phone."""
    return Phone(open_context(PHONE, is_mobile=True).new_page())


@pytest.fixture(scope="session")
def signed_in() -> dict[tuple[str, str], StorageState]:
    """What a browser holds after a sign-in, by server and user name.

    A one-time code is good once: who signed in for every test would wait half a minute for his third.
    """
    return {}


@pytest.fixture
def at_desk(
    open_context: Open, server: KioskServer, signed_in: dict[tuple[str, str], StorageState]
) -> Iterator[AtDesk]:
    """`at_desk(username)`: an officer who has signed in at his own screen.

    After the test he is gone: else the kiosk would ask him for fifteen seconds more, in somebody else's test.
    """
    came: list[Officer] = []

    def one(username: str = "petugas", size: tuple[int, int] = DESK) -> Officer:
        held = signed_in.get((server.url, username))
        context = open_context(size, storage_state=held)
        officer = Officer(context.new_page(), server.url, server.officer(username))
        came.append(officer)
        if held is None:
            officer.signs_in()
            signed_in[server.url, username] = context.storage_state()
        return officer

    yield one
    for officer in came:
        officer.page.close()
    if came:
        server.nobody_at_a_desk()
