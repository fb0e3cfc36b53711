"""The door before every view: surfaces, listeners, credentials, and how long a sign-in lasts."""

from __future__ import annotations

import pytest
from flask import Blueprint

from kiosk import auth
from kiosk.auth import Surface, safe_next
from kiosk.config import SettingsError
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.services import presence, terminal
from tests.officers import PASSWORD, a_production_office, an_office, every_request, sign_in, token
from tests.support import make_app

OUTSIDE = {"base_url": "http://ikd.example:8443"}


@pytest.fixture
def office(tmp_path):
    return an_office(tmp_path)


@pytest.fixture
def production(tmp_path):
    return a_production_office(tmp_path)


def test_every_route_has_a_surface(office):
    assert [
        rule.endpoint for rule in office.app.url_map.iter_rules() if auth.surface_of(rule.endpoint) is None
    ] == []


def test_every_blueprint_in_the_table_exists(office):
    assert set(office.app.blueprints) == set(auth.SURFACES)


def test_every_route_has_its_answer_to_a_stranger_in_production(production):
    """The table of docs/threat-model.md: whoever comes without anything gets no further than this."""
    let_in = {
        "sign_in.ask": {200},
        "sign_in.check_password": {400},
        "set_up.first": {404},
        "set_up.make_first": {400},
        "terminal_link.admit": {403},
        "display.hall": {200},
        "display.content": {200, 204},
        "display.sound": {204},
        "health.healthz": {200, 503},
        "health.metrics": {403},
        "static": {200},
        "phone.show": {404},
        "phone.redeem": {404},
        "preregistration.ask": {200},
        "preregistration.enter": {422},
        "preregistration.show": {404},
        "preregistration.erase": {303},
    }
    answers = {
        Surface.TERMINAL: {403},
        Surface.SIMULATOR: {404},
        Surface.OFFICER: {303},
    }
    wrong = []
    for endpoint, method, path in every_request(production.app):
        answer = production.app.test_client().open(
            path, method=method, base_url="https://localhost", buffered=True
        )
        expected = let_in.get(endpoint) or answers[auth.surface_of(endpoint)]
        if answer.status_code not in expected:
            wrong.append((endpoint, method, answer.status_code))
        if answer.status_code == 303 and auth.surface_of(endpoint) is not Surface.PHONE:
            assert answer.headers["Location"].startswith("/petugas/masuk")
    assert wrong == []


def test_a_stranger_gets_no_further_by_another_method_or_a_longer_path(production):
    client = production.app.test_client()
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"):
        for path in ("/", "/petugas", "/petugas/", "//petugas", "/petugas/kasus/x/foto/selfie", "/simulator"):
            answer = client.open(path, method=method, base_url="https://localhost")
            assert answer.status_code in (303, 308, 403, 404, 405), (method, path)


def test_a_blueprint_without_a_surface_is_not_there(tmp_path):
    office = an_office(tmp_path)
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/lupa", view_func=lambda: "secret")
    office.app.register_blueprint(forgotten)
    office.app.add_url_rule("/loose", view_func=lambda: "secret")
    client = office.app.test_client()
    assert [client.get(path).status_code for path in ("/lupa", "/loose")] == [404, 404]


def test_in_a_demonstration_the_terminal_is_everybodys(office):
    assert office.app.test_client().get("/").status_code == 200


# Terminal credential


def _credential(office, **options):
    with office.app.app_context():
        path = terminal.new_link(office.kiosk)
    client = office.app.test_client(**options)
    return client, client.get(path, base_url="https://localhost"), path


