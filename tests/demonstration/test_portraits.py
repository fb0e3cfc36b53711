"""Register photos made for an outcome: the real engine must measure that outcome before the camera."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.adapters.face import FaceProcess, NoFaceReason, NoUsableFace
from kiosk.config import Settings
from kiosk.demonstration.fetch_portraits import place
from kiosk.demonstration.portraits import NoSuchPhoto, Portraits, PortraitsMissing, Zones
from kiosk.demonstration.residents import RESIDENTS, Outcome, Portrait, Recipe, Resident, by_key
from kiosk.domain.capture import Guidance, judge
from kiosk.domain.decision import Verdict, decide
from kiosk.hardware.camera.scene import Film, Scene

SECONDS = 30.0
SETTINGS = Settings()
ZONES = Zones(SETTINGS.face_accept, SETTINGS.face_review)

VERDICTS: dict[Recipe, Verdict] = {
    Recipe.GENUINE: Verdict.MATCH,
    Recipe.GREY: Verdict.UNCERTAIN,
    Recipe.OTHER: Verdict.NO_MATCH,
}

BEFORE_THE_CAMERA = [resident for resident in RESIDENTS if resident.photo in VERDICTS and resident.shows]


def film(portraits: Portraits, resident: Resident) -> Film:
    """What the simulated camera plays while this resident stands there."""
    shown = [portraits.person(who) for who in (resident.shows, resident.beside) if who is not None]
    return Film(
        Scene(portrait=shown[0] if shown else None, second_person=shown[1] if len(shown) > 1 else None)
    )


@pytest.mark.parametrize(
    "resident",
    [resident for resident in BEFORE_THE_CAMERA if resident.beside is None],
    ids=lambda resident: resident.key,
)
def test_the_engine_gives_the_verdict_that_the_story_tells(
    engine: FaceProcess, portraits: Portraits, resident: Resident
) -> None:
    photo = portraits.register_photo(engine, resident, ZONES)
    assert photo is not None
    assert resident.photo is not None
    described = engine.describe(photo, SECONDS)
    assert not isinstance(described, NoUsableFace)
    playing = film(portraits, resident)
    for index in (1, 8):  # not the frames that the search looked at
        selfie = engine.describe(playing.frame(index), SECONDS)
        assert not isinstance(selfie, NoUsableFace)
        distance = engine.distance(selfie.template, described.template)
        verdict = decide(distance, accept=ZONES.accept, review=ZONES.review)
        assert verdict is VERDICTS[resident.photo]


def test_a_poor_photo_is_too_small_and_not_merely_without_a_face(
    engine: FaceProcess, portraits: Portraits
) -> None:
    photo = portraits.register_photo(engine, by_key("foto-buruk"), ZONES)
    assert photo is not None
    assert engine.describe(photo, SECONDS) == NoUsableFace(NoFaceReason.TOO_SMALL)


@pytest.mark.parametrize(
    ("outcome", "guidance"),
    [(Outcome.NO_FACE, Guidance.NO_FACE), (Outcome.TWO_FACES, Guidance.SEVERAL_FACES)],
)
def test_nobody_and_two_people_are_told_from_one(
    engine: FaceProcess, portraits: Portraits, outcome: Outcome, guidance: Guidance
) -> None:
    (resident,) = (resident for resident in RESIDENTS if resident.outcome is outcome)
    assert judge(engine.look(film(portraits, resident).frame(0), SECONDS)) is guidance


def test_a_second_start_needs_no_engine(engine: FaceProcess, portraits: Portraits) -> None:
    photos = portraits.register_photos(engine, ZONES)
    never_started = FaceProcess()
    assert portraits.register_photos(never_started, ZONES) == photos
    assert {key for key, photo in photos.items() if photo is None} == {
        resident.key for resident in RESIDENTS if resident.photo is None
    }


def test_the_search_is_deterministic(engine: FaceProcess, portraits: Portraits, tmp_path: Path) -> None:
    elsewhere = Portraits(tmp_path)
    for portrait in Portrait:
        shutil.copy(place(portraits.folder, portrait), place(tmp_path, portrait))
    grey = by_key("ragu")
    assert elsewhere.register_photo(engine, grey, ZONES) == portraits.register_photo(engine, grey, ZONES)


def test_an_office_without_a_grey_zone_is_told_that_nobody_can_be_in_it(
    engine: FaceProcess, portraits: Portraits, tmp_path: Path
) -> None:
    with pytest.raises(NoSuchPhoto, match="grey"):
        portraits.register_photo(engine, by_key("ragu"), Zones(0.6, 0.6))


def test_without_photographs_it_says_so(tmp_path: Path) -> None:
    portraits = Portraits(tmp_path)
    assert not portraits.available
    with pytest.raises(PortraitsMissing):
        portraits.compose(Portrait.A1)
    with pytest.raises(PortraitsMissing):
        portraits.register_photo(FaceProcess(), by_key("lancar"), ZONES)
    assert portraits.register_photo(FaceProcess(), by_key("tidak-ditemukan"), ZONES) is None
