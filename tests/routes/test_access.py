"""Every refusal of the officers' own pages has its sentence, and stands beside a field that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.domain.nik import NikProblem
from kiosk.domain.password import PasswordFault
from kiosk.domain.pin import PinFault
from kiosk.domain.roles import Role
from kiosk.routes import access, people
from kiosk.services.officer import AddRefusal
from kiosk.services.people import NotChanged
from kiosk.services.pin import PinProblem
from kiosk.wording import access as words
from tests.structure.tree import PACKAGE

FORMS = "".join(path.read_text("utf-8") for path in Path(PACKAGE, "templates/officer").glob("*.html"))


@pytest.mark.parametrize("problem", [*AddRefusal, *PasswordFault, *PinFault, *NikProblem], ids=repr)
def test_what_is_wrong_is_said_beside_its_field(problem):
    ((field, _sentence),) = access.errors(problem).items()
    assert f'text_field("{field}"' in FORMS


def test_every_role_and_every_refusal_is_in_its_table():
    assert set(words.ROLE) == set(words.ROLE_DOES) == set(Role)
    assert set(access.STATUS) == set(PinProblem)
    assert set(people._STATUS) == set(NotChanged)
