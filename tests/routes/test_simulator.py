"""The simulator panel, as a browser with and without htmx uses it."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta
from email.message import EmailMessage

import pytest
from PIL import Image, ImageDraw

from kiosk import db
from kiosk.adapters.face import EngineDown
from kiosk.demonstration import panel
from kiosk.demonstration.portraits import FACE_IN_ORIGINAL
from kiosk.demonstration.residents import RESIDENTS, by_key
from kiosk.demonstration.seed import seed
from kiosk.domain.activation import ActivationState
from kiosk.domain.capture import Face, Look
from kiosk.domain.challenge import Challenge, Turn
from kiosk.domain.liveness import Cue, begin
from kiosk.domain.nik import grouped
from kiosk.domain.paper import Paper, Qr, Text
from kiosk.domain.visit import Step
from kiosk.hardware import escpos
from kiosk.hardware.camera.acting import Act, Person
from kiosk.hardware.printer import Printed
from kiosk.models.activation import Activation
from kiosk.models.visit import Visit
from kiosk.routes import simulator
from kiosk.services import activation, codes
from kiosk.services.codes import Kind
from kiosk.services.watch import Watch
from tests.support import make_app, opened

HTMX = {"HX-Request": "true"}
POSTS = ["stand", "act", "light", "again", "scan", "parts", "normal", "face-process"]


@pytest.fixture(scope="module")
def drawings(tmp_path_factory):
    """A folder with drawn pictures in place of the photographs."""
    folder = tmp_path_factory.mktemp("drawings")
    for portrait, (x, y, width) in FACE_IN_ORIGINAL.items():
        drawing = Image.new("RGB", (1200, 900), "tan")
        ImageDraw.Draw(drawing).ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), "brown")
        drawing.save(folder / f"{portrait}.jpg")
    return folder


@pytest.fixture
def app(tmp_path, drawings, monkeypatch):
    """A kiosk with the drawn pictures, and residents who need none."""
    monkeypatch.setattr("kiosk.demonstration.seed.officers.make", lambda _: None)  # hashes take long
    (tmp_path / "portraits").symlink_to(drawings)
    app = make_app(tmp_path)
    with opened(app) as kiosk:
        seed(kiosk, tmp_path / "nothing-here")
    return app


@pytest.fixture
def kiosk(app):
    with opened(app) as kiosk:
        yield kiosk


@pytest.fixture
def browser(app):
    return Browser(app)


class Browser:
    """A client that sends each form with its token."""

    def __init__(self, app):
        self.client = app.test_client()

    def get(self, path="", **named):
        return self.client.get(f"/simulator{path}", **named)

    def post(self, path, *, headers=None, **fields):
        page = self.get("/wajah").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return self.client.post(f"/simulator{path}", data={"csrf_token": token, **fields}, headers=headers)

    def mark(self, part):
        return re.search(rf"/simulator/{part}\?seen=(\w+)", self.get().text)[1]


def _offer(kiosk, seconds=180):
    now = kiosk.clock.now()
    with db.transaction() as session:
        session.add(
            Visit(id="v", terminal="A1", language="id", step=Step.QR, started_at=now, last_activity_at=now)
        )
        session.flush()
        offered = Activation(
            id=codes.new_id(20),
            visit_id="v",
            state=ActivationState.OPEN,
            created_at=now,
            expires_at=now + timedelta(seconds=seconds),
            code_mac="",
        )
        session.add(offered)
    return activation.link(kiosk, offered)


def _print(kiosk, code):
    paper = Paper("test", (Text("Tanda terima"), Qr(code)))
    job = escpos.encode(paper, escpos.roll_of(kiosk.settings))
    assert isinstance(kiosk.devices.printer.print(job, "receipt-1", 8.0), Printed)


def _mail(kiosk, body):
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "warga@contoh.example", "Kode aktivasi IKD Anda"
    mail["Date"] = kiosk.clock.now()
    mail.set_content(body)
    kiosk.adapters.mail.send(mail, 5.0)


def test_the_panel_lists_who_is_there_and_names_who_is_missing(browser):
    page = browser.get()
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for resident in RESIDENTS:
        is_there = f'value="{resident.key}"' in page.text
        assert is_there is not resident.needs_portraits
        assert resident.name in page.text


@pytest.mark.parametrize("path", ["", "/wajah", "/live", "/phone"])
def test_the_panel_does_not_exist_in_production(tmp_path, path):
    app = make_app(tmp_path)
    kiosk = app.extensions["kiosk"]
    object.__setattr__(kiosk.settings, "env", "production")
    assert app.test_client().get(f"/simulator{path}").status_code == 404


@pytest.mark.parametrize("path", [*POSTS, "wajah", "wajah/berdiri", "wajah/hapus"])
def test_a_form_without_its_token_does_nothing(app, path):
    assert app.test_client().post(f"/simulator/{path}").status_code == 400


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["plain", "htmx"])
def test_every_form_works_with_and_without_htmx(browser, path, headers):
    needed = {"parts": {"part": "printer", "way": "slow"}, "act": {"act": "waved"}}
    fields = needed.get(path, {})
    answer = browser.post(f"/{path}", headers=headers, **fields)
    if headers:
        assert answer.status_code == 200
        assert answer.text.lstrip().startswith(("<section", "<div"))
    else:
        assert (answer.status_code, answer.location) == (303, "/simulator")


def test_a_chosen_resident_stands_before_the_camera_with_the_number_in_large(browser, kiosk):
    answer = browser.post("/stand", key="meninggal", headers=HTMX)
    assert grouped(by_key("meninggal").nik) in answer.text
    assert kiosk.devices.camera.controls.portrait is not None
    browser.post("/stand", key="")
    assert kiosk.devices.camera.controls.portrait is None
    assert grouped(by_key("meninggal").nik) not in browser.get().text


def test_who_stands_with_somebody_is_seen_with_somebody(browser, kiosk):
    browser.post("/stand", key="berdua")
    assert kiosk.devices.camera.controls.second_person is not None
    browser.post("/stand", key="meninggal")
    assert kiosk.devices.camera.controls.second_person is None


@pytest.mark.parametrize("switch", ["dark", "blurred", "beside", "backlit", "dark_glasses"])
def test_a_switch_turns_on_and_off_again(browser, kiosk, switch):
    browser.post("/stand", key="meninggal")
    control = "second_person" if switch == "beside" else switch
    browser.post("/light", switch=switch)
    assert getattr(kiosk.devices.camera.controls, control)
    browser.post("/light", switch=switch)
    assert not getattr(kiosk.devices.camera.controls, control)


def test_what_is_played_before_the_camera_is_chosen_and_ends_with_the_next_resident(browser, kiosk):
    controls = kiosk.devices.camera.controls
    browser.post("/stand", key="meninggal")
    assert (controls.act, controls.cue()) == (Act.FOLLOWS, None)
    answer = browser.post("/act", act="swapped", headers=HTMX)
    assert '<option value="swapped" selected>' in answer.text
    assert controls.act is Act.SWAPPED
    assert controls.other.picture != controls.portrait.picture
    browser.post("/light", switch="backlit")
    browser.post("/stand", key="tidak-aktif")
    assert (controls.act, controls.backlit) == (Act.FOLLOWS, False)


def test_who_stands_there_reads_what_the_screen_asks(browser, kiosk):
    browser.post("/stand", key="meninggal")
    face = kiosk.devices.camera.controls.portrait.face
    began = begin(Challenge((Turn.LEFT,), (0.0,)), 0.0, face, 0.0)
    kiosk.watches["somebody"] = Watch(round=began)
    assert kiosk.devices.camera.controls.cue() is Cue.FRONT


def test_an_own_picture_has_a_head_where_the_engine_finds_one_and_stays_flat_without(
    browser, kiosk, drawings, monkeypatch
):
    with browser.client.application.app_context():
        stage = simulator.the_stage()
    picture = (drawings / "a1.jpg").read_bytes()
    face = Face(10, 10, 80, 80, ((80, 40), (60, 40), (20, 40), (40, 40), (50, 60)))
    monkeypatch.setattr(kiosk.adapters.face, "look", lambda *_: Look(1200, 900, (face,), 0.2, 100.0))
    stage.show_own(kiosk, picture)
    assert kiosk.devices.camera.controls.portrait == Person(picture, face)

    def down(*_):
        raise EngineDown("not started")

    monkeypatch.setattr(kiosk.adapters.face, "look", down)
    stage.show_own(kiosk, picture)
    assert kiosk.devices.camera.controls.portrait == Person(picture)


def test_another_picture_before_the_camera_is_not_taken_for_the_chosen_resident(browser, kiosk):
    browser.post("/stand", key="meninggal")
    kiosk.devices.camera.controls.portrait = None
    assert grouped(by_key("meninggal").nik) not in browser.get().text


def test_without_photographs_a_resident_can_still_be_chosen(browser, kiosk, tmp_path):
    (tmp_path / "portraits").unlink()
    answer = browser.post("/stand", key="meninggal", headers=HTMX)
    assert grouped(by_key("meninggal").nik) in answer.text
    assert kiosk.devices.camera.controls.portrait is None
    assert browser.get("/portraits/a1.jpg").status_code == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/stand", {"key": "nobody-of-this-name"}),
        ("/parts", {"part": "lift", "way": "normal"}),
        ("/parts", {"part": "camera", "way": "on fire"}),
        ("/parts", {}),
        ("/act", {"act": "vanishes"}),
        ("/act", {}),
    ],
)
def test_nonsense_is_refused(browser, path, fields):
    assert browser.post(path, **fields).status_code == 422


@pytest.mark.parametrize("path", ["/portraits/z9.jpg", "/portraits/..jpg", "/sheets/0.png"])
def test_a_picture_that_is_not_there_is_not_found(browser, path):
    assert browser.get(path).status_code == 404


def test_a_broken_part_is_shown_so_and_everything_is_set_back(browser, kiosk):
    answer = browser.post("/parts", part="printer", way="paper_out", headers=HTMX)
    assert kiosk.devices.printer.controls.paper_out
    assert re.search(r'id="printer-paper_out"[^>]*aria-pressed="true"', answer.text)
    answer = browser.post("/normal", headers=HTMX)
    assert not kiosk.devices.printer.controls.paper_out
    assert re.search(r'id="printer-normal"[^>]*aria-pressed="true"', answer.text)


def test_a_poll_answers_only_when_something_has_come(browser, kiosk):
    seen = browser.mark("live")
    assert browser.get(f"/live?seen={seen}").status_code == 204
    _print(kiosk, "R.IKD.X")
    assert browser.get(f"/live?seen={seen}").status_code == 200
    seen = browser.mark("live")
    _mail(kiosk, "123 456")
    assert browser.get(f"/live?seen={seen}").status_code == 200
    seen = browser.mark("live")
    _offer(kiosk)
    assert browser.get(f"/live?seen={seen}").status_code == 200


def test_the_parts_poll_answers_when_a_part_breaks_elsewhere(browser, kiosk):
    seen = browser.mark("parts")
    assert browser.get(f"/parts?seen={seen}").status_code == 204
    kiosk.devices.camera.controls.hang = True
    assert browser.get(f"/parts?seen={seen}").status_code == 200


def test_the_paper_is_shown_and_can_be_held_before_the_scanner(browser, kiosk):
    code = codes.write(kiosk.keys, Kind.RECEIPT, "IKD-ABCDEFGH")
    _print(kiosk, code)
    (sheet,) = panel.sheets(kiosk)
    picture = browser.get(f"/sheets/{panel.mark_of(sheet)}.png")
    assert picture.mimetype == "image/png"
    assert picture.data == sheet.png
    with kiosk.devices.scanner.subscribe() as scans, _running(kiosk.devices.scanner):
        browser.post("/scan", sheet=panel.mark_of(sheet))
        assert scans.next(5.0).text == code


def test_any_text_can_be_held_before_the_scanner(browser, kiosk):
    with kiosk.devices.scanner.subscribe() as scans, _running(kiosk.devices.scanner):
        browser.post("/scan", text="  https://contoh.example/  ")
        assert scans.next(5.0).text == "https://contoh.example/"


def test_a_mail_is_shown_with_its_code_in_large_and_its_text_is_harmless(browser, kiosk):
    _mail(kiosk, "Kode:\n\n    482 913\n\n<script>alert(1)</script>")
    page = browser.get().text
    assert '<span class="digits mail-code">482 913</span>' in page
    assert "warga@contoh.example" in page
    assert "<script>alert(1)</script>" not in page


def test_the_phone_reads_the_drawn_qr_and_goes_where_it_leads(browser, kiosk):
    link = _offer(kiosk)
    answer = browser.get("/phone")
    assert (answer.status_code, answer.location) == (302, link)


def test_the_phone_sees_nothing_before_there_is_a_qr_and_after_it_has_expired(browser, kiosk):
    assert browser.get("/phone").status_code == 404
    _offer(kiosk, seconds=180)
    kiosk.clock.advance(181)
    assert browser.get("/phone").status_code == 404


def test_with_a_real_camera_nobody_is_put_before_it_but_the_number_is_shown(tmp_path):
    app = make_app(tmp_path / "real", camera="browser")
    with opened(app) as kiosk:
        seed(kiosk, tmp_path / "nothing-here")
    browser = Browser(app)
    answer = browser.post("/stand", key="meninggal", headers=HTMX)
    assert grouped(by_key("meninggal").nik) in answer.text
    assert 'name="switch"' not in answer.text
    assert browser.post("/light", switch="dark").status_code == 303


@pytest.mark.parametrize("path", ["/wajah", "/wajah/berdiri"])
def test_a_picture_without_a_face_engine_or_no_picture_at_all_is_refused_in_words(browser, path):
    answer = browser.post(path)
    assert answer.status_code == 422
    assert "Belum ada foto." in answer.text
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480)).save(drawn, "JPEG")
    answer = browser.post(path, photo=(io.BytesIO(drawn.getvalue()), "wajah.jpg"))
    assert answer.status_code == 422
    assert "belum siap" in answer.text


def test_an_upload_of_20_mb_is_refused_and_the_page_still_works(browser):
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="b.jpg"\r\n\r\n'
    answer = browser.client.post(
        "/simulator/wajah",
        data=head + bytes(20_000_000) + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert browser.get("/wajah").status_code == 200


class _running:
    """Let a device work in a thread of its own for the length of a block."""

    def __init__(self, device):
        self._device, self._stop = device, threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def _work(self):
        self._device.open()
        self._device.run(self._stop)

    def __enter__(self):
        self._thread.start()

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(5)
