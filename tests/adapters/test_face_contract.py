"""What every face engine must keep to, whoever made its embedding: dlib's own, and an office's ONNX file."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from kiosk.adapters.face import (
    DRIVERS,
    Described,
    EngineDown,
    FaceEngine,
    FaceProcess,
    NotAPicture,
    OtherEngine,
    PictureTooLarge,
    build,
)
from kiosk.adapters.face_pipe import MAX_PICTURE_BYTES
from kiosk.config import Settings
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.domain.capture import Face
from tests.adapters.onnx_models import TINY, write
from tests.adapters.test_face import SECONDS, announcing, frame, jpeg, recoded, wait_for
from tests.fixed_clock import FixedClock


def settings(driver: str, folder: Path) -> Settings:
    if driver == "face_recognition":
        return Settings()
    model = write(folder / "tiny.onnx", TINY)
    return Settings(face_engine=f"{driver}:{model}", face_accept=0.9, face_review=1.1)


@pytest.fixture(scope="module", params=DRIVERS)
def any_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FaceEngine]:
    engine = build(settings(request.param, tmp_path_factory.mktemp("models")), FixedClock())
    engine.start()
    yield engine
    engine.close()


def embedded(engine: FaceEngine, data: bytes) -> bytes:
    (face,) = engine.look(data, SECONDS).people
    return engine.embed(data, face, SECONDS).template


def test_a_photo_and_a_frame_of_it_have_one_template(any_engine: FaceEngine, portraits: Portraits) -> None:
    same, other = frame(portraits, Portrait.A1), frame(portraits, Portrait.B1)
    photo = any_engine.describe(same, SECONDS)
    assert isinstance(photo, Described)
    assert embedded(any_engine, same) == photo.template
    stranger = embedded(any_engine, other)
    assert any_engine.distance(photo.template, photo.template) == 0.0
    apart = any_engine.distance(photo.template, stranger)
    assert 0.3 < apart == any_engine.distance(stranger, photo.template) < 2
    brighter = embedded(any_engine, recoded(same, lambda picture: picture.point(lambda value: value * 1.1)))
    assert any_engine.distance(brighter, photo.template) < apart / 2


def test_several_frames_are_fused_into_one_between_them(any_engine: FaceEngine, portraits: Portraits) -> None:
    one, two = (embedded(any_engine, frame(portraits, who)) for who in (Portrait.A1, Portrait.A3))
    fused = any_engine.fuse([one, two])
    apart = any_engine.distance(one, two)
    assert math.isclose(any_engine.distance(fused, one), any_engine.distance(fused, two), rel_tol=0.01)
    assert apart / 2 <= any_engine.distance(fused, one) * 1.0001 < apart * 0.6
    assert any_engine.distance(any_engine.fuse([one]), one) < 1e-6
    assert len(fused) == len(one)


def test_templates_that_do_not_belong_together_are_refused(
    any_engine: FaceEngine, portraits: Portraits
) -> None:
    template = embedded(any_engine, frame(portraits, Portrait.A1))
    for alien in (b"", template[:-8], template + bytes(8)):
        with pytest.raises(OtherEngine):
            any_engine.distance(template, alien)
        with pytest.raises(OtherEngine):
            any_engine.fuse([template, alien])
    with pytest.raises(ValueError, match="nothing"):
        any_engine.fuse([])


def test_frames_of_every_kind_are_embedded_or_refused_by_name(
    any_engine: FaceEngine, portraits: Portraits
) -> None:
    colour = frame(portraits, Portrait.A1)
    reference = embedded(any_engine, colour)
    changed = {
        "grey": recoded(colour, lambda picture: picture.convert("L")),
        "CMYK": recoded(colour, lambda picture: picture.convert("CMYK")),
        "smaller": recoded(colour, lambda picture: picture.resize((640, 360))),
        "12 megapixels": recoded(colour, _in_twelve_megapixels),
    }
    apart = {
        name: any_engine.distance(embedded(any_engine, data), reference) for name, data in changed.items()
    }
    assert {name: value for name, value in apart.items() if value > 0.3} == {}
    (face,) = any_engine.look(colour, SECONDS).people
    with pytest.raises(NotAPicture):
        any_engine.embed(colour[:9000], face, SECONDS)
    with pytest.raises(PictureTooLarge):
        any_engine.embed(announcing(4001, 3000), face, SECONDS)
    with pytest.raises(PictureTooLarge):
        any_engine.embed(bytes(MAX_PICTURE_BYTES + 1), face, SECONDS)


def _in_twelve_megapixels(picture: Image.Image) -> Image.Image:
    whole = Image.new("RGB", (4000, 3000), (200, 205, 200))
    whole.paste(picture.resize((4000, 2250)), (0, 375))
    return whole


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (64, 48)])
def test_a_face_that_is_not_in_this_frame_never_ends_the_process(
    any_engine: FaceEngine, size: tuple[int, int]
) -> None:
    # The camera changed its size, or somebody mixed up two frames.
    assert isinstance(any_engine, FaceProcess)
    any_engine.look(jpeg(), SECONDS)
    pid = any_engine.pid
    for box in ((490.0, 210.0, 300.0, 300.0), (-900.0, -900.0, 10.0, 10.0), (0.0, 0.0, 0.0, 0.0)):
        with suppress(EngineDown):  # nothing can be said of such a face: refused, or a template of nobody
            template = any_engine.embed(jpeg(size), Face(*box, ()), SECONDS).template
            assert any_engine.distance(template, template) == 0.0
    assert any_engine.look(jpeg(), SECONDS).width == 640
    assert any_engine.pid == pid


def test_a_process_killed_between_look_and_embedding_is_not_missed(
    any_engine: FaceEngine, portraits: Portraits
) -> None:
    assert isinstance(any_engine, FaceProcess)
    data = frame(portraits, Portrait.A1)
    before = embedded(any_engine, data)
    (face,) = any_engine.look(data, SECONDS).people
    pid = any_engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: any_engine.pid != pid)
    assert any_engine.embed(data, face, SECONDS).template == before
