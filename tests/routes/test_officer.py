"""The officer page, as a browser uses it and as somebody who means harm does."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from kiosk.domain.reasons import ReferReason
from kiosk.domain.visit import Step
from kiosk.models.case import CaseState, ReviewCase
from kiosk.models.ticket import Ticket
from kiosk.models.visit import Visit
from tests.officers import NAME, NIK, REGISTER_PHOTO, SELFIE, an_office, sign_in, token

GROUPED_NIK = "3273 0141 0190 0001"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer()
    return office


@pytest.fixture
def client(office):
    return office.signed_in()


def _decide(client, case_id, **fields):
    page = client.get(f"/petugas/kasus/{case_id}").text
    form = {"csrf_token": token(page), "decision": "approve", "reason": "same_person", "note": ""} | fields
    return client.post(f"/petugas/kasus/{case_id}", data=form)


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
    forms = page.count('method="post"')
    assert page.count('name="csrf_token"') == forms


# Signing in


def test_before_the_first_officer_the_page_says_how_to_make_him(tmp_path):
    page = an_office(tmp_path).app.test_client().get("/petugas/masuk").text
    _check(page)
    assert "kiosk officer add" in page


def test_after_that_it_does_not(office):
    assert "kiosk officer add" not in office.app.test_client().get("/petugas/masuk").text


def test_a_wrong_password_and_an_unknown_officer_read_alike(office):
    browser = office.app.test_client()
    wrong, unknown = sign_in(browser, "rina", "salah sekali"), sign_in(browser, "siapa", "salah sekali")
    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "tidak cocok" in wrong.text

    def without_what_was_typed(page):
        return re.sub(r'value="[^"]*"', "", page)

    assert without_what_was_typed(wrong.text) == without_what_was_typed(unknown.text)
    _check(wrong.text)


def test_a_locked_sign_in_says_until_when_in_the_offices_time(office):
    browser = office.app.test_client()
    for _ in range(5):
        assert sign_in(browser, "rina", "salah sekali").status_code == 422
    answer = sign_in(browser)
    assert answer.status_code == 429
    assert "09.00.30" in answer.text  # 02:00 UTC is 09:00 in Jakarta
    office.clock.advance(30)
    assert sign_in(browser).status_code == 303


def test_the_password_never_comes_back_and_the_name_is_escaped(office):
    answer = sign_in(office.app.test_client(), '"><script>x', "rahasia-salah-ketik")
    assert "rahasia-salah-ketik" not in answer.text
    assert "<script>x" not in answer.text


def test_after_the_sign_in_the_way_goes_where_it_was_meant_to(office):
    case_id = office.case()
    browser = office.app.test_client()
    asked = browser.get(f"/petugas/kasus/{case_id}")
    assert asked.headers["Location"] == f"/petugas/masuk?next=/petugas/kasus/{case_id}"
    page = browser.get(asked.headers["Location"]).text
    wanted = re.search(r'name="next" value="([^"]*)"', page)[1]
    assert sign_in(browser, next=wanted).headers["Location"] == f"/petugas/kasus/{case_id}"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example/petugas", "/petugas/../../x"])
def test_a_forged_next_is_dropped(office, wanted):
    browser = office.app.test_client()
    assert "evil" not in browser.get("/petugas/masuk", query_string={"next": wanted}).text
    assert sign_in(browser, next=wanted).headers["Location"] == "/petugas"


def test_a_sign_in_posted_by_another_site_is_refused(office):
    """Without it, somebody could sign an officer in under his own account."""
    answer = office.app.test_client().post("/petugas/masuk", data={"username": "rina", "password": "x"})
    assert answer.status_code == 400
    assert "Tidak ada yang disimpan" in answer.text
    _check(answer.text)


def test_signing_out_ends_it_and_is_written_down(office, client):
    page = client.get("/petugas").text
    answer = client.post("/petugas/keluar", data={"csrf_token": token(page)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/petugas/masuk")
    assert client.get("/petugas").status_code == 303
    assert office.audited()[-1][0] == "officer.signed_out"


def test_a_link_from_elsewhere_cannot_sign_an_officer_out(office, client):
    assert client.get("/petugas/keluar").status_code == 405
    assert client.post("/petugas/keluar").status_code == 400
    assert client.get("/petugas").status_code == 200


# The list


def test_the_empty_list_says_so(client):
    page = client.get("/petugas").text
    _check(page)
    assert "Tidak ada kasus" in page
    assert "Belum ada tiket lain" in page


def test_the_list_shows_number_wait_and_true_reason_and_nothing_personal(office, client):
    office.case()
    office.ticket(ReferReason.REGISTER_DECEASED)
    office.clock.advance(5 * 60 + 59)
    page = client.get("/petugas").text
    _check(page)
    assert "A-001" in page
    assert "A-002" in page
    assert "5 menit" in page
    assert "Tercatat meninggal dunia." in page
    assert [word for word in (NIK, GROUPED_NIK, NAME, "Sari") if word in page] == []


def test_the_poll_says_nothing_until_something_changes(office, client):
    def polled(page):
        return client.get(re.search(r'hx-get="(/petugas/papan/isi[^"]*)"', page)[1].replace("&amp;", "&"))

    page = client.get("/petugas").text
    assert polled(page).status_code == 204
    office.case()
    renewed = polled(page)
    assert renewed.status_code == 200
    assert renewed.text.lstrip().startswith('<div id="queue"')
    assert "A-001" in renewed.text
    assert polled(renewed.text).status_code == 204
    office.clock.advance(60)
    assert polled(renewed.text).status_code == 200


def test_a_device_out_of_order_is_said_with_what_to_do_and_wakes_the_poll(office, client):
    printer = office.kiosk.devices.printer
    printer.open()
    page = client.get("/petugas").text
    seen = re.search(r"/petugas/papan/isi\?seen=(\w+)", page)[1]
    assert client.get(f"/petugas/papan/isi?seen={seen}").status_code == 204
    printer.controls.paper_out = True
    printer.status()
    news = client.get(f"/petugas/papan/isi?seen={seen}")
    assert news.status_code == 200
    assert "Kertas habis; pasang gulungan baru." in news.text
    assert "Kertas habis" not in page


# A case


def test_the_case_shows_both_photos_the_distance_in_words_and_what_warns(office, client):
    case_id = office.case()
    page = client.get(f"/petugas/kasus/{case_id}").text
    _check(page)
    for text in (
        GROUPED_NIK,
        NAME,
        "Mirip, tetapi di bawah batas otomatis",
        "2 kali",
        "Jenis kelamin di NIK",
    ):
        assert text in page
    assert "0.58" not in page
    photos = re.findall(r'<img src="([^"]+)"', page)
    assert [client.get(photo).data for photo in photos] == [SELFIE, REGISTER_PHOTO]


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (0.54, "Mirip<"),
        (0.55, "di bawah batas otomatis"),
        (0.63, "Kurang mirip"),
        (0.71, "Sangat berbeda"),
        (1.4, "Sangat berbeda"),
    ],
)
def test_every_distance_has_its_words(office, client, distance, words):
    assert words in client.get(f"/petugas/kasus/{office.case(distance=distance)}").text


def test_neither_page_nor_photo_is_kept_by_the_browser(office, client):
    case_id = office.case()
    for path in ("", "/foto/selfie", "/foto/register"):
        answer = client.get(f"/petugas/kasus/{case_id}{path}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_needs_a_sign_in(office):
    case_id = office.case()
    for which in ("selfie", "register"):
        answer = office.app.test_client().get(f"/petugas/kasus/{case_id}/foto/{which}")
        assert answer.status_code == 303
        assert SELFIE not in answer.data
    assert [entry for entry in office.audited() if entry[0] == "case.seen"] == []


@pytest.mark.parametrize("path", ["x", "x/foto/selfie", "x/foto/nik", "%00", "../../a", "é" * 500])
def test_a_case_that_does_not_exist_gets_an_officers_page(client, path):
    answer = client.get(f"/petugas/kasus/{path}")
    assert answer.status_code == 404
    assert ("Tidak ada di sini" in answer.text) is (path in ("x", "x/foto/selfie", "%00", "é" * 500))


def test_approving_says_what_the_resident_should_do_now(office, client):
    case_id = office.case()
    answer = _decide(client, case_id)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/petugas/kasus/{case_id}")
    page = client.get(answer.headers["Location"]).text
    _check(page)
    assert "Kembali ke anjungan dengan tiket A-001." in page
    assert GROUPED_NIK not in page
    assert NAME not in page
    assert client.get(f"/petugas/kasus/{case_id}/foto/selfie").status_code == 404


def test_refusing_sends_the_resident_to_the_counter(office, client):
    case_id = office.case()
    _decide(client, case_id, decision="refuse", reason="not_sure")
    page = client.get(f"/petugas/kasus/{case_id}").text
    assert "Silakan ke Loket 2 dengan tiket A-001" in page
    assert office.kept(ReviewCase, case_id).state is CaseState.REFUSED


def test_a_decision_posted_by_another_site_is_refused(office, client):
    case_id = office.case()
    answer = client.post(f"/petugas/kasus/{case_id}", data={"decision": "approve", "reason": "same_person"})
    assert answer.status_code == 400
    assert "Tidak ada yang disimpan" in answer.text
    _check(answer.text)
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_a_decision_with_another_sign_ins_token_is_refused(office, client):
    case_id = office.case()
    office.officer("budi")
    foreign = token(office.signed_in("budi").get(f"/petugas/kasus/{case_id}").text)
    assert _decide(client, case_id, csrf_token=foreign).status_code == 400


@pytest.mark.parametrize("reason", ["other_person", "", "made_up", "SAME_PERSON"])
def test_a_missing_wrong_or_made_up_reason_is_asked_for_again(office, client, reason):
    case_id = office.case()
    answer = _decide(client, case_id, reason=reason, note="tetap ada")
    assert answer.status_code == 422
    _check(answer.text)
    assert "Pilih salah satu alasan" in answer.text
    assert "tetap ada" in answer.text
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


@pytest.mark.parametrize("decision", ["", "maybe"])
def test_a_made_up_decision_is_no_decision(office, client, decision):
    case_id = office.case()
    assert _decide(client, case_id, decision=decision).status_code == 400
    assert office.kept(ReviewCase, case_id).state is CaseState.OPEN


def test_a_note_with_markup_is_escaped(office, client):
    case_id = office.case()
    _decide(client, case_id, note="<script>alert(1)</script>{{ 7*7 }}'\"")
    page = client.get(f"/petugas/kasus/{case_id}").text
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


def test_a_megabyte_as_a_name_or_password_is_refused_before_it_is_read(office):
    assert sign_in(office.app.test_client(), "rina", "a" * 1_000_000).status_code == 413


def test_of_two_officers_at_once_the_later_one_is_told_who_was_faster(office, client):
    office.officer("budi")
    case_id = office.case()
    browsers = [client, office.signed_in("budi")]
    forms = [token(browser.get(f"/petugas/kasus/{case_id}").text) for browser in browsers]

    def decide(number):
        form = {"csrf_token": forms[number], "decision": "approve", "reason": "same_person"}
        return browsers[number].post(f"/petugas/kasus/{case_id}", data=form)

    with ThreadPoolExecutor(2) as pool:
        won, lost = sorted(pool.map(decide, range(2)), key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (303, 409)
    assert "lebih dahulu memutuskan" in lost.text
    _check(lost.text)


def test_the_case_of_an_ended_visit_says_so(office, client):
    case_id = office.case()
    office.change(Visit, office.kept(ReviewCase, case_id).visit_id, step=Step.ENDED)
    page = client.get(f"/petugas/kasus/{case_id}").text
    _check(page)
    assert "sudah berakhir" in page
    assert NAME not in page
    assert "decision" not in page


def test_a_decision_about_a_visit_that_has_just_ended_changes_nothing(office, client):
    case_id = office.case()
    form = token(client.get(f"/petugas/kasus/{case_id}").text)
    kept = office.kept(ReviewCase, case_id)
    office.change(Visit, kept.visit_id, step=Step.ENDED)
    data = {"csrf_token": form, "decision": "approve", "reason": "same_person"}
    answer = client.post(f"/petugas/kasus/{case_id}", data=data)
    assert answer.status_code == 409
    assert "sudah berakhir" in answer.text
    assert office.kept(Ticket, kept.ticket_id).state.value == "waiting"


def test_nothing_personal_reaches_log_or_address(office, client, caplog):
    caplog.set_level(logging.DEBUG)
    case_id = office.case()
    page = client.get(f"/petugas/kasus/{case_id}").text
    answer = _decide(client, case_id, note=f"{NAME} benar")
    written = (
        caplog.text + answer.headers["Location"] + repr(re.findall(r'(?:href|src|action)="[^"]*"', page))
    )
    assert [word for word in (NIK, NAME, "Sari", "rina") if word in written] == []
