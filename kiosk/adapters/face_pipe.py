"""The pipe between the kiosk and its face process: the messages on it, and the kiosk's end.

A message is two unsigned 32-bit lengths (network order), small JSON facts, and one run of bytes. A question
has `id`, `ask` (see `Ask`), `seconds` (what is left of its deadline) and, as bytes, the picture; an embedding
adds `box` (left, top, width and height of the face, in the picture's pixels). An answer repeats the `id`; its
bytes are the template. Before its first question the process sends one greeting, `{"ready": version}` or
`{"failed": why}`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

MAX_PICTURE_BYTES = 4 * 1024 * 1024
"""A 12-megapixel JPEG is about this big; a camera frame is a twentieth of it."""

MAX_PIXELS = 12_000_000
"""Checked in the header, before a small file may unfold into gigabytes."""

LOADING_SECONDS = 30.0
"""How long the models may take to load: 0.8 s as a rule, more from a cold disk."""

_LENGTHS = struct.Struct("!II")
_MAX_FACTS = 64 * 1024


class Ask(StrEnum):
    """What a question wants."""

    LOOK = "look"
    DESCRIBE = "describe"
    EMBED = "embed"


class NotLoaded(Exception):
    """The process ended, or said why it cannot work, or stayed silent, before it was ready."""


class Broken(Exception):
    """The other side closed, or what it sent is no message of ours."""


def pack(facts: dict[str, Any], blob: bytes = b"") -> bytes:
    """Return one message as bytes."""
    text = json.dumps(facts, separators=(",", ":")).encode()
    return b"".join((_LENGTHS.pack(len(text), len(blob)), text, blob))


def unpack(read: Callable[[int], bytes]) -> tuple[dict[str, Any], bytes]:
    """Read one message through `read(count)`, which returns exactly `count` bytes or raises.

    Raises `Broken` when lengths or facts cannot be ours: something else wrote into the pipe.
    """
    text_length, blob_length = _LENGTHS.unpack(read(_LENGTHS.size))
    if text_length > _MAX_FACTS or blob_length > MAX_PICTURE_BYTES:
        raise Broken("lengths out of range")
    try:
        facts = json.loads(read(text_length))
    except ValueError:
        raise Broken("facts are no JSON") from None
    if not isinstance(facts, dict):
        raise Broken("facts are no object")
    return facts, read(blob_length)


class Child:
    """One face process and the socket that is its stdin and stdout. Closing the socket ends it, so it cannot
    outlive the kiosk, even one that was killed. (PR_SET_PDEATHSIG would not do: it follows the *thread*.)"""

    def __init__(self, command: tuple[str, ...]) -> None:
        self._socket, theirs = socket.socketpair()
        self._in_use = threading.Lock()
        # One thread for the linear algebra: a second one takes the core that serves the page.
        alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with theirs:
            try:
                self.process = subprocess.Popen(  # noqa: S603
                    command, stdin=theirs.fileno(), stdout=theirs.fileno(), env=os.environ | alone
                )
            except OSError:
                self._socket.close()
                raise

    def exchange(self, facts: dict[str, Any], blob: bytes, until: float) -> tuple[dict[str, Any], bytes]:
        """Send a question and wait for its answer. Raises `TimeoutError` at `until` (monotonic), and
        `Broken` or `OSError` when the process has ended or answers nonsense."""
        with self._in_use:
            self._socket.settimeout(_left(until))
            self._socket.sendall(pack(facts, blob))
            return self._receive(until)

    def _receive(self, until: float) -> tuple[dict[str, Any], bytes]:
        def exactly(count: int) -> bytes:
            parts, missing = [], count
            while missing:
                self._socket.settimeout(_left(until))
                part = self._socket.recv(min(missing, 1 << 20))
                if not part:
                    raise Broken("closed")
                parts.append(part)
                missing -= len(part)
            return b"".join(parts)

        return unpack(exactly)

    def kill(self) -> None:
        """End it now; whoever waits for its answer gets `Broken`."""
        self.process.kill()

    def wait_until_loaded(self) -> str:
        """Wait for the greeting and return the version it tells; raise `NotLoaded` with the reason."""
        try:
            greeting, _ = self._receive(time.monotonic() + LOADING_SECONDS)
        except TimeoutError:
            raise NotLoaded(f"the models did not load within {LOADING_SECONDS:.0f} s") from None
        except (Broken, OSError):
            self._end()
            raise NotLoaded(self.why_it_ended()) from None
        if "ready" not in greeting:
            raise NotLoaded(str(greeting.get("failed", "")))
        return str(greeting["ready"])

    def _end(self) -> None:
        # It may be ending by itself, and then its own exit code is the one that explains.
        try:
            self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def why_it_ended(self) -> str:
        """Say in words how it ended, for the technician."""
        code = self.process.returncode
        if code == -signal.SIGILL:
            return "the face process ended: this processor lacks instructions that the dlib wheel uses (AVX)"
        if code < 0:
            with contextlib.suppress(ValueError):
                return f"the face process was ended by {signal.Signals(-code).name}"
        return f"the face process ended with code {code}"

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes a caller who still waits
        # Closed only after that caller has left: otherwise he would go on waiting on the descriptor's number,
        # which by then belongs to the next process.
        with self._in_use:
            self._socket.close()


def _left(until: float) -> float:
    if (left := until - time.monotonic()) <= 0:
        raise TimeoutError
    return left
