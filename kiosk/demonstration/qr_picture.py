"""Reading the QR that the kiosk draws: its very path, filled in, then given to a real decoder."""

from __future__ import annotations

import re

from PIL import Image, ImageDraw

from kiosk.hardware.codes import read_codes

DOT = 6
"""Pixels for one module: what a phone sees at arm's length is larger."""

_BOX = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
_PATH = re.compile(r'<path fill="(#[0-9a-f]{3,6})" d="([^"]+)"')
_COMMAND = re.compile(r"([MmHhVvZz])([^MmHhVvZz]*)")


class NotAPath(ValueError):
    """The drawing holds something other than the moves and straight lines of our QR codes."""


def read(svg: str) -> str | None:
    """Return what the QR in `svg` says, or None when a reader cannot make it out."""
    return next((code.text for code in read_codes(fill(svg))), None)


def fill(svg: str) -> Image.Image:
    """Return the drawing as a grey picture; raises `NotAPath`."""
    box, paths = _BOX.search(svg), _PATH.findall(svg)
    if box is None or not paths:
        raise NotAPath
    picture = Image.new("L", (int(box[1]) * DOT, int(box[2]) * DOT), 255)
    pen = ImageDraw.Draw(picture)
    for colour, path in paths:
        for corners in _shapes(path):
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            # Pillow counts the last pixel in, an SVG's edge does not.
            pen.rectangle((min(xs) * DOT, min(ys) * DOT, max(xs) * DOT - 1, max(ys) * DOT - 1), fill=colour)
    return picture


def _shapes(path: str) -> list[list[tuple[float, float]]]:
    """Follow a path of moves and right angles; return each closed shape's corners."""
    shapes: list[list[tuple[float, float]]] = []
    x = y = 0.0
    for command, text in _COMMAND.findall(path):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", text)]
        match command, numbers:
            case ("M", [new_x, new_y]):
                x, y = new_x, new_y
                shapes.append([])
            case ("m", [right, down]):
                x, y = x + right, y + down
                shapes.append([])
            case ("h", [right]):
                x += right
            case ("v", [down]):
                y += down
            case ("H", [new_x]):
                x = new_x
            case ("V", [new_y]):
                y = new_y
            case ("z" | "Z", []):
                x, y = shapes[-1][0] if shapes and shapes[-1] else (x, y)
                continue
            case _:
                raise NotAPath(command)
        if not shapes:
            raise NotAPath(command)
        shapes[-1].append((x, y))
    return [shape for shape in shapes if len(shape) > 1]
