"""The guards in tests/conftest.py guard: proven by runs that must be refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = (Path(__file__).parents[1] / "conftest.py").read_text(encoding="utf-8")

# 192.0.2.0/24 is kept for documentation (RFC 5737): even without a guard nobody answers there.
SWALLOWS_THE_REFUSAL = """
import socket
def test_reaches_out():
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 9))
    except Exception:
        pass
"""


def _connect_ex(address):
    with socket.socket() as client:
        client.connect_ex(address)


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.1),
        lambda: socket.getaddrinfo("example.org", 80),
        lambda: socket.getaddrinfo(b"example.org", 80),
        lambda: _connect_ex(("192.0.2.1", 80)),
    ],
    ids=["create_connection", "getaddrinfo", "getaddrinfo of bytes", "connect_ex"],
)
def test_reaching_beyond_this_machine_is_refused(reach, reached_out):
    with pytest.raises(Exception, match="no test may reach"):
        reach()
    reached_out.pop()


def test_a_swallowed_refusal_still_fails_the_test(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(SWALLOWS_THE_REFUSAL)
    pytester.runpytest_subprocess("-p", "no:xdist").assert_outcomes(passed=1, errors=1)


def test_loopback_and_unix_sockets_are_allowed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))


WHOLE_FILE, ONE_TEST = "pytest.skip('x', allow_module_level=True)", "pytestmark = pytest.mark.skip('x')"


@pytest.mark.parametrize(
    ("skip", "options", "exit_code"),
    [
        (ONE_TEST, [], 0),
        (ONE_TEST, ["--no-skips"], 1),
        (ONE_TEST, ["--no-skips", "-n1"], 1),
        (WHOLE_FILE, ["--no-skips", "-n1"], 1),
    ],
)
def test_a_skipped_test_fails_the_run_only_when_asked(pytester, skip, options, exit_code):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_skipped=f"import pytest\n{skip}\ndef test_nothing(): pass")
    pytester.makepyfile(test_passes="def test_passes(): pass")
    assert pytester.runpytest_subprocess(*options).ret == exit_code
