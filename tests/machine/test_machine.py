"""The harness itself: it never counts as passed what was not tried, and leaves no emulator behind.

The cases run in the machine (`make test-devices`); these few tests run with all others, without one.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from tests.machine import __main__ as command
from tests.machine import machine
from tests.machine.kernel import Kernel
from tests.machine.start import initramfs


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    """Stands in for what is fetched: a shell and one module, with a name that cpio has to pad."""
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/busybox").write_bytes(b"shell")
    (tmp_path / "00-vivid.ko").write_bytes(b"module")
    return Kernel("6.1.0", tmp_path / "vmlinux", (tmp_path / "00-vivid.ko",), tmp_path)


@pytest.mark.parametrize(("arguments", "code"), [([], 0), (["--no-skips"], 1)])
def test_without_an_emulator_it_is_skipped_and_not_passed(
    arguments: list[str],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(sys, "argv", ["test-devices", *arguments])
    assert command.main() == code
    told = capsys.readouterr().out
    assert told.startswith("SKIPPED, not passed: ")
    assert "held" not in told


@pytest.mark.parametrize(
    ("script", "seconds", "told"),
    [
        ('echo BIOS; echo \'{"case": "a"}\'', 5.0, "off before it was done"),
        ('echo \'{"case": "a"}\'; exec sleep 60', 0.5, "not done in time"),
    ],
    ids=["goes off", "hangs"],
)
def test_a_machine_that_does_not_end_well_is_stuck_and_gone(
    script: str,
    seconds: float,
    told: str,
    kernel: Kernel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = _emulator(tmp_path, script, monkeypatch)
    reports = machine.run(kernel, "true", tmp_path / "console", seconds)
    assert next(reports) == {"case": "a"}
    with pytest.raises(machine.Stuck, match=told):
        next(reports)
    with pytest.raises(ProcessLookupError):
        os.kill(int(process.read_text()), 0)


def test_a_case_that_broke_and_a_case_that_hangs_both_fail_the_run(
    kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held = '{"case": "it_holds", "ok": true, "seconds": 1, "figures": {"back_ms": 7}, "why": ""}'
    broke = '{"case": "it_breaks", "ok": false, "seconds": 1, "figures": {}, "why": "at a line"}'
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "BUILD", tmp_path)
    (tmp_path / "console.log").write_text("kernel panic")

    _emulator(tmp_path, f"echo '{held}'; echo '{{\"done\": true}}'", monkeypatch)
    assert command._run(kernel, []) == 0
    assert "it holds (back_ms 7)" in capsys.readouterr().out

    _emulator(tmp_path, f"echo '{held}'; echo '{broke}'; echo '{{\"done\": true}}'", monkeypatch)
    assert command._run(kernel, []) == 1
    told = capsys.readouterr().out
    assert "1 held, 1 did not" in told
    assert "at a line" in told

    _emulator(tmp_path, f"echo '{held}'; echo '{{\"case\": \"it_hangs\"}}'", monkeypatch)
    assert command._run(kernel, []) == 1
    told = capsys.readouterr().out
    assert "FAIL it hangs" in told
    assert "kernel panic" in told

    _emulator(tmp_path, "echo '{\"done\": true}'", monkeypatch)
    assert command._run(kernel, ["no_such_case"]) == 1


def test_the_first_files_are_an_archive_that_the_kernel_can_read(kernel: Kernel) -> None:
    archive = initramfs(kernel, "echo 'it''s'")
    names, at = [], 0
    while "TRAILER!!!" not in names:
        assert at % 4 == 0
        assert archive[at : at + 6] == b"070701"
        fields = [int(archive[at + 6 + 8 * i :][:8], 16) for i in range(13)]
        size, name_size = fields[6], fields[11]
        names.append(archive[at + 110 :][: name_size - 1].decode())
        content = at + (110 + name_size + 3) // 4 * 4
        if names[-1] == "init":
            assert stat.S_IMODE(fields[1]) == 0o755
            assert b"insmod /modules/00-vivid.ko n_devs=1" in archive[content:][:size]
        at = content + (size + 3) // 4 * 4
    assert at == len(archive)
    assert {"bin/busybox", "modules/00-vivid.ko", "init"} <= set(names)


def _emulator(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the emulator's place; returns the file that holds its process."""
    program, process = folder / "emulator", folder / "process"
    program.write_text(f"#!/bin/sh\necho $$ >{process}\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(machine, "QEMU", str(program))
    return process
