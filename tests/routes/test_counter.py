"""The counter's pages: an activation by an officer, lost phones, care; wrong input, lost races, strangers."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from kiosk.domain.reasons import ReferReason
from kiosk.domain.roles import Role
from kiosk.domain.visit import COUNTER_IDLE, Step
from kiosk.models.officer import Officer
from kiosk.models.visit import Visit
from kiosk.services import audit, redemption, ticket
from tests.officers import PIN, Office, token
from tests.residents import BUDI, SARI

LOKET = "/petugas/loket"


@pytest.fixture
def office(stand):
    """The same kiosk with an officer."""
    office = Office(stand.app, stand.clock)
    office.officer("rina")
    return office


class Clerk:
    """An officer before the counter's pages, reading them as a person would."""

    def __init__(self, stand, client):
        self.stand, self.client = stand, client
        self.page, self.at, self.status = "", "", 0

    def opens(self, path):
        answer = self.client.get(path)
        self.at, self.page, self.status = path, answer.text, answer.status_code
        if answer.status_code == 200:
            self._is_well_made(answer)
        return self

    def sends(self, path, **fields):
        """Send a form of the page at hand, with the token and step that stand there; go where it leads."""
        step = re.search(r'name="step" value="([^"]+)"', self.page)
        form = {"csrf_token": token(self.page)} | ({"step": step[1]} if step else {}) | fields
        answer = self.client.post(path, data=form)
        if answer.status_code == 303:
            return self.opens(answer.headers["Location"])
        self.page, self.status = answer.text, answer.status_code
        return self

    def begins(self, **fields):
        self.opens(LOKET).sends(f"{LOKET}/aktivasi", language="id", **fields)
        self.visit_id = self.at.rpartition("/")[2]
        return self

    def does(self, way, **fields):
        return self.sends(f"{LOKET}/aktivasi/{self.visit_id}/{way}", **fields)

    def walks_to(self, step, someone=SARI, **begin):
        """The ordinary way, as far as `step`."""
        self.begins(**begin)
        for way, fields in (
            ("hp", {"choice": "has_app"}),
            ("persetujuan", {"agreed": "1"}),
            ("nik", {"nik": someone.nik}),
            ("periksa", {}),
            ("email", {"email": someone.email}),
            ("nomor", {"phone": someone.phone}),
            ("jaminan", {"reason": "ktp_el", "pin": PIN, "note": ""}),
        ):
            if self.step() is step:
                return self
            self.does(way, **fields)
        assert self.step() is step, self.page
        return self

    def step(self):
        return self.stand.row(self.visit_id).step

    def _is_well_made(self, answer):
        assert answer.headers["Cache-Control"] == "no-store"
        assert len(re.findall(r"<h1[ >]", self.page)) == 1
        ids = re.findall(r'\sid="([^"]+)"', self.page)
        assert sorted(ids) == sorted(set(ids))
        assert self.page.count('name="csrf_token"') == self.page.count('method="post"')
        for where in [*re.findall(r'(?:href|action|hx-get)="([^"]+)"', self.page), self.at]:
            assert not [secret for secret in SARI.secrets if secret in where]


@pytest.fixture
def clerk(stand, office):
    """Rina, signed in."""
    return Clerk(stand, office.signed_in("rina"))


def offered(stand, clerk):
    with stand.app.app_context():
        return stand.offered(clerk.visit_id)


def actions(stand):
    return [entry.action for entry in stand.audited()]


def alerts(page):
    return " ".join(re.sub(r"<[^>]+>", " ", part) for part in re.findall(r'role="alert">.*?</p>', page, re.S))


