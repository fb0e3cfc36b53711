"""Who stands around a kiosk: a resident, a phone, an officer, and whoever runs the simulator."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import APIRequestContext, Locator, Page, expect

from kiosk.demonstration.officers import DemoOfficer
from kiosk.demonstration.residents import Resident, by_key
from kiosk.hardware.codes import read_codes
from tests.e2e.one_time_code import next_code

EMAIL = "warga.contoh@gmail.com"
PHONE = "081234567890"

HAPPY = by_key("lancar")

PATIENCE_MS = 15_000
"""How long a screen may take before a test gives up: two cores may be busy with other tests."""

LOOKING_MS = 30_000
"""The same for a selfie: hold, match and offer take two seconds on an idle machine."""

READY = [re.compile(rf'id="part-{part}">[^<]*<span class="badge good">') for part in ("face", "printer")]
"""How the panel says that faces can be compared and papers printed."""


_JUST_ADDED = re.compile(r"\bhtmx-added\b")


class AtKiosk:
    """A resident before the kiosk's screen, doing everything by touch."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.screen = page.locator("#screen")

    def arrive(self) -> AtKiosk:
        """See the start screen."""
        self.page.goto(self.url)
        self.sees("")
        return self

    def sees(self, step: str, within_ms: float = PATIENCE_MS) -> None:
        """Wait for the screen of a step; the start screen's is empty.

        For 20 ms after it has come, htmx has not yet seen its forms; nobody touches anything that fast.
        """
        expect(self.screen).to_have_attribute("data-step", step, timeout=within_ms)
        expect(self.screen).not_to_have_class(_JUST_ADDED)

    def submit(self, action: str, value: str = "") -> Locator:
        """The button that sends a form; `value` tells apart several of the same form."""
        wanted = f"[value='{value}']" if value else ""
        return self.page.locator(f"#screen form[action='{action}'] button[type=submit]{wanted}").first

    def touch(self, action: str, value: str = "") -> None:
        """Touch the button that sends a form."""
        self.submit(action, value).tap()

    def keys(self, text: str) -> None:
        """Type on the keys of the screen."""
        for letter in text:
            self.page.locator(f"#screen [data-key='{letter}']").tap()

    def starts(self) -> None:
        """From the start screen to the question for the NIK."""
        self.touch("/visit/start")
        self.sees("choice")
        self.touch("/visit/choose", "has_app")
        self.sees("consent")
        self.touch("/visit/consent")
        self.sees("nik")

    def types(self, field: str, text: str, *, by_touch: bool) -> None:
        """Write into a field: on the keys of the screen, or on a keyboard, which is faster."""
        box = self.page.locator(f"#{field}")
        if by_touch:
            self.keys(text)
        else:
            box.fill(text)
        expect(box).to_have_value(text)

    def gives_nik(self, nik: str, *, by_touch: bool = False) -> None:
        """Type the NIK, read it back, and let the register be asked."""
        self.types("nik", nik, by_touch=by_touch)
        self.touch("/visit/nik")
        self.sees("nik_check")
        self.touch("/visit/nik/confirm")

    def gives_contact(self, email: str = EMAIL, phone: str = PHONE, *, by_touch: bool = False) -> None:
        """Email and phone number, read back."""
        self.sees("email")
        if by_touch:
            name, _at, domain = email.partition("@")
            self.types("email", name, by_touch=True)
            self.page.locator(f"#screen [data-ending='@{domain}']").tap()
            expect(self.page.locator("#email")).to_have_value(email)
        else:
            self.types("email", email, by_touch=False)
        self.touch("/visit/email")
        self.sees("phone")
        self.types("phone", phone, by_touch=by_touch)
        self.touch("/visit/phone")
        self.sees("contact_check")
        self.touch("/visit/contact/confirm")

    def goes_to_camera(self, resident: Resident = HAPPY, email: str = EMAIL) -> None:
        """Everything up to the camera, by the forms alone: `test_whole_visit` touches its way there."""
        api = self.page.context.request
        shown = api.get(self.url).text()
        for action, step, fields in (
            ("start", "", {}),
            ("choose", "choice", {"choice": "has_app"}),
            ("consent", "consent", {}),
            ("nik", "nik", {"nik": resident.nik}),
            ("nik/confirm", "nik_check", {}),
            ("email", "email", {"email": email}),
            ("phone", "phone", {"phone": PHONE}),
            ("contact/confirm", "contact_check", {}),
        ):
            form = {"csrf_token": token_in(shown), "step": step, **fields}
            answer = api.post(f"{self.url}/visit/{action}", form=form)
            shown = answer.text()
            assert answer.ok, f"{action}: {answer.status}"
        self.page.goto(self.url)

    def goes_to_qr(self, resident: Resident = HAPPY) -> str:
        """Everything up to the QR; returns the address that a phone reads from the picture of the screen."""
        self.goes_to_camera(resident)
        self.sees("qr", LOOKING_MS)
        return self.reads_qr()

    def reads_qr(self) -> str:
        """What a phone's camera reads from this screen."""
        expect(self.page.locator("#screen .qr svg")).to_be_visible()
        found = [code.text for code in read_codes(self.page.screenshot())]
        assert len(found) == 1, f"{len(found)} codes on the screen"
        return found[0]

    def walks_away(self) -> None:
        """End the visit, wherever it stands, by its form alone."""
        api = self.page.context.request
        token = token_in(api.get(self.url).text())
        api.post(f"{self.url}/visit/leave", form={"csrf_token": token})

    def ticket_number(self) -> str:
        """The number on the ticket's screen."""
        self.sees("ticket", LOOKING_MS)
        found = re.search(r"[A-Z]-\d{3}", self.screen.inner_text())
        assert found, "no ticket number on the screen"
        return found[0]

    def leftovers(self) -> dict[str, Any]:
        """Everything the browser still holds that a next person could read."""
        held: dict[str, Any] = self.page.evaluate(
            """() => ({
                html: document.documentElement.outerHTML,
                fields: [...document.querySelectorAll("input")].map((one) => one.value).join(),
                local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage),
                history: history.length, state: JSON.stringify(history.state), address: location.href,
                cookie: document.cookie})"""
        )
        return held

    def forgets(self, *words: str) -> None:
        """None of `words` stays in the browser; a screen needs a moment to settle."""
        until = time.monotonic() + 2
        while (
            found := [word for word in words if word in str(self.leftovers())]
        ) and time.monotonic() < until:
            self.page.wait_for_timeout(50)
        assert found == [], "the browser still holds what was on the screen"


