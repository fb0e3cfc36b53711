"""Every state, step and refusal that an officer can meet has its sentence; so has the sound of a call."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kiosk.domain.device_events import UNSTEADY
from kiosk.domain.scan import Kind
from kiosk.domain.terminal_state import MESSAGE_MAX, TerminalState
from kiosk.domain.visit import Step
from kiosk.hardware.codes import SYMBOLOGIES
from kiosk.services.help import BadgeProblem
from kiosk.services.technician import NotDone
from kiosk.wording import terminal as words
from tests.structure.tree import PACKAGE, ROOT


@pytest.mark.parametrize(
    ("table", "enum"),
    [
        ("STEP", Step),
        ("TERMINAL_STATE", TerminalState),
        ("BADGE", BadgeProblem),
        ("NOT_DONE", NotDone),
        ("SCANNED", Kind),
    ],
)
def test_every_word_has_its_sentence(table, enum):
    assert set(getattr(words, table)) == set(enum)


def test_every_kind_of_code_that_a_reader_names_has_a_name():
    assert set(words.SYMBOLOGY) >= SYMBOLOGIES | {"unknown"}


def test_a_storm_of_events_and_every_other_code_of_a_device_are_said():
    assert "berulang kali" in str(words.device_event(UNSTEADY))
    assert words.device_event("paper_out") == words.device_advice("paper_out")


def test_a_code_that_only_another_version_knows_is_said_as_it_is():
    assert words.device_advice("from the future") == "from the future"


def test_the_sentences_for_a_closed_terminal_may_be_kept():
    assert all(0 < len(str(sentence)) <= MESSAGE_MAX for sentence in words.CLOSING)


def test_the_sound_of_a_call_is_what_its_script_makes(tmp_path):
    made = tmp_path / "call.wav"
    subprocess.run([sys.executable, ROOT / "deploy" / "make-call-sound", made], check=True, timeout=60)
    kept = (PACKAGE / "static" / "sound" / "call.wav").read_bytes()
    assert made.read_bytes() == kept
    assert len(kept) < 40_000
