"""Models that an office supplies: what they are shown, how they are read, and files that are wrong."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.adapters.face import EngineDown, EngineState, FaceProcess, build
from kiosk.adapters.face_models import Models, scale
from kiosk.adapters.face_onnx import EYES_AND_NOSE, Embedder, PassiveCheck, Unusable, align, crop
from kiosk.config import Settings, SettingsError
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from tests.adapters.onnx_models import (
    BLUE_IS_ALIVE,
    BLUE_IS_ALIVE_IN_SHARES,
    TINY,
    TWO_CLASSES,
    WRONG_SIZE,
    write,
)
from tests.adapters.test_face import SECONDS, frame, jpeg, recoded, wait_for
from tests.fixed_clock import FixedClock

V2, V1SE = "2.7_80x80_MiniFASNetV2.onnx", "4_0_0_80x80_MiniFASNetV1SE.onnx"
RAMP = np.broadcast_to(np.arange(200, dtype=np.uint8)[None, :, None], (150, 200, 3)).copy()
"""A picture whose value is its column."""


def asking(pad: str = "", engine: str = "face_recognition") -> Settings:
    return Settings(pad_model=pad, face_engine=engine)


@pytest.fixture(scope="module")
def checking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaceProcess]:
    """An engine with both files of the passive check, as an office sets it."""
    folder = tmp_path_factory.mktemp("pad")
    write(folder / V2, BLUE_IS_ALIVE)
    write(folder / V1SE, BLUE_IS_ALIVE)
    engine = build(asking(str(folder)), FixedClock())
    assert isinstance(engine, FaceProcess)
    engine.start()
    yield engine
    engine.close()


def tinted(red: float, blue: float) -> Callable[[Image.Image], Image.Image]:
    def change(picture: Image.Image) -> Image.Image:
        pixels = np.asarray(picture, dtype=float) * (red, 1, blue)
        return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))

    return change


def test_the_passive_check_scores_each_embedded_face_from_its_pixels(
    checking: FaceProcess, portraits: Portraits
) -> None:
    plain = frame(portraits, Portrait.A1)
    scores = {}
    for name, (red, blue) in {"blue": (0.3, 1.2), "red": (1.2, 0.3)}.items():
        data = recoded(plain, tinted(red, blue))
        (face,) = checking.look(data, SECONDS).people
        scores[name] = checking.embed(data, face, SECONDS).real
    # The models are taught on blue, green, red in 0..255: in another order it would be the other way round.
    assert scores["blue"] is not None
    assert scores["red"] is not None
    assert scores["blue"] > 0.9
    assert scores["red"] < 0.1


def test_every_attempt_can_tell_which_models_judged_it(checking: FaceProcess, tmp_path: Path) -> None:
    checking.look(jpeg(), SECONDS)
    assert re.match(r"face_recognition 1\.3\.0 [0-9a-f]{8}, dlib ", checking.version), "names the model"
    (fingerprint,) = {PassiveCheck((write(tmp_path / V2, BLUE_IS_ALIVE),)).version.removeprefix("pad ")}
    assert checking.version.endswith(f"; pad {fingerprint} {fingerprint}")
    assert len(checking.version) <= 80, "as long as what an attempt keeps"


def test_a_file_that_ends_with_softmax_says_the_same(tmp_path: Path) -> None:
    pixels = np.full((200, 200, 3), (80, 100, 110), dtype=np.uint8)
    box = (60, 140, 140, 60)
    logits = PassiveCheck((write(tmp_path / V2, BLUE_IS_ALIVE),)).score(pixels, box)
    shares = PassiveCheck((write(tmp_path / V1SE, BLUE_IS_ALIVE_IN_SHARES),)).score(pixels, box)
    both = PassiveCheck((tmp_path / V2, tmp_path / V1SE)).score(pixels, box)
    assert logits == pytest.approx(np.exp(1.5) / (np.exp(1.5) + 2), abs=1e-5)  # of 0, 1.5, 0
    assert shares == pytest.approx(logits, abs=1e-5)
    assert both == pytest.approx(logits, abs=1e-5)


@pytest.mark.parametrize(
    ("box", "wide", "columns"),
    [
        ((50, 110, 70, 90), 2.7, (73, 127)),  # in the middle: 20 x 2.7 = 54 columns around column 100
        ((50, 20, 70, 0), 2.7, (0, 54)),  # at the edge: moved inside
        ((50, 200, 70, 180), 4.0, (119, 199)),
        ((0, 180, 150, 30), 2.7, (30.5, 179.5)),  # no room: as wide as the frame is high
    ],
)
def test_the_passive_check_sees_the_face_with_what_is_around_it(
    box: tuple[int, int, int, int], wide: float, columns: tuple[float, float]
) -> None:
    seen = crop(RAMP, box, wide)
    assert seen.shape == (80, 80, 3)
    assert (seen[40, 0, 0], seen[40, -1, 0]) == pytest.approx(columns, abs=1.5)


@pytest.mark.parametrize("larger", [0.5, 1.0, 3.4])
@pytest.mark.parametrize("tilt", [-20.0, 0.0, 15.0])
def test_eyes_and_nose_come_to_lie_where_the_embedder_expects_them(larger: float, tilt: float) -> None:
    turn = larger * np.exp(1j * np.radians(tilt))
    eye_left, eye_right, nose = (complex(400 + 300j + turn * (point - 56 - 60j)) for point in EYES_AND_NOSE)
    picture = np.zeros((600, 800, 3), dtype=np.uint8)
    rows, columns = np.mgrid[:600, :800]
    for plane, mark in enumerate((eye_left, eye_right, nose)):
        away = np.hypot(columns - mark.real, rows - mark.imag)
        picture[..., plane] = np.clip(255 - 30 * away / larger, 0, 255)
    points = [(one.real, one.imag) for one in (eye_right, eye_right, eye_left, eye_left, nose)]
    aligned = align(picture, points)  # type: ignore[arg-type]
    for plane, wanted in enumerate(EYES_AND_NOSE):
        y, x = np.unravel_index(int(aligned[..., plane].argmax()), (112, 112))
        assert abs(complex(x, y) - wanted) < 1.5


@pytest.mark.parametrize(
    ("name", "number"),
    [(V2, 2.7), (V1SE, 4.0), ("org_1_80x60_Pv1.onnx", None), ("model.onnx", None), ("0.5_a.onnx", None)],
)
def test_the_scale_is_the_first_word_of_a_files_name(name: str, number: float | None) -> None:
    assert scale(Path(name)) == number


def test_settings_that_name_no_usable_file_are_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    nameless = write(tmp_path / "model.onnx", BLUE_IS_ALIVE)
    wrong = {
        asking(pad=str(tmp_path / "nothing.onnx")): "KIOSK_PAD_MODEL names .*nothing.onnx, which is no file",
        asking(pad=str(tmp_path / "empty")): r"KIOSK_PAD_MODEL names .*empty, which holds no \*.onnx",
        asking(pad=str(nameless)): "does not begin with its scale",
        asking(engine=f"onnx:{tmp_path / 'gone.onnx'}"): "KIOSK_FACE_ENGINE names .*gone.onnx, which is no",
        asking(engine="onnx"): "KIOSK_FACE_ENGINE names , which is no file",
        asking(engine="face_recognition:x"): "takes no file",
        asking(engine="cloud"): "can be face_recognition or onnx:FILE",
    }
    for settings, sentence in wrong.items():
        with pytest.raises(SettingsError, match=sentence):
            build(settings, FixedClock())


def test_two_files_are_named_one_by_one_or_by_their_folder(tmp_path: Path) -> None:
    files = [write(tmp_path / name, BLUE_IS_ALIVE) for name in (V2, V1SE)]
    for setting in (str(tmp_path), f"{files[0]};{files[1]}"):
        engine = build(asking(setting), FixedClock())
        assert isinstance(engine, FaceProcess)
        assert engine._models == Models(passive=tuple(files))
        assert Models.told(engine._models.arguments) == engine._models


@pytest.mark.parametrize(
    ("load", "graph", "sentence"),
    [
        (PassiveCheck, TWO_CLASSES, f"{V2} gives 2 numbers for a face instead of 3"),
        (PassiveCheck, TINY, f"{V2} wants .*112.* and not one picture of 3 x 80 x 80"),
        (Embedder, WRONG_SIZE, f"{V2} wants .*128.* and not one picture of 3 x 112 x 112"),
        (PassiveCheck, "<html>404</html>", f"{V2} is no ONNX model"),
        (PassiveCheck, "", f"{V2} cannot be read: No such file"),
    ],
    ids=["two classes", "another model", "another size", "no model", "gone since the start"],
)
def test_a_model_that_cannot_be_used_says_why_in_one_sentence(
    tmp_path: Path, load: Callable[..., object], graph: str, sentence: str
) -> None:
    path = tmp_path / V2
    if graph.startswith("<"):
        path.write_text(graph)
    elif graph:
        write(path, graph)
    with pytest.raises(Unusable, match=sentence):
        load((path,) if load is PassiveCheck else path)


class WithoutRuntime(FaceProcess):
    """The real process, on a machine without the package."""

    command = (
        sys.executable,
        "-c",
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from kiosk.adapters.face_process import main; sys.exit(main())",
    )


def test_an_engine_without_the_package_stays_down_and_names_what_to_install(tmp_path: Path) -> None:
    engine = WithoutRuntime(models=Models(passive=(write(tmp_path / V2, BLUE_IS_ALIVE),)))
    engine.start()
    try:
        wait_for(lambda: "onnxruntime is not installed: run deploy/install-packages" in engine.hint)
        assert engine.state is EngineState.DOWN
        with pytest.raises(EngineDown, match="onnxruntime"):
            engine.look(jpeg(), SECONDS)
    finally:
        engine.close()
