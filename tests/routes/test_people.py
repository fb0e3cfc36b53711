"""The people's pages: a supervisor's browser, and others who would like to be one."""

from __future__ import annotations

import re

import pytest

from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from tests.officers import PIN, an_office, send, sign_in, token, well_formed

AT = "/petugas/orang"
NEW = f"{AT}/baru"


@pytest.fixture
def office(tmp_path):
    office = an_office(tmp_path)
    office.officer("bagus", Role.SUPERVISOR)
    return office


@pytest.fixture
def boss(office):
    return office.signed_in("bagus")


@pytest.fixture
def rina(office):
    return office.officer("rina", nik_hash="hash of her own NIK")


def _followed(client, answer):
    assert answer.status_code == 303, answer.text
    return well_formed(client.get(answer.headers["Location"]).text)


def test_an_officer_whose_number_no_database_could_hold_is_unknown_and_costs_no_pin(boss):
    page = f"{AT}/{'9' * 30}"
    assert boss.get(page).status_code == 404
    assert send(boss, f"{page}/keluarkan", at=AT, pin="000000").status_code == 404


def test_alone_the_supervisor_is_told_to_make_another(boss):
    page = well_formed(boss.get(AT).text)
    assert "Baru Anda sendiri" in page
    assert "Akun Anda" in page


def test_somebody_new_gets_a_password_that_is_shown_once(office, boss):
    well_formed(boss.get(NEW).text)
    form = {"username": "sari", "name": "Sari <i>W", "role": "technician", "pin": PIN}
    for wrong, says in (
        ({"username": "s"}, "3 sampai 40"),
        ({"name": " "}, "wajib diisi"),
        ({"username": "bagus"}, "sudah ada"),
        ({"pin": "000000"}, "PIN tidak cocok"),
    ):
        answer = send(boss, NEW, **form | wrong)
        assert answer.status_code == 422, wrong
        assert says in well_formed(answer.text)
        assert 'value="technician" required checked' in answer.text
    made = send(boss, NEW, **form)
    password = re.search(r'id="password">([a-z2-7-]{14})<', well_formed(made.text))[1]
    assert "<i>W" not in made.text
    page = boss.get(AT).text
    assert "belum selesai menyiapkan" in page
    assert password not in page
    newcomer = sign_in(office.app.test_client(), "sari", password)
    assert newcomer.headers["Location"] == "/petugas/siapkan/sandi"


@pytest.mark.parametrize("role", ["", "admin", "SUPERVISOR", "officer "])
def test_a_made_up_role_is_no_role(office, boss, rina, role):
    answer = send(boss, f"{AT}/{rina.id}/peran", at=f"{AT}/{rina.id}", role=role, pin=PIN)
    assert answer.status_code == 400
    assert office.kept(Officer, rina.id).role is Role.OFFICER


def test_a_role_raised_by_a_forged_form_is_refused(office, boss, rina):
    """An officer who knows the forms sends them himself, to himself and to others, with the right PIN."""
    client = office.signed_in("rina")
    page = token(client.get("/petugas/akun").text)
    for path in (
        f"{AT}/{rina.id}/peran",
        f"{AT}/1/peran",
        f"{AT}/1/keluarkan",
        f"{AT}/1/sandi",
        f"{AT}/1/kode",
        NEW,
    ):
        form = {"csrf_token": page, "pin": PIN, "role": "supervisor", "username": "x1x", "name": "X"}
        answer = client.post(path, data=form)
        assert answer.status_code == 403, path
        assert "Bukan untuk peran Anda" in well_formed(answer.text)
    assert client.get(AT).status_code == 403
    assert office.kept(Officer, rina.id).role is Role.OFFICER
    own = send(boss, f"{AT}/1/peran", at=NEW, role="auditor", pin=PIN)
    assert own.status_code == 409
    assert "akun Anda sendiri" in well_formed(own.text)


def test_an_officer_removed_while_signed_in_is_out_with_the_next_request(office, boss, rina):
    client = office.signed_in("rina")
    at = f"{AT}/{rina.id}"
    well_formed(boss.get(at).text)
    wrong = send(boss, f"{at}/keluarkan", at=at, pin="000000")
    assert wrong.status_code == 422
    assert client.get("/petugas/akun").status_code == 200
    assert "Petugas dikeluarkan" in _followed(boss, send(boss, f"{at}/keluarkan", at=at, pin=PIN))
    answer = client.get("/petugas/akun")
    assert answer.headers["Location"] == "/petugas/masuk?next=/petugas/akun&ended=elsewhere"
    assert sign_in(office.app.test_client(), "rina").status_code == 422
    assert boss.get(at).status_code == 404
    assert "Rina" not in boss.get(AT).text


@pytest.mark.parametrize(
    ("path", "says"), [("peran", "Peran diubah"), ("kode", "diatur ulang"), ("nik", "Catatan NIK dihapus")]
)
def test_a_change_is_said_and_signs_out_whom_it_concerns(office, boss, rina, path, says):
    client = office.signed_in("rina")
    at = f"{AT}/{rina.id}"
    answer = send(boss, f"{at}/{path}", at=at, role="auditor", pin=PIN)
    assert says in _followed(boss, answer)
    assert client.get("/petugas/akun").status_code == (200 if path == "nik" else 303)


def test_a_forgotten_password_is_replaced_by_one_that_is_shown_once(office, boss, rina):
    at = f"{AT}/{rina.id}"
    shown = send(boss, f"{at}/sandi", at=at, pin=PIN)
    password = re.search(r'id="password">([a-z2-7-]{14})<', well_formed(shown.text))[1]
    browser = office.app.test_client()
    assert sign_in(browser, "rina", password).headers["Location"] == "/petugas/masuk/kode"
    assert office.send_code(browser).headers["Location"] == "/petugas/siapkan/sandi"


def test_a_supervisor_demoted_meanwhile_changes_nobody_any_more(office, boss, rina):
    at = f"{AT}/{rina.id}"
    page = token(boss.get(at).text)
    office.change(Officer, 1, role=Role.OFFICER)
    answer = boss.post(f"{at}/keluarkan", data={"csrf_token": page, "pin": PIN})
    assert answer.status_code == 403
    assert office.kept(Officer, rina.id).active


@pytest.mark.parametrize("number", ["0", "4711", "x", "99999999999999999999"])
def test_nobody_is_found_under_a_made_up_number(boss, number):
    assert boss.get(f"{AT}/{number}").status_code == 404
