"""Remake the pictures that README shows: `make screenshots`. No face is in them: where the product shows one,
the browser is handed a drawn figure instead. Everybody in them is made up.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Playwright, Route, ViewportSize, expect, sync_playwright

from kiosk.config import Settings
from kiosk.demonstration.fetch_portraits import NotFetched, are_there, fetch
from kiosk.demonstration.residents import Resident, by_key
from kiosk.domain.visit import Step
from tests.e2e.chromium import LANDSCAPE, PHONE, PORTRAIT, NoChromium, launch
from tests.e2e.kiosk_server import ROOT, KioskServer, prepare
from tests.e2e.people import EMAIL, HAPPY, LOOKING_MS, AtKiosk, Officer, Panel
from tests.e2e.people import PHONE as PHONE_NUMBER
from tests.e2e.people import Phone as PhoneOwner

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 1_800_000
"""All pictures together; the pictures under tests/papers/golden add 0.2 MB to the 2 MB of issue 2."""

COLOURS = 96
WIDEST = {"portrait": 540, "landscape": 960, "desk": 1100, "phone": 390, "paper": 420}
DESK = (1366, 900)
TELEVISION = (1920, 1080)
PARTS = {"audit": "audit", "perangkat": "devices", "orang": "people", "loket": "counter"}

FRAMED, TURNING = "#guidance.is-hold_still", "#guidance:is([data-cue=left], [data-cue=right])"
"""Moments of the camera's step that are worth a picture."""

SAYS = {FRAMED: "is-hold_still", TURNING: 'data-cue="(left|right)"'}

WALL, CLOTHES, SKIN = "#dfe5ea", "#8fa3b3", "#b9c6d0"


def figure(width: int, height: int) -> bytes:
    """A drawn head and shoulders where the product shows a face (PNG)."""
    picture = Image.new("RGB", (width, height), WALL)
    pen = ImageDraw.Draw(picture)
    middle, unit = width / 2, height / 10
    pen.ellipse((middle - 3.2 * unit, 6.9 * unit, middle + 3.2 * unit, 15 * unit), fill=CLOTHES)
    pen.rounded_rectangle(
        (middle - unit * 0.7, 5.5 * unit, middle + unit * 0.7, 7.8 * unit), unit / 2, fill=SKIN
    )
    pen.ellipse((middle - 1.8 * unit, 1.9 * unit, middle + 1.8 * unit, 6.6 * unit), fill=SKIN)
    with io.BytesIO() as png:
        picture.save(png, "PNG")
        return png.getvalue()


