"""Every reason has its sentences, and every sentence its English translation."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from kiosk.domain.reasons import NEUTRAL_CODE, ReferReason
from tests.structure.tree import PACKAGE, ROOT

ENGLISH = PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")


@pytest.mark.parametrize("table", ["RESIDENT", "OFFICER"])
def test_every_reason_has_wording(table):
    from kiosk import wording

    assert set(getattr(wording, table)) == set(ReferReason)


def test_every_reason_has_its_own_neutral_code():
    assert set(NEUTRAL_CODE) == set(ReferReason)
    assert len(set(NEUTRAL_CODE.values())) == len(ReferReason)


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Every message marked for translation in code and templates, as `make messages` finds them."""
    pot = tmp_path_factory.mktemp("messages") / "messages.pot"
    keywords = ["-k", "lazy_gettext", "-k", "_l"]
    mapping = ["-F", str(ROOT / "pyproject.toml")]
    CommandLineInterface().run(
        ["pybabel", "-q", "extract", *mapping, *keywords, "-o", str(pot), str(PACKAGE)]
    )
    return _messages(pot)


def _messages(path: Path):
    with path.open("rb") as file:
        return {message.id: message for message in read_po(file) if message.id}


def test_messages_are_found_in_code_and_templates(marked):
    places = {Path(name).suffix for message in marked.values() for name, _ in message.locations}
    assert places == {".py", ".html"}


def test_every_message_has_an_english_translation(marked):
    english = _messages(ENGLISH)
    done = {key for key, message in english.items() if message.string and not message.fuzzy}
    assert sorted(str(key) for key in set(marked) - done) == []


def test_the_catalogue_compiles_into_one_that_speaks_english(tmp_path):
    """Babel skips a catalogue without a header in silence, and the kiosk would answer in Indonesian."""
    compiled = tmp_path / "messages.mo"
    CommandLineInterface().run(["pybabel", "-q", "compile", "-i", str(ENGLISH), "-o", str(compiled)])
    with compiled.open("rb") as file:
        catalogue = GNUTranslations(file)
    assert catalogue.gettext("Sentuh untuk mulai") == "Touch to start"
    assert catalogue.ngettext("Tersisa %(num)s kesempatan", "", 1) == "%(num)s try left"
    assert catalogue.ngettext("Tersisa %(num)s kesempatan", "", 2) == "%(num)s tries left"


def test_no_translation_is_left_over(marked):
    assert sorted(str(key) for key in set(_messages(ENGLISH)) - set(marked)) == []


def test_translations_keep_the_placeholders():
    wrong = [
        key
        for key, message in _messages(ENGLISH).items()
        if isinstance(key, str) and set(PLACEHOLDER.findall(key)) != set(PLACEHOLDER.findall(message.string))
    ]
    assert wrong == []
