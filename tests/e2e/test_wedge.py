"""KIOSK_SCANNER=browser: what a reader types never gets into a field; what people type does. And the camera
as a second reader: its screens.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.chromium import LANDSCAPE, PORTRAIT
from tests.e2e.conftest import Open, Serve
from tests.e2e.inspection import settle
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import AtKiosk

FOREIGN = "https://Example.org/?q=De"
NIK = "3273011708900001"

TEN_THOUSAND_KEYS = """() => {
  const all = { bubbles: true, cancelable: true };
  for (const key of [..."x".repeat(10000), "Enter"])
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, ...all }));
}"""


CUT_OFF = """() => [...document.querySelectorAll(".lead, .work")].flatMap((part) => {
  const room = part.getBoundingClientRect();
  return [...part.children].filter((one) => one.getBoundingClientRect().height)
    .filter((one) => one.getBoundingClientRect().top < room.top + 8
      || one.getBoundingClientRect().bottom > room.bottom - 8)
    .map((one) => one.textContent.trim());
})"""

LAST_LINES = """() => [...document.querySelectorAll(".tips span")].map((one) => {
  const text = one.firstChild, words = [...text.data.matchAll(/\\S+/g)];
  const tops = words.map((word) => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getBoundingClientRect().top;
  });
  return words.filter((_, at) => tops[at] === tops.at(-1)).map((word) => word[0]).join(" ");
})"""


@pytest.fixture
def server(serve: Serve) -> KioskServer:
    """A kiosk with a keyboard-like reader at the page, which begins what it types with `~` if it is slow; the
    camera as a second reader, and a code for phones: all that a start screen can show.
    """
    return serve(scanner="browser?prefix=~;camera", public_url="http://192.0.2.1:8000")


@pytest.fixture
def posts(open_context: Open, server: KioskServer) -> tuple[AtKiosk, list[str]]:
    """A resident with the NIK field before him, and the texts that his page hands over.

    The page's clock stands still but for `types`: on a busy machine a key may take longer than it means to.
    """
    resident = AtKiosk(open_context(LANDSCAPE).new_page(), server.url)
    texts: list[str] = []
    resident.page.on(
        "request",
        lambda request: (
            texts.append(request.post_data or "") if request.url.endswith("/scan/typed") else None
        ),
    )
    resident.page.clock.install()
    resident.arrive().starts()
    resident.page.clock.pause_at(resident.page.evaluate("Date.now() / 1000") + 0.1)
    return resident, texts


def types(page: Page, text: str, gap_ms: int, *, enter: bool = False) -> None:
    """Press keys with so long between them; a reader ends with Enter."""
    for key in [*text, *(["Enter"] if enter else [])]:
        page.keyboard.press(key)
        page.clock.run_for(gap_ms)


def test_a_burst_into_the_focused_field_leaves_it_empty_and_is_one_scan(
    posts: tuple[AtKiosk, list[str]],
) -> None:
    resident, texts = posts
    field = resident.page.locator("#screen [data-focus]")
    field.focus()
    types(resident.page, FOREIGN, 44, enter=True)
    expect(field).to_have_value("")
    resident.page.clock.run_for(1100)
    expect(resident.page.locator("#scan-note")).to_contain_text("bukan dari anjungan kami")
    types(resident.page, NIK, 1, enter=True)
    types(resident.page, "~A-001", 120, enter=True)
    with resident.page.expect_response("**/scan/typed") as answer:
        resident.page.evaluate(TEN_THOUSAND_KEYS)
    assert answer.value.status == 204
    assert [text[:25] for text in texts] == [FOREIGN, NIK, "~A-001", "x" * 25]
    assert len(texts[3]) < 4200, "what is too long is not sent whole"
    resident.page.clock.run_for(1000)
    expect(field).to_have_value("")
    resident.sees("nik")


def test_who_types_fast_or_with_pauses_or_changes_his_mind_writes_into_the_field(
    posts: tuple[AtKiosk, list[str]],
) -> None:
    resident, texts = posts
    page, field = resident.page, resident.page.locator("#screen [data-focus]")
    field.blur()
    types(page, "32", 20)
    types(page, "7301", 90)
    types(page, "99", 10)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    types(page, "170890000", 1)  # No Enter: some other program wrote it.
    page.clock.run_for(250)
    expect(field).to_have_value(NIK[:-1])
    types(page, "1", 5, enter=True)  # A key and Enter at once are a person.
    expect(resident.screen).to_have_attribute("data-step", "nik_check")
    assert texts == []


def test_who_types_on_a_keyboard_is_not_asked_whether_he_is_still_there(
    posts: tuple[AtKiosk, list[str]],
) -> None:
    resident, _texts = posts
    page = resident.page
    page.locator("#screen [data-focus]").focus()
    page.clock.fast_forward(50_000)
    types(page, "327301", 100)
    page.clock.fast_forward(20_000)
    page.clock.run_for(600)
    expect(page.locator("dialog#idle")).to_be_hidden()
    page.clock.fast_forward(65_000)
    page.clock.run_for(600)
    expect(page.locator("dialog#idle")).to_be_visible()


def test_with_a_camera_that_reads_everything_fits_and_no_word_stands_alone(
    open_context: Open, server: KioskServer
) -> None:
    resident = AtKiosk(open_context(LANDSCAPE).new_page(), server.url)
    resident.arrive()
    page = resident.page
    for language in ("English", "Indonesia"):
        page.get_by_role("button", name=language).click()
        expect(page.locator(".languages [aria-current]")).to_have_text(language)
        for width, height in (PORTRAIT, LANDSCAPE):
            page.set_viewport_size(ViewportSize(width=width, height=height))
            settle(page)
            assert page.evaluate(CUT_OFF) == []
    page.locator(".scanhint button").click()
    expect(page.locator("h1")).to_have_text("Tunjukkan kode ke kamera")
    last_lines = page.evaluate(LAST_LINES)
    assert len(last_lines) == 2
    assert all(" " in line for line in last_lines), last_lines
