"""What the structural tests look at: the files of this repository."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "kiosk"
TEMPLATES = PACKAGE / "templates"


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks and that is there, as absolute paths.

    Raises `subprocess.CalledProcessError` outside a clone: without git nobody knows what would be published.
    """
    # A clone that belongs to somebody else (a container's mount) is read all the same.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def sources() -> list[Path]:
    """Every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def relative(path: Path) -> str:
    """The path as a reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()
