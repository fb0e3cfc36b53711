"""The face engine in trouble: killed, hung, never loaded, fed with no picture at all, asked by many."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.adapters.face import (
    Described,
    EngineDown,
    EngineState,
    EngineTimeout,
    FaceProcess,
    NoFaceReason,
    NotAPicture,
    NoUsableFace,
    PictureTooLarge,
    build,
)
from kiosk.adapters.face_pipe import MAX_PICTURE_BYTES
from kiosk.config import Settings
from kiosk.demonstration.portraits import Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.domain.capture import Face, Guidance, judge, yaw
from kiosk.hardware.camera.scene import Film, Scene
from tests.fixed_clock import FixedClock

SECONDS = 20.0
"""Generous: the tests share two cores. Nothing waits this long unless something is broken."""

SOMEWHERE = Face(490.0, 210.0, 300.0, 300.0, ())


def jpeg(size: tuple[int, int] = (640, 480), mode: str = "RGB", **options: object) -> bytes:
    """A picture without a face: a gradient with a little seeded noise."""
    width, height = size
    rows = np.linspace(40, 200, height)[:, None] + np.random.default_rng(7).normal(0, 4, (height, width))
    out = io.BytesIO()
    picture = Image.fromarray(np.clip(rows, 0, 255).astype(np.uint8)).convert(mode)
    picture.save(out, str(options.pop("format", "JPEG")), **options)
    return out.getvalue()


def announcing(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    data = bytearray(jpeg((64, 64)))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


def frame(portraits: Portraits, portrait: Portrait, beside: Portrait | None = None) -> bytes:
    """A frame of the simulated camera."""
    second = portraits.person(beside) if beside else None
    return Film(Scene(portrait=portraits.person(portrait), second_person=second)).frame(0)


def recoded(data: bytes, change: Callable[[Image.Image], Image.Image]) -> bytes:
    """The same picture, changed and encoded again."""
    out = io.BytesIO()
    change(Image.open(io.BytesIO(data))).save(out, "JPEG", quality=90)
    return out.getvalue()


def described(engine: FaceProcess, data: bytes) -> Described:
    found = engine.describe(data, SECONDS)
    assert isinstance(found, Described)
    return found


@pytest.fixture
def own_engine() -> Iterator[FaceProcess]:
    """An engine for one test alone, to be maltreated."""
    engine = FaceProcess()
    engine.start()
    engine.look(jpeg(), SECONDS)
    yield engine
    engine.close()


def wait_for(condition: Callable[[], bool], seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """Whether a process has ended (perhaps not yet been waited for)."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_starting_returns_at_once_and_the_first_call_waits_for_the_models() -> None:
    engine = build(Settings(), FixedClock())
    states = [engine.state]
    began = time.monotonic()
    engine.start()
    assert time.monotonic() - began < 0.2
    states.append(engine.state)
    try:
        assert engine.look(jpeg(), SECONDS).faces == ()
        states.append(engine.state)
        assert states == [EngineState.DOWN, EngineState.STARTING, EngineState.READY]
        assert "face_recognition 1.3.0" in engine.version
    finally:
        engine.close()
    with pytest.raises(EngineDown, match="closed"):
        engine.look(jpeg(), SECONDS)


def test_a_call_to_an_engine_that_was_never_started_fails_at_once() -> None:
    with pytest.raises(EngineDown, match="not started"):
        FaceProcess().look(jpeg(), SECONDS)


def test_a_deadline_during_loading_does_not_kill_the_process_that_loads() -> None:
    engine = FaceProcess()
    engine.start()
    try:
        with pytest.raises(EngineTimeout):
            engine.look(jpeg(), 0.01)
        assert engine.look(jpeg(), SECONDS).width == 640
        assert engine.hint == ""
    finally:
        engine.close()


def test_killed_in_the_middle_of_a_call(own_engine: FaceProcess) -> None:
    first = own_engine.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)  # the call below is then certainly under way when the process dies
    raised: list[BaseException] = []

    def call() -> None:
        try:
            own_engine.embed(jpeg(), SOMEWHERE, SECONDS)
        except BaseException as problem:
            raised.append(problem)

    caller = threading.Thread(target=call)
    caller.start()
    wait_for(lambda: own_engine._last_id == 2)
    os.kill(first, signal.SIGKILL)
    caller.join(SECONDS)

    assert [type(problem) for problem in raised] == [EngineDown]
    assert own_engine.look(jpeg(), SECONDS).width == 640
    assert own_engine.pid not in (None, first)


