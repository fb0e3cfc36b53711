"""The commands that measure, run as anybody runs them, with the real engine."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk import cli_evaluation
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from tests.faces import portraits
from tests.hardware.pictures import drawn_portrait, plain_jpeg

__all__ = ["portraits"]


def run(*arguments: str | Path, **settings: str) -> Result:
    environment = {name: None for name in os.environ if name.startswith("KIOSK_")} | settings
    return CliRunner(env=environment).invoke(cli_evaluation.group, list(map(str, arguments)))


@pytest.fixture
def faces(tmp_path: Path, portraits: Portraits) -> Path:
    """Two people's pictures, a damaged one, one without a face, and a list of pairs of them."""
    (tmp_path / "rahasia").mkdir()
    for portrait in Portrait:
        (tmp_path / "rahasia" / f"{portrait.value}.jpg").write_bytes(portraits.compose(portrait))
    (tmp_path / "rahasia" / "damaged.jpg").write_bytes(portraits.compose(Portrait.A1)[:5000])
    (tmp_path / "rahasia" / "nobody.jpg").write_bytes(plain_jpeg(400, 400))
    rows = [
        ("a1", "a2", "1", "a3", "nobody", "laki-laki"),
        ("a1", "a3", "1", "", "", "laki-laki"),
        ("a2", "damaged", "1", "", "", "laki-laki"),
        ("b1", "a1", "0", "a2", "a3", "laki-laki"),
        ("b1", "a2", "0", "", "", "perempuan"),
        ("nobody", "b1", "0", "", "", "perempuan"),
    ]
    lines = ["image_a,image_b,same,visit_b2,visit_b3,kelamin"]
    for a, b, same, b2, b3, group in rows:
        paths = [f"rahasia/{name}.jpg" if name else "" for name in (a, b, b2, b3)]
        lines.append(",".join([paths[0], paths[1], same, *paths[2:], group]))
    (tmp_path / "pairs.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def test_face_eval_measures_the_kiosks_way_and_the_librarys_on_the_same_rows(faces: Path) -> None:
    """As a command of its own, from another folder: figures on stdout, progress on stderr, nobody's name."""
    arguments = [str(faces / "pairs.csv"), "--threshold", "0.1", "--groups", "kelamin"]
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "face-eval", *arguments],
        env={name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.startswith("Pictures")
    assert "rahasia" not in done.stdout + done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert {name: found[name] for name in ("pairs", "genuine", "impostor", "images", "identities")} == {
        "pairs": 6,
        "genuine": 3,
        "impostor": 3,
        "images": 6,
        "identities": 2,
    }
    assert found["frames"] == {"1": 4, "2": 0, "3": 2}
    assert (found["no_face"], found["no_face_genuine"], found["no_face_impostor"]) == (2, 1, 1)
    # The pair without a face is refused at any threshold, and 0.1 refuses one man on two days too.
    assert (found["threshold"], found["frr"], found["far"]) == (0.1, 1.0, 0.0)
    default = found["default"]
    assert (default["threshold"], default["frr"], default["far"]) == (0.52, round(1 / 3, 5), 0.0)
    assert default["frr_95"][0] <= default["frr"] <= default["frr_95"][1]
    assert (found["library"]["frr"], found["library"]["no_face"]) == (round(1 / 3, 5), 2)
    assert found["claim"] == "insufficient"
    assert found["groups"]["perempuan"]["genuine"] == 0
    assert found["groups"]["perempuan"]["frr"] is None
    assert found["ms_per_image"] > 0


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("pairs.csv",), {}, "the list has no pairs"),
        (("gone.csv",), {}, "the list cannot be read: No such file or directory"),
        (("pairs.csv", "--groups", "usia"), {}, "the list has no column usia"),
        (("pairs.csv", "--threshold", "nan"), {}, "--threshold must be greater than 0"),
        (("pairs.csv", "--threshold", "0"), {}, "--threshold must be greater than 0"),
        (("pairs.csv",), {"KIOSK_FACE_ACEPT": "1"}, "KIOSK_FACE_ACEPT is not a setting of this program"),
    ],
)
def test_face_eval_refuses_what_it_cannot_measure_in_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    settings: dict[str, str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pairs.csv").write_text("image_a,image_b,same\n")
    done = run("face-eval", *arguments, **settings)
    assert (done.exit_code, done.stdout) == (2, "")
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(f"kiosk: {says}")


def test_face_eval_says_that_the_engine_failed_and_prints_no_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk.adapters.face import FaceProcess

    monkeypatch.setattr(FaceProcess, "command", (sys.executable, "-c", "raise SystemExit('no models')"))
    for name in "ab":
        (tmp_path / f"{name}.jpg").write_bytes(drawn_portrait())
    (tmp_path / "pairs.csv").write_text("image_a,image_b,same\na.jpg,b.jpg,1\n")
    done = run("face-eval", tmp_path / "pairs.csv")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "kiosk: the face engine failed" in done.stderr
    assert "Traceback" not in done.output


def test_face_pairs_makes_a_list_from_folders(tmp_path: Path) -> None:
    for name in ("adi/1", "adi/2", "budi/1"):
        path = tmp_path / f"{name}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    done = run("face-pairs", tmp_path, "--frames", 2)
    assert [row["same"] for row in csv.DictReader(io.StringIO(done.stdout))] == ["1", "0", "0"]
    done = run("face-pairs", tmp_path / "adi")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "kiosk: the folder needs a folder with photos for each of two people or more\n"


def test_liveness_eval_refuses_a_photo_held_still_and_names_what_it_cannot_play(
    tmp_path: Path, portraits: Portraits
) -> None:
    photo = portraits.compose(Portrait.A1)
    (tmp_path / "photo.mjpg").write_bytes(photo * 20)
    (tmp_path / "photo.txt").write_text("left right left fps=15")
    (tmp_path / "unasked").mkdir()
    done = run("liveness-eval", tmp_path)
    first, second, summary = map(json.loads, done.stdout.splitlines())
    assert first == {"name": "photo.mjpg", "accepted": False, "why": "recording_ended"} | {
        "asked": "left right left",
        "done": 0,
        "seconds": 1.27,
        "frames": 20,
        "fps": 15.0,
        "spread": None,
    }
    assert second == {"name": "unasked", "error": "no text file beside it says what was asked"}
    assert summary == {"recordings": 2, "accepted": 0, "refused": 1, "errors": 1} | {
        "by_reason": {"recording_ended": 1}
    }
    assert done.exit_code == 1


@pytest.mark.parametrize(("name", "says"), [("gone", "cannot be read: No such"), (".", "holds no recording")])
def test_liveness_eval_needs_a_folder_with_recordings(tmp_path: Path, name: str, says: str) -> None:
    done = run("liveness-eval", tmp_path / name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
