"""What holds for every test: no network beyond this machine, and skipped tests can be refused."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from hypothesis import settings

# Speed is measured in `make bench`; a test that fails because the machine is busy says nothing.
settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")


class BeyondLoopback(Exception):
    """A test tried to reach something that is not on this machine."""


def _is_here(address: Any) -> bool:
    """Whether a socket address is on this machine: a path (AF_UNIX) or a tuple (host, port, ...)."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host in ("", "localhost")


@pytest.fixture(scope="session")
def reached_out() -> Iterator[list[str]]:
    """Refuse every connection beyond loopback for the whole run, and note who was asked for."""
    noted: list[str] = []

    def guard(address: Any) -> None:
        if not _is_here(address):
            noted.append(str(address))
            raise BeyondLoopback(f"no test may reach {address}")

    def guarded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            guard(arguments[-1])  # connect(address), sendto(data, [flags,] address)
            return original(self, *arguments)

        return call

    original_getaddrinfo = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        # Asking a name server is reaching out too, and the resolver in C never passes through `connect`.
        guard((host.decode() if isinstance(host, bytes) else host or "", 0))
        return original_getaddrinfo(host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(name))
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield noted


@pytest.fixture(autouse=True)
def _stays_on_this_machine(reached_out: list[str]) -> Iterator[None]:
    """Fail the test that reached out, even where the code under test swallowed the refusal."""
    before = len(reached_out)
    yield
    assert reached_out[before:] == [], "this test tried to reach beyond this machine"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser's file, then two others, and so on: browsers mostly wait, the others mostly work.

    The browser's files are the longest: one left for the end would keep a worker alone.
    """
    files = list(dict.fromkeys(item.path for item in items))
    in_browser = [path for path in files if "e2e" in path.parts]
    others = iter([path for path in files if "e2e" not in path.parts])
    order = [path for each in in_browser for path in (each, *islice(others, 2))]
    rank = {path: place for place, path in enumerate([*order, *others])}
    items.sort(key=lambda item: rank[item.path])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--no-skips`, which .ci/run uses: there, everything a test may need can be installed."""
    parser.addoption("--no-skips", action="store_true", help="a skipped test fails the run")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays for the whole run: it went through all tests again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run with skipped tests red, if asked to. pytest's summary names them (`-ra`)."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say why a run without a failed test is red."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped and config.getoption("--no-skips"):
        terminalreporter.write_line(f"{skipped} skipped: with --no-skips that fails the run", red=True)
