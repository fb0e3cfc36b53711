"""Fetch the demonstration's photographs: `python -m kiosk.demonstration.fetch_portraits [FOLDER]`.

They stand in the tests of a package that the kiosk uses anyway; pip brings its source distribution, pinned by
hash in `portraits.txt`, from whatever index this machine's pip is set to. Prints one line. Always ends
with 0: a kiosk without photographs still starts, with fewer residents.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from kiosk.config import Settings
from kiosk.demonstration.residents import Portrait, without_portraits

REQUIREMENT = Path(__file__).with_name("portraits.txt")

IN_THE_ARCHIVE = "face_recognition-1.3.0/tests/test_images"

FILES: dict[Portrait, str] = {
    Portrait.A1: "obama.jpg",
    Portrait.A2: "obama2.jpg",
    Portrait.A3: "obama3.jpg",
    Portrait.B1: "biden.jpg",
}
"""The photographs' names in that package; in our folder they are called by `Portrait`."""

PIP_SECONDS = 180


class NotFetched(Exception):
    """The photographs could not be had; the message says why, for the technician."""


def are_there(folder: Path) -> bool:
    """Whether all photographs are in `folder`."""
    return all(place(folder, portrait).is_file() for portrait in Portrait)


def place(folder: Path, portrait: Portrait) -> Path:
    """Where a photograph lies."""
    return folder / f"{portrait}.jpg"


def fetch(folder: Path) -> None:
    """Put the photographs into `folder`. Raises `NotFetched`; what is there is then complete or as before."""
    with tempfile.TemporaryDirectory(prefix="portraits-") as temporary:
        archive = _download(Path(temporary))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tarfile.open(archive) as tar:
                for portrait, name in FILES.items():
                    # Read member by member, under names of ours: nothing in the archive chooses a path.
                    member = tar.extractfile(f"{IN_THE_ARCHIVE}/{name}")
                    if member is None:
                        raise NotFetched("the package does not hold the photographs")
                    unfinished = place(folder, portrait).with_suffix(".part")
                    unfinished.write_bytes(member.read())
                    unfinished.replace(place(folder, portrait))
        except (OSError, KeyError, tarfile.TarError) as problem:
            raise NotFetched(f"the package could not be unpacked ({type(problem).__name__})") from None


def _download(to: Path) -> Path:
    # pip insists on asking a source distribution for its metadata; without isolation it uses the setuptools
    # that is installed here, and needs nothing else from the network.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--require-hashes"]
    command += ["--retries", "1", "--timeout", "15", "--dest", str(to), "--requirement", str(REQUIREMENT)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NotFetched(f"pip did not finish ({type(problem).__name__})") from None
    archives = sorted(to.glob("*.tar.gz"))
    if done.returncode != 0 or not archives:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NotFetched(said[-1].removeprefix("ERROR: ") if said else "pip found no package")
    return archives[0]


def main(arguments: list[str]) -> int:
    """Fetch into the folder that is named, or into `portraits` below the data folder; say what happened."""
    folder = Path(arguments[0]) if arguments else Settings.from_environment().data / "portraits"
    if are_there(folder):
        _say(f"Portraits: in {folder}.")
        return 0
    try:
        fetch(folder)
    except NotFetched as problem:
        missing = ", ".join(resident.name for resident in without_portraits())
        _say(f"Portraits: not fetched ({problem}); the demonstration goes on without {missing}.")
        return 0
    _say(f"Portraits: {len(FILES)} fetched into {folder}.")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
