"""The camera step on the page: no picture, a picture that is none, two faces, a camera that is gone."""

from __future__ import annotations

import io
from datetime import date

import pytest

from kiosk import wording
from kiosk.domain.capture import Advice, Guidance
from kiosk.domain.liveness import Cue, Hint, Refusal
from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Event, Step
from kiosk.models.visit import AttemptState, FaceAttempt, Visit
from kiosk.routes.views import guidance_words
from kiosk.services import audit
from kiosk.services.selfie import Guiding
from kiosk.services.visit import advance
from kiosk.wording import liveness as words
from tests.routes.client import Browser
from tests.routes.walk import PICTURE, visit_id, walk
from tests.services.scripted import NOBODY, TWO_PEOPLE, following
from tests.stand import close, make_stand


@pytest.fixture
def page_camera(tmp_path):
    """A kiosk whose camera is the page's own, with a visit before it."""
    stand = make_stand(tmp_path / "browser", camera="browser")
    stand.enrol()
    browser = Browser(stand.app, htmx=True)
    walk(browser, stand, Step.FACE)
    yield stand, browser
    close(stand)


def post_frame(browser, picture, **other):
    """Post the next picture of this stay as camera.js does; `other` are fields that say something else."""
    number = next(node for node in browser.page.root.all("input") if node.get("name") == "number")
    number.attributes["value"] = str(int(number.get("value")) + 1)
    fields = browser.fields("/camera/frame") | other
    return browser.post("/camera/frame", **fields, frame=(io.BytesIO(picture), "frame.jpg"))


def cue(page):
    """What the screen asks for, and how many turns it shows as done."""
    asked = next(node.get("data-cue") for node in page.root.all("div") if node.get("id") == "guidance")
    return asked, len([dot for dot in page.root.all("span") if dot.get("class") == "done"])


@pytest.mark.parametrize(("look", "word"), [(NOBODY, "no_face"), (TWO_PEOPLE, "several_faces")])
def test_the_page_says_what_is_wrong_before_the_camera(stand, browser, look, word):
    walk(browser, stand, Step.FACE)
    stand.face.seen = look
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    answer = browser.poll("/camera/guidance?after=0")
    assert f"is-{word}" in answer.html
    assert answer.text


def test_a_camera_that_is_gone_pauses_after_eight_seconds_and_offers_a_person(stand, browser, monkeypatch):
    monkeypatch.setattr("kiosk.routes.camera.POLL_SECONDS", 0.01)
    walk(browser, stand, Step.FACE)
    for _ in range(8):
        answer = browser.poll("/camera/guidance?after=0")
        assert "is-waiting" in answer.html
        stand.clock.advance(1)
    browser.poll("/camera/guidance?after=0")
    assert browser.step == Step.PAUSED
    assert "Kamera sedang terganggu" in browser.page.text
    browser.press("/visit/refer")
    assert browser.step == Step.TICKET
    assert [one.reason for one in stand.tickets()] == [ReferReason.CAMERA_GONE]


def test_the_frames_of_the_page_are_followed_through_all_turns(page_camera):
    stand, browser = page_camera
    answer = post_frame(browser, PICTURE)
    assert "is-hold_still" in answer.html
    asked = []
    stand.clock.advance(0.6)
    while (answer := post_frame(browser, PICTURE)).step != Step.QR:
        if cue(answer) not in asked[-1:]:
            asked.append(cue(answer))
        stand.face.seen = following(stand.kiosk.watches[visit_id(browser)].round)
        stand.clock.advance(0.1)
    turns = [place for place, _done in asked[1::2]]
    assert turns == [{"L": "left", "R": "right"}[letter] for letter in stand.attempts()[0].asked]
    assert asked[::2] == [("front", done) for done in range(3)]


def test_a_frame_that_comes_twice_or_from_another_stay_is_refused_and_the_next_is_judged(page_camera, caplog):
    stand, browser = page_camera
    post_frame(browser, PICTURE)
    looks = len(stand.face.asked)
    assert post_frame(browser, PICTURE, number="1").status == 409
    assert post_frame(browser, PICTURE, round="another").step == Step.FACE
    assert len(stand.face.asked) == looks
    assert len([line for line in caplog.messages if line.startswith("refused a frame")]) == 2
    assert "is-hold_still" in post_frame(browser, PICTURE).html
    browser.open("/")
    assert "is-hold_still" in post_frame(browser, PICTURE).html, "a page that was reloaded counts on"


