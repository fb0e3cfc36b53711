"""A sheet of paper as a value: what stands on it and in which order, nothing about printers.

`kiosk/papers/` builds these, `kiosk/hardware/escpos.py` turns them into bytes. Width is not known here:
elements say what they mean (a row, a headline), the encoder fits them to the roll.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CODE_BYTES = 40
"""Longest text of a QR on paper: what the kiosk's own camera still reads well (measured, ASCII only)."""

PRINTING, PRINTED, UNPROVEN, FAILED = "printing", "printed", "unproven", "failed"
"""What became of a sheet, as `Visit.paper` has it."""

_FULL_NIK = re.compile(r"(?<!\d)(?:\d[ .\-]?){15}\d(?!\d)")


class PaperError(ValueError):
    """This must not be printed: a full NIK, or a code that the kiosk could not read back."""


def holds_full_nik(text: str) -> bool:
    """Whether `text` holds 16 digits that may be a NIK, also when grouped by spaces, dots or dashes."""
    return bool(_FULL_NIK.search(text))


@dataclass(frozen=True)
class Letterhead:
    """Whose paper it is: the office's name and logo at the top, its own lines (address, hours) below."""

    name: str
    logo: Path | None = None
    lines: tuple[str, ...] = ()


class Align(StrEnum):
    """Where a line stands."""

    LEFT = "left"
    CENTER = "center"


class Size(StrEnum):
    """Letter size in the printer's own font: one, double height, or double both ways."""

    NORMAL = "normal"
    TALL = "tall"
    LARGE = "large"


@dataclass(frozen=True)
class Text:
    """A paragraph, wrapped at word ends."""

    text: str
    align: Align = Align.LEFT
    size: Size = Size.NORMAL
    bold: bool = False


@dataclass(frozen=True)
class Headline:
    """One line drawn as a picture in large letters, at most `height` dots high and as wide as the roll."""

    text: str
    height: int = 128


@dataclass(frozen=True)
class Banner:
    """White on black across the whole roll: the one thing that must not be overlooked."""

    text: str


@dataclass(frozen=True)
class Row:
    """A label at the left and its value at the right; on two lines where both do not fit on one."""

    label: str
    value: str
    bold: bool = False


@dataclass(frozen=True)
class Items:
    """A list with hanging indent; numbered when the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Rule:
    """A line across the roll; heavy ones part the sheet, light ones only its paragraphs."""

    heavy: bool = False


@dataclass(frozen=True)
class Space:
    """White space, in dots (8 are 1 mm)."""

    dots: int


@dataclass(frozen=True)
class Qr:
    """A QR code of a short ASCII text, centred."""

    data: str

    def __post_init__(self) -> None:
        if not self.data or not self.data.isascii() or len(self.data) > CODE_BYTES:
            raise PaperError(f"a code on paper is ASCII, 1 to {CODE_BYTES} characters")


@dataclass(frozen=True)
class Picture:
    """A picture file (the office's logo), centred, at most `height` dots high; left out if unreadable."""

    path: Path
    height: int = 112


@dataclass(frozen=True)
class Gauge:
    """Alignment marks: corners, edges and centre of the printable area, and a scale in millimetres."""

    foot: bool = False


@dataclass(frozen=True)
class Columns:
    """A line that counts the roll's columns and ends with their number at its last one."""


@dataclass(frozen=True)
class Shades:
    """Blocks of a quarter, half, three quarters and full black: show a weak head and a dead dot."""


Element = Text | Headline | Banner | Row | Items | Rule | Space | Qr | Picture | Gauge | Columns | Shades


@dataclass(frozen=True)
class Paper:
    """One sheet. `title` names it in lists of printed sheets and is not printed itself.

    Refuses (`PaperError`) any text that holds a full NIK.
    """

    title: str
    elements: tuple[Element, ...]
    cut: bool = True

    def __post_init__(self) -> None:
        if any(holds_full_nik(text) for text in self.texts):
            raise PaperError("a full NIK must not stand on paper")

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything on the sheet that a person can read, in order."""
        found: list[str] = []
        for element in self.elements:
            match element:
                case Text(text=text) | Headline(text=text) | Banner(text=text):
                    found.append(text)
                case Row(label=label, value=value):
                    found += [label, value]
                case Items(items=items):
                    found += items
                case _:
                    pass
        return tuple(found)