class LoadsAtOnce(FaceProcess):
    """A process that is ready in no time and then never answers: for many deaths in a few seconds."""

    command = (
        sys.executable,
        "-SE",
        "-c",
        'import os, struct, time; hello = b\'{"ready":"x"}\'\n'
        "os.write(1, struct.pack('!II', len(hello), 0) + hello); time.sleep(60)",
    )


def test_no_caller_goes_on_waiting_on_a_dead_process(monkeypatch: pytest.MonkeyPatch) -> None:
    # The successor's socket may get the number of the dead one's: a caller must not listen to that.
    monkeypatch.setattr("kiosk.adapters.face_supervisor.BACK_OFF_SECONDS", (0.0,))
    engine = LoadsAtOnce()
    engine.start()
    ended: list[type[BaseException]] = []

    def call() -> None:
        try:
            engine.look(b"any", 5)
        except (EngineDown, EngineTimeout) as problem:
            ended.append(type(problem))

    try:
        for _ in range(60):
            wait_for(lambda: engine.pid is not None)
            asked, pid = engine._last_id, engine.pid
            caller = threading.Thread(target=call)
            caller.start()
            while engine._last_id == asked and caller.is_alive():
                pass
            if pid:
                os.kill(pid, signal.SIGKILL)
            caller.join()
    finally:
        engine.close()
    assert ended == [EngineDown] * 60


def test_killed_between_two_calls_the_next_one_is_answered_by_another_process(
    own_engine: FaceProcess,
) -> None:
    first = own_engine.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: own_engine.pid != first)
    assert own_engine.look(jpeg(), SECONDS).width == 640


def test_a_hung_process_is_killed_at_the_deadline(own_engine: FaceProcess) -> None:
    first = own_engine.pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(EngineTimeout):
        own_engine.look(jpeg(), 0.3)
    assert 0.3 <= time.monotonic() - began < 2
    wait_for(lambda: is_gone(first))
    assert own_engine.look(jpeg(), SECONDS).width == 640


def test_waiting_for_ones_turn_counts_toward_the_deadline(own_engine: FaceProcess) -> None:
    pid = own_engine.pid
    with own_engine._turn, pytest.raises(EngineTimeout, match="before this one"):
        own_engine.look(jpeg(), 0.05)
    assert own_engine.look(jpeg(), SECONDS).width == 640
    assert own_engine.pid == pid, "who only waited must not kill the process that works for somebody else"


def test_answers_are_never_mixed_between_threads(engine: FaceProcess) -> None:
    pictures = {width: jpeg((width, 120)) for width in range(200, 208)}
    got: list[tuple[int, int]] = []

    def ask(width: int) -> None:
        for _ in range(5):
            got.append((width, engine.look(pictures[width], SECONDS).width))

    threads = [threading.Thread(target=ask, args=(width,)) for width in pictures]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 40
    assert all(asked == answered for asked, answered in got)


class WithoutModels(FaceProcess):
    """The real library, whose models package is missing: it prints and calls `quit()`."""

    command = (
        sys.executable,
        "-c",
        "import sys; sys.modules['face_recognition_models'] = None\n"
        "from kiosk.adapters.face_process import main; sys.exit(main())",
    )


class WritesNonsense(FaceProcess):
    """A process that writes something else into the pipe, and stays."""

    command = (sys.executable, "-c", "import time; print('Welcome!' * 9, flush=True); time.sleep(60)")


class IsNotThere(FaceProcess):
    """A program that does not exist."""

    command = ("/nonexistent/python",)


class DiesAtOnce(FaceProcess):
    """A process that the kernel ends, as on a processor without AVX."""

    command = (sys.executable, "-c", "import os; os.kill(os.getpid(), 4)")


@pytest.mark.parametrize(
    ("broken", "hint"),
    [
        (WithoutModels, "face_recognition_models is missing"),
        (WritesNonsense, "was ended by SIGKILL"),
        (IsNotThere, "could not be started"),
        (DiesAtOnce, "processor lacks instructions"),
    ],
)
def test_an_engine_that_cannot_start_says_why_and_fails_calls_at_once(
    broken: type[FaceProcess], hint: str
) -> None:
    engine = broken()
    engine.start()
    try:
        wait_for(lambda: engine.state is EngineState.DOWN and hint in engine.hint)
        wait_for(lambda: engine.state is EngineState.DOWN)
        with pytest.raises((EngineDown, EngineTimeout)):
            engine.look(jpeg(), 0.2)
    finally:
        engine.close()


