"""What no file of this repository may be or hold."""

from __future__ import annotations

import re

import pytest

from tests.structure.tree import PACKAGE, ROOT, relative, sources, tracked

LONGEST_FILE = 320

# Taken apart so that this file does not hold what it looks for.
REGISTRY = re.compile(
    r"\b(pypi\.(org|io)|test\.pypi|"
    + r"files\.python"
    + r"hosted|registry\.npm"
    + r"js|registry\.yarn"
    + r"pkg"
    r"|deb\.debian\.org|proxy\.golang|crates\.io|unpkg|jsdelivr|cdnjs)\b"
)
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(root|work|home)/[\w.-]")
TEXT = {
    ".py",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".po",
    ".cfg",
    ".ini",
    ".sh",
    ".yml",
    "",
}
PHOTOGRAPH = {
    ".jpg",
    ".jpeg",
    ".jpe",
    ".jfif",
    ".mjpg",
    ".mjpeg",
    ".heic",
    ".avif",
    ".y4m",
    ".mp4",
    ".bmp",
    ".tif",
}
PICTURE = {".png", ".webp", ".gif"}


def _texts():
    return [path for path in tracked() if path.suffix in TEXT and ".min." not in path.name]


def test_no_file_grows_too_long():
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize(
    "name", ["utils.py", "util.py", "helpers.py", "constants.py", "misc.py", "common.py"]
)
def test_no_file_is_a_drawer_for_everything(name):
    assert [relative(path) for path in PACKAGE.rglob(name)] == []


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE_PATH], ids=["registry host", "path of a machine"])
def test_no_file_names_a_registry_host_or_a_machine(pattern):
    this = relative(ROOT / "tests/structure/test_files.py")
    found = [
        f"{relative(path)}:{number} {line.strip()[:100]}"
        for path in _texts()
        if relative(path) != this
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRY, "--index" + "-url https://" + "pypi" + ".org/simple"),
        (MACHINE_PATH, "data = '/ro" + "ot/kiosk'"),
    ],
)
def test_the_patterns_find_what_they_look_for(pattern, line):
    assert pattern.search(line)


def test_no_photograph_is_tracked():
    by_name = [path for path in tracked() if path.suffix.lower() in PHOTOGRAPH]
    by_content = [path for path in tracked() if path.read_bytes()[:3] == b"\xff\xd8\xff"]
    assert [relative(path) for path in by_name + by_content] == []


def test_no_face_is_on_any_tracked_picture():
    import dlib
    import numpy as np
    from PIL import Image

    detector = dlib.get_frontal_face_detector()
    with_faces = []
    for path in tracked():
        if path.suffix.lower() in PICTURE:
            with Image.open(path) as picture:
                # The width at which the kiosk itself looks for faces; smaller ones are nobody's likeness.
                picture.thumbnail((1080, 1920))
                with_faces += [relative(path)] * len(detector(np.asarray(picture.convert("L"))))
    assert with_faces == []


def test_the_pictures_of_the_documents_stay_small():
    """Two megabytes in all: a clone over an office's line should not wait for pictures."""
    pictures = [path for path in tracked() if path.suffix in PICTURE]
    assert sum(path.stat().st_size for path in pictures) <= 2_000_000


@pytest.mark.parametrize("path", [path for path in tracked() if path.suffix == ".md"], ids=relative)
def test_every_link_of_the_documents_leads_somewhere(path):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(<?([^)\s>]+)>?[^)]*\)|(?:src|href)=\"([^\"]+)\"", text)
    targets = {
        (a or b).partition("#")[0]
        for a, b in links
        if "://" not in (a or b) and not (a or b).startswith("mailto:")
    }
    assert [target for target in sorted(targets) if target and not (path.parent / target).exists()] == []


def test_the_documents_that_are_promised_are_there():
    promised = ["README.md", "docs/architecture.md", "docs/threat-model.md"]
    assert [name for name in promised if not (ROOT / name).is_file()] == []
