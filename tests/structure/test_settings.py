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


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_setting_is_explained_in_the_readme(name):
    assert re.search(rf"\b{name}\b", (ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SPEAKS_OF_SETTINGS, ids=relative)
def test_no_document_names_a_setting_that_does_not_exist(path):
    assert set(re.findall(r"\bKIOSK_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))) <= NAMES