def test_a_whole_activation_by_an_officer_in_the_order_of_the_pages(stand, clerk):
    clerk.walks_to(Step.CONTACT_CHECK)
    assert SARI.name in clerk.page
    assert clerk.client.get(f"{clerk.at}/foto").data.startswith(b"\xff\xd8")
    clerk.does("jaminan", reason="family_card", pin=PIN, note="Kamera tidak dapat melihat wajahnya.")
    assert "qr-code" in clerk.page
    shown = re.search(r'hx-get="([^"]+keadaan[^"]+)"', clerk.page)[1].replace("&amp;", "&")
    assert clerk.client.get(shown).headers.get("HX-Redirect") is None
    with stand.app.app_context():
        assert redemption.redeem(stand.kiosk, *stand.offered(clerk.visit_id)) is None
    poll = clerk.client.get(shown)
    assert poll.status_code == 204
    clerk.opens(poll.headers["HX-Redirect"])
    assert stand.row(clerk.visit_id).reference in clerk.page
    clerk.does("akhiri")
    assert clerk.at.endswith(LOKET)
    assert (clerk.step(), stand.row(clerk.visit_id).end) == (Step.ENDED, "activated")


@pytest.mark.parametrize(
    ("step", "way", "fields", "sentence"),
    [
        (Step.CONSENT, "persetujuan", {}, "Centang setelah warga menyetujui"),
        (Step.NIK, "nik", {"nik": "9773014101900001"}, "bukan kode provinsi"),
        (Step.NIK, "nik", {"nik": "<script>" * 100}, "hanya berisi angka"),
        (Step.EMAIL, "email", {"email": "sari@"}, "belum lengkap"),
        (Step.PHONE, "nomor", {"phone": "021"}, "diawali 08"),
        (Step.CONTACT_CHECK, "jaminan", {"reason": "x", "pin": PIN}, "Pilih salah satu alasan"),
        (Step.CONTACT_CHECK, "jaminan", {"reason": "ktp_el", "pin": "000000"}, "PIN tidak cocok"),
        (Step.CONTACT_CHECK, "jaminan", {"reason": "ktp_el", "pin": PIN, "note": "x" * 501}, "500 huruf"),
    ],
)
def test_wrong_input_is_422_with_the_sentence_beside_it_and_changes_nothing(
    stand, clerk, step, way, fields, sentence
):
    clerk.walks_to(step).does(way, **fields)
    assert clerk.status == 422
    assert sentence in alerts(clerk.page)
    assert clerk.step() is step


def test_a_form_of_another_step_is_409_and_shows_where_the_visit_is(stand, clerk):
    clerk.walks_to(Step.NIK)
    old = clerk.page
    clerk.does("nik", nik=SARI.nik)
    clerk.page = old
    clerk.does("nik", nik=BUDI.nik)
    assert clerk.status == 409
    assert "langkah lain" in alerts(clerk.page)
    assert "3273 0155 0790 0001" in clerk.page
    clerk.does("hp", choice="has_app")
    assert clerk.status == 409, "an event without a way"
    assert clerk.step() is Step.NIK_CHECK


def test_a_note_of_a_megabyte_is_413(clerk):
    clerk.walks_to(Step.CONTACT_CHECK).does("jaminan", reason="ktp_el", pin=PIN, note="x" * 1_000_000)
    assert clerk.status == 413
    assert clerk.step() is Step.CONTACT_CHECK


def test_markup_in_a_note_and_in_a_name_is_text(stand, clerk):
    stand.enrol(name="<img src=x onerror=alert(1)>")
    clerk.walks_to(Step.CONTACT_CHECK).does("jaminan", reason="x", pin=PIN, note="<script>alert(1)</script>")
    assert "<script>alert" not in clerk.page
    assert "<img src=x" not in clerk.page


def test_somebody_elses_visit_and_a_kiosks_visit_are_not_there(stand, office, clerk):
    clerk.walks_to(Step.EMAIL)
    office.officer("dewi")
    dewi = Clerk(stand, office.signed_in("dewi"))
    with stand.app.app_context():
        at_kiosk = stand.bring(Step.NIK)
    for visit_id in (clerk.visit_id, at_kiosk, "nobody"):
        for way in ("", "/foto", "/keadaan"):
            assert dewi.opens(f"{LOKET}/aktivasi/{visit_id}{way}").status == 404
        assert dewi.opens(LOKET).sends(f"{LOKET}/aktivasi/{visit_id}/akhiri").status == 404
    assert clerk.step() is Step.EMAIL