class Album:
    """The folder of pictures; each is made small before it is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, kind: str, page: Page, *, whole: bool = False) -> None:
        """Keep what a window shows, once its letters have arrived."""
        page.evaluate("() => document.fonts.ready.then(() => true)")
        page.wait_for_timeout(300)
        self.keep(name, kind, page.screenshot(full_page=whole))

    def keep(self, name: str, kind: str, png: bytes) -> None:
        """Scale to the width of its kind, and few colours: the screens have few."""
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        width = WIDEST[kind]
        if picture.width > width:
            size = (width, round(picture.height * width / picture.width))
            picture = picture.resize(size, Image.Resampling.LANCZOS)
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(self._folder / f"{name}.png", optimize=True)

    def bytes(self) -> int:
        """How much all of them take."""
        return sum(path.stat().st_size for path in self._folder.glob("*.png"))


class Photographer:
    """Walks through the product with windows of every size."""

    def __init__(self, browser: Browser, server: KioskServer, album: Album, panel: Panel) -> None:
        self._browser, self._server, self._album, self._panel = browser, server, album, panel

    def window(self, size: tuple[int, int]) -> Page:
        """A window in which every face is a drawn figure."""
        viewport = ViewportSize(width=size[0], height=size[1])
        context = self._browser.new_context(viewport=viewport, has_touch=True, reduced_motion="reduce")
        for pattern, shape in (
            ("**/camera/preview.mjpg", (1280, 720)),
            ("**/simulator/portraits/*", (240, 240)),
            ("**/petugas/kasus/*/foto/*", (480, 480)),
        ):
            context.route(pattern, _shows(figure(*shape)))
        return context.new_page()

    def visit(self, kind: str, size: tuple[int, int]) -> None:
        """The main job, a picture of each key step; ends at the thanks."""
        self._panel.waits_until_ready()
        self._panel.everything_normal()
        self._panel.stand(HAPPY.key)
        page = self.window(size)
        resident = AtKiosk(page, self._server.url).arrive()

        def take(name: str) -> None:
            expect(page.locator("#device-bar .device").first).to_be_visible()
            self._album.take(f"{name}-{kind}", kind, page)

        take("1-start")
        resident.touch("/visit/start")
        resident.sees(Step.CHOICE)
        resident.touch("/visit/choose", "has_app")
        resident.sees(Step.CONSENT)
        take("2-consent")
        resident.touch("/visit/consent")
        resident.sees(Step.NIK)
        resident.keys(HAPPY.nik)
        expect(page.locator("#nik-advice .good")).to_be_visible()
        take("3-nik")
        resident.touch("/visit/nik")
        resident.sees(Step.NIK_CHECK)
        resident.touch("/visit/nik/confirm")
        resident.sees(Step.EMAIL)
        resident.types("email", EMAIL, by_touch=False)
        take("4-email")
        resident.touch("/visit/email")
        resident.sees(Step.PHONE)
        resident.types("phone", PHONE_NUMBER, by_touch=False)
        resident.touch("/visit/phone")
        resident.sees(Step.CONTACT_CHECK)
        moment = TURNING if kind == "portrait" else FRAMED
        hold = _Hold(page, moment)
        resident.touch("/visit/contact/confirm")
        expect(page.locator(moment)).to_be_visible(timeout=LOOKING_MS)
        take("5-face")
        hold.let_go()
        resident.sees(Step.QR, LOOKING_MS)
        take("6-qr")
        self._phone(resident.reads_qr() if kind == "portrait" else "", resident)
        resident.sees(Step.THANKS)
        expect(page.locator("#screen .printing.good")).to_be_visible()
        take("7-thanks")
        if kind == "portrait":
            self._album.keep("paper-receipt", "paper", self._panel.sheet(self._panel.sheets()[0]))
        page.context.close()

    def _phone(self, address: str, resident: AtKiosk) -> None:
        phone = PhoneOwner(self.window(PHONE))
        phone.opens(address or resident.reads_qr())
        if address:
            self._album.take("phone-code", "phone", phone.page)
            self._simulator()
        phone.types(self._server.code_for(EMAIL))
        expect(phone.page.locator(".seal.good")).to_be_visible()
        if address:
            self._album.take("phone-done", "phone", phone.page)
        phone.page.context.close()

    def _simulator(self) -> None:
        page = self.window(DESK)
        page.goto(f"{self._server.url}/simulator")
        page.wait_for_load_state("networkidle")
        self._album.take("simulator", "desk", page)
        page.context.close()

    def handed_over(self) -> None:
        """A doubtful match with nobody at the panel: the ticket, on the screen and on paper."""
        page = self.window(PORTRAIT)
        AtKiosk(page, self._server.url).goes_to_camera(self._doubtful())
        AtKiosk(page, self._server.url).ticket_number()
        expect(page.locator("#screen .printing.good")).to_be_visible()
        self._album.take("ticket-portrait", "portrait", page)
        self._album.keep("paper-ticket", "paper", self._panel.sheet(self._panel.sheets()[0]))
        page.context.close()

    def _doubtful(self) -> Resident:
        doubtful = by_key("ragu")
        self._panel.waits_until_ready()
        self._panel.everything_normal()
        self._panel.stand(doubtful.key)
        return doubtful

    def panel_of_officers(self) -> None:
        """A supervisor's day: somebody calls and waits, a case, the queue and its display, the numbers."""
        server, album = self._server, self._album
        officer = Officer(self.window(DESK), server.url, server.officer("penyelia"))
        officer.signs_in()
        officer.watches_cases()
        kiosk = self.window(PORTRAIT)
        AtKiosk(kiosk, server.url).goes_to_camera(self._doubtful())
        AtKiosk(kiosk, server.url).sees(Step.WAITING_FOR_OFFICER, LOOKING_MS)
        album.take("waiting-portrait", "portrait", kiosk)
        kiosk.locator("#help button").tap()
        desk = officer.page
        desk.goto(f"{server.url}/petugas/papan")
        expect(desk.locator("[data-call]")).to_be_visible()
        album.take("officer-board", "desk", desk)
        officer.opens_case(Settings().terminal)
        album.take("officer-case", "desk", desk, whole=True)
        kiosk.locator("#screen form[action='/visit/refer'] button").first.tap()
        AtKiosk(kiosk, server.url).ticket_number()
        desk.goto(f"{server.url}/petugas/antrean")
        desk.locator("button[name=counter]").nth(1).click()
        desk.locator("#call_next").click()
        expect(desk.locator(".called")).to_be_visible()
        album.take("officer-queue", "desk", desk)
        hall = self.window(TELEVISION)
        hall.goto(f"{server.url}/layar")
        expect(hall.locator(".now .number")).to_be_visible()
        album.take("hall-display", "landscape", hall)
        self._panel.makes_up_a_year()
        desk.goto(f"{server.url}/petugas/angka?periode=tahun")
        album.take("officer-numbers", "desk", desk)
        for part, name in PARTS.items():
            desk.goto(f"{server.url}/petugas/{part}")
            album.take(f"officer-{name}", "desk", desk)