@pytest.mark.parametrize("picture", [b"", b"GIF89a", b"\xff\xd8\xff", PICTURE[:200], b"\x00" * 5000])
def test_a_picture_that_is_no_picture_costs_nothing_and_is_waited_for(page_camera, picture):
    stand, browser = page_camera
    answer = post_frame(browser, picture)
    assert answer.status == 200
    assert "guidance" in answer.html
    assert browser.open("/").step == Step.FACE
    assert stand.attempts() == []


def test_a_page_that_has_no_camera_pauses_the_visit(page_camera):
    stand, browser = page_camera
    browser.post("/camera/trouble", csrf_token=browser.token, code="<script>")
    assert browser.step == Step.PAUSED
    assert stand.kiosk.devices.camera.health.code != "<script>"
    assert "Kamera sedang terganggu" in browser.page.text


def test_a_page_cannot_post_frames_where_the_kiosk_has_its_own_camera(stand, plain):
    walk(plain, stand, Step.FACE)
    answer = plain.client.post(
        "/camera/frame", data={"csrf_token": plain.token, "frame": (io.BytesIO(PICTURE), "x.jpg")}
    )
    assert answer.status_code == 404
    plain.post("/camera/trouble", csrf_token=plain.token, code="no_camera")
    assert plain.step == Step.FACE
    assert stand.face.asked[-1][0] == "describe"


@pytest.mark.parametrize("at", [Step.CONTACT_CHECK, Step.QR])
def test_the_live_picture_is_there_only_for_who_stands_before_the_camera(stand, plain, at):
    walk(plain, stand, at)
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    assert plain.client.get("/camera/preview.mjpg").status_code == 404
    assert stand.app.test_client().get("/camera/preview.mjpg").status_code == 404


def test_the_live_picture_shows_the_newest_frame_and_ends_with_the_step(stand, plain):
    walk(plain, stand, Step.FACE)
    stand.kiosk.devices.camera._viewing.publish(PICTURE)
    answer = plain.client.get("/camera/preview.mjpg", buffered=False)
    assert answer.headers["Cache-Control"] == "no-store"
    first = next(answer.iter_encoded())
    assert PICTURE in first
    assert first.endswith(b"--frame\r\n"), "a browser shows a picture when it sees where it ends"
    answer.close()


@pytest.mark.parametrize(
    ("settings", "mirrored", "mounted"),
    [
        ({}, True, ("", "")),
        ({"camera_mirror": False}, False, ("", "")),
        ({"camera_rotate": 270, "camera_crop": "1:1"}, True, ("270", "1:1")),
    ],
)
def test_the_page_shows_its_own_camera_as_it_is_mounted_and_is_judged(tmp_path, settings, mirrored, mounted):
    stand = make_stand(tmp_path / "mounted", camera="browser", **settings)
    stand.enrol()
    browser = Browser(stand.app, htmx=True)
    page = walk(browser, stand, Step.FACE)
    finder = next(node for node in page.root.all("div") if node.get("data-camera"))
    assert (finder.get("data-rotate"), finder.get("data-crop")) == mounted
    assert ("mirrored" in next(finder.all("video")).get("class").split()) is mirrored
    post_frame(browser, PICTURE)
    seen = stand.kiosk.devices.camera.frame(0, 0)
    assert (seen.width, seen.height) == ((480, 480) if mounted[0] else (640, 480))
    assert (seen.jpeg == PICTURE) is (not mounted[0])
    close(stand)


@pytest.mark.parametrize(
    ("seen", "value", "asked", "said"),
    [
        ({}, "waiting", None, wording.WAITING_FOR_CAMERA),
        ({"guidance": Guidance.TOO_FAR}, "too_far", None, wording.GUIDANCE[Guidance.TOO_FAR][0]),
        ({"cue": Cue.FRONT, "total": 3}, "turning", "front", words.BEGIN),
        ({"cue": Cue.LEFT, "total": 3}, "turning", "left", words.CUES[Cue.LEFT]),
        ({"cue": Cue.FRONT, "done": 1, "total": 3}, "turning", "front", words.CUES[Cue.FRONT]),
        ({"cue": Cue.FRONT, "total": 3, "hint": Hint.TOO_FAST}, "turning", "front", words.CUES[Cue.FRONT]),
        ({"cue": Cue.LEFT, "total": 3, "hint": Hint.TOO_FAR}, "turning", "front", words.CUES[Cue.FRONT]),
        (
            {"guidance": Guidance.NO_FACE, "total": 3, "hint": Hint.LOST},
            "no_face",
            "front",
            wording.GUIDANCE[Guidance.NO_FACE][0],
        ),
        ({"cue": Cue.FRONT}, "hold_still", None, wording.GUIDANCE[Guidance.HOLD_STILL][0]),
    ],
)
def test_the_screen_asks_for_one_thing_at_a_time(seen, value, asked, said):
    found = guidance_words(Guiding(Visit(), **seen), 1)
    assert (found.value, found.pose, found.sentence) == (value, asked, said)
    assert found.note == (words.HINTS[seen["hint"]] if "hint" in seen else None)