def test_a_kiosk_that_is_killed_leaves_no_face_process_behind() -> None:
    script = (
        "import time; from kiosk.adapters.face import FaceProcess\n"
        "engine = FaceProcess(); engine.start()\n"
        "while engine.pid is None: time.sleep(0.01)\n"
        "print(engine.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as kiosk:
        assert kiosk.stdout is not None
        pid = int(kiosk.stdout.readline())
        assert not is_gone(pid)
        kiosk.kill()
    wait_for(lambda: is_gone(pid))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        os.urandom(4000),
        jpeg()[:-2000],
        jpeg(format="PNG"),
        b"<html>",
        b"\x00" * 100_000,
    ],
    ids=["empty", "marker only", "random", "cut off", "png", "html", "zeros"],
)
def test_what_is_no_jpeg_is_refused_and_harms_nothing(engine: FaceProcess, data: bytes) -> None:
    engine.look(jpeg(), SECONDS)
    pid = engine.pid
    for call in (
        lambda: engine.look(data, SECONDS),
        lambda: engine.describe(data, SECONDS),
        lambda: engine.embed(data, SOMEWHERE, SECONDS),
    ):
        with pytest.raises(NotAPicture):
            call()
    assert engine.pid == pid


def test_more_than_12_megapixels_are_refused_by_the_header(engine: FaceProcess) -> None:
    with pytest.raises(PictureTooLarge):
        engine.look(announcing(4001, 3000), SECONDS)
    # Exactly 12 are allowed, so this one is decoded, and found to hold less than it claims.
    with pytest.raises(NotAPicture):
        engine.look(announcing(4000, 3000), SECONDS)


def test_more_than_four_megabytes_are_never_sent(engine: FaceProcess) -> None:
    with pytest.raises(PictureTooLarge):
        engine.look(jpeg() + bytes(MAX_PICTURE_BYTES), SECONDS)


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (1, 3000), (3000, 1), (640, 480)])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_picture_without_a_face_has_none(engine: FaceProcess, size: tuple[int, int], mode: str) -> None:
    data = jpeg(size, mode)
    seen = engine.look(data, SECONDS)
    assert (seen.width, seen.height) == size
    assert judge(seen) is Guidance.NO_FACE
    assert engine.describe(data, SECONDS) == NoUsableFace(NoFaceReason.NO_FACE)


@pytest.mark.parametrize("portrait", Portrait)
def test_a_person_before_the_camera_is_good_enough(
    engine: FaceProcess, portraits: Portraits, portrait: Portrait
) -> None:
    seen = engine.look(frame(portraits, portrait), SECONDS)
    assert judge(seen) is Guidance.HOLD_STILL
    assert len(seen.faces[0].points) == 5
    assert abs(yaw(seen.faces[0])) < 0.22


def test_the_same_person_is_near_and_another_is_far(engine: FaceProcess, portraits: Portraits) -> None:
    register, same, other = (
        described(engine, frame(portraits, who)).template for who in (Portrait.A2, Portrait.A1, Portrait.B1)
    )
    assert engine.distance(same, register) < Settings().face_accept - 0.1
    assert engine.distance(other, register) > Settings().face_review + 0.1


def test_what_a_look_has_found_is_embedded_and_nothing_is_sought_again(
    engine: FaceProcess, portraits: Portraits
) -> None:
    both = frame(portraits, Portrait.A1, Portrait.B1)
    register = {who: described(engine, frame(portraits, who)).template for who in (Portrait.A2, Portrait.B1)}
    found = [engine.embed(both, face, SECONDS) for face in engine.look(both, SECONDS).people]
    assert [embedded.real for embedded in found] == [None, None]
    nearest = {min(register, key=lambda who: engine.distance(one.template, register[who])) for one in found}
    assert nearest == {Portrait.A2, Portrait.B1}


def test_the_mean_of_several_frames_is_nearer_than_the_mean_of_their_distances(
    engine: FaceProcess, portraits: Portraits
) -> None:
    register = described(engine, frame(portraits, Portrait.A2)).template
    frames = [described(engine, frame(portraits, who)).template for who in (Portrait.A1, Portrait.A3)]
    apart = [engine.distance(one, register) for one in frames]
    assert engine.distance(engine.fuse(frames), register) < sum(apart) / len(apart)


def test_two_people_have_no_template_between_them(engine: FaceProcess, portraits: Portraits) -> None:
    both = frame(portraits, Portrait.A1, Portrait.B1)
    assert judge(engine.look(both, SECONDS)) is Guidance.SEVERAL_FACES
    assert engine.describe(both, SECONDS) == NoUsableFace(NoFaceReason.SEVERAL_FACES)


def test_a_register_photo_with_a_small_face_is_told_from_one_without(
    engine: FaceProcess, portraits: Portraits
) -> None:
    full = portraits.compose(Portrait.A1)
    small = recoded(full, lambda picture: picture.resize((144, 144)))
    assert engine.describe(small, SECONDS) == NoUsableFace(NoFaceReason.TOO_SMALL)
    assert described(engine, full).face_px >= 250