class Phone:
    """The resident's phone with the page that the QR opens."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heading = page.locator("h1")

    def opens(self, address: str) -> None:
        """Open what was read from the QR."""
        self.page.goto(address)

    def types(self, code: str) -> None:
        """Type the code of the email and send it."""
        self.page.locator("#kode").fill(code)
        self.page.locator("form button[type=submit]").tap()

    def finishes(self, address: str, code: str) -> None:
        """Do everything, to the end."""
        self.opens(address)
        self.types(code)
        expect(self.page.locator(".seal.good")).to_be_visible()


def token_in(page: str) -> str:
    """The token that a page's forms send with them."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "a page without forms"
    return found[1]


class Officer:
    """An officer before his own screen."""

    def __init__(self, page: Page, url: str, who: DemoOfficer) -> None:
        self.page = page
        self.url = url
        self.who = who
        self.pin = who.pin

    def signs_in(self) -> None:
        """Give password and one-time code, and see the first page of the panel."""
        self.page.goto(f"{self.url}/petugas")
        self.page.locator("#username").fill(self.who.username)
        self.page.locator("#password").fill(self.who.password)
        self.page.locator("form.card button").click()
        self.page.locator("#code").fill(next_code(self.url, self.who))
        self.page.locator("form.card button").click()
        expect(self.page.locator("nav.menu")).to_be_visible()

    def watches_cases(self) -> None:
        """Have the list of cases open; from its first poll on, the kiosk knows that somebody is there."""
        with self.page.expect_response("**/petugas/kasus/isi*"):
            self.page.goto(f"{self.url}/petugas/kasus")

    def opens_case(self, number: str) -> None:
        """Open the case of a ticket, or of a terminal where somebody waits, and see both photos."""
        if not self.page.url.endswith("/petugas/kasus"):
            self.page.goto(f"{self.url}/petugas/kasus")
        self.page.locator(f"#case-{number}").click()
        pictures = self.page.locator(".pair img")
        expect(pictures).to_have_count(2)
        for picture in pictures.all():
            expect(picture).to_have_js_property("complete", True)
            assert picture.evaluate("(img) => img.naturalWidth") > 50, "a photo is not shown"

    def decides(self, decision: str) -> None:
        """Give the first reason that stands under a decision, the PIN, and send it."""
        self.page.locator(f"#{decision} input[name=reason]").first.check()
        self.page.locator("#pin").fill(self.pin)
        self.page.locator("form", has=self.page.locator("#pin")).locator("button").click()


class Panel:
    """Whoever runs the simulator, by the panel's own forms."""

    def __init__(self, api: APIRequestContext) -> None:
        self._api = api
        self._token = ""

    def _send(self, path: str, **fields: str) -> None:
        if not self._token:
            self._token = token_in(self._api.get("/simulator").text())
        form = {"csrf_token": self._token, **fields}
        # Where it leads, the whole panel, is looked at by nobody here.
        answer = self._api.post(path, form=form, max_redirects=0)
        assert answer.status == 303, f"{path}: {answer.status}"

    def waits_until_ready(self) -> None:
        """The face engine is loaded, and a printer that the last test broke has been found again."""
        until = time.monotonic() + LOOKING_MS / 1000
        while not all(ready.search(self._api.get("/simulator/parts").text()) for ready in READY):
            assert time.monotonic() < until, "face engine or printer are not ready"
            time.sleep(0.1)

    def everything_normal(self) -> None:
        """Nobody before the camera, nothing broken, and nobody was here today."""
        self._send("/simulator/normal")
        self._send("/simulator/again")
        self.stand("")

    def stand(self, key: str) -> None:
        """Put a resident before the camera."""
        self._send("/simulator/stand", key=key)

    def acts(self, act: str) -> None:
        """Let whoever stands there do something else than what the screen asks."""
        self._send("/simulator/act", act=act)

    def breaks(self, part: str, way: str) -> None:
        """Bring a part into one of its ways."""
        self._send("/simulator/parts", part=part, way=way)

    def makes_up_a_year(self) -> None:
        """Let the numbers page have something to show."""
        self._send("/simulator/angka", wanted="filled")

    def sheets(self) -> list[str]:
        """Paths of the pictures of what the printer has printed, newest first."""
        found = re.findall(r'<img src="(/simulator/sheets/[^"]+)"', self._api.get("/simulator").text())
        return list(found)

    def sheet(self, path: str) -> bytes:
        """One printed sheet as a picture."""
        answer = self._api.get(path)
        assert answer.ok
        return answer.body()

    def scans_sheet(self, path: str) -> None:
        """Hold a sheet before the scanner."""
        self._send("/simulator/scan", sheet=path.rpartition("/")[2].removesuffix(".png"))

    def scans(self, text: str) -> None:
        """Hold any text before the scanner."""
        self._send("/simulator/scan", text=text)
