"""Whatever the screen asks, hints at or regrets has its sentence."""

from __future__ import annotations

import pytest

from kiosk import wording
from kiosk.domain.capture import Advice, Guidance
from kiosk.domain.liveness import Cue, Hint, Refusal
from kiosk.wording import liveness


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (liveness.CUES, Cue),
        (liveness.HINTS, Hint),
        (liveness.RETRY, Refusal),
        (wording.GUIDANCE, Guidance),
        (wording.ADVICE, Advice),
    ],
)
def test_every_word_of_the_face_step_has_a_sentence(table, words):
    assert set(table) == set(words)
