"""The officers' phones in the simulator: what they show opens the panel; in production there are none."""

from __future__ import annotations

import re

import pytest

from kiosk.demonstration import officers
from tests.officers import a_production_office, an_office, sign_in

AT = "/simulator/petugas"


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


def _shown(page, username):
    """Code, password and PIN as they stand on the card of `username`."""
    card = page.split(f'id="officer-{username}"')[1].split("</section>")[0]
    code = re.search(r'data-copy="(\d{6})"', card)[1]
    password, pin = re.findall(r'<dd class="mono">([^<]+)</dd>', card)[1:]
    return code, password, pin


def test_a_newcomer_is_in_with_what_stands_there(office):
    with office.app.app_context():
        officers.make(office.kiosk)
    client = office.app.test_client()
    page = client.get(AT).text
    for username in ("petugas", "penyelia", "teknisi", "auditor"):
        code, password, pin = _shown(page, username)
        browser = office.app.test_client()
        assert sign_in(browser, username, password).status_code == 303
        assert office.send_code(browser, code).headers["Location"] == "/petugas"
        assert re.fullmatch(r"\d{6}", pin)


def test_the_codes_change_with_the_phones_and_the_countdown_says_when(office):
    with office.app.app_context():
        officers.make(office.kiosk)
    client = office.app.test_client()
    before = client.get(f"{AT}/kode").text
    assert 'data-until-seconds="30"' in before
    office.clock.advance(29)
    assert _shown(client.get(f"{AT}/kode").text, "petugas") == _shown(before, "petugas")
    office.clock.advance(1)
    assert _shown(client.get(f"{AT}/kode").text, "petugas") != _shown(before, "petugas")


def test_without_made_up_officers_the_page_says_so(office):
    assert "Tidak ada petugas karangan" in office.app.test_client().get(AT).text


def test_the_panel_says_where_the_phones_are(office):
    assert f'href="{AT}"' in office.app.test_client().get("/simulator").text


@pytest.mark.parametrize("path", [AT, f"{AT}/kode"])
def test_in_production_there_are_no_phones(tmp_path, path):
    client = a_production_office(tmp_path).app.test_client()
    assert client.get(path, base_url="https://localhost").status_code == 404
