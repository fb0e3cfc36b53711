"""Recorded pictures as a camera: taken apart rightly, played in a loop, and honest about what is missing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from kiosk.domain.clock import SystemClock
from kiosk.hardware.camera.files import FilesCamera, pictures
from kiosk.hardware.device import DeviceGone
from tests.fixed_clock import FixedClock
from tests.hardware.patience import served
from tests.hardware.pictures import drawn_portrait, plain_jpeg

A, B, C = plain_jpeg(320, 180, 60), drawn_portrait(), plain_jpeg(64, 64, 200)


def with_thumbnail() -> bytes:
    """A JPEG that carries another whole JPEG in its APP segment, as cameras do."""
    inner = plain_jpeg(64, 64)
    segment = b"\xff\xe1" + (len(inner) + 2).to_bytes(2) + inner
    return A[:2] + segment + A[2:]


def progressive() -> bytes:
    """A JPEG of several scans."""
    out = io.BytesIO()
    Image.open(io.BytesIO(B)).save(out, "JPEG", progressive=True)
    return out.getvalue()


def film(folder: Path, *parts: bytes) -> Path:
    path = folder / "film.mjpg"
    path.write_bytes(b"".join(parts))
    return path


def test_a_folder_is_played_by_name_and_other_files_are_left_out(tmp_path: Path) -> None:
    for name, data in (("10.jpg", B), ("02.JPG", A), ("notes.txt", b"x"), ("11.jpeg", C)):
        (tmp_path / name).write_bytes(data)
    assert list(pictures(tmp_path)) == [A, B, C]


def test_a_film_is_taken_apart_whatever_its_pictures_carry(tmp_path: Path) -> None:
    several = [A, with_thumbnail(), progressive(), B, C]
    assert list(pictures(film(tmp_path, *several))) == several


def test_a_film_longer_than_what_is_read_at_once_is_taken_apart(tmp_path: Path) -> None:
    several = [B, A] * 40
    assert sum(map(len, several)) > 1 << 18
    assert list(pictures(film(tmp_path, *several))) == several


def test_padding_and_damage_cost_only_the_damaged_picture(tmp_path: Path) -> None:
    broken = B[:40] + b"\x00" * 60
    found = list(pictures(film(tmp_path, b"\x00" * 9, A, b"\x00" * 500, broken, C, A[:80])))
    assert found == [A, broken, C]


def test_a_film_that_never_ends_a_picture_does_not_fill_the_memory(tmp_path: Path) -> None:
    assert list(pictures(film(tmp_path, b"\xff\xd8\xff\xda\x00\x02", b"\x11" * 5_000_000, A))) == [A]


def test_the_loop_begins_again(tmp_path: Path) -> None:
    camera = FilesCamera(film(tmp_path, A, C), SystemClock())
    sizes, number = [], 0
    with served(camera):
        for _ in range(5):
            seen = camera.frame(number, 3)
            assert seen is not None
            number = seen.number
            sizes.append((seen.width, seen.height))
    assert set(sizes) == {(320, 180), (64, 64)}


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere", "not_found"), ("empty", "no_pictures"), ("empty.mjpg", "no_pictures")]
)
def test_nothing_to_play_is_said_by_a_code(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.mjpg").touch()
    with pytest.raises(DeviceGone) as lost:
        FilesCamera(tmp_path / name, FixedClock()).open()
    assert lost.value.code == code
