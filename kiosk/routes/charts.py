"""Charts as SVG, drawn by the server: columns and lines over time, and a bar for a table's row.

Colours come from classes (`css/officer-numbers.css`), everything else from attributes, because the policy
for content allows no inline style. Whoever cannot see a chart gets its title and description, and the same
numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from kiosk.wording.numbers import number

WIDTH, HEIGHT = 720, 264
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 14, 30
"""Margins that hold the scale and the names of the slots, in the picture's own units."""

TICKS = 4


@dataclass(frozen=True)
class Series:
    """One quantity over the slots; `css` is the class that colours it."""

    name: str
    css: str
    values: Sequence[float]


@dataclass(frozen=True)
class Chart:
    """What a picture shows. `id` is unique on its page; `slots` are the names under the picture."""

    id: str
    title: str
    description: str
    slots: Sequence[str]
    series: Sequence[Series]


def columns(chart: Chart) -> Markup:
    """Stack the series of each slot on each other; values are not negative."""
    top = _ceiling(max(map(sum, zip(*(one.values for one in chart.series), strict=True)), default=0))
    wide = _slot_width(chart)
    parts = []
    for index, slot in enumerate(chart.slots):
        left, bottom = LEFT + index * wide + wide * 0.15, float(HEIGHT - BOTTOM)
        told = [f"{one.name}: {number(one.values[index])}" for one in chart.series if one.values[index]]
        parts.append(f"<g><title>{_text(slot, *told)}</title>")
        for one in chart.series:
            high = one.values[index] / top * (HEIGHT - TOP - BOTTOM)
            bottom -= high
            if high:
                parts.append(
                    f'<rect class="{one.css}" x="{left:.1f}" y="{bottom:.1f}"'
                    f' width="{wide * 0.7:.1f}" height="{high:.1f}"/>'
                )
        parts.append("</g>")
    return _picture(chart, top, parts)


def lines(chart: Chart) -> Markup:
    """Draw each series as a line with a point for each slot. A series may be shorter than the slots."""
    top = _ceiling(max((max(one.values, default=0) for one in chart.series), default=0))
    wide = _slot_width(chart)
    parts = []
    for one in chart.series:
        points = [
            (LEFT + (index + 0.5) * wide, HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM))
            for index, value in enumerate(one.values)
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline class="line {one.css}" points="{path}"/>')
        parts += [
            f'<circle class="{one.css}" cx="{x:.1f}" cy="{y:.1f}" r="3.5">'
            f"<title>{_text(slot, f'{one.name}: {number(value)}')}</title></circle>"
            for (x, y), slot, value in zip(points, chart.slots, one.values, strict=False)
        ]
    return _picture(chart, top, parts)


def bar(share: float, css: str = "c-first") -> Markup:
    """A bar for a row of a table, 0 to 1 of its width. Decoration: the number stands in the same row."""
    return _drawn(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">',
        '<rect class="bar-ground" width="100" height="8"/>',
        f'<rect class="{css}" width="{min(max(share, 0.0), 1.0) * 100:.1f}" height="8"/></svg>',
    )


def _picture(chart: Chart, top: float, inside: Iterable[str]) -> Markup:
    return _drawn(
        f'<svg class="chart" role="img" aria-labelledby="{chart.id}-title {chart.id}-said"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<title id="{chart.id}-title">{_text(chart.title)}</title>',
        f'<desc id="{chart.id}-said">{_text(chart.description)}</desc>',
        *_scale(top),
        *_names(chart),
        *inside,
        "</svg>",
    )


def _drawn(*parts: str) -> Markup:
    """The parts as one piece of the page.

    They are put together as bare strings, since `Markup` would look at each of a page's thousand numbers; so
    each text in them must have gone through `_text`. Classes and ids are this program's own words.
    """
    return Markup("".join(parts))  # noqa: S704


def _text(*lines: str) -> str:
    return str(escape("\n".join(lines)))


def _scale(top: float) -> Iterator[str]:
    for tick in range(TICKS + 1):
        y = HEIGHT - BOTTOM - tick / TICKS * (HEIGHT - TOP - BOTTOM)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield (
            f'<text class="scale" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f"{number(top * tick / TICKS)}</text>"
        )


def _names(chart: Chart) -> Iterator[str]:
    """As many names as fit without touching."""
    wide = _slot_width(chart)
    longest = max((len(slot) for slot in chart.slots), default=1)
    every = max(math.ceil(longest * 7.2 / wide), 1)
    for index in range(0, len(chart.slots), every):
        x = LEFT + (index + 0.5) * wide
        yield (
            f'<text class="scale" x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">'
            f"{_text(chart.slots[index])}</text>"
        )


def _slot_width(chart: Chart) -> float:
    return (WIDTH - LEFT - RIGHT) / max(len(chart.slots), 1)


def _ceiling(highest: float) -> float:
    """The end of the scale: at least the highest value, and a number whose quarters are whole and round.

    >>> _ceiling(0), _ceiling(7), _ceiling(41), _ceiling(130), _ceiling(25_000)
    (4, 8, 60, 160, 32000)
    """
    if highest <= TICKS:
        return TICKS
    size = 10 ** math.floor(math.log10(highest / TICKS))
    steps = (step * size for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * size % 1 == 0)
    return int(next(step * TICKS for step in steps if step * TICKS >= highest))
