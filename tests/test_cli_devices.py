"""The commands that try a device on the spot, run as anybody runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner, Result
from PIL import Image

from kiosk import cli_devices
from kiosk.hardware import codes
from kiosk.hardware.camera import measure
from tests.hardware.fake_printer import FINE, FakePrinter
from tests.hardware.pictures import plain_jpeg

ODD = "Désa\t«ꦱꦼꦏꦭꦶ» 🙂"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, text in (("ticket.png", "T.ABC.DEF"), ("odd.png", ODD)):
        segno.make(text, micro=False).save(str(tmp_path / name), scale=6)
    (tmp_path / "words.png").write_text("no picture")
    return tmp_path


def test_scan_prints_a_line_a_picture_and_loads_neither_settings_nor_the_framework(pictures: Path) -> None:
    watched = (
        "import sys; from kiosk.__main__ import main\n"
        "try: main()\n"
        "finally: print(*sorted({'flask', 'sqlalchemy', 'kiosk.config'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched, "scan", "ticket.png", "odd.png"],
        cwd=pictures,
        env={"KIOSK_MISSPELT": "1", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip() == ""
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {
        "image": "ticket.png",
        "texts": ["T.ABC.DEF"],
        "codes": [{"text": "T.ABC.DEF", "symbology": "qr", "reader": "zxing-cpp"}],
    }
    assert second["texts"] == [ODD]


def test_scan_says_which_picture_cannot_be_read_and_reads_the_others(pictures: Path) -> None:
    names = [str(pictures / name) for name in ("words.png", "gone.png", "ticket.png")]
    done = CliRunner().invoke(cli_devices.group, ["scan", *names, str(pictures)])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("error") for line in lines] == [
        "not a picture",
        "No such file or directory",
        None,
        "Is a directory",
    ]
    assert (lines[2]["texts"], done.exit_code) == (["T.ABC.DEF"], 1)


def test_scan_names_a_library_that_is_missing_and_goes_on(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "readers", lambda: {"zxing-cpp": True, "pyzbar": False})
    done = CliRunner().invoke(cli_devices.group, ["scan", str(pictures / "ticket.png")])
    assert done.stderr == "kiosk: pyzbar is missing; install Debian's libzbar0\n"
    assert (json.loads(done.stdout)["texts"], done.exit_code) == (["T.ABC.DEF"], 0)
    monkeypatch.setattr(codes, "readers", lambda: {"zxing-cpp": False, "pyzbar": False})
    assert CliRunner().invoke(cli_devices.group, ["scan", str(pictures / "ticket.png")]).exit_code == 1


def try_camera(monkeypatch: pytest.MonkeyPatch, *arguments: str, **settings: str) -> Result:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(cli_devices.group, ["camera", "test", *arguments])


def test_camera_test_measures_the_camera_of_the_settings_and_keeps_its_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.jpg").write_bytes(plain_jpeg(320, 180))
    out = tmp_path / "seen.jpg"
    done = try_camera(monkeypatch, "-o", str(out), KIOSK_CAMERA=f"files:{tmp_path}", KIOSK_CAMERA_ROTATE="90")
    line = json.loads(done.stdout)
    assert line == {"result": "ok", "code": "ok", "width": 180, "height": 320} | {
        name: line[name] for name in ("fps", "ms")
    }
    assert 3 < line["fps"] <= 16
    assert 0 < line["ms"] < 8000
    assert (measure(out.read_bytes()), done.exit_code) == ((180, 320), 0)


@pytest.mark.parametrize(
    ("camera", "code"),
    [("v4l2:/dev/null", "wrong_device"), ("files:/nowhere", "not_found"), ("browser", "waiting_for_page")],
)
def test_camera_test_says_why_there_is_no_picture(
    camera: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "seen.jpg"
    done = try_camera(monkeypatch, "--camera", camera, "-o", str(out), KIOSK_CAMERA="simulated")
    nothing = {"width": 0, "height": 0, "fps": 0.0, "ms": 0}
    assert json.loads(done.stdout) == {"result": "failed", "code": code} | nothing
    assert (done.exit_code, out.exists()) == (1, False)


def test_camera_test_that_cannot_keep_its_picture_says_so_after_what_it_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "1.jpg").write_bytes(plain_jpeg(320, 180))
    nowhere = tmp_path / "gone" / "seen.jpg"
    done = try_camera(monkeypatch, "-o", str(nowhere), KIOSK_CAMERA=f"files:{tmp_path}")
    assert json.loads(done.stdout)["result"] == "ok"
    assert done.stderr == f"kiosk: {nowhere}: No such file or directory\n"
    assert done.exit_code == 1


def test_camera_test_refuses_a_mistyped_camera_with_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    done = try_camera(monkeypatch, "--camera", "v4l2:video0")
    assert done.output.startswith("kiosk: KIOSK_CAMERA is 'v4l2:video0'; after v4l2: comes a path")
    assert done.exit_code == 1


def _printed(*arguments: str, **settings: str) -> tuple[Result, dict[str, object]]:
    environment = {name: None for name in os.environ if name.startswith("KIOSK_")} | settings
    done = CliRunner(env=environment).invoke(cli_devices.group, ["printer", "test", *arguments])
    return done, json.loads(done.stdout) if done.stdout else {}


def test_printer_test_prints_the_test_page_without_a_kiosk_and_its_bytes_can_be_drawn(tmp_path: Path) -> None:
    with FakePrinter() as fake:
        done, line = _printed("--printer", fake.url, KIOSK_DATA=str(tmp_path / "none"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert {name: line[name] for name in ("result", "code")} == {"result": "printed", "code": "ok"}
    assert isinstance(line["ms"], int)
    assert list(tmp_path.iterdir()) == [], "neither data folder nor database"

    (tmp_path / "sheet.bin").write_bytes(fake.job + b"\x1dL\x10\x00")
    arguments = ["printer", "render", str(tmp_path / "sheet.bin"), "-o", str(tmp_path / "out.png")]
    drawn = CliRunner().invoke(cli_devices.group, arguments)
    about = json.loads(drawn.stdout)
    assert drawn.exit_code == 0
    assert about["cuts"] == 1
    assert [name.partition(" at ")[0] for name in about["unknown"]] == ["GS L (1D 4C)"]
    with Image.open(tmp_path / "out.png") as picture:
        assert picture.size == (about["width"], about["height"])


@pytest.mark.parametrize(
    ("status", "knows", "expected"),
    [
        ({2: 0x32}, {"mark"}, {"result": "failed", "code": "paper_out"}),
        ({}, set(), {"result": "unproven", "code": "unconfirmed"}),
    ],
)
def test_printer_test_is_well_only_when_the_sheet_is_proven(
    status: dict[int, int], knows: set[str], expected: dict[str, str]
) -> None:
    with FakePrinter(status=FINE | status, knows=frozenset(knows)) as fake:
        done, line = _printed(KIOSK_PRINTER=fake.url)
    assert done.exit_code == 1
    assert line | expected == line


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("--printer", "tpc://10.0.0.1"), {}, "KIOSK_PRINTER is 'tpc://10.0.0.1'; did you mean tcp?"),
        ((), {"KIOSK_PRINTER": "lp:lp0"}, "KIOSK_PRINTER is 'lp:lp0'; the device is a whole path"),
        ((), {"KIOSK_PRINTER_MODEL": "TM-T20"}, "KIOSK_PRINTER_MODEL is 'TM-T20'"),
        ((), {"KIOSK_PRINTR": "simulated"}, "KIOSK_PRINTR is not a setting"),
    ],
)
def test_printer_test_with_a_typo_is_a_sentence_and_exit_code_2(
    arguments: tuple[str, ...], settings: dict[str, str], says: str
) -> None:
    done, line = _printed(*arguments, **settings)
    assert (done.exit_code, line) == (2, {})
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(f"kiosk: {says}")


@pytest.mark.parametrize(
    ("file", "output", "says"),
    [
        ("gone.bin", "out.png", "gone.bin: No such file or directory"),
        ("sheet.bin", "no/out.png", "out.png: No such file or directory"),
        (".", "out.png", "Is a directory"),
    ],
)
def test_printer_render_says_what_it_cannot_read_or_write(
    tmp_path: Path, file: str, output: str, says: str
) -> None:
    (tmp_path / "sheet.bin").write_bytes(b"IKD\n")
    arguments = ["printer", "render", str(tmp_path / file), "-o", str(tmp_path / output)]
    done = CliRunner().invoke(cli_devices.group, arguments)
    assert done.exit_code == 1
    assert done.output.startswith("kiosk: ")
    assert says in done.output
