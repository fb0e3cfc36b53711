"""The officer page, as a browser uses it and as somebody who means harm does."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.reasons import ReferReason
from tests.officers import NAME, NIK, an_office, sign_in, token

GROUPED_NIK = "3273 0141 0190 0001"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer()
    return office


@pytest.fixture
def client(office):
    return office.signed_in()


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


def test_a_megabyte_as_a_name_or_password_is_refused_before_it_is_read(office):
    assert sign_in(office.app.test_client(), "rina", "a" * 1_000_000).status_code == 413
