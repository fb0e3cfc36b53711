"""Paper that must not exist cannot be built."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.paper import Banner, Headline, Items, Paper, PaperError, Qr, Row, Text

FULL = "3273014107900001"


@pytest.mark.parametrize(
    "element",
    [
        Text(f"NIK {FULL}"),
        Text("NIK 3273 0141 0790 0001"),
        Text("3273.0141.0790.0001"),
        Text("3273-0141-0790-0001"),
        Row("NIK", FULL),
        Row(FULL, ""),
        Items(("KTP-el", FULL)),
        Banner(FULL),
        Headline(FULL),
    ],
    ids=lambda element: type(element).__name__,
)
def test_a_full_nik_is_refused_wherever_it_stands(element):
    with pytest.raises(PaperError, match="full NIK") as refused:
        Paper("receipt", (Text("Anjungan IKD"), element))
    assert FULL not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["3273********0001", "A-012", "081234567890", "22 November 2026, 13.05 WIB", "32730141079000012"]
)
def test_what_is_no_full_nik_may_be_printed(text):
    assert Paper("receipt", (Text(text),)).texts == (text,)


@pytest.mark.parametrize("data", ["", "x" * 41, "kode é", "\u200b"])
def test_a_code_that_the_camera_would_not_read_is_refused(data):
    with pytest.raises(PaperError):
        Qr(data)


@given(st.text(alphabet="0123456789", min_size=16, max_size=16), st.sampled_from(["", " ", ".", "-"]))
def test_sixteen_digits_are_refused_however_they_are_grouped(digits, gap):
    grouped = gap.join(digits[at : at + 4] for at in range(0, 16, 4))
    with pytest.raises(PaperError):
        Paper("receipt", (Text(f"NIK: {grouped}."),))
