"""What makes a PC a kiosk: laid down completely, twice the same, undone without a trace; units that say what
the documents promise."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from kiosk.config import Settings
from kiosk.hardware.finding import SCANNER_VENDORS
from tests.structure.tree import ROOT

DEPLOY = ROOT / "deploy"
SCRIPTS = ("install", "uninstall", "browser", "browser-link", "kiosk", "install-packages", "system-packages")


def _run(script: str, destination: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A script of `deploy/` for a tree of its own."""
    environment = {"PATH": os.environ["PATH"], "DESTDIR": str(destination)}
    return subprocess.run(
        [DEPLOY / script, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            b"" if path.is_dir() else path.read_bytes(),
        )
        for path in folder.rglob("*")
    }


def _unit(name: str) -> ConfigParser:
    """A unit file; a directive that stands there several times keeps its last value."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(DEPLOY / "systemd" / name)
    return parser


def test_it_is_laid_down_twice_the_same_and_undone_without_a_trace(tmp_path: Path) -> None:
    assert _run("install", tmp_path).returncode == 0
    once = _tree(tmp_path)
    settings = tmp_path / "etc/anjungan-ikd/kiosk.env"
    assert settings.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "opt/anjungan-ikd/wsgi.py").is_file()
    assert not list((tmp_path / "opt").rglob("__pycache__"))
    settings.write_text("KIOSK_TERMINAL=B2\n")
    again = _run("install", tmp_path)
    assert "/etc" not in again.stdout.replace(str(tmp_path), "")  # nothing was to be done
    assert settings.read_text() == "KIOSK_TERMINAL=B2\n"  # the office's own
    assert set(_tree(tmp_path)) == set(once)
    assert _run("uninstall", tmp_path, "--purge").returncode == 0
    assert _tree(tmp_path) == {}


def test_settings_data_and_what_belongs_to_others_stay_until_they_are_wished_away(tmp_path: Path) -> None:
    _run("install", tmp_path)
    data, other = (
        tmp_path / "var/lib/anjungan-ikd/kiosk.db",
        tmp_path / "etc/chromium/policies/managed/other.json",
    )
    data.write_text("data")
    other.write_text("{}")
    assert "stay" in _run("uninstall", tmp_path).stdout
    files = {name for name in _tree(tmp_path) if (tmp_path / name).is_file()}
    assert files == {
        "etc/anjungan-ikd/.installed",
        "etc/anjungan-ikd/browser.env",
        "etc/anjungan-ikd/kiosk.env",
        "etc/chromium/policies/managed/other.json",
        "var/lib/anjungan-ikd/kiosk.db",
    }
    _run("install", tmp_path)  # and it can come back
    assert data.read_text() == "data"
    assert _run("uninstall", tmp_path, "--purge").returncode == 0
    assert [name for name in _tree(tmp_path) if (tmp_path / name).is_file()] == [
        "etc/chromium/policies/managed/other.json"
    ]
    assert "nothing is installed" in _run("uninstall", tmp_path).stdout


def test_an_installation_that_ends_half_way_is_undone_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "usr").write_text("no folder can be made here")
    assert _run("install", tmp_path).returncode != 0
    assert (tmp_path / "opt/anjungan-ikd/wsgi.py").is_file()
    assert _run("uninstall", tmp_path, "--purge").returncode == 0
    assert set(_tree(tmp_path)) == {"usr"}


def test_in_a_clone_of_its_own_the_keys_and_data_of_a_demonstration_stay_private(tmp_path: Path) -> None:
    clone = tmp_path / "opt/anjungan-ikd"
    _run("install", tmp_path)
    keys = clone / "var/keys.txt"
    keys.parent.mkdir(mode=0o700)
    keys.touch(mode=0o600)
    (clone / "wsgi.py").chmod(0o600)
    done = subprocess.run(
        [clone / "deploy/install"], env={"PATH": os.environ["PATH"], "DESTDIR": str(tmp_path)}, check=False
    )
    assert done.returncode == 0
    assert (keys.stat().st_mode & 0o777, keys.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (clone / "wsgi.py").stat().st_mode & 0o777 == 0o644
    # What is done on a real machine alone must not open them either.
    assert not re.search(r'chmod -R \S+ "\$home"', (DEPLOY / "install").read_text())


def test_the_command_has_the_servers_user_settings_and_devices(tmp_path: Path) -> None:
    for name, says in (("id", 'echo "$USER_ID"'), ("systemd-run", 'printf "%s\\n" "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{says}\n")
        (tmp_path / name).chmod(0o755)

    def run(user: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "USER_ID": user}
        command = [DEPLOY / "kiosk", "officer", "add", "two words"]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=20, check=False
        )

    service = _unit("anjungan-ikd.service")["Service"]
    given = run("0").stdout.splitlines()
    assert f"--uid={service['User']}" in given
    for name in ("SupplementaryGroups", "EnvironmentFile", "WorkingDirectory", "UMask"):
        assert f"--property={name}={service[name]}" in given
    assert given[-4:] == ["/opt/anjungan-ikd/.venv/bin/kiosk", "officer", "add", "two words"]
    assert run("1000").stderr == "kiosk: it must be run as root (sudo kiosk ...)\n"


def test_what_is_left_to_do_by_hand_names_every_package_that_the_installer_asks_for() -> None:
    found = re.search(r"^packages=\((.*)\)$", (DEPLOY / "install").read_text(), re.MULTILINE)
    assert found
    told = (ROOT / "docs/deployment.md").read_text()
    assert f"`{found[1].removeprefix('python3 ')}`" in told


def test_a_misspelt_option_undoes_nothing(tmp_path: Path) -> None:
    _run("install", tmp_path)
    before = _tree(tmp_path)
    assert _run("uninstall", tmp_path, "--prune").returncode == 2
    assert _tree(tmp_path) == before


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_can_be_read_by_its_shell(script: str) -> None:
    shell = (DEPLOY / script).read_text().splitlines()[0].removeprefix("#!")
    assert os.access(DEPLOY / script, os.X_OK)
    subprocess.run([shell, "-n", DEPLOY / script], check=True, timeout=20)


def test_the_server_has_a_user_of_its_own_few_rights_and_never_gives_up() -> None:
    unit = _unit("anjungan-ikd.service")
    service = unit["Service"]
    expected = {
        "User": "anjungan-ikd",
        "EnvironmentFile": "/etc/anjungan-ikd/kiosk.env",
        "Restart": "always",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "StateDirectory": "anjungan-ikd",
        "StateDirectoryMode": "0700",
        "UMask": "0077",
    }
    assert {name: service.get(name) for name in expected} == expected
    assert {"network-online.target", "time-sync.target"} <= set(unit["Unit"]["After"].split())
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert "AF_NETLINK" in service["RestrictAddressFamilies"]  # hot-plug
    assert service["SupplementaryGroups"].split() == ["video", "lp", "dialout"]
    # Each of them would keep a device out whose driver is loaded only when it is plugged in.
    assert not {"PrivateDevices", "DevicePolicy", "DeviceAllow", "ProtectClock"} & set(service)


def test_the_screen_waits_for_the_server_comes_back_and_knows_no_settings() -> None:
    unit = _unit("anjungan-ikd-browser.service")
    service = unit["Service"]
    assert service["User"] == "anjungan-layar"
    assert service["Restart"] == "always"
    assert service["ExecStartPre"].startswith("+/opt/anjungan-ikd/deploy/browser-link")
    assert "kiosk.env" not in service["EnvironmentFile"]
    assert "anjungan-ikd.service" in unit["Unit"]["After"]
    assert service["RuntimeDirectoryMode"] == "0700"
    script = (DEPLOY / "browser").read_text()
    for option in (
        "--kiosk",
        "--disable-pinch",
        "--overscroll-history-navigation=0",
        "--noerrdialogs",
        "--hide-crash-restore-bubble",
        "--password-store=basic",
    ):
        assert option in script


def test_every_file_that_a_unit_names_is_one_that_the_installer_lays_down(tmp_path: Path) -> None:
    _run("install", tmp_path)
    for unit in ("anjungan-ikd.service", "anjungan-ikd-browser.service"):
        text = (DEPLOY / "systemd" / unit).read_text()
        for path in re.findall(r"=\+?-?(/(?:opt|etc)/[\w./-]+)", text) + re.findall(r"-- (/opt\S+)", text):
            if "/.venv/" not in path:
                assert (tmp_path / path.lstrip("/")).exists(), path
        assert f"file:/{'opt/anjungan-ikd/docs/deployment.md'}" in text
    assert (tmp_path / "opt/anjungan-ikd/docs/deployment.md").is_file()


def test_systemd_itself_finds_nothing_wrong_with_the_units_but_what_is_not_installed_here() -> None:
    tool = shutil.which("systemd-analyze")
    units = sorted((DEPLOY / "systemd").iterdir())
    assert len(units) == 2
    if tool is not None:
        told = subprocess.run(
            [tool, "verify", *units], capture_output=True, text=True, timeout=60, check=False
        ).stderr
        assert [line for line in told.splitlines() if "is not executable" not in line] == []


def test_chromium_may_open_the_kiosk_and_nothing_else() -> None:
    policy = json.loads((DEPLOY / "chromium" / "anjungan-ikd.json").read_text())
    origin = "http://127.0.0.1:8000"
    assert policy["URLBlocklist"] == ["*"]
    assert policy["URLAllowlist"] == policy["VideoCaptureAllowedUrls"] == [origin]
    assert (policy["DownloadRestrictions"], policy["DeveloperToolsAvailability"]) == (3, 2)
    assert policy["VideoCaptureAllowed"] is False
    assert not any(policy[name] for name in ("TranslateEnabled", "PasswordManagerEnabled", "PrintingEnabled"))


def test_the_rules_of_udev_know_the_scanners_that_the_doctor_knows() -> None:
    rules = (DEPLOY / "udev" / "99-anjungan-ikd.rules").read_text()
    active = [line for line in rules.splitlines() if line and not line.startswith("#")]
    vendors = {found[1] for line in active if (found := re.match(r'ATTRS\{id/vendor\}=="(\w{4})"', line))}
    assert vendors == set(SCANNER_VENDORS)
    word = r'[A-Z]+(?:\{[\w/]+\})?(?:==|!=|=)"[^"]*"'
    assert [line for line in active if not re.fullmatch(rf"{word}(?:, {word})*", line)] == []
    assert all("MODE" in line for line in active if "GROUP" in line)


@pytest.mark.parametrize("path", ["deploy/etc/kiosk.env", "docs/deployment.md"])
def test_after_a_new_name_the_screen_is_admitted_anew(path: str) -> None:
    """Its credential is for one KIOSK_TERMINAL: a server that restarts alone would show it «Forbidden»."""
    assert "systemctl restart anjungan-ikd anjungan-ikd-browser" in (ROOT / path).read_text()


def test_the_settings_that_are_laid_down_are_settings() -> None:
    lines = [
        line.lstrip("#")
        for line in (DEPLOY / "etc" / "kiosk.env").read_text().splitlines()
        if re.match(r"#?[A-Z_]+=", line)
    ]
    given = dict(line.split("=", 1) for line in lines)
    given = {name: text for name, text in given.items() if name != "KIOSK_KEY_FILE"}
    assert Settings.from_environment(given).data == Path("/var/lib/anjungan-ikd")
