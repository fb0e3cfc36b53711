"""Lists of pairs: what is read, who is who, and what is refused in one sentence that names no file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.evaluation.pairs import BadPairs, identities, read

HEADER = "image_a,image_b,same\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for name in "abcdef":
        (tmp_path / "photos" / f"{name}.jpg").write_bytes(b"")
    return tmp_path


def listed(folder: Path, text: str | bytes) -> Path:
    path = folder / "pairs.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_columns_may_stand_in_any_order_and_a_spreadsheet_may_part_them_by_semicolons(folder: Path) -> None:
    text = (
        "\ufeffkerudung;same;visit_b2;image_b;image_a;visit_b3\n"
        "ya; TRUE ;photos/c.jpg;photos/b.jpg;photos/a.jpg;photos/d.jpg\n"
        "\n"
        "tidak;0;;photos/../photos/f.jpg;photos/a.jpg;\n"
    )
    same, other = read(listed(folder, text), "kerudung")
    photos = folder / "photos"
    assert same.register == photos / "a.jpg"
    assert same.visit == tuple(photos / f"{name}.jpg" for name in "bcd")
    assert (same.same, same.group) == (True, "ya")
    assert (other.visit, other.same, other.group) == ((photos / "f.jpg",), False, "tidak")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the list has no column image_a"),
        (HEADER, "the list has no pairs"),
        ("image_a,image_b\nphotos/a.jpg,photos/b.jpg\n", "the list has no column same"),
        (HEADER + "photos/a.jpg,photos/b.jpg,maybe\n", "row 2: same is neither 1, 0, true nor false"),
        (HEADER + "photos/a.jpg,photos/b.jpg\n", "row 2: same is neither 1, 0, true nor false"),
        (HEADER + "photos/a.jpg,,1\n", "row 2: image_b is empty"),
        (
            HEADER + "photos/a.jpg,photos/b.jpg,1\nphotos/rina.jpg,photos/b.jpg,0\n",
            "row 3: image_a names no file that is there",
        ),
        (HEADER + "photos,photos/b.jpg,1\n", "row 2: image_a names no file that is there"),
        (HEADER + 'photos/a.jpg,"photos/b.jpg,1\n', "the list is no CSV: unexpected end of data"),
        (b"image_a,image_b,same\n\xff\xd8", "the list is no text in UTF-8"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_a_sentence_without_a_file_name(
    folder: Path, text: str | bytes, says: str
) -> None:
    with pytest.raises(BadPairs) as refused:
        read(listed(folder, text))
    assert str(refused.value) == says


def test_a_list_that_is_not_there_or_a_column_that_is_not_is_refused(folder: Path) -> None:
    with pytest.raises(BadPairs, match="cannot be read: No such file or directory"):
        read(folder / "gone.csv")
    with pytest.raises(BadPairs, match="no column usia"):
        read(listed(folder, HEADER + "photos/a.jpg,photos/b.jpg,1\n"), "usia")
    with pytest.raises(BadPairs, match="names pictures"):
        read(listed(folder, HEADER + "photos/a.jpg,photos/b.jpg,1\n"), "image_a")


def test_one_person_is_whatever_the_pairs_join_and_a_picture_in_no_genuine_pair_is_another(
    folder: Path,
) -> None:
    rows = [
        "photos/a.jpg,photos/b.jpg,1,",
        "photos/c.jpg,photos/b.jpg,1,",
        "photos/a.jpg,photos/d.jpg,0,photos/e.jpg",
        "photos/f.jpg,photos/d.jpg,0,",
    ]
    text = HEADER.strip() + ",visit_b2\n" + "\n".join(rows)
    people = {path.stem: number for path, number in identities(read(listed(folder, text))).items()}
    assert people["a"] == people["b"] == people["c"]
    assert people["d"] == people["e"]
    assert sorted(set(people.values())) == [0, 1, 2]


def test_a_pair_that_other_rows_contradict_is_refused(folder: Path) -> None:
    rows = "photos/a.jpg,photos/b.jpg,1\nphotos/c.jpg,photos/b.jpg,1\nphotos/a.jpg,photos/c.jpg,0\n"
    with pytest.raises(BadPairs, match="pair 3 says that it is not the same person, other rows say"):
        identities(read(listed(folder, HEADER + rows)))
