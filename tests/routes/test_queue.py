"""The queue's page: as an officer presses it, as two do at once, and as somebody who means harm does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.models.officer import OfficerSession
from kiosk.models.ticket import Ticket
from tests.officers import NAME, NIK, an_office, token

PAGE = "/petugas/antrean"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer("rina")
    office.officer("budi")
    return office


class Desk:
    """An officer before the queue's page."""

    def __init__(self, office, name, counter=None):
        self.client = office.signed_in(name)
        self.page = ""
        if counter:
            assert self.press("loket", counter=counter) == 303

    def look(self):
        """The whole page, checked for what holds everywhere."""
        answer = self.client.get(PAGE)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        self.page = answer.text
        assert len(re.findall(r"<h1[ >]", self.page)) == 1
        ids = re.findall(r'\sid="([^"]+)"', self.page)
        assert sorted(ids) == sorted(set(ids))
        assert self.page.count('name="csrf_token"') == self.page.count('method="post"')
        assert NAME not in self.page
        assert NIK not in self.page
        return self.page

    def press(self, deed, **fields):
        """Send a form; return the status. `ticket` is the one that is served unless given."""
        self.look()
        served = re.search(r'name="ticket" value="([^"]+)"', self.page)
        if deed in ("ulang", "lewati", "selesai", "oper") and served:
            fields.setdefault("ticket", served[1])
        answer = self.client.post(f"{PAGE}/{deed}", data={"csrf_token": token(self.page)} | fields)
        self.page = answer.text
        return answer.status_code

    def poll(self):
        """What the lists' own poll is answered."""
        address = re.search(r'hx-get="(/petugas/antrean/isi[^"]*)"', self.look())[1]
        return self.client.get(address.replace("&amp;", "&"), headers={"HX-Request": "true"})


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def the_ticket(office, number="A-001"):
    with office.app.app_context():
        from kiosk.db import reading

        with reading() as session:
            return next(one for one in session.query(Ticket) if one.number == number)


def test_before_a_counter_is_chosen_nobody_can_be_called(office):
    office.ticket(ReferReason.NO_PHONE)
    rina = Desk(office, "rina")
    assert "Anda melayani di loket mana?" in rina.look()
    assert "/petugas/antrean/panggil" not in rina.page
    assert rina.press("panggil") == 422
    assert "Pilih salah satu loket" in text(rina.page)
    assert the_ticket(office).state == "waiting"


def test_a_counter_that_the_office_does_not_have_is_not_chosen(office):
    rina = Desk(office, "rina")
    for counter in ("", "Loket 9", "<b>", "x" * 10_000):
        assert rina.press("loket", counter=counter) == 422
        assert "Anda melayani di loket mana?" in rina.page


def test_a_counter_belongs_to_one_sign_in_and_shows_as_taken_to_others(office):
    Desk(office, "rina", "Loket 2")
    budi = Desk(office, "budi")
    assert re.search(r"Loket 2\s+dipakai petugas lain", text(budi.look()))
    assert "Loket 1 dipakai" not in text(budi.page)


def test_from_the_call_to_the_end(office):
    office.ticket(ReferReason.EMAIL_NOT_ARRIVED)
    office.clock.advance(12 * 60)
    rina = Desk(office, "rina", "Loket 2")
    assert rina.press("panggil") == 303
    shown = text(rina.look())
    assert "A-001 menunggu 12 menit dipanggil 1 kali" in shown
    assert "Email aktivasi tidak sampai; periksa alamatnya." in shown
    assert "KTP-el, HP dengan aplikasi IKD, Alamat email" in shown
    assert rina.press("ulang") == 303
    assert "dipanggil 2 kali" in text(rina.look())
    assert rina.press("selesai") == 303
    assert "1 selesai hari ini" in text(rina.look())
    assert "Loket ini kosong" in rina.page
    assert the_ticket(office).state == "done"


def test_calling_when_nobody_waits_is_said_and_changes_nothing(office):
    rina = Desk(office, "rina", "Loket 1")
    assert rina.press("panggil") == 409
    assert "Tidak ada yang menunggu saat ini" in text(rina.page)


def test_an_officer_serves_one_person_at_a_time_also_by_an_old_page(office):
    for _ in range(2):
        office.ticket(ReferReason.NO_PHONE)
    rina = Desk(office, "rina", "Loket 1")
    assert rina.press("panggil") == 303
    assert rina.press("panggil") == 409
    assert "Selesaikan, lewati, atau oper dahulu" in text(rina.page)
    assert rina.press("loket", counter="Loket 3") == 409
    assert the_ticket(office, "A-002").state == "waiting"


def test_what_another_officer_serves_cannot_be_finished_by_its_number(office):
    office.ticket(ReferReason.NO_PHONE)
    rina, budi = Desk(office, "rina", "Loket 1"), Desk(office, "budi", "Loket 2")
    rina.press("panggil")
    for deed in ("ulang", "lewati", "selesai", "oper"):
        assert budi.press(deed, ticket=the_ticket(office).id, counter="Loket 3") == 409
        assert "sudah ditangani" in text(budi.page)
    assert the_ticket(office).state == "called"
    assert re.search(r"Dilayani di loket lain A-001 Loket 1", text(budi.look()))


def test_a_ticket_that_does_not_exist_is_404(office):
    rina = Desk(office, "rina", "Loket 1")
    for deed in ("panggil-tiket", "ambil-alih", "ulang", "lewati", "selesai", "oper"):
        for ticket_id in ("", "NOSUCHTICKET", "é' OR 1=1", "x" * 10_000):
            assert rina.press(deed, ticket=ticket_id, counter="Loket 2") == 404


