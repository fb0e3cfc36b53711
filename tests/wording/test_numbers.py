"""Every measure and label has its words, and numbers are written the Indonesian way."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain.fairness import AGES, SEXES
from kiosk.domain.numbers import Domicile, Measure, Wait
from kiosk.domain.period import Span, period_of
from kiosk.domain.rating import GRADES, SCALE
from kiosk.domain.reasons import ReferReason
from kiosk.domain.terminal_state import Readiness
from kiosk.domain.visit import Channel, Step
from kiosk.models.visit import VisitEnd
from kiosk.routes.numbers_over_time import ENDS
from kiosk.wording import numbers as words
from tests.support import make_app

TABLES = {
    "MEASURE": (words.MEASURE, Measure),
    "OUTCOME": (words.OUTCOME, VisitEnd),
    "DOMICILE": (words.DOMICILE, Domicile),
    "CHANNEL": (words.CHANNEL, Channel),
    "STEP": (words.STEP, Step),
    "WAIT": (words.WAIT, Wait),
    "READINESS": (words.READINESS, Readiness),
    "SPAN": (words.SPAN, Span),
    "SEX": (words.SEX, SEXES),
    "AGE": (words.AGE, AGES),
    "RATING": (words.RATING, [str(rating) for rating in SCALE]),
    "GRADE": (words.GRADE, [grade for _least, grade in GRADES]),
}


@pytest.fixture(scope="module", autouse=True)
def _in_indonesian(tmp_path_factory):
    with make_app(tmp_path_factory.mktemp("words")).test_request_context("/petugas/angka"):
        yield


def test_every_end_stands_in_exactly_one_part_of_the_chart():
    stacked = [end for _key, _css, ends in ENDS for end in ends]
    assert sorted(stacked) == sorted(VisitEnd)


@pytest.mark.parametrize("name", TABLES)
def test_every_value_has_its_words(name):
    table, values = TABLES[name]
    assert set(table) == set(values)


@pytest.mark.parametrize(
    ("measure", "labels"),
    [
        (Measure.OUTCOME, VisitEnd),
        (Measure.VISIT_SECONDS, VisitEnd),
        (Measure.DOMICILE, Domicile),
        (Measure.CHANNEL, Channel),
        (Measure.STEP_SECONDS, Step),
        (Measure.GAVE_UP, Step),
        (Measure.REFERRED, ReferReason),
        (Measure.SATISFACTION, ["1", "2", "3", "4"]),
        (Measure.WAIT, Wait),
        (Measure.UPTIME, Readiness),
    ],
)
def test_every_label_that_is_counted_is_put_into_words(measure, labels):
    for name in labels:
        assert words.label(measure, name) not in ("", str(name))


@pytest.mark.parametrize("measure", Measure)
def test_a_label_that_nobody_knows_any_more_stands_for_itself(measure):
    assert words.label(measure, "of another version") == "of another version"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 dtk"),
        (59.6, "1 mnt 0 dtk"),
        (95, "1 mnt 35 dtk"),
        (3600, "1 jam 0 mnt"),
        (5_405_999, "1.501 jam 39 mnt"),
    ],
)
def test_times_are_written_as_people_say_them(seconds, written):
    assert words.duration(seconds) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0%"), (0.666, "66,6%"), (1.0, "100%"), (0.9996, "100%"), (1.2, "120%"), (0.0004, "0,0%")],
)
def test_shares_are_written_with_a_comma(share, written):
    assert words.share(share) == written


def test_numbers_and_periods_are_written_the_indonesian_way():
    assert (words.number(12345), words.number(88.25, 2)) == ("12.345", "88,25")
    day = date(2026, 11, 22)
    assert [words.period(period_of(span, day)) for span in Span] == [
        "Minggu, 22 November 2026",
        "November 2026",
        "2026",
    ]
