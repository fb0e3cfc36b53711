"""Commands that measure how well the kiosk knows people: without the database, on pictures they are given."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

import click


@click.group()
def group() -> None:
    """What is measured on recorded pictures."""


def _refuse(sentence: object, code: int = 2) -> NoReturn:
    click.echo(f"kiosk: {sentence}", err=True)
    sys.exit(code)


@group.command("face-eval")
@click.argument("pairs", type=click.Path(path_type=Path))
@click.option("--threshold", type=float, help="Another distance than KIOSK_FACE_ACCEPT to accept up to.")
@click.option("--groups", metavar="COLUMN", help="Break the figures down by a further column.")
def face_eval(pairs: Path, threshold: float | None, groups: str | None) -> None:
    """Measure false rejects and false accepts on a list of pairs: one JSON line.

    PAIRS is a CSV file with the columns image_a (register photo), image_b (visit), same (1 or 0) and, if
    there are any, visit_b2 and visit_b3 (further frames of that visit). A picture without a usable face is
    counted in `no_face`, and a pair without one on either side as refused. docs/face-evaluation.md explains
    every figure. Exit code 2 when list or setting cannot be used, 1 when the engine failed.
    """
    # Only here: whoever tries a device does not wait for the numbers' libraries.
    from kiosk.adapters import face
    from kiosk.config import Settings, SettingsError
    from kiosk.domain.clock import SystemClock
    from kiosk.evaluation import measuring, report
    from kiosk.evaluation.pairs import BadPairs, identities, read

    try:
        settings = Settings.from_environment()
        accept = settings.face_accept if threshold is None else threshold
        if not 0 < accept < math.inf:
            _refuse("--threshold must be greater than 0")
        rows = read(pairs, groups)
        people = identities(rows)
    except (SettingsError, BadPairs) as error:
        _refuse(error)
    engine = face.build(settings, SystemClock())
    engine.start()
    try:
        made = measuring.embed(engine, rows, _progress)
    except measuring.NotMeasured as error:
        _refuse(error, 1)
    finally:
        engine.close()
    distances = measuring.distances(engine, rows, made), measuring.library_distances(rows, made)
    bounds = report.Bounds(accept, Settings.face_accept, Settings.face_review)
    found = report.report(
        report.measured(rows, people, *distances), made, bounds, has_groups=groups is not None
    )
    click.echo(json.dumps(found))


def _progress(going: Iterator[object], length: int) -> Iterable[object]:
    with click.progressbar(going, length=length, label="Pictures", file=sys.stderr) as bar:
        yield from bar


@group.command("face-pairs")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--frames", type=click.IntRange(1, 3), default=3, help="Frames of a visit, at most.")
@click.option("--most", type=click.IntRange(1), default=20_000, help="Pairs of each kind, at most.")
@click.option("--seed", type=int, default=1, help="Another draw of frames and pairs.")
def face_pairs(folder: Path, frames: int, most: int, seed: int) -> None:
    """Write a list for face-eval to the standard output, from a folder with a folder for each person.

    Photos in a person's folder stand for the register; each folder in it is one visit with its frames.
    Without such folders, each two photos are a pair, and others stand in for further frames. Paths are those
    from here, so the list belongs where the command is run.
    """
    from kiosk.evaluation import drawing
    from kiosk.evaluation.pairs import BadPairs

    try:
        drawing.write(drawing.draw(drawing.people(folder), frames, most, seed), sys.stdout)
    except BadPairs as error:
        _refuse(error)


@group.command("liveness-eval")
@click.argument("folder", type=click.Path(path_type=Path))
def liveness_eval(folder: Path) -> None:
    """Play recordings of heads that turn: a JSON line for each (accepted or not, and why), and a summary.

    Each recording in FOLDER is a folder of JPEGs or an .mjpg file, with a text file of the same name beside
    it that holds the turns asked for, such as `left right left`, and, if it is not 15, `fps=30`. One that
    cannot be played gets a line with `error`, and the exit code is then 1.
    """
    from kiosk.adapters import face
    from kiosk.config import Settings, SettingsError
    from kiosk.domain.clock import SystemClock
    from kiosk.evaluation import liveness
    from kiosk.evaluation.measuring import NotMeasured

    try:
        settings = Settings.from_environment()
        found = liveness.recordings(folder)
    except (SettingsError, liveness.BadRecording) as error:
        _refuse(error)
    engine = face.build(settings, SystemClock())
    engine.start()
    lines = []
    try:
        for recording in found:
            lines.append(liveness.line(engine, recording, settings.face_review))
            click.echo(json.dumps(lines[-1]))
    except NotMeasured as error:
        _refuse(error, 1)
    finally:
        engine.close()
    summary = liveness.summary(lines)
    click.echo(json.dumps(summary))
    sys.exit(bool(summary["errors"]))
