"""The face process: `python -m kiosk.adapters.face_process`, questions on stdin, answers on stdout.

An embedding holds the interpreter's lock for 75 ms, and a library that calls `quit()` or crashes on a strange
picture must not take the kiosk with it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from kiosk.adapters.face_finder import Faces
from kiosk.adapters.face_models import Models
from kiosk.adapters.face_onnx import Unusable
from kiosk.adapters.face_pictures import TooLarge, Unreadable
from kiosk.adapters.face_pipe import Ask, Broken, pack, unpack

POLITENESS = 5
"""`nice`: the page that somebody types into goes first. A match takes 0.1 s either way."""

GRACE_SECONDS = 2.0
"""How long after its deadline a question kills this process by itself: the kiosk does so at the deadline,
this is for a kiosk that died in the meantime."""


def answer(faces: Faces, question: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Answer one question. What is wrong with the picture is said in words (`refused`); anything else that
    goes wrong is an error of ours and names its type only, because messages may quote the picture."""
    try:
        match Ask(question["ask"]):
            case Ask.LOOK:
                return faces.look(blob), b""
            case Ask.DESCRIBE:
                return faces.describe(blob)
            case Ask.EMBED:
                return faces.embed_face(blob, question["box"])
    except Unreadable:
        return {"refused": "not_a_picture"}, b""
    except TooLarge:
        return {"refused": "too_large"}, b""
    except Exception as problem:
        return {"error": type(problem).__name__}, b""


def serve(stdin: BinaryIO, stdout: BinaryIO, load: Callable[[], Faces]) -> int:
    """Greet, then answer until stdin closes; return the exit code."""
    try:
        faces = load()
    except (Exception, SystemExit) as problem:
        stdout.write(pack({"failed": _why(problem)[:500]}))
        stdout.flush()
        return 1
    stdout.write(pack({"ready": faces.version}))
    stdout.flush()
    while True:
        try:
            question, blob = unpack(lambda count: _exactly(stdin, count))
        except Broken:
            return 0
        # The alarm's default is to end the process, whatever C code is running and whoever holds the lock.
        signal.setitimer(signal.ITIMER_REAL, float(question["seconds"]) + GRACE_SECONDS)
        facts, body = answer(faces, question, blob)
        signal.setitimer(signal.ITIMER_REAL, 0)
        stdout.write(pack({"id": question["id"]} | facts, body))
        stdout.flush()


def _why(problem: BaseException) -> str:
    match problem:
        case Unusable():
            return str(problem)
        case SystemExit():
            # face_recognition prints and calls quit() when its models are missing.
            return "face_recognition could not be loaded: face_recognition_models is missing or broken"
        case _:
            return f"face_recognition could not be loaded: {type(problem).__name__}: {problem}"


def _exactly(stream: BinaryIO, count: int) -> bytes:
    got = stream.read(count)
    if len(got) < count:
        raise Broken("closed")
    return got


def main() -> int:
    """Keep the real stdout for answers, hand the libraries stderr in its place, and serve."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the kiosk closes us itself.
    os.nice(POLITENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        return serve(sys.stdin.buffer, answers, lambda: Faces(Models.told(sys.argv[1:])))
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
