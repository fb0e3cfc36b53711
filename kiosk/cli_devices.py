"""Commands that try devices on the spot: without the database, they start in a quarter second."""

from __future__ import annotations

import json
import os
import sys
import time
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
    line = asdict(found)
    del line["jpeg"]
    click.echo(json.dumps(line))
    if output is not None and found.jpeg is not None:
        try:
            output.write_bytes(found.jpeg)
        except OSError as error:
            click.echo(f"kiosk: {output}: {error.strerror or type(error).__name__}", err=True)
            sys.exit(1)
    sys.exit(found.result != "ok")


@group.group("printer")
def printer_group() -> None:
    """The printer, and files of what was sent to one."""


@printer_group.command("test")
@click.option("--printer", "url", help="Another printer than KIOSK_PRINTER, such as tcp://192.0.2.7:9100.")
def printer_test(url: str | None) -> None:
    """Print the test page: a JSON line with result (printed, unproven or failed), code and ms.

    Exit code 0 only when the printer has confirmed the sheet, 2 when a setting or the URL is wrong. A kiosk
    that runs holds its printer: stop it first, or print from the technician's page.
    """
    # Only here: who reads codes from pictures does not wait for papers and their languages.
    from kiosk.config import Settings, SettingsError
    from kiosk.domain.clock import SystemClock
    from kiosk.hardware import escpos, printer
    from kiosk.papers.trial import test_sheet

    given = os.environ if url is None else os.environ | {"KIOSK_PRINTER": url}
    try:
        settings, clock = Settings.from_environment(given), SystemClock()
        chosen = printer.build(settings, clock)
    except SettingsError as error:
        click.echo(f"kiosk: {error}", err=True)
        sys.exit(2)
    sheet = test_sheet(
        at=clock.now().astimezone(settings.zone),
        letterhead=settings.letterhead,
        terminal=settings.terminal,
        driver=chosen.driver,
        model=settings.printer_model,
    )
    job = escpos.encode(sheet, escpos.roll_of(settings))
    begun = time.monotonic()
    outcome = chosen.print(job, "test", printer.JOB_SECONDS)
    ms = round((time.monotonic() - begun) * 1000)
    chosen.close()
    code = printer.Code.OK if isinstance(outcome, printer.Printed) else outcome.code
    click.echo(json.dumps({"result": type(outcome).__name__.lower(), "code": code, "ms": ms}))
    sys.exit(not isinstance(outcome, printer.Printed))


@printer_group.command("render")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="The picture, a PNG.")
@click.option(
    "--dots", type=click.IntRange(8, 2000), default=576, help="Width that is printed: 384 on 58 mm."
)
def printer_render(file: Path, output: Path, dots: int) -> None:
    """Draw a file of ESC/POS as the paper it would be: a JSON line with width, height, cuts and unknown.

    `unknown` names the commands that were not understood and where they stand; the rest is drawn.
    """
    from kiosk.hardware import raster

    try:
        drawing = raster.render(file.read_bytes(), dots)
        output.write_bytes(drawing.png)
    except OSError as error:
        sys.exit(f"kiosk: {error.filename}: {error.strerror or type(error).__name__}")
    about = {"width": drawing.width, "height": drawing.height, "cuts": drawing.cuts}
    click.echo(json.dumps({"output": str(output), **about, "unknown": drawing.unknown}))
