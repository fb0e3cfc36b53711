"""The hall's display: numbers and counters only, silent polls, and sound for nothing but a fresh call."""

from __future__ import annotations

import re
import wave
from io import BytesIO

import pytest

from kiosk.adapters.voice import VoiceDown
from kiosk.domain.reasons import ReferReason
from kiosk.services import queue
from kiosk.services.display import AUDIBLE
from tests.officers import NAME, NIK, an_office

RECORDED = b"RIFF of a test"


class Speaker:
    """A voice that remembers what it was asked for."""

    driver = "speaker"

    def __init__(self):
        self.said: list[str] = []
        self.trouble: str | None = None

    def speak(self, said, deadline):
        self.said.append(said.sentence)
        if self.trouble:
            raise VoiceDown(self.trouble)
        return RECORDED

    def check(self, deadline):
        return self.trouble


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path, voice="none")


@pytest.fixture
def speaker(office, monkeypatch):
    made = Speaker()
    object.__setattr__(office.kiosk.adapters, "voice", made)
    return made


@pytest.fixture
def rina(office):
    return office.officer("rina")


@pytest.fixture
def tv(office):
    return office.app.test_client()


def do(office, verb, *arguments):
    with office.app.app_context():
        return verb(office.kiosk, *arguments)


def call_next(office, officer, counter="Loket 2"):
    return do(office, queue.call_next, officer, counter)


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def poll_address(page):
    return re.search(r'hx-get="(/layar/isi[^"]*)"', page)[1].replace("&amp;", "&")


def test_before_the_first_call_the_hall_is_told_to_wait(office, tv):
    office.ticket(ReferReason.NO_PHONE)
    page = tv.get("/layar")
    assert page.status_code == 200
    assert "Silakan menunggu Nomor Anda akan tampil dan dipanggil di sini." in words(page)
    assert "1 orang menunggu" in words(page)
    assert "data-call" not in page.text


def test_a_call_is_shown_large_and_four_before_it(office, tv, rina):
    for _ in range(7):
        office.ticket(ReferReason.REGISTER_DECEASED)
    for n in range(6):
        ticket = call_next(office, rina, f"Loket {n % 3 + 1}")
        office.clock.advance(20)
        if n < 5:
            do(office, queue.finish, rina, ticket.id)
    shown = words(tv.get("/layar"))
    assert "Nomor antrean A-006 Loket 3" in shown
    assert "Panggilan sebelumnya A-005 Loket 2 A-004 Loket 1 A-003 Loket 3 A-002 Loket 2 1 orang" in shown
    assert "A-001" not in shown


def test_nothing_about_anybody_is_on_the_display(office, tv, rina):
    office.case()
    office.ticket(ReferReason.REGISTER_DECEASED)
    call_next(office, rina)
    shown = tv.get("/layar").text + tv.get("/layar/isi").text
    for secret in (NAME, NIK, "Rina", "meninggal", "R-12", "Kemiripan", "petugas/"):
        assert secret not in shown


def test_the_poll_is_silent_until_a_call_and_tells_the_new_one_only_then(office, tv, rina):
    office.ticket(ReferReason.NO_PHONE)
    address = poll_address(tv.get("/layar").text)
    assert tv.get(address).status_code == 204
    called = call_next(office, rina)
    answer = tv.get(address)
    assert 'data-call="1-1" data-sound="/layar/suara/1-1.wav"' in answer.text
    again = poll_address(answer.text)
    assert tv.get(again).status_code == 204
    do(office, queue.call_again, rina, called.id)
    assert 'data-call="1-2"' in tv.get(again).text


def test_a_ticket_that_was_handed_on_is_not_shown_at_a_counter_that_has_not_called_it(office, tv, rina):
    office.ticket(ReferReason.NO_PHONE)
    called = call_next(office, rina, "Loket 1")
    do(office, queue.hand_on, rina, called.id, "Loket 3")
    shown = words(tv.get("/layar"))
    assert "A-001" not in shown
    assert "1 orang menunggu" in shown


