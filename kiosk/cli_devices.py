"""Commands that try devices on the spot: without the database, they start in a quarter second."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from kiosk.hardware import codes
from kiosk.hardware.codes import Reader, UnreadablePicture


@click.group()
def group() -> None:
    """What can be tried without the kiosk running."""


_HINTS = {Reader.ZXING: "reinstall: make clean run", Reader.PYZBAR: "install Debian's libzbar0"}


@group.command("scan")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE...", type=click.Path(path_type=Path))
def scan(images: tuple[Path, ...]) -> None:
    """Read the codes on pictures: a JSON line for each, with image, texts, codes (text, symbology, reader).

    A picture that cannot be read gets a line with `error`, and the exit code is then 1. A library that is
    missing is named on stderr; the other one reads.
    """
    found = codes.readers()
    for name in (Reader(name) for name, works in found.items() if not works):
        click.echo(f"kiosk: {name} is missing; {_HINTS[name]}", err=True)
    if not any(found.values()):
        sys.exit(1)
    lines = [_line(image) for image in images]
    sys.exit(any("error" in line for line in lines))


def _line(image: Path) -> dict[str, object]:
    line: dict[str, object] = {"image": str(image), "texts": [], "codes": []}
    try:
        found = codes.read_any(image.read_bytes())
        line["texts"] = [code.text for code in found]
        line["codes"] = [
            {"text": code.text, "symbology": code.symbology, "reader": code.reader} for code in found
        ]
    except UnreadablePicture as error:
        line["error"] = str(error)
    except OSError as error:
        line["error"] = error.strerror or type(error).__name__
    click.echo(json.dumps(line))
    return line


@group.group("camera")
def camera_group() -> None:
    """The camera."""


@camera_group.command("test")
@click.option("--camera", "url", help="Another camera than KIOSK_CAMERA, such as v4l2:/dev/video0.")
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="Keep the last picture.")
def camera_test(url: str | None, output: Path | None) -> None:
    """Look through the camera for a second: a JSON line with result, code, width, height, fps and ms.

    Exit code 0 only when pictures came. The picture is turned and cut as the settings say.
    """
    # Only here: who reads codes from pictures does not wait for the camera's libraries.
    from kiosk.config import Settings, SettingsError
    from kiosk.domain.clock import SystemClock
    from kiosk.hardware import camera
    from kiosk.hardware.camera.trial import try_out

    try:
        settings = Settings.from_environment()
        chosen = camera.build(settings if url is None else replace(settings, camera=url), SystemClock())
    except SettingsError as error:
        sys.exit(f"kiosk: {error}")
    found = try_out(chosen)
    if output is not None and found.jpeg is not None:
        output.write_bytes(found.jpeg)
    line = asdict(found)
    del line["jpeg"]
    click.echo(json.dumps(line))
    sys.exit(found.result != "ok")
