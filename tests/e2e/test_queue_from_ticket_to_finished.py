"""A number from the kiosk is called by an officer, shown and spoken in the hall, and finished."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.e2e.chromium import DESK, TABLET
from tests.e2e.conftest import AtDesk, Open, Watch
from tests.e2e.inspection import Inspector
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import AtKiosk, Officer, Panel, token_in

TV, TV_UPRIGHT = (1920, 1080), (1080, 1920)


@pytest.fixture(scope="module")
def tv_browser(start_chromium: Callable[..., Browser]) -> Iterator[Browser]:
    """A browser as the hall's TV runs it: sound needs no touch."""
    started = start_chromium("--autoplay-policy=no-user-gesture-required")
    yield started
    started.close()


class Hall:
    """The people before the TV: what they read, and what they hear."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.heard: list[str] = []
        page.on("response", self._listen)
        page.goto(f"{url}/layar")

    def _listen(self, response: Response) -> None:
        found = re.search(r"/layar/suara/(\d+-\d+)\.wav", response.url)
        if found:
            self.heard.append(f"{found[1]} {response.headers.get('content-type', 'nothing')}")

    def sees(self, number: str, counter: str) -> None:
        """Read the large number and where it is called to."""
        expect(self.page.locator(".now .number")).to_have_text(number)
        expect(self.page.locator(".now .counter")).to_have_text(counter)

    def hears(self, call: str) -> None:
        """Wait until a call has been fetched to be played; it is said once."""
        self.page.wait_for_function(
            "(call) => performance.getEntriesByType('resource').some((one) => one.name.includes(call))",
            arg=f"/layar/suara/{call}.wav",
        )
        said = [one for one in self.heard if one.startswith(f"{call} ")]
        assert len(said) == 1, self.heard


@pytest.fixture
def hall(open_context: Open, tv_browser: Browser, server: KioskServer) -> Hall:
    """The display that stands in the hall all day."""
    return Hall(open_context(TV, chromium=tv_browser).new_page(), server.url)


@pytest.fixture
def officer(at_desk: AtDesk, server: KioskServer) -> Officer:
    """An officer at the queue's page, at counter 2; nobody else waits."""
    officer = at_desk()
    officer.page.goto(f"{server.url}/petugas/antrean")
    officer.page.locator("button[name=counter][value='Loket 2']").first.click()
    expect(officer.page.locator("h1")).to_contain_text("Loket 2")
    _serves_all_who_wait(officer)
    return officer


def _serves_all_who_wait(officer: Officer) -> None:
    """Other tests have taken tickets at this kiosk; by the forms alone, until nobody waits."""
    api, queue = officer.page.context.request, f"{officer.url}/petugas/antrean"
    while waiting := re.search(r'name="ticket" value="([^"]+)"', shown := api.get(queue).text()):
        form = {"csrf_token": token_in(shown), "ticket": waiting[1]}
        for action in ("panggil-tiket", "selesai"):
            assert api.post(f"{queue}/{action}", form=form).ok
    officer.page.reload()


def takes_a_ticket(resident: AtKiosk, panel: Panel) -> tuple[str, str]:
    """Ask for a person at the kiosk; return the number and the printed sheet."""
    before = panel.sheets()
    resident.arrive()
    resident.touch("/visit/start")
    resident.sees("choice")
    resident.touch("/visit/choose", "cannot")
    resident.sees("wants_person")
    resident.touch("/visit/refer", "wants_person")
    number = resident.ticket_number()
    expect(resident.page.locator("#screen .printing.good")).to_be_visible()
    [sheet] = [path for path in panel.sheets() if path not in before]
    resident.touch("/visit/finish")
    resident.sees("")
    return number, sheet


def test_from_the_ticket_to_the_end(resident: AtKiosk, panel: Panel, officer: Officer, hall: Hall) -> None:
    desk, at_desk, in_hall = officer.page, Inspector(DESK, TABLET), Inspector(TV, TV_UPRIGHT)
    in_hall.page("nobody called", hall.page)
    at_desk.page("nobody waits", desk)
    number, sheet = takes_a_ticket(resident, panel)
    serial = int(number.removeprefix("A-"))

    expect(desk.locator("#lists tbody th")).to_contain_text([number])
    at_desk.page("somebody waits", desk)
    # By keyboard alone: the focus stands on what is done next.
    expect(desk.locator("#call_next")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator(".called")).to_have_text(number)
    expect(desk.locator(".serving")).to_contain_text("Warga ingin dilayani petugas.")
    hall.sees(number, "Loket 2")
    hall.hears(f"{serial}-1")
    at_desk.page("called", desk)
    in_hall.page("called", hall.page)

    panel.scans_sheet(sheet)
    expect(resident.screen).to_contain_text(f"Nomor {number} sedang dipanggil")
    expect(resident.screen).to_contain_text("Loket 2")

    expect(desk.locator("#call_again")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator(".about")).to_contain_text("dipanggil 2 kali")
    hall.hears(f"{serial}-2")

    desk.locator("#finish").click()
    expect(desk.locator("#call_next")).to_be_visible()
    expect(desk.locator("#lists")).to_contain_text("selesai hari ini")
    assert number not in desk.locator("#lists").inner_text()
    assert hall.page.locator("[data-sound-on]").is_hidden()
    assert at_desk.findings + in_hall.findings == []


def test_the_display_says_that_the_server_is_away_and_comes_back_by_itself(
    hall: Hall, watch: Watch, resident: AtKiosk, panel: Panel, officer: Officer
) -> None:
    watch.expect("net::ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    away = hall.page.locator("[data-away]")
    assert away.is_hidden()
    hall.page.context.set_offline(True)
    expect(away).to_be_visible()
    number, _ = takes_a_ticket(resident, panel)
    expect(officer.page.locator("#lists tbody th")).to_contain_text([number])
    officer.page.locator("#call_next").click()
    expect(officer.page.locator(".called")).to_have_text(number)
    hall.page.context.set_offline(False)
    hall.sees(number, "Loket 2")
    expect(away).to_be_hidden()
    # A call that was made meanwhile is still heard.
    hall.hears(f"{int(number.removeprefix('A-'))}-1")
    officer.page.locator("#finish").click()
    expect(officer.page.locator("#call_next")).to_be_visible()


def test_where_the_browser_keeps_silent_one_touch_switches_the_sound_on(
    open_context: Open, server: KioskServer
) -> None:
    page = open_context(TV).new_page()
    page.goto(f"{server.url}/layar")
    strip = page.locator("[data-sound-on]")
    expect(strip).to_be_visible()
    strip.tap()
    expect(strip).to_be_hidden()
