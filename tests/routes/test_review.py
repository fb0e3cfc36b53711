"""The pages of cases, as an officer's browser uses them and as somebody who means harm does."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from kiosk.domain.eligibility import RecordState
from kiosk.domain.liveness import Refusal
from kiosk.domain.nik import Sex
from kiosk.domain.reasons import OF_LIVENESS, ReferReason
from kiosk.domain.review import DecisionReason
from kiosk.domain.roles import Role
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.register import RegisterPerson
from kiosk.models.ticket import Ticket
from kiosk.models.visit import AttemptState, FaceAttempt, Visit
from kiosk.services import audit
from kiosk.wording import review as words
from tests.officers import NAME, NIK, PIN, REGISTER_PHOTO, SELFIE, an_office, token

GROUPED_NIK = "3273 0141 0190 0001"
LIST = "/petugas/kasus"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer()
    return office


@pytest.fixture
def client(office):
    return office.signed_in()


def _decide(client, case_id, **fields):
    page = client.get(f"{LIST}/{case_id}").text
    form = {"csrf_token": token(page), "reason": "same_person", "note": "", "pin": PIN} | fields
    return client.post(f"{LIST}/{case_id}", data=form)


def _at_kiosk(office, **other):
    """A case whose resident waits at the kiosk."""
    case_id = office.case(ticket_id=None, **other)
    office.change(Visit, office.kept(ReviewCase, case_id).visit_id, step=Step.WAITING_FOR_OFFICER)
    return case_id


def _polled(client, page):
    """The answer of the poll that stands in `page`."""
    return client.get(re.search(r'hx-get="(/petugas/kasus/[^"]*)"', page)[1].replace("&amp;", "&"))


def _check(page):
    """What holds for every page: one heading, a language, no id twice, every input with its label."""
    assert '<html lang="id">' in page
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert re.search(r"<title>\s*\S", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    for field in re.findall(r"<(?:input|textarea|select)\b[^>]*>", page):
        if 'type="hidden"' not in field:
            assert f'for="{re.search(r"id=.([^ ]+?).[ >]", field)[1]}"' in page, field
    assert page.count('name="csrf_token"') == page.count('method="post"')


# The list


def test_the_empty_list_says_so(client):
    page = client.get(LIST).text
    _check(page)
    assert "Tidak ada yang menunggu keputusan" in page


def test_the_list_shows_who_stands_at_the_kiosk_and_nothing_personal(office, client):
    office.case()
    office.clock.advance(5 * 60 + 59)
    _at_kiosk(office)
    page = client.get(LIST).text
    _check(page)
    assert page.index("Anjungan A1") < page.index("A-001")
    assert 'data-until-seconds="90"' in page
    assert "5 menit" in page
    assert [word for word in (NIK, GROUPED_NIK, NAME, "Sari") if word in page] == []


def test_the_poll_says_nothing_until_something_changes(office, client):
    page = client.get(LIST).text
    assert _polled(client, page).status_code == 204
    case_id = office.case()
    renewed = _polled(client, page)
    assert (renewed.status_code, "A-001" in renewed.text) == (200, True)
    assert _polled(client, renewed.text).status_code == 204
    office.officer("budi")
    office.signed_in("budi").get(f"{LIST}/{case_id}")
    news = _polled(client, renewed.text)
    assert "dibuka Budi" in news.text


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR])
def test_who_looks_after_machines_or_books_sees_no_case(office, role):
    office.officer("tono", role=role)
    case_id = office.case()
    browser = office.signed_in("tono")
    for path in ("", f"/{case_id}", f"/{case_id}/foto/selfie", f"/{case_id}/kabar", "/isi"):
        assert browser.get(LIST + path).status_code == 403
    assert [entry for entry in office.audited() if entry[0] == "case.seen"] == []


# A case


def test_the_case_shows_both_photos_the_distance_in_words_and_what_warns(office, client):
    case_id = office.case()
    page = client.get(f"{LIST}/{case_id}").text
    _check(page)
    for text in (GROUPED_NIK, NAME, "Mirip, tetapi di bawah batas otomatis", "Jenis kelamin di NIK"):
        assert text in page
    assert "0.58" not in page
    photos = re.findall(r'<img src="([^"]+)"', page)
    assert [client.get(photo).data for photo in photos] == [SELFIE, REGISTER_PHOTO]


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (0.52, "Mirip<"),
        (0.53, "di bawah batas otomatis"),
        (0.61, "Kurang mirip"),
        (0.69, "Sangat berbeda"),
        (1.4, "Sangat berbeda"),
    ],
)
def test_every_distance_has_its_words(office, client, distance, words):
    assert words in client.get(f"{LIST}/{office.case(distance=distance)}").text


def test_what_the_nik_says_stands_beside_what_the_register_says(office, client):
    person = RegisterPerson(
        nik_hash=office.kiosk.keys.nik_hash(NIK), nik=NIK, name=NAME, born=date(1989, 12, 31), sex=Sex.MALE,
        married=False, recorded=True, state=RecordState.ACTIVE, region="3273", photo=b"\xff\xd8 too small",
    )  # fmt: skip
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        session.add(person)
    case_id = office.case(
        reason=ReferReason.NIK_DATE_WRONG, name=None, distance=None, selfie=None, register_photo=None,
        selfie_template=None, nik_warnings="",
    )  # fmt: skip
    page = client.get(f"{LIST}/{case_id}").text
    _check(page)
    for text in (NAME, "01-01-90", "31-12-1989 (36 tahun)", "Perempuan", "Laki-laki", "Kota Bandung"):
        assert text in page
    assert page.count('class="differs"') == 2
    assert "Setujui" not in page, "nobody could go on"
    assert client.get(f"{LIST}/{case_id}/foto/register").data == b"\xff\xd8 too small"
    assert client.get(f"{LIST}/{case_id}/foto/selfie").status_code == 404


def test_todays_attempts_are_told_in_words(office, client):
    nik_hash = office.kiosk.keys.nik_hash(NIK)
    case_id = office.case(nik_hash=nik_hash)
    now = office.clock.now()
    visit_id = office.kept(ReviewCase, case_id).visit_id
    happened = (
        {"state": AttemptState.ENGINE_FAILED},
        {"state": AttemptState.NO_MATCH, "distance": 0.8, "asked": "LRL"},
        {"state": AttemptState.NOT_LIVE, "distance": 0.31, "asked": "RRL", "liveness": Refusal.WRONG_TURN},
        {"state": AttemptState.DECLINED, "asked": "LLR", "engine": "dlib 20"},
    )
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        for what in happened:
            session.add(FaceAttempt(visit_id=visit_id, nik_hash=nik_hash, day=now.date(), at=now, **what))
    page = client.get(f"{LIST}/{case_id}").text
    rows = re.findall(r'<tr><th scope="row" class="digits">09\.00</th>(.*)</tr>', page)
    assert [re.findall(r">([^<]+)<", row) for row in rows] == [
        ["Pencocokan terganggu", "–", "–"],
        ["Tidak cocok", "kiri, kanan, kiri", "Sangat berbeda"],
        ["Gerakan belum terbaca", ": menoleh ke arah lain", "kanan, kanan, kiri", "Mirip"],
        ["Memilih petugas", "kiri, kiri, kanan", "–"],
    ]
    assert "dlib 20" in page
    assert "0.31" not in page


@pytest.mark.parametrize("reason", sorted(OF_LIVENESS))
def test_who_is_to_be_met_in_person_is_accused_of_nothing(office, client, reason):
    case_id = office.case(reason=reason, distance=0.31)
    page = client.get(f"{LIST}/{case_id}").text
    _check(page)
    for text in (words.MEET[reason], "Temui orangnya langsung", "Samakah dengan orang yang Anda temui?"):
        with office.app.test_request_context():
            assert str(text) in page
    assert 'value="same_person"' not in page
    assert "badge care" not in page
    assert _decide(client, case_id).status_code == 422, "two photos show no living person"
    assert _decide(client, case_id, reason="seen_in_person").status_code == 303
    assert "tanpa perlu menoleh" in client.get(f"{LIST}/{case_id}").text


def test_the_words_about_meeting_stand_for_every_reason_to_meet():
    assert set(words.MEET) == OF_LIVENESS
    assert (set(words.LIVENESS), set(words.ATTEMPT)) == (set(Refusal), set(AttemptState))
    assert (set(words.REASON), set(words.STATE)) == (set(DecisionReason), set(CaseState))


def test_neither_page_nor_photo_is_kept_by_the_browser(office, client):
    case_id = office.case()
    for path in ("", "/foto/selfie", "/foto/register"):
        answer = client.get(f"{LIST}/{case_id}{path}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_needs_a_sign_in(office):
    case_id = office.case()
    for which in ("selfie", "register"):
        answer = office.app.test_client().get(f"{LIST}/{case_id}/foto/{which}")
        assert answer.status_code == 303
        assert SELFIE not in answer.data
    assert [entry for entry in office.audited() if entry[0] == "case.seen"] == []


@pytest.mark.parametrize("path", ["x", "x/foto/selfie", "x/foto/nik", "x/kabar", "%00", "../../a", "é" * 500])
def test_a_case_that_does_not_exist_gets_an_officers_page(client, path):
    answer = client.get(f"{LIST}/{path}")
    assert answer.status_code == 404
    assert "Tidak ada di sini" in answer.text
    assert "Kembali ke panel" in answer.text


def test_the_open_page_hears_of_everything_that_happens_elsewhere(office, client):
    office.officer("budi")
    budi = office.signed_in("budi")
    case_id = _at_kiosk(office, distance=0.63)
    page = client.get(f"{LIST}/{case_id}").text
    assert "Warga masih berdiri di anjungan A1" in page
    assert _polled(client, page).status_code == 204
    assert "Rina sedang membuka kasus ini" in budi.get(f"{LIST}/{case_id}").text
    _decide(budi, case_id)
    news = _polled(client, page).text
    assert "Budi sudah menyetujui" in news
    _decide(office.signed_in(), case_id, reason="not_sure")
    assert "sudah memutuskan: diminta ke loket" in _polled(budi, news).text


# Deciding


def test_approving_says_what_the_resident_should_do_now(office, client):
    case_id = office.case()
    answer = _decide(client, case_id)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}/{case_id}")
    page = client.get(answer.headers["Location"]).text
    _check(page)
    assert "Kembali ke anjungan dengan tiket A-001." in page
    assert GROUPED_NIK not in page
    assert NAME not in page
    assert client.get(f"{LIST}/{case_id}/foto/selfie").status_code == 404


def test_whoever_stands_at_the_kiosk_is_told_to_stay_there(office, client):
    case_id = _at_kiosk(office)
    _decide(client, case_id)
    assert "Tetap di anjungan A1" in client.get(f"{LIST}/{case_id}").text


@pytest.mark.parametrize(
    ("reason", "state"), [("other_person", CaseState.REFUSED), ("not_sure", CaseState.COUNTER)]
)
def test_any_other_answer_sends_the_resident_to_the_counter(office, client, reason, state):
    case_id = office.case()
    _decide(client, case_id, reason=reason)
    page = client.get(f"{LIST}/{case_id}").text
    assert "Silakan ke Loket 2 dengan tiket A-001" in page
    assert office.kept(ReviewCase, case_id).state is state


def test_the_first_of_two_is_told_that_another_one_is_needed(office, client):
    case_id = office.case(distance=0.63)
    assert _decide(client, case_id).status_code == 303
    page = client.get(f"{LIST}/{case_id}").text
    _check(page)
    assert "Persetujuan kedua harus dari petugas lain" in page
    assert 'value="same_person"' not in page
    assert 'value="other_person"' in page, "it can be taken back"
    answer = _decide(client, case_id)
    assert answer.status_code == 403
    office.officer("budi")
    assert "Rina sudah menyetujui" in office.signed_in("budi").get(f"{LIST}/{case_id}").text


def test_about_oneself_there_is_no_form_and_a_forged_one_is_refused(office):
    nik_hash = office.kiosk.keys.nik_hash(NIK)
    office.officer("dewi", nik_hash=nik_hash)
    dewi = office.signed_in("dewi")
    case_id = office.case(nik_hash=nik_hash)
    page = dewi.get(f"{LIST}/{case_id}").text
    _check(page)
    assert "NIK Anda sendiri" in page
    assert 'name="pin"' not in page
    answer = _decide(dewi, case_id)
    assert answer.status_code == 403
    assert "NIK Anda sendiri" in answer.text
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_a_decision_posted_by_another_site_is_refused(office, client):
    case_id = office.case()
    answer = client.post(f"{LIST}/{case_id}", data={"reason": "same_person", "pin": PIN})
    assert answer.status_code == 400
    assert "Tidak ada yang disimpan" in answer.text
    _check(answer.text)
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_a_decision_with_another_sign_ins_token_is_refused(office, client):
    case_id = office.case()
    office.officer("budi")
    foreign = token(office.signed_in("budi").get(f"{LIST}/{case_id}").text)
    assert _decide(client, case_id, csrf_token=foreign).status_code == 400


@pytest.mark.parametrize("pin", ["", "000000", "1" * 5000])
def test_without_the_right_pin_nothing_is_decided_and_what_was_written_stays(office, client, pin):
    case_id = office.case()
    answer = _decide(client, case_id, pin=pin, note="tetap ada")
    assert answer.status_code == 422
    _check(answer.text)
    assert "PIN tidak cocok" in answer.text
    assert "tetap ada" in answer.text
    assert re.search(r'value="same_person" required checked', answer.text)
    assert not pin or pin not in answer.text, "a PIN never comes back"
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_five_wrong_pins_lock_and_say_until_when(office, client):
    case_id = office.case()
    answers = [_decide(client, case_id, pin="000000").status_code for _ in range(6)]
    assert answers[-1] == 429
    assert "Coba lagi setelah pukul" in _decide(client, case_id).text
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


@pytest.mark.parametrize("reason", ["phone_lost", "", "made_up", "SAME_PERSON"])
def test_a_missing_wrong_or_made_up_reason_is_asked_for_again(office, client, reason):
    case_id = office.case()
    answer = _decide(client, case_id, reason=reason, note="tetap ada")
    assert answer.status_code == 422
    _check(answer.text)
    assert "Pilih salah satu alasan" in answer.text
    assert "tetap ada" in answer.text
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_a_note_with_markup_is_escaped(office, client):
    case_id = office.case()
    _decide(client, case_id, note="<script>alert(1)</script>{{ 7*7 }}'\"")
    page = client.get(f"{LIST}/{case_id}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


def test_a_note_over_the_limit_comes_back_with_a_sentence(office, client):
    case_id = office.case()
    answer = _decide(client, case_id, note="a" * 501)
    assert answer.status_code == 422
    assert "paling banyak 500" in answer.text
    assert "a" * 501 in answer.text
    _check(answer.text)


def test_a_note_of_a_megabyte_is_refused_and_nothing_happens(office, client):
    case_id = office.case()
    answer = _decide(client, case_id, note="a" * 1_000_000)
    assert answer.status_code == 413
    assert "Isian terlalu panjang" in answer.text
    assert len(answer.data) < 20_000
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_the_longest_note_in_the_longest_characters_still_fits(office, client):
    case_id = office.case()
    assert _decide(client, case_id, note="\U0001f600" * 500).status_code == 303
    assert office.kept(ReviewCase, case_id).note == "\U0001f600" * 500


def test_of_two_officers_at_once_the_later_one_is_told_who_was_faster(office, client):
    office.officer("budi")
    case_id = office.case()
    browsers = [client, office.signed_in("budi")]
    forms = [token(browser.get(f"{LIST}/{case_id}").text) for browser in browsers]

    def decide(number):
        form = {"csrf_token": forms[number], "reason": "same_person", "pin": PIN}
        return browsers[number].post(f"{LIST}/{case_id}", data=form)

    with ThreadPoolExecutor(2) as pool:
        won, lost = sorted(pool.map(decide, range(2)), key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 409)
    assert "lebih dahulu memutuskan" in lost.text
    _check(lost.text)


def test_the_case_of_an_ended_visit_says_so(office, client):
    case_id = office.case()
    office.change(Visit, office.kept(ReviewCase, case_id).visit_id, step=Step.ENDED)
    page = client.get(f"{LIST}/{case_id}").text
    _check(page)
    assert "sudah berakhir" in page
    assert NAME not in page
    assert 'name="pin"' not in page


def test_a_decision_about_a_visit_that_has_just_ended_changes_nothing(office, client):
    case_id = office.case()
    form = token(client.get(f"{LIST}/{case_id}").text)
    kept = office.kept(ReviewCase, case_id)
    office.change(Visit, kept.visit_id, step=Step.ENDED)
    data = {"csrf_token": form, "reason": "same_person", "pin": PIN}
    answer = client.post(f"{LIST}/{case_id}", data=data)
    assert answer.status_code == 409
    assert "sudah berakhir" in answer.text
    assert office.kept(Ticket, kept.ticket_id).state.value == "waiting"


def test_nothing_personal_reaches_log_or_address(office, client, caplog):
    caplog.set_level(logging.DEBUG)
    case_id = office.case()
    page = client.get(f"{LIST}/{case_id}").text
    answer = _decide(client, case_id, note=f"{NAME} benar")
    written = (
        caplog.text + answer.headers["Location"] + repr(re.findall(r'(?:href|src|action)="[^"]*"', page))
    )
    assert [word for word in (NIK, NAME, "Sari", "rina") if word in written] == []
