"""Settings and documents name the same things."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from kiosk.config import Settings
from tests.structure.tree import ROOT, relative, tracked

NAMES = {f"KIOSK_{field.name.upper()}" for field in fields(Settings)}
SPEAKS_OF_SETTINGS = [
    path
    for path in tracked()
    if path.suffix == ".md" or path.name == "Makefile" or path.parent.name == "deploy"
]


ROW = re.compile(r"^\| `(KIOSK_[A-Z_]+)` \| (?:`([^`]*)`|—) \| (.+) \|$", re.MULTILINE)


def _told() -> dict[str, tuple[str, str]]:
    """Name to default and meaning, as README's table has them; a dash is nothing."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return {name: (default, meaning) for name, default, meaning in ROW.findall(readme)}


def _written(default: object) -> str:
    match default:
        case None:
            return ""
        case bool():
            return str(int(default))
        case float():
            return f"{default:g}"
        case _:
            return str(default)


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_explained_in_the_readme_with_its_default(field):
    default, meaning = _told()[f"KIOSK_{field.name.upper()}"]
    assert default == _written(field.default)
    assert meaning.endswith(".")


@pytest.mark.parametrize("path", SPEAKS_OF_SETTINGS, ids=relative)
def test_no_document_names_a_setting_that_does_not_exist(path):
    assert set(re.findall(r"\bKIOSK_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))) <= NAMES
