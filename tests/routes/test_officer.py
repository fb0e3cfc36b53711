"""The officer page, as a browser uses it and as somebody who means harm does."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.reasons import ReferReason
from tests.officers import NAME, NIK, an_office

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