def test_who_was_skipped_is_called_by_hand(office):
    office.ticket(ReferReason.NO_PHONE)
    office.ticket(ReferReason.NO_EMAIL)
    rina = Desk(office, "rina", "Loket 1")
    rina.press("panggil")
    rina.press("lewati")
    assert re.search(r"Terlewat 1 orang", text(rina.look()))
    assert rina.press("panggil-tiket", ticket=the_ticket(office).id) == 303
    assert re.search(r"Sedang dilayani A-001", text(rina.look()))


def test_who_is_handed_on_waits_for_that_counter(office):
    office.ticket(ReferReason.NO_PHONE)
    rina, budi = Desk(office, "rina", "Loket 1"), Desk(office, "budi", "Loket 3")
    rina.press("panggil")
    assert rina.press("oper", counter="Loket 1") == 422
    assert rina.press("oper", counter="Loket 3") == 303
    assert "untuk Loket 3" in text(rina.look())
    assert rina.press("panggil") == 409
    assert budi.press("panggil") == 303


def test_whom_a_colleague_left_behind_is_taken_over_by_a_touch(office):
    office.ticket(ReferReason.NO_PHONE)
    rina, budi = Desk(office, "rina", "Loket 1"), Desk(office, "budi", "Loket 2")
    rina.press("panggil")
    one = the_ticket(office).id
    assert "Ambil alih" not in budi.look()
    assert budi.press("ambil-alih", ticket=one) == 409
    assert "sudah ditangani" in text(budi.page)
    address = re.search(r'hx-get="(/petugas/antrean/isi[^"]*)"', budi.look())[1].replace("&amp;", "&")
    rina.client.post("/petugas/keluar", data={"csrf_token": token(rina.look())})
    news = budi.client.get(address, headers={"HX-Request": "true"})
    assert "A-001 Loket 1 petugasnya sudah keluar Ambil alih A-001" in text(news.text)
    assert budi.press("ambil-alih", ticket=one) == 303
    assert re.search(r"Sedang dilayani A-001 .* dipanggil 2 kali", text(budi.look()))
    assert budi.press("selesai") == 303


def test_who_has_no_counter_or_serves_somebody_takes_nobody_over(office):
    for _ in range(2):
        office.ticket(ReferReason.NO_PHONE)
    rina, budi = Desk(office, "rina", "Loket 1"), Desk(office, "budi")
    rina.press("panggil")
    rina.client.post("/petugas/keluar", data={"csrf_token": token(rina.look())})
    one = the_ticket(office).id
    assert "Ambil alih" not in budi.look()
    assert budi.press("ambil-alih", ticket=one) == 422
    budi.press("loket", counter="Loket 2")
    budi.press("panggil")
    assert "Ambil alih" not in budi.look()
    assert budi.press("ambil-alih", ticket=one) == 409
    assert "Selesaikan, lewati, atau oper dahulu" in text(budi.page)


def test_the_poll_is_silent_until_something_changes(office):
    rina = Desk(office, "rina", "Loket 1")
    assert rina.poll().status_code == 204
    address = re.search(r'hx-get="(/petugas/antrean/isi[^"]*)"', rina.page)[1].replace("&amp;", "&")
    office.ticket(ReferReason.NO_PHONE)
    answer = rina.client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "A-001" in answer.text
    assert "<h1" not in answer.text
    assert rina.poll().status_code == 204
    office.clock.advance(60)
    assert rina.poll().status_code == 204


def test_another_window_of_the_same_officer_is_brought_up_to_date(office):
    office.ticket(ReferReason.NO_PHONE)
    rina = Desk(office, "rina", "Loket 1")
    address = re.search(r'hx-get="(/petugas/antrean/isi[^"]*)"', rina.look())[1].replace("&amp;", "&")
    rina.press("panggil")
    answer = rina.client.get(address, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, PAGE)


def test_a_poll_keeps_nobody_signed_in_and_counts_as_presence(office):
    rina = Desk(office, "rina", "Loket 1")
    rina.look()
    minutes = office.kiosk.settings.officer_idle_minutes
    for _ in range(minutes * 2):
        office.clock.advance(31)
        rina.client.get(f"{PAGE}/isi", headers={"HX-Request": "true"})
    answer = rina.client.get(f"{PAGE}/isi", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    with office.app.app_context():
        from kiosk.db import reading

        with reading() as session:
            [row] = session.query(OfficerSession).filter(OfficerSession.board_seen_at.is_not(None))
    assert row.board_seen_at - row.seen_at > timedelta(minutes=minutes - 2)


def test_the_case_of_whom_one_serves_is_one_touch_away(office):
    case_id = office.case()
    rina = Desk(office, "rina", "Loket 1")
    rina.press("panggil")
    assert f'href="/petugas/kasus/{case_id}"' in rina.look()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_who_looks_after_machines_or_books_sees_no_queue(office, role):
    office.officer("lain", role=role)
    client = office.signed_in("lain")
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}/isi").status_code == 403


def test_a_stranger_calls_nobody(office):
    office.ticket(ReferReason.NO_PHONE)
    client = office.app.test_client()
    for deed in ("panggil", "panggil-tiket", "ambil-alih", "selesai", "loket"):
        assert client.post(f"{PAGE}/{deed}", data={"ticket": "x"}).status_code in (303, 400)
    assert the_ticket(office).state == "waiting"
