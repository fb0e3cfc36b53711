"""Charts as SVG, drawn by the server: columns and lines over time, and a bar for a table's row.

Colours come from classes (`css/officer-numbers.css`), everything else from attributes, because the policy
for content allows no inline style. Whoever cannot see a chart gets its title and description, and the same
numbers stand in a table beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from kiosk.wording_numbers import number

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
        parts.append(Markup("<g><title>{}</title>").format("\n".join([slot, *told])))
        for one in chart.series:
            high = one.values[index] / top * (HEIGHT - TOP - BOTTOM)
            bottom -= high
            if high:
                parts.append(
                    Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                        one.css, left, bottom, wide * 0.7, high
                    )
                )
        parts.append(Markup("</g>"))
    return _picture(chart, top, Markup("").join(parts))


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
        parts.append(Markup('<polyline class="line {}" points="{}"/>').format(one.css, path))
        parts += [
            Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="3.5"><title>{}</title></circle>').format(
                one.css, x, y, f"{slot}\n{one.name}: {number(value)}"
            )
            for (x, y), slot, value in zip(points, chart.slots, one.values, strict=False)
        ]
    return _picture(chart, top, Markup("").join(parts))


def bar(share: float, css: str = "c-first") -> Markup:
    """A bar for a row of a table, 0 to 1 of its width. Decoration: the number stands in the same row."""
    return Markup(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="8"/>'
        '<rect class="{}" width="{:.1f}" height="8"/></svg>'
    ).format(css, min(max(share, 0.0), 1.0) * 100)


def _picture(chart: Chart, top: float, inside: Markup) -> Markup:
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{id}-title {id}-said" viewBox="0 0 {w} {h}">'
        '<title id="{id}-title">{title}</title><desc id="{id}-said">{said}</desc>{scale}{names}{inside}</svg>'
    ).format(
        id=chart.id,
        w=WIDTH,
        h=HEIGHT,
        title=chart.title,
        said=chart.description,
        scale=_scale(top),
        names=_names(chart),
        inside=inside,
    )


def _scale(top: float) -> Markup:
    parts = []
    for tick in range(TICKS + 1):
        y = HEIGHT - BOTTOM - tick / TICKS * (HEIGHT - TOP - BOTTOM)
        value = top * tick / TICKS
        parts.append(
            Markup(
                '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
                '<text class="scale" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
            ).format(LEFT, WIDTH - RIGHT, y, y, LEFT - 8, y + 4, number(value))
        )
    return Markup("").join(parts)


def _names(chart: Chart) -> Markup:
    """As many names as fit without touching."""
    wide = _slot_width(chart)
    longest = max((len(slot) for slot in chart.slots), default=1)
    every = max(math.ceil(longest * 7.2 / wide), 1)
    return Markup("").join(
        Markup('<text class="scale" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            LEFT + (index + 0.5) * wide, HEIGHT - BOTTOM + 20, escape(slot)
        )
        for index, slot in enumerate(chart.slots)
        if index % every == 0
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
