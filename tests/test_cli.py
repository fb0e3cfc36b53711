"""The console command `kiosk`: what it prints, what it leaves alone, and its exit codes."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from kiosk import cli, keys
from kiosk.adapters import face

PASSWORD = "kopi tubruk pagi"


def _call(folder: Path, arguments: tuple[str, ...], settings: dict[str, str]) -> tuple[int, str, str]:
    """Call the command as a shell does; returns exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in ("PORT", "HOST", "FLASK_APP", "FLASK_DEBUG"):
            patch.delenv(name, raising=False)
        # Flask writes this one itself; set here, it is taken back afterwards.
        patch.setenv("FLASK_RUN_FROM_CLI", "true")
        for name, value in ({"KIOSK_DATA": str(folder)} | settings).items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["kiosk", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
    if isinstance(end.value.code, str):  # what Python itself prints before it ends with 1
        return 1, out.getvalue(), err.getvalue() + end.value.code
    return int(end.value.code or 0), out.getvalue(), err.getvalue()


@pytest.fixture
def run(tmp_path):
    """Call the command on a data folder of its own."""

    def call(*arguments: str, **settings: str) -> tuple[int, str, str]:
        return _call(tmp_path, arguments, settings)

    return call


class _NoEngine:
    """The face engine's part in `prepare` without photographs: to be started and closed."""

    def start(self):
        pass

    def close(self):
        pass


@pytest.fixture(scope="module")
def after_prepare(tmp_path_factory):
    """A data folder as `kiosk prepare` leaves it, and what it printed."""
    folder = tmp_path_factory.mktemp("prepared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(face, "build", lambda settings, clock: _NoEngine())
        code, out, err = _call(folder, ("prepare",), {})
    assert (code, err) == (0, "")
    return folder, out


@pytest.fixture
def prepared(after_prepare, tmp_path):
    """A copy of that folder for one test; what `prepare` printed."""
    folder, out = after_prepare
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return out


def _count(folder, table: str) -> int:
    connection = sqlite3.connect(folder / "kiosk.db")
    try:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    finally:
        connection.close()
    return int(count)


def test_prepare_makes_keys_database_residents_and_an_officer_of_each_role(prepared, tmp_path):
    assert "made the key file" in prepared
    assert (tmp_path / keys.FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert _count(tmp_path, "register_person") > 0
    assert _count(tmp_path, "officer") == 4
    assert (tmp_path / "demo-officers.json").stat().st_mode & 0o777 == 0o600


def test_a_second_prepare_keeps_everything(prepared, run, tmp_path):
    files = [tmp_path / keys.FILE_NAME, tmp_path / "demo-officers.json"]
    before = [path.read_bytes() for path in files], _count(tmp_path, "register_person")
    code, out, err = run("prepare")
    assert (code, err) == (0, "")
    assert "demonstration residents: 0 new" in out
    assert "made the key file" not in out
    assert ([path.read_bytes() for path in files], _count(tmp_path, "register_person")) == before
    assert _count(tmp_path, "officer") == 4


def test_an_officer_is_added_once(prepared, run, tmp_path):
    add = ("officer", "add", "Rina", "--role", "auditor", "--name", "Rina S.", "--password", PASSWORD)
    code, out, err = run(*add)
    assert (code, err) == (0, "")
    assert "/petugas" in out
    assert PASSWORD not in out
    assert _count(tmp_path, "officer") == 5
    assert ["rina", "auditor", "not set up yet"] in _listed(run)
    code, out, err = run(*add)
    assert code == 1
    assert err.startswith("kiosk: ")
    assert _count(tmp_path, "officer") == 5


def _listed(run):
    code, out, err = run("officer", "list")
    assert (code, err) == (0, "")
    return [line.split(maxsplit=2) for line in out.splitlines()]


def test_an_officer_is_removed_and_the_last_supervisor_is_not(prepared, run):
    assert sorted(_listed(run)) == [
        ["auditor", "auditor", "ready"],
        ["penyelia", "supervisor", "ready"],
        ["petugas", "officer", "ready"],
        ["teknisi", "technician", "ready"],
    ]
    assert run("officer", "remove", "Petugas")[0] == 0
    assert [line[0] for line in sorted(_listed(run))] == ["auditor", "penyelia", "teknisi"]
    for name, says in (("petugas", "nobody works here"), ("penyelia", "the last supervisor")):
        code, _, err = run("officer", "remove", name)
        assert (code, err.startswith(f"kiosk: {says}")) == (1, True), err


def test_the_set_up_link_is_given_only_while_nobody_is_there(prepared, run, tmp_path):
    code, out, err = run("officer", "link")
    assert (code, out) == (1, "")
    assert "officers already" in err
    connection = sqlite3.connect(tmp_path / "kiosk.db")
    with connection:
        connection.execute("UPDATE officer SET active = 0")
    connection.close()
    code, out, err = run("officer", "link")
    assert (code, err) == (0, "")
    assert out.startswith("http://127.0.0.1:8000/petugas/mulai/")


@pytest.mark.parametrize("password", ["short", "rina rina rina", ""])
def test_an_officer_with_a_password_that_is_none_is_refused(prepared, run, tmp_path, password):
    code, _, err = run("officer", "add", "rina", "--name", "Rina", "--password", password)
    assert code == 1
    assert err.startswith("kiosk: ")
    assert _count(tmp_path, "officer") == 4


def test_an_untouched_chain_is_verified(prepared, run, tmp_path):
    code, out, _ = run("audit", "verify")
    assert (code, json.loads(out)) == (0, {"entries": _count(tmp_path, "audit_entry"), "faults": 0})


def test_a_tampered_chain_is_told_line_by_line_and_by_the_exit_code(prepared, run, tmp_path):
    connection = sqlite3.connect(tmp_path / "kiosk.db")
    with connection:
        connection.execute("UPDATE audit_entry SET subject = 'somebody else'")
    connection.close()
    code, out, _ = run("audit", "verify")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert lines[0] == {"source": "terminal:A1", "seq": 1, "kind": "changed"}
    assert lines[-1] == {"entries": _count(tmp_path, "audit_entry"), "faults": len(lines) - 1}


def test_a_new_key_file_is_made(run, tmp_path):
    code, out, _ = run("keys", "new", str(tmp_path / "new" / "keys"))
    assert code == 0
    assert "keep a copy" in out
    assert keys.read(tmp_path / "new" / "keys").current == 1


def test_an_existing_key_file_is_never_overwritten(run, tmp_path):
    path = tmp_path / "precious"
    path.write_text("precious")
    code, _, err = run("keys", "new", str(path))
    assert (code, err) == (1, f"kiosk: {path} exists and is left as it is")
    assert path.read_text() == "precious"


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("doctor",), {"KIOSK_PAPERMM": "80"}, "KIOSK_PAPERMM is not a setting"),
        (("doctor",), {"KIOSK_PAPER_MM": "81"}, "KIOSK_PAPER_MM is 81"),
        (("prepare",), {"KIOSK_CAMERA": "webcam"}, "KIOSK_CAMERA"),
        (("addresses",), {"KIOSK_ENV": "prod"}, "KIOSK_ENV"),
        (("prepare",), {"KIOSK_ENV": "production"}, "refused in production"),
        (("purge",), {"KIOSK_KEY_FILE": "/nowhere/keys"}, "key file /nowhere/keys: No such file"),
        (("keys", "new", "/dev/null/keys"), {}, "key file /dev/null/keys cannot be made: Not a directory"),
        (("prepare",), {"KIOSK_DATA": "/dev/null/x"}, "key file /dev/null/x/keys.txt cannot be made"),
        (("doctor",), {"KIOSK_DATA": "/dev/null"}, "KIOSK_DATA /dev/null cannot be made: File exists"),
        (
            ("officer", "add", "rina", "--name", "R", "--password", "x"),
            {"KIOSK_DEBUG": "maybe"},
            "KIOSK_DEBUG",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_no_traceback(run, arguments, settings, says):
    code, out, err = run(*arguments, **settings)
    assert code == 1
    assert "Traceback" not in out + err
    (sentence,) = err.splitlines()
    assert sentence.startswith("kiosk: ")
    assert says in sentence


@pytest.mark.parametrize("arguments", [(), ("--help",), ("officer", "--help")])
def test_help_is_given_also_when_a_setting_is_wrong(run, arguments):
    _, out, err = run(*arguments, KIOSK_PAPERMM="80")
    assert "Traceback" not in out + err
    assert "Usage: " in out + err


def test_help_lists_every_command(run):
    _, out, err = run("--help")
    for name in ("prepare", "doctor", "addresses", "keys", "officer", "terminal", "audit", "purge"):
        assert f"\n  {name} " in out + err


def test_production_makes_no_key_by_itself(run, tmp_path):
    production = {
        "KIOSK_ENV": "production",
        "KIOSK_KEY_FILE": str(tmp_path / "keys"),
        "KIOSK_REGISTER": "dukcapil",
        "KIOSK_AUTHORITY": "dukcapil",
        "KIOSK_MAIL": "smtp://127.0.0.1",
        "KIOSK_CAMERA": "browser",
        "KIOSK_PRINTER": "tcp://127.0.0.1:9100",
        "KIOSK_SCANNER": "browser",
        "KIOSK_PUBLIC_URL": "https://ikd.example",
    }
    code, _, err = run("prepare", **production)
    assert code == 1
    assert f"key file {tmp_path / 'keys'}: No such file" in err
    assert list(tmp_path.iterdir()) == []


def test_the_doctors_exit_code_says_that_the_main_job_cannot_run(prepared, run, monkeypatch, tmp_path):
    (tmp_path / "mail").write_text("a file where a folder should be")
    monkeypatch.setattr(cli.doctor, "DEVICE_SECONDS", 0.1)
    monkeypatch.setattr(cli.doctor, "_face", lambda kiosk: [])
    code, out, _ = run("doctor")
    assert code == 1
    assert "FATAL   mail" in out
    assert "-> check KIOSK_MAIL" in out


def test_the_doctors_exit_code_says_that_all_is_well(prepared, run, monkeypatch):
    monkeypatch.setattr(cli.doctor, "_face", lambda kiosk: [])
    code, out, _ = run("doctor")
    assert code == 0
    assert "FATAL" not in out


def test_a_terminal_gets_its_link(prepared, run, tmp_path):
    code, out, _ = run("terminal", "link")
    assert (code, len(out.splitlines())) == (0, 1)
    assert _count(tmp_path, "terminal_link") == 1


def test_purge_says_how_much_it_erased(prepared, run):
    code, out, _ = run("purge")
    assert (code, out) == (0, "0 values erased\n")


def test_addresses_are_shown_without_a_database(run, tmp_path):
    code, out, _ = run("addresses")
    assert code == 0
    assert "http://127.0.0.1:8000/" in out
    assert list(tmp_path.iterdir()) == []
