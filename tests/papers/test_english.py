"""Papers and mails in English: nothing Indonesian is left on them but names."""

from __future__ import annotations

import re

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel, force_locale

import kiosk
from kiosk.domain.reasons import ReferReason
from kiosk.hardware.escpos import ROLLS
from kiosk.papers.mail import activation_mail
from tests.papers.goldens import AT, OFFICE, PAPERS, a_ticket, draw
from tests.papers.test_papers import LONGEST_MM
from tests.structure.test_wording import ENGLISH

PLACEHOLDER = re.compile(r"%\\\(\w+\\\)s")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """An application whose English is compiled from the committed catalogue."""
    folder = tmp_path_factory.mktemp("translations")
    compiled = folder / "en" / "LC_MESSAGES" / "messages.mo"
    compiled.parent.mkdir(parents=True)
    CommandLineInterface().run(["pybabel", "-q", "compile", "-i", str(ENGLISH), "-o", str(compiled)])
    app = Flask(kiosk.__name__)
    Babel(app, default_locale="id", default_translation_directories=str(folder))
    return app


@pytest.fixture(scope="module")
def indonesian():
    """What only the Indonesian says: each message as a pattern, but those that read alike in English."""
    with ENGLISH.open("rb") as file:
        messages = [message for message in read_po(file) if isinstance(message.id, str) and message.id]
    return [
        re.compile(PLACEHOLDER.sub(".+", re.escape(message.id)))
        for message in messages
        if message.string != message.id
    ]


def _left_over(texts, indonesian):
    """The product's name reads like «Anjungan %(name)s»; it is a name in every language."""
    spoken = [text for text in texts if text != "Anjungan IKD"]
    return [text for text in spoken if any(pattern.fullmatch(text) for pattern in indonesian)]


def _papers():
    # The report and the heads of the chains are the office's own, and always in its language.
    yield from (
        (name, PAPERS[name]()) for name in ("receipt", "receipt-office", "pause", "badge", "testpage")
    )
    yield from ((reason, a_ticket(reason)) for reason in ReferReason)


def _letter():
    subject, body = activation_mail(code="012345", office=OFFICE.name, expires_at_local=AT)
    return [subject, *body.splitlines()]


def test_no_paper_in_english_holds_an_indonesian_sentence(app, indonesian):
    with app.app_context(), force_locale("en"):
        left = {name: _left_over(paper.texts, indonesian) for name, paper in _papers()}
    assert {name: texts for name, texts in left.items() if texts} == {}


def test_no_mail_in_english_holds_an_indonesian_sentence(app, indonesian):
    with app.app_context(), force_locale("en"):
        assert _left_over(_letter(), indonesian) == []


def test_the_same_look_finds_every_indonesian_paper_and_mail(app, indonesian):
    with app.app_context(), force_locale("id"):
        assert all(_left_over(paper.texts, indonesian) for _, paper in _papers())
        assert _left_over(_letter(), indonesian)


@pytest.mark.parametrize("mm", ROLLS)
def test_no_sheet_in_english_is_longer_than_a_hand(app, mm):
    with app.app_context(), force_locale("en"):
        drawn = {name: draw(paper, mm) for name, paper in _papers()}
    long = {name: sheet.height / 8 for name, sheet in drawn.items()}
    assert {name: length for name, length in long.items() if length >= LONGEST_MM.get(name, 210)} == {}
    assert all(sheet.unknown == () for sheet in drawn.values())