class _Hold:
    """Stops the polls of the camera's step at the first answer of a moment, so that there is time for a
    picture."""

    def __init__(self, page: Page, moment: str) -> None:
        self._page = page
        self._word = SAYS[moment]
        self._is_good = False
        page.route("**/camera/guidance*", self._poll)

    def _poll(self, route: Route) -> None:
        if self._is_good:
            route.abort()
            return
        answer = route.fetch()
        self._is_good = re.search(self._word, answer.text()) is not None
        route.fulfill(response=answer)

    def let_go(self) -> None:
        self._page.unroute("**/camera/guidance*", self._poll)


def _shows(png: bytes) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        if route.request.resource_type == "image":
            route.fulfill(body=png, content_type="image/png")
        else:
            route.continue_()

    return answer


def _photographs(folder: Path) -> Path:
    """The demonstration's own photographs where `make run` has fetched them, else fetched now."""
    own = (ROOT / Settings().data / "portraits").resolve()
    if are_there(own):
        return own
    fetch(folder)
    return folder


def make(playwright: Playwright, folder: Path) -> int:
    """Make all pictures in `folder`; returns their bytes. Raises `NoChromium` or `NotFetched`."""
    album = Album(folder)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as temporary:
        place = Path(temporary)
        prepare(place / "prepared", _photographs(place / "portraits"))
        server = KioskServer(place / "prepared", place / "kiosk", {"target_base": "40000"})
        browser = launch(playwright)
        server.start()
        try:
            panel = Panel(playwright.request.new_context(base_url=server.url))
            photographer = Photographer(browser, server, album, panel)
            photographer.visit("portrait", PORTRAIT)
            photographer.visit("landscape", LANDSCAPE)
            photographer.handed_over()
            photographer.panel_of_officers()
        finally:
            server.stop()
            browser.close()
    return album.bytes()


def main() -> None:
    """Make the pictures and say how large they are."""
    parser = argparse.ArgumentParser(description="Remake the pictures that README shows.")
    parser.add_argument("--into", type=Path, default=FOLDER)
    folder = parser.parse_args().into
    try:
        with sync_playwright() as playwright:
            size = make(playwright, folder)
    except (NoChromium, NotFetched) as problem:
        sys.exit(f"screenshots: {problem}")
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures, {size / 1e6:.2f} MB\n")
    if size > MOST_BYTES:
        sys.exit("screenshots: too large together; lower COLOURS or WIDEST")


if __name__ == "__main__":
    main()
