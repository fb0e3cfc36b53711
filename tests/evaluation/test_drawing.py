"""Lists drawn from folders: every pair once, visits of one person only, and no more than asked for."""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import pytest

from kiosk.evaluation import drawing
from kiosk.evaluation.pairs import BadPairs, Pair, identities, read


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    fill(tmp_path, *(f"{person}/{number}.jpg" for person in ("adi", "budi", "citra") for number in range(5)))
    fill(tmp_path, "adi/notes.txt", "readme.jpg", "nobody/notes.txt")
    return tmp_path


def drawn(folder: Path, frames: int = 3, most: int = 20_000, seed: int = 1) -> list[Pair]:
    return list(drawing.draw(drawing.people(folder), frames, most, seed))


def test_each_two_photos_are_a_pair_once_and_a_visit_shows_one_person_who_is_not_its_register_photo(
    photos: Path,
) -> None:
    pairs = drawn(photos)
    every = {frozenset(couple) for couple in combinations(sorted(photos.glob("*/*.jpg")), 2)}
    assert {frozenset((pair.register, pair.visit[0])) for pair in pairs} == every
    assert (len(pairs), sum(pair.same for pair in pairs)) == (len(every), 3 * 10)
    for pair in pairs:
        assert len(set(pair.visit)) == 3
        assert len({frame.parent for frame in pair.visit}) == 1
        assert (pair.register.parent == pair.visit[0].parent) is pair.same
        assert pair.register not in pair.visit


def test_a_draw_can_be_repeated_limited_and_changed(photos: Path) -> None:
    some = drawn(photos, frames=1, most=7)
    assert some == drawn(photos, frames=1, most=7)
    assert some != drawn(photos, frames=1, most=7, seed=2)
    assert [pair.same for pair in some] == [True] * 7 + [False] * 7
    assert len(set(some)) == 14
    assert {len(pair.visit) for pair in some} == {1}


def test_visits_are_compared_with_register_photos_and_never_among_each_other(tmp_path: Path) -> None:
    for person in ("adi", "budi"):
        fill(tmp_path, f"{person}/ktp.jpg", *(f"{person}/monday/{number}.jpg" for number in range(5)))
    fill(tmp_path, "adi/tuesday/0.JPEG", "citra/ktp.jpg")
    pairs = drawn(tmp_path)
    assert {pair.register.name for pair in pairs} == {"ktp.jpg"}
    assert sum(pair.same for pair in pairs) == 3
    assert sum(not pair.same for pair in pairs) == 1 + 2 + 3, "budi's, adi's and both with citra's photo"
    assert sorted(len(pair.visit) for pair in pairs if pair.visit[0].parent.name == "tuesday") == [1, 1, 1]
    assert all(len({frame.parent for frame in pair.visit}) == 1 for pair in pairs)


def test_what_is_written_is_what_is_read(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(photos.parent)
    pairs = drawn(Path(photos.name))
    out = io.StringIO()
    drawing.write(iter(pairs), out)
    Path("pairs.csv").write_text(out.getvalue())
    again = read(Path("pairs.csv"))
    assert [(one.register.name, one.same) for one in again] == [
        (one.register.name, one.same) for one in pairs
    ]
    assert len(set(identities(again).values())) == 3


@pytest.mark.parametrize(
    ("name", "says"), [("empty", "for each of two people"), ("gone", "cannot be read: No such file")]
)
def test_a_folder_without_people_is_refused(tmp_path: Path, name: str, says: str) -> None:
    fill(tmp_path / "empty", "adi/1.jpg", "loose.jpg")
    with pytest.raises(BadPairs, match=says):
        drawing.people(tmp_path / name)
