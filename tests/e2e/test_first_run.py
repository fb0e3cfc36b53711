"""An office without officers, from the console's link to a year of numbers: every page of the panel is judged
on the way, on a desk's screen and on a tablet.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.demonstration.officers import FILE_NAME as OFFICERS
from kiosk.routes.panel import MENU
from kiosk.services.totp import code_now
from tests.e2e.chromium import DESK, TABLET
from tests.e2e.conftest import Open, Watch
from tests.e2e.inspection import Inspector
from tests.e2e.kiosk_server import KioskServer

PASSWORD, PIN = "kucing naik sepeda", "135790"


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskServer]:
    """A kiosk where nobody works yet."""
    server = KioskServer(prepared, tmp_path_factory.mktemp("first-run"))
    with closing(sqlite3.connect(server.data / "kiosk.db")) as database, database:
        database.execute("DELETE FROM officer")
    (server.data / OFFICERS).unlink()
    server.start()
    yield server
    server.stop()
    assert server.indiscretions() == []


class Newcomer:
    """Somebody at a desk who is judged page by page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.inspector = Inspector(DESK, TABLET)

    def opens(self, path: str, name: str = "") -> None:
        """Go to a page and judge it."""
        self.page.goto(f"{self.url}{path}")
        self.sees(name or path)

    def sees(self, name: str, words: str = "") -> None:
        """Judge the page that is shown now; its heading holds `words`."""
        expect(self.page.locator("h1")).to_contain_text(words)
        self.inspector.page(name, self.page)

    def fills(self, button: str, /, **fields: str) -> None:
        """Fill fields by their ids and press a button."""
        for field, text in fields.items():
            self.page.locator(f"#{field}").fill(text)
        self.page.get_by_role("button", name=button, exact=True).click()


@pytest.fixture
def newcomer(open_context: Open, server: KioskServer) -> Newcomer:
    """The first one to open the panel."""
    return Newcomer(open_context(DESK).new_page(), server.url)


def test_the_first_supervisor_sets_the_office_up_page_by_page(
    newcomer: Newcomer, server: KioskServer, watch: Watch
) -> None:
    watch.expect("422", "404")
    newcomer.opens("/petugas/masuk", "sign-in, nobody yet")
    link = re.search(r"/petugas/mulai/\S+", server.log())
    assert link, "no link on the console"
    secret = _makes_himself(newcomer, link[0])
    _opens_everything(newcomer)
    _sees_a_year_of_numbers(newcomer)
    _has_the_audit_checked(newcomer)
    password = _hires(newcomer, "budi")
    newcomer.page.locator("form[action='/petugas/keluar'] button").click()
    newcomer.sees("sign-in", "Masuk")
    newcomer.fills("Masuk", username="sari", password=PASSWORD)
    newcomer.sees("code", "Kode sekali pakai")
    newcomer.fills("Masuk", code=_another_code(secret))
    newcomer.sees("code, wrong", "Kode sekali pakai")
    newcomer.page.get_by_role("button", name="Batal masuk").click()
    newcomer.fills("Masuk", username="budi", password="bukan kata sandinya")
    newcomer.sees("sign-in, wrong", "Masuk")
    newcomer.fills("Masuk", username="budi", password=password)
    newcomer.sees("password of his own", "Buat kata sandi Anda sendiri")
    newcomer.opens(link[0], "a used link")
    assert newcomer.inspector.findings == []


def _makes_himself(newcomer: Newcomer, link: str) -> str:
    """From the console's link to the board; returns the secret that his phone keeps."""
    newcomer.opens(link, "first supervisor")
    mine = {"name": "Sari Contoh", "username": "sari", "password": PASSWORD}
    newcomer.fills("Buat akun penyelia", **mine, again="bukan yang sama")
    newcomer.sees("first supervisor, mistyped", "penyelia pertama")
    newcomer.fills("Buat akun penyelia", **mine, again=PASSWORD)
    newcomer.sees("one-time codes", "Pasang kode")
    secret = (newcomer.page.locator(".key").text_content() or "").replace(" ", "")
    newcomer.fills("Cocokkan dan lanjut", code=_another_code(secret))
    newcomer.sees("one-time codes, mistyped", "Pasang kode")
    newcomer.fills("Cocokkan dan lanjut", code=code_now(secret, datetime.now(UTC)))
    newcomer.sees("recovery codes", "Simpan kode cadangan")
    newcomer.page.get_by_role("link", name="lanjut").click()
    newcomer.sees("PIN", "Buat PIN")
    newcomer.fills("Simpan dan masuk", new_pin="123456", again="123456")
    newcomer.sees("PIN, too simple", "Buat PIN")
    newcomer.fills("Simpan dan masuk", new_pin=PIN, again=PIN)
    expect(newcomer.page.locator("nav.menu")).to_be_visible()
    return secret


def _another_code(secret: str) -> str:
    """Six digits that his phone does not show."""
    return f"{(int(code_now(secret, datetime.now(UTC))) + 1) % 10**6:06}"


def _opens_everything(newcomer: Newcomer) -> None:
    """Every entry of the menu as it is on the first day, what lies beside it, and the hall's display."""
    entries = newcomer.page.locator("nav.menu a").evaluate_all("(all) => all.map((one) => one.pathname)")
    assert len(entries) == len(MENU), "a supervisor sees everything"
    for address in (*entries, "/petugas/akun", "/petugas/loket/hp-hilang", "/petugas/tidak-ada", "/layar"):
        newcomer.opens(address)
    newcomer.opens("/petugas/loket/kunjungan")
    newcomer.fills("Cari kunjungan", number="A-999")
    newcomer.sees("no such visit", "Cari kunjungan")


def _sees_a_year_of_numbers(newcomer: Newcomer) -> None:
    newcomer.opens("/simulator/angka")
    newcomer.page.get_by_role("button", name="Karang setahun angka").click()
    newcomer.sees("a year is made up", "Angka karangan")
    for span in ("hari", "tahun"):
        newcomer.opens(f"/petugas/angka?periode={span}")
        expect(newcomer.page.locator("main")).to_contain_text("Angka karangan.")


def _has_the_audit_checked(newcomer: Newcomer) -> None:
    newcomer.opens("/petugas/audit?tindakan=tidak-ada", "audit, wrong filter")
    newcomer.page.goto(f"{newcomer.url}/petugas/audit")
    newcomer.page.get_by_role("button", name="Periksa rantai").click()
    expect(newcomer.page.locator("#check .notice.good")).to_be_visible()
    newcomer.sees("audit, checked", "audit")


def _hires(newcomer: Newcomer, username: str) -> str:
    """Make an officer; returns his temporary password."""
    page = newcomer.page
    newcomer.opens("/petugas/orang/baru", "new officer")
    page.locator("#role-officer").check()
    newcomer.fills("Buat petugas", name="Budi Contoh", username=username, pin="975310")
    newcomer.sees("new officer, wrong PIN", "Petugas baru")
    newcomer.fills("Buat petugas", pin=PIN)
    newcomer.sees("temporary password", "Kata sandi sementara")
    password = page.locator("#password").inner_text()
    page.get_by_role("link", name="Kembali ke daftar petugas").click()
    newcomer.sees("people", "Siapa yang bekerja di sini")
    page.get_by_role("link", name="Atur Budi Contoh").click()
    newcomer.sees("officer", "Budi Contoh")
    return password