def test_production_without_a_credential_is_refused_also_from_this_machine(production):
    client = production.app.test_client()
    answer = client.get("/", base_url="https://localhost", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == 403


def test_the_one_time_link_opens_the_terminal_and_only_once(production):
    client, answer, path = _credential(production)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert client.get("/", base_url="https://localhost").status_code == 200
    again = production.app.test_client()
    assert again.get(path, base_url="https://localhost").status_code == 403
    assert again.get("/", base_url="https://localhost").status_code == 403


def test_the_credential_is_out_of_reach_of_scripts_and_other_sites(production):
    _, answer, _ = _credential(production)
    (cookie,) = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("terminal=")]
    assert {part.strip() for part in cookie.split(";")[1:]} == {
        "Secure",
        "HttpOnly",
        "Path=/",
        "SameSite=Strict",
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_asking_whether_the_link_is_there_does_not_use_it_up(production):
    with production.app.app_context():
        path = terminal.new_link(production.kiosk)
    client = production.app.test_client()
    client.head(path, base_url="https://localhost")
    assert client.get(path, base_url="https://localhost").status_code == 303


@pytest.mark.parametrize("change", ["x{}", "{}x", "{}.", ".{}", "", ".", "é.é"])
def test_a_forged_credential_is_refused(production, change):
    client, _, _ = _credential(production)
    real = client.get_cookie("terminal").value
    client.set_cookie("terminal", change.format(real), secure=True)
    assert client.get("/", base_url="https://localhost").status_code == 403


def test_the_credential_of_another_terminal_opens_nothing(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    office = a_production_office(first)
    client, _, _ = _credential(office)
    credential = client.get_cookie("terminal").value
    other = a_production_office(second, terminal="A2", key_file=first / "keys.txt")
    stranger = other.app.test_client()
    stranger.set_cookie("terminal", credential, secure=True)
    assert stranger.get("/", base_url="https://localhost").status_code == 403


# The public listener


def test_the_public_listener_shows_the_phone_page_only(tmp_path):
    office = an_office(tmp_path, public_bind="0.0.0.0:8443")
    office.officer()
    reached = {
        endpoint: office.app.test_client().open(path, method=method, buffered=True, **OUTSIDE)
        for endpoint, method, path in every_request(office.app)
    }
    bare = {endpoint for endpoint, answer in reached.items() if answer.data == b"404"}
    for_phones = {endpoint for endpoint in reached if auth.surface_of(endpoint) is Surface.PHONE}
    assert {endpoint.partition(".")[0] for endpoint in for_phones} == {"phone", "preregistration"}
    assert set(reached) - bare == {"static"} | for_phones
    client = office.app.test_client()
    assert client.get("/nowhere", **OUTSIDE).data == b"404"
    assert client.put("/", **OUTSIDE).data == b"404"


def test_signed_in_officers_find_nothing_at_the_public_listener(tmp_path):
    office = an_office(tmp_path, public_bind="0.0.0.0:8443")
    office.officer()
    client = office.signed_in()
    assert client.get("/petugas/akun").status_code == 200
    assert client.get("/petugas", base_url="http://localhost:8443").status_code == 404


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_made_up_header_does_not_move_a_request_to_another_listener(tmp_path, proxies):
    office = an_office(tmp_path, public_bind="0.0.0.0:8443", trusted_proxies=proxies)
    made_up = {
        "X-Forwarded-Port": "8000",
        "X-Forwarded-Host": "127.0.0.1:8000",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
        "Host": "127.0.0.1:8000",
    }
    answer = office.app.test_client().get(
        "/", headers=made_up, environ_overrides={"SERVER_PORT": "8443", "SERVER_NAME": "0.0.0.0"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.1"), (1, "203.0.113.7")])
def test_forwarded_addresses_count_only_from_configured_proxies(tmp_path, proxies, seen):
    from flask import request

    office = an_office(tmp_path, trusted_proxies=proxies)
    noted = []
    office.app.before_request_funcs[None].insert(0, lambda: noted.append(request.remote_addr))
    office.app.test_client().get(
        "/static/favicon.svg",
        headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"},
        environ_overrides={"REMOTE_ADDR": "10.0.0.1"},
        buffered=True,
    )
    assert noted == [seen]


@pytest.mark.parametrize("bind", ["8443", "0.0.0.0", "0.0.0.0:", "0.0.0.0:http", "unix:/run/ikd.sock"])
def test_a_public_listener_that_cannot_be_told_apart_is_refused_at_the_start(tmp_path, bind):
    if bind == "8443":
        make_app(tmp_path, public_bind=bind)  # a port alone is clear enough
        return
    with pytest.raises(SettingsError, match="KIOSK_PUBLIC_BIND"):
        make_app(tmp_path, public_bind=bind)


# Sign-in


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("/petugas", "/petugas"),
        ("/petugas/kasus/ABC234", "/petugas/kasus/ABC234"),
        (None, "/petugas"),
        ("", "/petugas"),
        ("//evil.example", "/petugas"),
        ("//evil.example/petugas", "/petugas"),
        ("https://evil.example/petugas", "/petugas"),
        ("/petugas@evil.example", "/petugas"),
        ("/petugas.evil.example", "/petugas"),
        ("/petugas//evil.example", "/petugas"),
        ("/petugas/../", "/petugas"),
        ("/petugas/\\evil.example", "/petugas"),
        ("/petugas/x\r\nSet-Cookie: a=b", "/petugas"),
        ("/petugas/x\n", "/petugas"),
        ("/petugas?next=//evil.example", "/petugas"),
        ("/petugasx", "/petugas"),
        ("javascript:alert(1)", "/petugas"),
        ("/", "/petugas"),
    ],
)
def test_a_forged_next_leads_to_the_list(text, where):
    assert safe_next(text) == where


def test_an_idle_officer_is_signed_out_and_a_busy_one_is_not(office):
    office.officer()
    client = office.signed_in()
    for _ in range(3):
        office.clock.advance(19 * 60)
        assert client.get("/petugas/akun").status_code == 200
    office.clock.advance(20 * 60)
    answer = client.get("/petugas")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/petugas/masuk?ended=idle")
    assert "lama tidak dipakai" in client.get(answer.headers["Location"]).text


def test_a_poll_does_not_keep_the_officer_signed_in(office):
    office.officer()
    client = office.signed_in()
    for _ in range(4):
        office.clock.advance(5 * 60)
        answers = [
            client.get(path, headers={"HX-Request": "true"})
            for path in ("/petugas/papan/isi", "/petugas/masih")
        ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert [answer.headers["HX-Redirect"] for answer in answers] == [
        "/petugas/masuk?ended=idle",
        "/petugas/masuk",
    ]


def test_a_sign_in_ends_with_the_shift_however_busy(office):
    office.officer()
    client = office.signed_in()
    for _ in range(47):
        office.clock.advance(15 * 60)
        assert client.get("/petugas/akun").status_code == 200
    office.clock.advance(15 * 60)
    assert client.get("/petugas/akun").status_code == 303


def test_a_clock_that_was_set_back_does_not_make_a_sign_in_longer(office):
    office.officer()
    client = office.signed_in()
    office.clock.advance(-3600)
    assert client.get("/petugas/akun").status_code == 303


def test_a_removed_officer_is_out_at_once(office):
    officer = office.officer()
    client = office.signed_in()
    office.change(Officer, officer.id, active=False)
    assert client.get("/petugas/akun").status_code == 303


def test_a_planted_cookie_does_not_survive_the_sign_in(office):
    """Session fixation: what a stranger put into the cookie before, he must not know after."""
    office.officer()
    client = office.app.test_client()
    client.get("/petugas/masuk")
    with client.session_transaction("/petugas/masuk") as planted:
        before = planted["csrf_token"]
        planted["planted"] = "yes"
    assert sign_in(client).status_code == 303
    half_way = client.get_cookie("anjungan_petugas", path="/petugas").value
    assert office.send_code(client).status_code == 303
    client.get("/petugas/akun")
    with client.session_transaction("/petugas") as after:
        assert "planted" not in after
        assert after["csrf_token"] != before
    thief = office.app.test_client()
    _copy(client, thief, "petugas_device")
    thief.set_cookie("anjungan_petugas", half_way, path="/petugas")
    assert thief.get("/petugas/akun").headers["Location"].endswith("ended=elsewhere")


def _copy(of, to, *names):
    for name in names:
        to.set_cookie(name, of.get_cookie(name, path="/petugas").value, path="/petugas")


def test_a_cookie_used_from_another_device_is_refused_and_ends_for_both(office):
    office.officer()
    client, thief = office.signed_in(), office.app.test_client()
    _copy(client, thief, "anjungan_petugas")
    answer = thief.get("/petugas/akun")
    assert answer.headers["Location"] == "/petugas/masuk?next=/petugas/akun&ended=device"
    assert "Perangkat atau peramban ini berubah" in thief.get(answer.headers["Location"]).text
    assert client.get("/petugas/akun").headers["Location"].endswith("ended=elsewhere")


def test_a_devices_own_key_of_another_browser_does_not_help(office):
    office.officer()
    client, thief = office.signed_in(), office.app.test_client()
    sign_in(thief)
    _copy(client, thief, "anjungan_petugas")
    assert thief.get("/petugas/akun").headers["Location"].endswith("ended=device")


@pytest.mark.parametrize("key", ["", "x", "é", "A" * 4000])
def test_a_browser_whose_key_is_lost_or_made_up_is_asked_for_the_password_again(office, key):
    office.officer()
    client = office.signed_in()
    client.set_cookie("petugas_device", key, path="/petugas")
    assert client.get("/petugas/akun").headers["Location"].endswith("ended=device")
    assert sign_in(client).status_code == 303


def test_the_browsers_key_stays_when_its_officer_signs_out(office):
    office.officer()
    client = office.signed_in()
    key = client.get_cookie("petugas_device", path="/petugas").value
    client.post("/petugas/keluar", data={"csrf_token": token(client.get("/petugas/akun").text)})
    sign_in(client)
    assert client.get_cookie("petugas_device", path="/petugas").value == key


def test_at_a_terminal_a_sign_in_ends_with_the_terminals_credential(production):
    production.officer()
    client, _, _ = _credential(production)
    https = {"base_url": "https://localhost"}
    page = client.get("/petugas/masuk", **https).text
    headers = {"Referer": "https://localhost/petugas/masuk"}
    form = {"csrf_token": token(page), "username": "rina", "password": PASSWORD}
    assert client.post("/petugas/masuk", data=form, headers=headers, **https).status_code == 303
    page = client.get("/petugas/masuk/kode", **https).text
    form = {"csrf_token": token(page), "code": production.code()}
    assert client.post("/petugas/masuk/kode", data=form, headers=headers, **https).status_code == 303
    assert client.get("/petugas/akun", **https).status_code == 200
    client.delete_cookie("terminal")
    assert client.get("/petugas/akun", **https).headers["Location"].endswith("ended=device")


def test_both_cookies_are_out_of_reach_of_scripts_other_sites_and_plain_http(production):
    production.officer()
    client = production.app.test_client()
    https = {"base_url": "https://localhost"}
    page = client.get("/petugas/masuk", **https).text
    form = {"csrf_token": token(page), "username": "rina", "password": PASSWORD}
    answer = client.post(
        "/petugas/masuk", data=form, headers={"Referer": "https://localhost/petugas/masuk"}, **https
    )
    cookies = {value.partition("=")[0]: value for value in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"anjungan_petugas", "petugas_device"}
    for cookie in cookies.values():
        parts = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/petugas"} <= parts
    assert "Max-Age=34560000" in cookies["petugas_device"]
    assert "Max-Age" not in cookies["anjungan_petugas"]


def test_polls_of_cases_say_that_somebody_is_there_and_other_polls_do_not(office):
    office.officer()
    client = office.signed_in()

    def on_board():
        with office.app.app_context():
            return presence.on_board(office.kiosk)

    client.get("/petugas/akun")
    client.get("/petugas/masih")
    assert on_board() == 0
    client.get("/petugas/papan/isi")
    assert on_board() == 1


def test_a_poll_that_does_not_exist_is_in_no_table(office):
    assert auth.POLLS | auth.BEFORE_SIGN_IN | set(auth.STEPS) <= set(office.app.view_functions)
    assert set(auth.NEEDS) == {name for name, where in auth.SURFACES.items() if where is Surface.OFFICER}


def test_a_part_of_the_panel_that_nobody_was_given_is_nobodys(tmp_path, monkeypatch):
    office = an_office(tmp_path)
    office.officer("bagus", Role.SUPERVISOR)
    client = office.signed_in("bagus")
    monkeypatch.delitem(auth.NEEDS, "people")
    assert client.get("/petugas/orang").status_code == 403


def test_the_officers_cookie_goes_nowhere_else_and_no_visit_ends_it(office):
    office.officer()
    client = office.signed_in()
    assert client.get_cookie("anjungan") is None
    client.get("/")
    assert client.get("/petugas/akun").status_code == 200
    assert client.get_cookie("anjungan_petugas", path="/petugas").path == "/petugas"
