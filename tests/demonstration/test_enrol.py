"""A newcomer's own face: what is taken, what is refused with a reason, and that it goes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from kiosk import db
from kiosk.adapters.authority import Outcome
from kiosk.demonstration import enrol
from kiosk.demonstration.enrol import Enrolled, PhotoProblem
from kiosk.demonstration.residents import RESIDENTS, Portrait
from kiosk.demonstration.seed import seed
from kiosk.domain.eligibility import refusal
from kiosk.domain.nik import problems
from kiosk.models.register import AuthorityRecord, RegisterPerson
from kiosk.services import retention
from tests.support import make_app, opened


@pytest.fixture
def kiosk(tmp_path, engine, monkeypatch):
    # A machine that runs other tests beside this one may take longer to load the models.
    monkeypatch.setattr(enrol, "DESCRIBE_SECONDS", 60.0)
    app = make_app(tmp_path)
    kiosk = app.extensions["kiosk"]
    app.extensions["kiosk"] = replace(kiosk, adapters=replace(kiosk.adapters, face=engine))
    with opened(app) as whole:
        yield whole


@pytest.fixture
def kiosk_without_engine(tmp_path):
    with opened(make_app(tmp_path)) as kiosk:
        yield kiosk


def _encoded(image, kind="JPEG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _grey(width=640, height=480):
    return Image.new("RGB", (width, height), (120, 120, 120))


def _person(nik):
    with db.reading() as session:
        return session.scalar(sa.select(RegisterPerson).where(RegisterPerson.nik_hash == nik))


def test_a_face_becomes_an_eligible_person_whom_the_engine_knows_again(kiosk, portraits, engine):
    newcomer = enrol.enrol(kiosk, portraits.compose(Portrait.A1))
    assert isinstance(newcomer, Enrolled)
    assert problems(newcomer.nik) == ()
    person = kiosk.adapters.register.look_up(newcomer.nik, 1.0)
    assert refusal(person, kiosk.clock.now().date()) is None
    template = engine.describe(person.photo, 10.0).template
    again = engine.describe(portraits.compose(Portrait.A1), 10.0).template
    assert engine.distance(again, template) < 0.3
    assert enrol.enrolled() == [newcomer]


@pytest.mark.parametrize(
    ("picture", "problem"),
    [
        (b"", PhotoProblem.MISSING),
        (b"this is no picture", PhotoProblem.NOT_A_PICTURE),
        (_encoded(_grey())[:900], PhotoProblem.NOT_A_PICTURE),
        (_encoded(_grey(), "GIF"), PhotoProblem.NOT_A_PICTURE),
        (b"\xff\xd8" + bytes(enrol.MOST_BYTES), PhotoProblem.TOO_LARGE),
        (_encoded(Image.new("1", (9000, 9000)), "PNG"), PhotoProblem.TOO_LARGE),
        (_encoded(_grey()), PhotoProblem.NO_FACE),
    ],
    ids=["nothing", "text", "half a picture", "another format", "too many bytes", "a bomb", "a grey wall"],
)
def test_an_unusable_picture_is_refused_with_its_reason(kiosk, picture, problem):
    assert enrol.enrol(kiosk, picture) is problem
    assert enrol.enrolled() == []


def test_two_faces_are_one_too_many(kiosk, portraits):
    both = Image.new("RGB", (1440, 720))
    for place, portrait in enumerate((Portrait.A1, Portrait.B1)):
        both.paste(Image.open(io.BytesIO(portraits.compose(portrait))), (720 * place, 0))
    assert enrol.enrol(kiosk, _encoded(both)) is PhotoProblem.SEVERAL_FACES


def test_a_small_face_is_too_small(kiosk, portraits):
    far = Image.open(io.BytesIO(portraits.compose(Portrait.A1))).resize((140, 140))
    wall = _grey()
    wall.paste(far, (200, 150))
    assert enrol.enrol(kiosk, _encoded(wall)) is PhotoProblem.TOO_SMALL


def test_an_engine_that_is_down_is_said_so(kiosk_without_engine):
    assert enrol.enrol(kiosk_without_engine, _encoded(_grey())) is PhotoProblem.ENGINE_DOWN


def test_a_picture_held_sideways_stands_up_and_says_nothing_of_its_place(kiosk, portraits):
    picture = Image.open(io.BytesIO(portraits.compose(Portrait.A1)))
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: the camera was turned, the viewer turns back
    exif[0x010E] = "Rumah saya"  # description
    sideways = _encoded(picture.rotate(90, expand=True), exif=exif)
    taken = enrol.usable(kiosk, sideways)
    assert isinstance(taken, bytes)
    assert b"Rumah saya" in sideways
    assert b"Rumah saya" not in taken


def test_a_newcomer_is_erased_now_and_nothing_of_him_is_left(kiosk, portraits):
    newcomer = enrol.enrol(kiosk, portraits.compose(Portrait.A1))
    kiosk.adapters.authority.issue("k", newcomer.nik, 1.0)
    assert kiosk.adapters.authority.outcome("k", 1.0) is Outcome.ISSUED
    assert enrol.forget(newcomer.key)
    assert kiosk.adapters.register.look_up(newcomer.nik, 1.0) is None
    with db.reading() as session:
        assert session.scalars(sa.select(AuthorityRecord.key)).all() == []
    assert not enrol.forget(newcomer.key)


def test_the_purge_erases_a_newcomer_the_same_day(kiosk, portraits):
    newcomer = enrol.enrol(kiosk, portraits.compose(Portrait.A1))
    kiosk.clock.advance(timedelta(hours=15).total_seconds())
    retention.purge(kiosk)
    assert _person(newcomer.key).photo is not None
    kiosk.clock.advance(timedelta(hours=2).total_seconds())
    retention.purge(kiosk)
    assert _person(newcomer.key) is None


def test_a_resident_of_the_demonstration_is_not_erased(kiosk_without_engine, tmp_path):
    kiosk = kiosk_without_engine
    seed(kiosk, tmp_path / "nothing-here")
    resident = next(one for one in RESIDENTS if one.key == "meninggal")
    assert not enrol.forget(kiosk.keys.nik_hash(resident.nik))
    assert kiosk.adapters.register.look_up(resident.nik, 1.0) is not None