def test_a_counter_visit_never_comes_onto_the_kiosks_screen_at_the_same_machine(stand, clerk):
    """One browser, both surfaces: each keeps its own visit."""
    clerk.walks_to(Step.EMAIL)
    assert 'data-step=""' in clerk.client.get("/").text
    clerk.client.post("/visit/start", data={"csrf_token": token(clerk.client.get("/").text)})
    clerk.client.post("/visit/leave", data={"csrf_token": token(clerk.client.get("/").text)})
    assert clerk.step() is Step.EMAIL
    assert SARI.name in clerk.opens(f"{LOKET}/aktivasi/{clerk.visit_id}").page


def test_after_ten_minutes_the_page_says_that_it_is_over(stand, clerk):
    from kiosk.services import visit as visits

    clerk.walks_to(Step.EMAIL)
    page = clerk.page
    stand.clock.advance(COUNTER_IDLE.total_seconds() + 1)
    with stand.app.app_context():
        visits.end_abandoned(stand.kiosk)
    clerk.page = page
    clerk.does("email", email=SARI.email)
    assert clerk.status == 409
    assert "sudah berakhir" in clerk.page
    assert SARI.name not in clerk.page


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_who_may_not_see_residents_may_not_open_the_counter(stand, office, role):
    office.officer("lain", role=role)
    other = Clerk(stand, office.signed_in("lain"))
    for path in ("", "/hp-hilang", "/kunjungan", "/kunjungan/x", "/aktivasi/x"):
        assert other.opens(LOKET + path).status == 403


def test_the_true_reason_stands_on_the_officers_page(clerk):
    clerk.walks_to(Step.NIK_CHECK, BUDI).does("periksa")
    assert "NIK tidak ditemukan di data kependudukan." in clerk.page
    clerk.does("kembali")
    assert clerk.step() is Step.NIK


def test_the_own_nik_is_403(stand, office, clerk):
    with stand.app.app_context(), audit.verb(stand.kiosk) as session:
        rina = session.scalar(sa.select(Officer).where(Officer.username == "rina"))
        rina.nik_hash = stand.kiosk.keys.nik_hash(SARI.nik)
    clerk.walks_to(Step.NIK).does("nik", nik=SARI.nik)
    assert clerk.status == 403
    assert "NIK Anda sendiri" in alerts(clerk.page)


def test_the_second_time_for_a_nik_a_colleague_signs_in_the_same_form(office, clerk):
    office.officer("dewi")
    clerk.walks_to(Step.QR).does("akhiri")
    clerk.walks_to(Step.CONTACT_CHECK)
    assert "Petugas kedua" in clerk.page
    clerk.does("jaminan", reason="ktp_el", pin=PIN, second="dewi", second_pin="000000")
    assert clerk.status == 422
    assert "PIN petugas kedua" in alerts(clerk.page)
    clerk.does("jaminan", reason="ktp_el", pin=PIN, second="dewi", second_pin=PIN)
    assert clerk.step() is Step.QR


def test_an_authority_that_is_down_is_503_with_what_was_typed_still_there(stand, clerk):
    clerk.walks_to(Step.CONTACT_CHECK)
    stand.authority.down = True
    clerk.does("jaminan", reason="biometrics", pin=PIN, note="Sidik jari")
    assert clerk.status == 503
    assert "belum menjawab" in alerts(clerk.page)
    assert re.search(r'value="biometrics" required checked', clerk.page)
    assert "Sidik jari</textarea>" in clerk.page


def test_beyond_the_residents_limits_an_officer_goes_on_with_reason_and_pin(stand, clerk):
    clerk.walks_to(Step.QR)
    for _ in range(stand.kiosk.settings.qr_renewals):
        stand.clock.advance(1)
        clerk.does("kode-baru")
    assert "/kode-baru" not in clerk.page
    before = offered(stand, clerk)
    clerk.does("kode-baru")
    assert (clerk.step(), offered(stand, clerk), stand.tickets()) == (Step.QR, before, [])
    clerk.does("email-salah").does("email-baru", email="benar@contoh.example")
    assert stand.row(clerk.visit_id).email == "benar@contoh.example"
    assert "/email-salah" not in clerk.page
    here = f"{LOKET}/kunjungan/{clerk.visit_id}"
    assert here in clerk.page
    stand.clock.advance(1)
    clerk.opens(here).sends(f"{here}/kode-baru", reason="code_late", pin=PIN)
    assert offered(stand, clerk) != before


