"""English by one touch in the middle of everything, and on paper and phone too."""

from __future__ import annotations

import gettext

import pytest
from playwright.sync_api import expect

from tests.e2e.kiosk_server import ROOT, KioskServer
from tests.e2e.people import EMAIL, HAPPY, LOOKING_MS, AtKiosk, Panel, Phone


def english(sentence: str) -> str:
    """What the catalogue says; it must say something else than the Indonesian."""
    catalogue = gettext.translation("messages", ROOT / "kiosk" / "translations", ["en"])
    translated = catalogue.gettext(sentence)
    assert translated != sentence, "not translated"
    return translated


def test_one_touch_changes_the_language_and_keeps_what_is_typed_before_it(
    resident: AtKiosk, panel: Panel
) -> None:
    resident.arrive()
    resident.starts()
    resident.gives_nik(HAPPY.nik)
    resident.sees("email")
    resident.touch("/visit/language", "en")
    expect(resident.page.locator("h1")).to_have_text(english("Apa alamat email Anda?"))
    expect(resident.page.locator("html")).to_have_attribute("lang", "en")
    resident.touch("/visit/language", "id")
    expect(resident.page.locator("h1")).to_have_text("Apa alamat email Anda?")
    expect(resident.page.locator("html")).to_have_attribute("lang", "id")


@pytest.mark.usefixtures("portraits")
def test_a_visit_in_english_is_english_to_its_end(
    resident: AtKiosk, panel: Panel, phone: Phone, server: KioskServer
) -> None:
    panel.stand(HAPPY.key)
    resident.arrive()
    resident.touch("/visit/language", "en")
    expect(resident.page.locator("html")).to_have_attribute("lang", "en")
    resident.starts()
    resident.gives_nik(HAPPY.nik)
    resident.gives_contact()
    resident.sees("qr", LOOKING_MS)
    expect(resident.page.locator("h1")).to_have_text(english("Pindai kode ini dengan HP Anda"))
    phone.opens(resident.reads_qr())
    expect(phone.page.locator("html")).to_have_attribute("lang", "en")
    phone.types(server.code_for(EMAIL))
    expect(phone.heading).to_have_text(english("IKD Anda sudah aktif"))
    resident.sees("thanks")
    expect(resident.page.locator("html")).to_have_attribute("lang", "en")
    resident.touch("/visit/finish")
    resident.sees("")
    expect(resident.page.locator("html")).to_have_attribute("lang", "id")
