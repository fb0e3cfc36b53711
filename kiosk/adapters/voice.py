"""The voice of the hall: turns an announcement into sound (WAV), or says why it cannot.

A call is never held up by its voice: the display shows the number and chimes whether or not somebody speaks.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
import time
import wave
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.config import Settings, SettingsError
from kiosk.domain.announcement import Announcement, announcement, clips_needed


class VoiceDown(Exception):
    """Nothing can be spoken: a program or a recording is missing, or too slow. Its text says which."""


class Voice(Protocol):
    """What a voice driver can do."""

    driver: str

    def speak(self, said: Announcement, deadline: float) -> bytes | None:
        """Return the announcement as a WAV file, or None where this office wants no voice.

        Raises `VoiceDown`, also when `deadline` seconds have passed. Safe to call from several threads.
        """
        ...

    def check(self, deadline: float) -> str | None:
        """Return None when every counter of the office can be announced, else what is missing."""
        ...


class NoVoice:
    """The hall has a display and a chime, nobody speaks."""

    driver = "none"

    def __init__(self, settings: Settings) -> None:
        pass

    def speak(self, said: Announcement, deadline: float) -> bytes | None:  # noqa: ARG002
        """See `Voice.speak`."""
        return None

    def check(self, deadline: float) -> str | None:  # noqa: ARG002
        """See `Voice.check`."""
        return None


class EspeakVoice:
    """Speaks with Debian's espeak-ng, one short process a sentence; the last few are kept.

    Measured (two shared cores): 40 ms a sentence of 5.3 s, 230 kB. Several displays ask for the same sentence
    within a second, so it is kept; the display is open to everybody, so two at most are made at once.
    """

    driver = "espeak"
    PROGRAM = "espeak-ng"
    KEPT = 12
    OPTIONS = ("-v", "id", "-s", "135", "-g", "4", "--stdin", "--stdout")
    """Indonesian; 135 words a minute with 40 ms between words: slower than talk, for a hall that echoes."""

    def __init__(self, settings: Settings) -> None:
        self._counter = settings.counter_names[0]
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._at_once = threading.BoundedSemaphore(2)

    def speak(self, said: Announcement, deadline: float) -> bytes | None:
        """See `Voice.speak`."""
        with self._lock:
            if said.sentence in self._kept:
                self._kept.move_to_end(said.sentence)
                return self._kept[said.sentence]
        until = time.monotonic() + deadline
        if not self._at_once.acquire(timeout=deadline):
            raise VoiceDown("deadline")
        try:
            spoken = _with_true_length(self._run(said.sentence, max(until - time.monotonic(), 0.0)))
        finally:
            self._at_once.release()
        with self._lock:
            self._kept[said.sentence] = spoken
            while len(self._kept) > self.KEPT:
                self._kept.popitem(last=False)
        return spoken

    def check(self, deadline: float) -> str | None:
        """See `Voice.check`."""
        try:
            self.speak(announcement("A-001", self._counter), deadline)
        except VoiceDown as problem:
            return str(problem)
        return None

    def _run(self, sentence: str, deadline: float) -> bytes:
        program = shutil.which(self.PROGRAM)
        if program is None:
            raise VoiceDown(f"{self.PROGRAM} is not installed")
        try:
            # The sentence goes in by its input: a counter's name can never become an option.
            done = subprocess.run(  # noqa: S603
                [program, *self.OPTIONS],
                input=sentence.encode(),
                capture_output=True,
                timeout=deadline,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise VoiceDown("deadline") from None
        except OSError as error:
            raise VoiceDown(f"{self.PROGRAM}: {type(error).__name__}") from None
        if done.returncode != 0:
            raise VoiceDown(f"{self.PROGRAM} ended with {done.returncode}")
        return done.stdout


@dataclass(frozen=True)
class _Clip:
    """One recording: its shape (channels, bytes a sample, samples a second) and its samples."""

    shape: tuple[int, int, int]
    samples: bytes


class FolderVoice:
    """Joins the office's own recordings, `<clip>.wav`, one for each word; `clips_needed` lists them.

    All of them need the same shape. They are read at each call: an office that records a word again hears it.
    """

    driver = "folder"
    PAUSE_SECONDS = 0.08

    def __init__(self, settings: Settings) -> None:
        _, _, path = settings.voice.partition(":")
        if not path:
            raise SettingsError("KIOSK_VOICE=folder needs the folder of the recordings, such as folder:suara")
        self._folder = Path(path)
        self._needed = sorted(clips_needed(settings.counter_names))

    def speak(self, said: Announcement, deadline: float) -> bytes | None:  # noqa: ARG002
        """See `Voice.speak`."""
        return self._joined(said.clips)

    def check(self, deadline: float) -> str | None:  # noqa: ARG002
        """See `Voice.check`."""
        missing = [name for name in self._needed if not self._file(name).is_file()]
        if missing:
            return f"missing recordings: {', '.join(f'{name}.wav' for name in missing)}"
        try:
            self._joined(tuple(self._needed))
        except VoiceDown as problem:
            return str(problem)
        return None

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.wav"

    def _joined(self, names: tuple[str, ...]) -> bytes:
        clips = [self._read(name) for name in names]
        shape = clips[0].shape
        for name, clip in zip(names, clips, strict=True):
            if clip.shape != shape:
                raise VoiceDown(f"{name}.wav is recorded otherwise than {names[0]}.wav")
        channels, width, rate = shape
        # Silence is 0, but in samples of one byte, which have no sign, it is the middle.
        pause = (b"\x80" if width == 1 else b"\0") * (int(self.PAUSE_SECONDS * rate) * channels * width)
        return _wav(shape, pause.join(clip.samples for clip in clips))

    def _read(self, name: str) -> _Clip:
        try:
            with wave.open(str(self._file(name)), "rb") as file:
                shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
                return _Clip(shape, file.readframes(file.getnframes()))
        except FileNotFoundError:
            raise VoiceDown(f"missing recordings: {name}.wav") from None
        except (OSError, EOFError, wave.Error) as error:
            raise VoiceDown(f"{name}.wav cannot be read: {type(error).__name__}") from None


def _with_true_length(streamed: bytes) -> bytes:
    """Write down how long a WAV is that was streamed: espeak-ng cannot know it when it writes the header."""
    try:
        with wave.open(io.BytesIO(streamed), "rb") as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
    except (EOFError, wave.Error):
        raise VoiceDown("espeak-ng gave no sound") from None
    samples = streamed[streamed.index(b"data") + 8 :]
    if not samples:
        raise VoiceDown("espeak-ng gave no sound")
    return _wav(shape, samples)


def _wav(shape: tuple[int, int, int], samples: bytes) -> bytes:
    channels, width, rate = shape
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples)
    return written.getvalue()


DRIVERS: dict[str, Callable[[Settings], Voice]] = {
    "none": NoVoice,
    "espeak": EspeakVoice,
    "folder": FolderVoice,
}


def build(settings: Settings) -> Voice:
    """Return the driver that KIOSK_VOICE names: `none`, `espeak` or `folder:PATH`."""
    name, colon, _ = settings.voice.partition(":")
    if name not in DRIVERS or (colon and name != "folder"):
        raise SettingsError(f"KIOSK_VOICE is {settings.voice!r}; it can be none, espeak or folder:PATH")
    return DRIVERS[name](settings)