def test_a_code_that_could_not_be_made_is_not_announced(stand, clerk):
    here = f"{LOKET}/kunjungan/{clerk.walks_to(Step.QR).visit_id}"
    stand.authority.down = True
    clerk.opens(here).sends(f"{here}/kode-baru", reason="code_late", pin=PIN)
    assert clerk.status == 503
    assert "Kode baru belum dapat dibuat" in alerts(clerk.page)
    assert "sedang dikirim" not in clerk.page


def test_no_phone_leads_to_an_explanation_and_an_end(stand, clerk):
    clerk.begins().does("hp", choice="cannot")
    assert "KTP-el tetap berlaku" in clerk.page
    clerk.does("akhiri")
    assert stand.row(clerk.visit_id).end == "informed"


def test_a_ticket_from_the_queue_fills_in_what_its_visit_holds(stand, clerk):
    with stand.app.app_context():
        kept = stand.bring(Step.CONTACT_CHECK)
        ticket.refer(stand.kiosk, kept, Step.CONTACT_CHECK, ReferReason.FACE_NOT_WANTED)
    [paper] = stand.tickets()
    assert paper.number in clerk.opens(f"{LOKET}?ticket={paper.id}").page
    assert "Warga tidak ingin difoto." in clerk.page
    assert clerk.opens(f"{LOKET}?ticket=nothing").status == 200
    clerk.walks_to(Step.NIK, ticket=paper.id)
    assert 'value="3273 0155 0790 0001"' in clerk.page
    clerk.does("nik", nik=SARI.nik).does("periksa")
    assert f'value="{SARI.email}"' in clerk.page


# A lost phone


def test_a_lost_phone_is_taken_off_by_nik_reason_and_pin(stand, clerk):
    stand.make_active_elsewhere()
    page = f"{LOKET}/hp-hilang"
    wrong = (
        ({"nik": "12", "reason": "lost", "pin": PIN}, "masih kurang"),
        ({"nik": SARI.nik, "reason": "ktp_el", "pin": PIN}, "Pilih salah satu alasan"),
        ({"nik": SARI.nik, "reason": "lost", "pin": "111111"}, "PIN tidak cocok"),
    )
    for fields, sentence in wrong:
        clerk.opens(page).sends(page, **fields)
        assert clerk.status == 422
        assert sentence in alerts(clerk.page)
    clerk.sends(page, nik=SARI.nik, reason="lost", pin=PIN)
    assert (clerk.status, "Sudah dinonaktifkan" in clerk.page) == (200, True)
    assert SARI.nik not in clerk.page
    assert stand.authority_states()["elsewhere-0001"] == "deactivated"
    clerk.opens(page).sends(page, nik=SARI.nik, reason="lost", pin=PIN)
    assert (clerk.status, "tidak sedang aktif" in alerts(clerk.page)) == (409, True)


# Care


def finds(clerk, number):
    return clerk.opens(f"{LOKET}/kunjungan").sends(f"{LOKET}/kunjungan", number=number)


