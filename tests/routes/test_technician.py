"""The devices page: what can be done here, what only there, and what residents then read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from kiosk.domain.visit import Step
from kiosk.hardware.health import State
from kiosk.hardware.scanner import Scan
from kiosk.models.terminal import Terminal
from kiosk.models.visit import Visit
from kiosk.services import audit, badge, device_events, terminal_state
from tests.officers import an_office, token
from tests.routes.walk import PICTURE

PAGE = "/petugas/perangkat"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer()
    with office.app.app_context():
        terminal_state.beat(office.kiosk)
        with audit.verb(office.kiosk) as session:
            now = office.clock.now()
            session.add(Terminal(name="B2", started_at=now, seen_at=now, health="{}", sheets=7))
    return office


@pytest.fixture
def client(office):
    return office.signed_in()


def _post(client, path, **fields):
    return client.post(f"{PAGE}/{path}", data={"csrf_token": token(client.get(PAGE).text)} | fields)


def test_what_needs_a_cable_is_offered_where_the_cable_is(client):
    page = client.get(PAGE).text
    assert f"{PAGE}/A1/cetak" in page
    assert f"{PAGE}/B2/cetak" not in page
    assert f"{PAGE}/B2/kertas" in page
    assert "hanya dapat dibuka di anjungan itu sendiri" in page
    assert _post(client, "B2/cetak").status_code == 404
    assert _post(client, "B2/kamera").status_code == 404


def test_a_new_roll_in_any_terminal(office, client):
    assert "Belum diketahui" in client.get(PAGE).text
    assert _post(client, "B2/kertas").status_code == 303
    assert office.kept(Terminal, "B2").sheets == 0
    assert "kira-kira 352 struk" in client.get(PAGE).text
    office.change(Terminal, "B2", sheets=340)
    assert re.search(r'badge care">\s*kira-kira 12 struk', client.get(PAGE).text)


def test_the_test_page_and_what_became_of_it(office, client):
    office.kiosk.devices.printer.controls.seconds_per_sheet = 0.0
    office.kiosk.devices.printer.open()
    assert "Tercetak." in _post(client, "A1/cetak").text
    office.kiosk.devices.printer.controls.cover_open = True
    assert "Tidak tercetak. Penutup terbuka; tutup sampai terkunci." in _post(client, "A1/cetak").text


def test_closing_needs_a_message_and_comes_back_with_what_was_typed(office, client):
    empty = _post(client, "B2/tutup", message=" ")
    assert (empty.status_code, "Tulis pesan untuk warga." in empty.text) == (422, True)
    long = _post(client, "B2/tutup", message="x" * 201)
    assert long.status_code == 422
    assert f'value="{"x" * 201}"' in long.text
    assert re.search(r'id="message-B2"[^>]*aria-invalid="true"', long.text)
    assert not re.search(r'id="message-A1"[^>]*aria-invalid="true"', long.text)
    assert office.kept(Terminal, "B2").closed_at is None


def test_closing_and_opening(office, client):
    assert _post(client, "A1/tutup", message="<i>Rusak</i>").status_code == 303
    page = client.get(PAGE).text
    assert "&lt;i&gt;Rusak&lt;/i&gt;" in page
    start = office.app.test_client().get("/").text
    assert "&lt;i&gt;Rusak&lt;/i&gt;" in start
    assert "/visit/start" not in start
    assert _post(client, "A1/buka").status_code == 303
    assert "/visit/start" in office.app.test_client().get("/").text


@pytest.mark.parametrize("path", ["Z9/kertas", "Z9/cetak", "Z9/buka", "Z9/kamera"])
def test_a_terminal_that_nobody_knows_is_not_found(client, path):
    assert _post(client, path).status_code == 404
    assert client.get(f"{PAGE}/Z9/isi").status_code == 404


def test_the_poll_of_one_terminal_says_nothing_until_it_changes(office, client):
    page = client.get(PAGE).text
    asks = [one.replace("&amp;", "&") for one in re.findall(rf'hx-get="({PAGE}/[^"]+)"', page)]
    assert [client.get(one).status_code for one in asks] == [204, 204]
    office.clock.advance(16)
    silent = client.get(asks[1])
    assert (silent.status_code, "Tidak ada kabar" in silent.text) == (200, True)


def test_the_camera_one_picture_at_a_time_until_it_closes_itself(office, client):
    office.kiosk.devices.camera._viewing.publish(PICTURE)
    opened = _post(client, "A1/kamera")
    assert opened.status_code == 303
    page = client.get(opened.headers["Location"])
    picture = re.search(r'data-sight="([^"]+)"', page.text)[1]
    answer = client.get(picture)
    assert (answer.data, answer.mimetype) == (PICTURE, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert office.audited()[-1][0] == "camera.seen"
    office.clock.advance(2)
    office.kiosk.devices.camera.forget()
    assert client.get(picture).status_code == 204
    office.clock.advance(60)
    assert client.get(picture).status_code == 410
    closed = client.get(opened.headers["Location"])
    assert (closed.status_code, "sudah ditutup" in closed.text) == (410, True)
    assert "data-sight" not in closed.text


def test_another_officer_does_not_look_on_with_a_copied_address(office, client):
    where = _post(client, "A1/kamera").headers["Location"]
    office.officer("budi")
    assert office.signed_in("budi").get(f"{where}/gambar").status_code == 410


def test_the_camera_stays_shut_while_a_resident_stands_before_it(office, client):
    now = office.clock.now()
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        session.add(
            Visit(
                id="v",
                terminal="A1",
                language="id",
                step=Step.FACE,
                started_at=now - timedelta(minutes=1),
                last_activity_at=now,
            )
        )
    refused = _post(client, "A1/kamera")
    assert (refused.status_code, "Warga sedang di depan kamera" in refused.text) == (409, True)


def test_what_a_code_is_is_shown_and_the_start_screen_does_not_act_on_it(office, client):
    kiosk = office.kiosk
    opened = _post(client, "A1/pindai")
    assert opened.status_code == 303
    page = client.get(opened.headers["Location"])
    assert "Menunggu kode sampai pukul 09.00.30" in page.text
    poll = re.search(r'hx-get="([^"]+isi[^"]*)"', page.text)[1].replace("&amp;", "&")
    assert client.get(poll).status_code == 204
    scan = Scan("3273011708900001", "qr", "evdev", kiosk.clock.monotonic())
    for ear in (kiosk.scan_test.ear, kiosk.scans):
        ear.put(scan)
    read = client.get(poll).text
    assert "Bukan kode anjungan kami" in read
    assert "QR, 16 karakter, dibaca lewat evdev" in read
    assert "3273011708900001" not in read
    start = office.app.test_client()
    mark = re.search(r"/scan\?[^\"]*mark=([^\"&]*)", start.get("/").text)[1]
    assert start.get(f"/scan?mark={mark}").status_code == 204
    with office.app.app_context():
        shown = badge.make(kiosk, office.officer("tono"))
    kiosk.badges.put(Scan(shown, "qr", "evdev", kiosk.clock.monotonic()))
    assert start.get("/help/badge").status_code == 204
    office.clock.advance(31)
    over = client.get("/petugas/perangkat/uji-pindai")
    assert "Selesai" in over.text
    assert "hx-get=" not in re.search(r'id="test"[^>]*>', over.text)[0]


def test_an_empty_scan_test_says_how_the_scanner_is(office, client):
    _post(client, "A1/pindai")
    office.kiosk.devices.scanner._board.report(State.ABSENT, "unplugged")
    office.clock.advance(31)
    over = client.get("/petugas/perangkat/uji-pindai").text
    assert "tidak ada kode yang terbaca" in over
    assert "periksa kabel" in over


def test_devices_with_driver_since_and_their_last_events(office, client):
    printer = office.kiosk.devices.printer
    for device in office.kiosk.devices:
        device._board.report(State.READY, "ok")
    with office.app.app_context():
        device_events.note(office.kiosk)
        office.clock.advance(120)
        printer._board.report(State.FAULT, "paper_out", "sensor <3>")
        device_events.note(office.kiosk)
    page = client.get(PAGE).text
    assert "driver simulated, sejak 09.02, sensor &lt;3&gt;" in page
    events = re.search(r'<ol class="events.*?</ol>', page, re.DOTALL)[0]
    assert events.count("<li") == 4
    assert events.index("Kertas habis") < events.index("Siap.")
    assert "09.02</time>" in events
    assert "Belum ada perubahan yang tercatat" in page  # of B2
