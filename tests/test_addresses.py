"""The addresses that `make run` prints: which of them a phone can open."""

from __future__ import annotations

import socket

import pytest

from kiosk import addresses
from kiosk.config import Settings


@pytest.fixture(autouse=True)
def _no_host_and_port(monkeypatch):
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("PORT", raising=False)


def test_by_default_only_this_machine_listens():
    assert addresses.listening() == ("127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("host", "lan", "url"),
    [
        ("127.0.0.1", "192.168.1.7", "http://127.0.0.1:8011"),
        ("192.168.1.7", None, "http://192.168.1.7:8011"),
        ("0.0.0.0", "192.168.1.7", "http://192.168.1.7:8011"),
        ("::", "192.168.1.7", "http://192.168.1.7:8011"),
        ("0.0.0.0", None, "http://127.0.0.1:8011"),
    ],
)
def test_phones_are_sent_to_the_address_that_hears_them(monkeypatch, host, lan, url):
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", "8011")
    monkeypatch.setattr(addresses, "lan_address", lambda: lan)
    assert addresses.with_public_url(Settings()).public_url == url


def test_an_address_that_was_set_stays_but_for_its_last_stroke():
    settings = Settings(public_url="https://ikd.example/")
    assert addresses.with_public_url(settings).public_url == "https://ikd.example"


class _Probe(socket.socket):
    """A machine whose route leads out by `address`; None has no route at all."""

    address: str | None = None

    def connect(self, address):
        if self.address is None:
            raise OSError("Network is unreachable")

    def getsockname(self):
        return (self.address, 40000)


@pytest.mark.parametrize(
    ("own", "found"), [("10.1.2.3", "10.1.2.3"), ("127.0.0.1", None), ("127.0.1.1", None), (None, None)]
)
def test_the_address_in_the_network_is_found_or_there_is_none(monkeypatch, own, found):
    monkeypatch.setattr(_Probe, "address", own)
    monkeypatch.setattr(addresses.socket, "socket", _Probe)
    assert addresses.lan_address() == found


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:8000", "only this machine"),
        ("http://localhost:8000", "only this machine"),
        ("http://localhost", "only this machine"),
        ("http://[::1]:8000", "only this machine"),
        ("http://192.168.1.7:8000", "a phone in the same network"),
        ("https://ikd.example", "a phone in the same network"),
    ],
)
def test_it_is_said_whether_a_phone_can_open_it(tmp_path, url, says):
    (line,) = [line for line in addresses.lines(Settings(data=tmp_path, public_url=url)) if "phones" in line]
    assert says in line
    assert url in line


def test_a_demonstration_shows_its_simulator_and_where_its_officers_codes_are(tmp_path):
    (officers,) = [line for line in addresses.lines(Settings(data=tmp_path)) if "officers" in line]
    assert "http://127.0.0.1:8000/petugas " in officers
    assert officers.endswith("http://127.0.0.1:8000/simulator/petugas")


def test_production_shows_neither(tmp_path):
    production = Settings(
        data=tmp_path,
        env="production",
        key_file=tmp_path / "keys.txt",
        register="dukcapil",
        authority="dukcapil",
        mail="smtp://mail.example",
        camera="browser",
        printer="tcp://192.0.2.7:9100",
        scanner="browser",
        public_url="https://ikd.example",
    )
    shown = "\n".join(addresses.lines(production))
    assert "simulator" not in shown
    assert "passwords" not in shown
