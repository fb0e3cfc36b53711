"""What every voice promises: sound of the right length, within the deadline, or a word that says why not."""

from __future__ import annotations

import array
import io
import math
import shutil
import threading
import wave
from pathlib import Path

import pytest

from kiosk.adapters import voice
from kiosk.adapters.voice import DRIVERS, EspeakVoice, FolderVoice, NoVoice, VoiceDown
from kiosk.config import Settings, SettingsError
from kiosk.domain.announcement import Announcement, announcement, clips_needed

CALL = announcement("A-012", "Loket 2")
SECONDS = 5.0

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="Debian's espeak-ng is not installed")


def record(path: Path, *, seconds: float = 0.3, rate: int = 16_000, channels: int = 1) -> None:
    """A recording: a tone of 300 Hz."""
    wave_form = array.array(
        "h", (int(9000 * math.sin(n * 600 * math.pi / rate)) for n in range(int(seconds * rate)))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(wave_form.tobytes() * channels)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    for name in clips_needed(["Loket 1", "Loket 2", "Loket 3"]):
        record(tmp_path / f"{name}.wav")
    return tmp_path


def settings(chosen: str = "espeak", **other: str) -> Settings:
    return Settings(voice=chosen, **other)  # type: ignore[arg-type]


def heard(sound: bytes) -> tuple[float, int]:
    """Seconds that a WAV really holds, and the loudest sample; its header must say the same length."""
    assert (sound[:4], sound[8:12]) == (b"RIFF", b"WAVE")
    assert int.from_bytes(sound[4:8], "little") == len(sound) - 8
    with wave.open(io.BytesIO(sound), "rb") as file:
        assert file.getsampwidth() == 2
        frames = file.readframes(file.getnframes())
        assert len(frames) == file.getnframes() * 2 * file.getnchannels()
        return file.getnframes() / file.getframerate(), max(map(abs, array.array("h", frames)))


@pytest.fixture(params=["none", pytest.param("espeak", marks=needs_espeak), "folder"])
def driver(request: pytest.FixtureRequest, recordings: Path) -> voice.Voice:
    chosen = f"folder:{recordings}" if request.param == "folder" else request.param
    return voice.build(settings(chosen))


def test_every_driver_is_under_contract():
    assert set(DRIVERS) == {"none", "espeak", "folder"}


def test_a_call_is_sound_of_a_plausible_length_or_nothing_at_all(driver):
    sound = driver.speak(CALL, SECONDS)
    if driver.driver == "none":
        assert sound is None
        return
    seconds, loudest = heard(sound)
    assert 2.0 < seconds < 9.0
    assert loudest > 3000, "as good as silent"


def test_a_driver_that_works_finds_nothing_missing(driver):
    assert driver.check(SECONDS) is None


def test_many_displays_may_ask_at_one_moment(driver):
    answers: list[object] = []
    threads = [threading.Thread(target=lambda: answers.append(driver.speak(CALL, SECONDS))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS * 3)
    assert len(answers) == 6
    assert len(set(answers)) == 1


@needs_espeak
def test_espeak_says_different_numbers_differently():
    spoken = EspeakVoice(settings())
    sounds = {spoken.speak(announcement(f"A-01{digit}", "Loket 2"), SECONDS) for digit in range(4)}
    assert len(sounds) == 4


@needs_espeak
def test_a_name_that_looks_like_an_option_is_spoken_and_writes_no_file(tmp_path):
    target = tmp_path / "not-here"
    sound = EspeakVoice(settings()).speak(Announcement(f"-w {target} --voices", ()), SECONDS)
    assert heard(sound)[0] > 0.5
    assert not target.exists()


def test_without_espeak_it_says_so_at_once(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    speaker = EspeakVoice(settings())
    with pytest.raises(VoiceDown, match="espeak-ng is not installed"):
        speaker.speak(CALL, SECONDS)
    assert speaker.check(SECONDS) == "espeak-ng is not installed"


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("exec sleep 30", "deadline"),
        ("exit 3", "espeak-ng ended with 3"),
        ("echo rubbish", "espeak-ng gave no sound"),
        ("exit 0", "espeak-ng gave no sound"),
    ],
)
def test_an_espeak_that_misbehaves_is_one_word(monkeypatch, tmp_path, script, problem):
    fake = tmp_path / "espeak-ng"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(VoiceDown, match=problem):
        EspeakVoice(settings()).speak(CALL, 0.5)


def test_the_clips_are_joined_in_order_with_a_pause_between_them(tmp_path):
    for name, seconds in {"nomor-antrean": 1.0, "a": 0.2, "loket": 0.5}.items():
        record(tmp_path / f"{name}.wav", seconds=seconds)
    joined = FolderVoice(settings(f"folder:{tmp_path}")).speak(
        Announcement("", ("nomor-antrean", "a", "loket", "a")), SECONDS
    )
    assert heard(joined)[0] == pytest.approx(1.0 + 0.2 + 0.5 + 0.2 + 3 * FolderVoice.PAUSE_SECONDS, abs=0.001)


def test_the_recording_that_is_missing_is_named(recordings):
    (recordings / "loket.wav").unlink()
    (recordings / "tujuh.wav").unlink()
    spoken = FolderVoice(settings(f"folder:{recordings}"))
    with pytest.raises(VoiceDown, match=r"missing recordings: loket\.wav"):
        spoken.speak(CALL, SECONDS)
    assert spoken.check(SECONDS) == "missing recordings: loket.wav, tujuh.wav"


def test_a_recording_of_another_shape_is_named(recordings):
    record(recordings / "dua.wav", rate=44_100)
    with pytest.raises(VoiceDown, match=r"dua\.wav is recorded otherwise"):
        FolderVoice(settings(f"folder:{recordings}")).speak(CALL, SECONDS)


def test_a_recording_that_is_no_wav_is_named(recordings):
    (recordings / "satu.wav").write_bytes(b"ID3 not a wav")
    spoken = FolderVoice(settings(f"folder:{recordings}"))
    assert spoken.check(SECONDS) == "satu.wav cannot be read: Error"


@pytest.mark.parametrize("chosen", ["", "Espeak", "folder", "folder:", "espeak:id", "none:x", "/usr/bin/say"])
def test_a_voice_that_does_not_exist_is_refused_with_a_sentence(chosen):
    with pytest.raises(SettingsError, match="KIOSK_VOICE"):
        voice.build(settings(chosen))


@pytest.mark.parametrize("counters", ["", " ; ", "Loket 1;Loket 1", "x" * 41])
def test_counters_that_nobody_can_tell_apart_are_refused(counters):
    with pytest.raises(SettingsError, match="KIOSK_COUNTERS"):
        settings("none", counters=counters)


def test_no_voice_needs_nothing():
    assert NoVoice(settings("none")).check(0.0) is None