def test_advice_stands_beside_what_is_asked_and_behind_a_hint():
    seen = {"cue": Cue.FRONT, "total": 3, "advice": Advice.DARK_GLASSES}
    assert guidance_words(Guiding(Visit(), **seen), 1).note == wording.ADVICE[Advice.DARK_GLASSES]
    assert guidance_words(Guiding(Visit(), **seen, hint=Hint.TOO_FAST), 1).note == words.HINTS[Hint.TOO_FAST]


@pytest.mark.parametrize("why", [None, Refusal.WRONG_TURN])
def test_who_tries_again_is_told_what_to_do_better(stand, plain, why):
    walk(plain, stand, Step.FACE)
    with stand.app.app_context(), audit.verb(stand.kiosk) as session:
        visit = session.get_one(Visit, visit_id(plain))
        session.add(
            FaceAttempt(
                visit_id=visit.id,
                nik_hash=visit.nik_hash,
                day=date(2026, 1, 5),
                at=stand.clock.now(),
                state=AttemptState.NO_MATCH if why is None else AttemptState.NOT_LIVE,
                liveness=why,
            )
        )
        advance(stand.kiosk, session, visit, Event.FACE_NOT_MATCHED)
    page = plain.open("/")
    said = "Wajah belum cocok" if why is None else str(words.RETRY[why])
    assert (page.step, said in page.text) == (Step.FACE_AGAIN, True)
    assert {form.get("action") for form in page.root.all("form")} >= {
        "/visit/refer",
        "/visit/face/cannot-turn",
    }


def test_nobody_is_asked_to_turn_whom_an_officer_has_seen(stand, plain):
    walk(plain, stand, Step.FACE)
    assert "menoleh" in plain.page.text
    with stand.app.app_context(), audit.verb(stand.kiosk) as session:
        session.get_one(Visit, visit_id(plain)).liveness_waived = True
    assert "menoleh" not in plain.open("/").text


@pytest.mark.parametrize("after", ["", "x", "-1", "99999999999999999999", "1e9"])
def test_a_poll_that_says_nonsense_is_answered(stand, plain, after, monkeypatch):
    monkeypatch.setattr("kiosk.routes.camera.POLL_SECONDS", 0.01)
    walk(plain, stand, Step.FACE)
    assert plain.poll(f"/camera/guidance?after={after}").status == 200


@pytest.mark.parametrize("number", ["-1", "0", "", "x", "1e9", "1002", str(10**30), "9" * 5000])
def test_a_frame_whose_number_is_none_or_far_ahead_is_refused_and_the_next_is_judged(page_camera, number):
    _, browser = page_camera
    assert "is-hold_still" in post_frame(browser, PICTURE).html
    assert post_frame(browser, PICTURE, number=number).status == 409
    assert "is-hold_still" in post_frame(browser, PICTURE).html


def test_a_page_that_claims_a_result_or_says_too_little_is_not_believed(page_camera):
    stand, browser = page_camera
    stand.face.seen = NOBODY
    claims = {
        "result": "match", "guidance": "hold_still", "cue": "left", "done": "3", "total": "3", "turn": "left",
        "phase": "passed", "has_passed": "1", "distance": "0.0", "real": "1.0", "at": "0", "attempt": "1",
    }  # fmt: skip
    for _ in range(3):
        stand.clock.advance(0.5)
        answer = post_frame(browser, PICTURE, **claims)
        assert "is-no_face" in answer.html
    fields = browser.fields("/camera/frame") | {"number": "9"}
    del fields["round"]
    looks = len(stand.face.asked)
    browser.post("/camera/frame", **fields, frame=(io.BytesIO(PICTURE), "frame.jpg"))
    assert (browser.open("/").step, len(stand.face.asked)) == (Step.FACE, looks)
    assert stand.attempts() == []