def test_a_kiosks_visit_is_found_and_its_screen_follows_what_the_officer_does(stand, clerk):
    with stand.app.app_context():
        visit_id = stand.bring(Step.QR)
    finds(clerk, SARI.nik)
    assert clerk.at.startswith(f"{LOKET}/kunjungan/")
    for secret in SARI.secrets:
        assert secret not in clerk.page
    here = f"{LOKET}/kunjungan/{visit_id}"
    clerk.sends(f"{here}/email", email="salah", reason="mistyped", pin=PIN)
    assert (clerk.status, "belum lengkap" in alerts(clerk.page)) == (422, True)
    clerk.sends(f"{here}/email", email="benar@contoh.example", reason="mistyped", pin=PIN)
    assert "Alamat diperbaiki" in clerk.page
    assert stand.row(visit_id).email == "benar@contoh.example"
    stand.clock.advance(1)
    clerk.sends(f"{here}/kode-baru", reason="code_late", pin=PIN)
    assert "Kode baru dibuat" in clerk.page
    clerk.sends(f"{here}/batalkan", reason="in_doubt", pin="000000")
    assert (clerk.status, "PIN tidak cocok" in alerts(clerk.page)) == (422, True)
    old = clerk.page
    clerk.sends(f"{here}/batalkan", reason="in_doubt", pin=PIN)
    assert (stand.row(visit_id).step, "Kode dibatalkan" in clerk.page) == (Step.TICKET, True)
    clerk.page = old
    clerk.sends(f"{here}/batalkan", reason="in_doubt", pin=PIN)
    assert (clerk.status, "langkah lain" in alerts(clerk.page)) == (409, True)
    clerk.sends(f"{here}/cetak", reason="unreadable", pin=PIN)
    assert "Salinan tercetak" in clerk.page
    stand.printer.controls.paper_out = True
    clerk.sends(f"{here}/cetak", reason="unreadable", pin=PIN)
    assert "Kertas habis" in alerts(clerk.page)


@pytest.mark.parametrize(
    ("number", "status", "sentence"),
    [
        ("", 422, "Ketik nomor antrean"),
        ("apa saja", 422, "Ketik nomor antrean"),
        ("<b>" * 1000, 422, "Ketik nomor antrean"),
        ("A-777", 404, "hanya berlaku hari ini"),
        ("IKD-AAAABBBB", 404, "hanya berlaku hari ini"),
        (BUDI.nik, 404, "hanya berlaku hari ini"),
    ],
)
def test_what_is_no_number_is_422_and_what_nobody_has_is_404(clerk, number, status, sentence):
    finds(clerk, number)
    assert clerk.status == status
    assert sentence in alerts(clerk.page)


def test_several_visits_of_one_nik_are_listed_without_a_name(stand, clerk):
    with stand.app.app_context():
        first = stand.bring(Step.NIK_CHECK)
        stand.clock.advance(1)
        second = stand.bring(Step.NIK_CHECK)
    finds(clerk, SARI.nik)
    assert "2 kunjungan" in clerk.page
    assert clerk.page.index(second) < clerk.page.index(first)
    assert "Memeriksa NIK yang diketik" in clerk.page
    assert SARI.name not in clerk.page


def test_an_unknown_visit_or_way_is_404(clerk):
    for path in ("/kunjungan/x", "/kunjungan/x/keadaan"):
        assert clerk.opens(LOKET + path).status == 404
    clerk.opens(LOKET)
    form = {"csrf_token": token(clerk.page), "reason": "paper_lost", "pin": PIN}
    for path in ("/kunjungan/x/cetak", "/kunjungan/x/lain"):
        assert clerk.client.post(LOKET + path, data=form).status_code == 404


def test_a_poll_neither_looks_at_anybody_nor_keeps_anybody_signed_in(stand, office, clerk):
    with stand.app.app_context():
        visit_id = stand.bring(Step.QR)
    clerk.opens(f"{LOKET}/kunjungan/{visit_id}")
    looks = actions(stand).count("visit.seen")
    poll = re.search(r'hx-get="([^"]+keadaan[^"]+)"', clerk.page)[1].replace("&amp;", "&")
    idle = stand.kiosk.settings.officer_idle_minutes * 60
    for _ in range(4):
        stand.clock.advance(idle // 4)
        clerk.client.get(poll)
    assert actions(stand).count("visit.seen") == looks
    stand.clock.advance(1)
    assert clerk.client.get(poll, headers={"HX-Request": "true"}).status_code == 401


def test_every_form_without_its_token_is_refused(stand, clerk):
    clerk.walks_to(Step.CONTACT_CHECK)
    clerk.does("jaminan", csrf_token="", reason="ktp_el", pin=PIN)
    assert clerk.status == 400
    assert stand.all(sa.select(Visit).where(Visit.step == Step.QR)) == []
