"""KIOSK_SCANNER=browser: what a reader types never gets into a field; what people type does."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chromium import LANDSCAPE
from tests.e2e.conftest import Open, Serve
from tests.e2e.kiosk_server import KioskServer
from tests.e2e.people import AtKiosk

FOREIGN = "https://Example.org/?q=Desa&n=3273"
NIK = "3273011708900001"

TEN_THOUSAND_KEYS = """() => {
  const all = { bubbles: true, cancelable: true };
  for (const key of [..."x".repeat(10000), "Enter"])
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, ...all }));
}"""


@pytest.fixture
def server(serve: Serve) -> KioskServer:
    """A kiosk with a keyboard-like reader at the page, which begins what it types with `~` if it is slow."""
    return serve(scanner="browser?prefix=~")


@pytest.fixture
def posts(open_context: Open, server: KioskServer) -> tuple[AtKiosk, list[str]]:
    """A resident with the NIK field before him, and the texts that his page hands over."""
    resident = AtKiosk(open_context(LANDSCAPE).new_page(), server.url)
    texts: list[str] = []
    resident.page.on(
        "request",
        lambda request: (
            texts.append(request.post_data or "") if request.url.endswith("/scan/typed") else None
        ),
    )
    resident.arrive().starts()
    resident.sees("nik")
    return resident, texts


def burst(page: Page, text: str, gap_ms: float = 3) -> None:
    """As a reader types: faster than any person, with Enter at the end."""
    page.keyboard.type(text, delay=gap_ms)
    page.keyboard.press("Enter")


def test_a_burst_into_the_focused_field_leaves_it_empty_and_is_one_scan(
    posts: tuple[AtKiosk, list[str]],
) -> None:
    resident, texts = posts
    field = resident.page.locator("#screen [data-focus]")
    field.focus()
    burst(resident.page, FOREIGN)
    expect(resident.page.locator("#scan-note")).to_be_visible()
    burst(resident.page, NIK)
    burst(resident.page, "~A-001", gap_ms=120)
    with resident.page.expect_response("**/scan/typed") as answer:
        resident.page.evaluate(TEN_THOUSAND_KEYS)
    assert answer.value.status == 204
    assert [text[:30] for text in texts] == [FOREIGN[:30], NIK, "~A-001", "x" * 30]
    assert len(texts[3]) < 4200, "what is too long is not sent whole"
    expect(field).to_have_value("")
    resident.sees("nik")


def test_who_types_fast_or_with_pauses_or_changes_his_mind_writes_into_the_field(
    posts: tuple[AtKiosk, list[str]],
) -> None:
    resident, texts = posts
    page, field = resident.page, resident.page.locator("#screen [data-focus]")
    field.blur()
    page.keyboard.type("32", delay=20)
    page.keyboard.type("7301", delay=90)
    page.keyboard.type("99", delay=10)
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("170890000")  # No Enter: some other program wrote it.
    expect(field).to_have_value(NIK[:-1])
    page.keyboard.press("1")
    page.keyboard.press("Enter")  # A key and Enter at once are a person.
    resident.sees("nik_check")
    assert texts == []
