"""The NIK as it is typed: any text at all, and the second form of a double tap."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain.nik import NikProblem
from kiosk.domain.visit import Event, Step
from kiosk.services import nik
from kiosk.services import visit as visits
from kiosk.services.nik import Refused
from tests.residents import BUDI, SARI

_SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_SETTINGS
@given(typed=st.one_of(st.text(max_size=40), st.text("0123456789 .-", max_size=24)))
def test_any_text_is_kept_as_a_nik_or_refused_with_a_reason(stand, kiosk, typed):
    visit_id = stand.bring(Step.NIK)
    answer = nik.enter(kiosk, visit_id, Step.NIK, typed)
    row = stand.row(visit_id)
    if isinstance(answer, Refused):
        assert answer.problems
        assert (row.step, row.nik, row.nik_hash) == (Step.NIK, None, None)
    else:
        assert row.step is Step.NIK_CHECK
        assert len(row.nik) == 16
        assert row.nik.isdigit()


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", NikProblem.EMPTY),
        ("327301", NikProblem.TOO_SHORT),
        ("9773015507900001", NikProblem.PROVINCE),
        ("3273015507900000", NikProblem.SERIAL),
        ("32730155O7900001", NikProblem.NOT_DIGITS),
        ("٣٢٧٣٠١٥٥٠٧٩٠٠٠٠١", NikProblem.NOT_DIGITS),
    ],
)
def test_what_is_no_nik_is_said_and_the_visit_stays(stand, kiosk, typed, problem):
    answer = nik.enter(kiosk, stand.bring(Step.NIK), Step.NIK, typed)
    assert isinstance(answer, Refused)
    assert answer.visit.step is Step.NIK
    assert problem in answer.problems


def test_a_nik_typed_in_groups_is_kept_without_them(stand, kiosk):
    visit_id = stand.bring(Step.NIK)
    nik.enter(kiosk, visit_id, Step.NIK, " 3273-0155 0790.0001 ")
    row = stand.row(visit_id)
    assert row.nik == SARI.nik
    assert row.nik_hash == kiosk.keys.nik_hash(SARI.nik)
    assert row.masked_nik == "3273 •••• •••• ••01"


def test_a_second_tab_cannot_change_a_nik_that_is_being_read_back(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK)
    answer = nik.enter(kiosk, visit_id, Step.NIK, BUDI.nik)
    assert not isinstance(answer, Refused)
    assert answer.step is Step.NIK_CHECK
    assert stand.row(visit_id).nik == SARI.nik


def test_a_corrected_nik_replaces_the_first_one_whole(stand, kiosk):
    visit_id = stand.bring(Step.NIK_CHECK)
    visits.move(kiosk, visit_id, Step.NIK_CHECK, Event.BACK)
    nik.enter(kiosk, visit_id, Step.NIK, BUDI.nik)
    row = stand.row(visit_id)
    assert (row.nik, row.nik_hash) == (BUDI.nik, kiosk.keys.nik_hash(BUDI.nik))


def test_the_nik_stands_in_the_database_file_only_encrypted(stand, kiosk):
    stand.bring(Step.FACE)
    for path in kiosk.settings.data.glob("kiosk.db*"):
        content = path.read_bytes()
        for secret in (SARI.nik, SARI.email, "+6281234567890", SARI.name):
            assert secret.encode() not in content