def test_yesterdays_calls_are_gone_in_the_morning(office, tv, rina):
    office.ticket(ReferReason.NO_PHONE)
    call_next(office, rina)
    office.clock.advance(24 * 3600)
    shown = words(tv.get("/layar"))
    assert "A-001" not in shown
    assert tv.get("/layar/suara/1-1.wav").status_code == 204


def test_a_finished_call_gives_the_large_place_back(office, tv, rina):
    office.ticket(ReferReason.NO_PHONE)
    called = call_next(office, rina)
    office.clock.advance(300)
    do(office, queue.finish, rina, called.id)
    shown = words(tv.get("/layar"))
    assert "Silakan menunggu" in shown
    assert "Panggilan sebelumnya A-001 Loket 2" in shown


def test_a_fresh_call_can_be_heard_and_is_not_kept(office, tv, rina, speaker):
    office.ticket(ReferReason.NO_PHONE)
    call_next(office, rina)
    answer = tv.get("/layar/suara/1-1.wav")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "audio/wav", RECORDED)
    assert answer.headers["Cache-Control"] == "no-store"
    assert speaker.said == ["Nomor antrean A nol nol satu, silakan ke loket dua."]


def test_nothing_but_a_real_call_is_spoken(office, tv, rina, speaker):
    office.ticket(ReferReason.NO_PHONE)
    office.ticket(ReferReason.NO_PHONE)
    call_next(office, rina)
    for made_up in ("2-1", "1-2", "1-0", "99999-1"):
        assert tv.get(f"/layar/suara/{made_up}.wav").status_code == 204
    for made_up in ("100000-1", "1-100000", "9" * 500 + "-1", "1", "A-1", "-1-1"):
        assert tv.get(f"/layar/suara/{made_up}.wav").status_code == 404
    assert speaker.said == []


def test_an_old_call_and_a_finished_one_are_silent(office, tv, rina, speaker):
    office.ticket(ReferReason.NO_PHONE)
    called = call_next(office, rina)
    office.clock.advance(AUDIBLE.total_seconds())
    assert tv.get("/layar/suara/1-1.wav").status_code == 204
    assert "data-call" not in tv.get("/layar").text
    do(office, queue.call_again, rina, called.id)
    do(office, queue.finish, rina, called.id)
    assert tv.get("/layar/suara/1-2.wav").status_code == 204
    assert speaker.said == []


def test_a_voice_that_is_down_leaves_text_and_chime_and_a_line_in_the_log(office, tv, rina, speaker, caplog):
    speaker.trouble = "espeak-ng is not installed"
    office.ticket(ReferReason.NO_PHONE)
    call_next(office, rina)
    assert tv.get("/layar/suara/1-1.wav").status_code == 204
    assert "A-001" in tv.get("/layar").text
    assert [record.getMessage() for record in caplog.records] == [
        "a call was not spoken: espeak-ng is not installed"
    ]


def test_an_office_without_a_voice_is_silent_and_complains_about_nothing(office, tv, rina, caplog):
    office.ticket(ReferReason.NO_PHONE)
    call_next(office, rina)
    assert tv.get("/layar/suara/1-1.wav").status_code == 204
    assert caplog.records == []


def test_the_office_s_own_recordings_are_heard(tmp_path):
    from kiosk.domain.announcement import clips_needed
    from tests.adapters.test_voice import record

    recordings = tmp_path / "suara"
    recordings.mkdir()
    office = an_office(tmp_path / "data", voice=f"folder:{recordings}")
    for name in clips_needed(office.kiosk.settings.counter_names):
        record(recordings / f"{name}.wav")
    office.ticket(ReferReason.NO_PHONE)
    call_next(office, office.officer("rina"))
    heard = office.app.test_client().get("/layar/suara/1-1.wav")
    with wave.open(BytesIO(heard.data)) as file:
        assert file.getnframes() / file.getframerate() > 8 * 0.3
