"""What the documents say about the code is true of the code."""

from __future__ import annotations

import ast
import re

import click
import pytest

from kiosk import cli
from kiosk.adapters import authority, face, mail, register
from kiosk.auth import SURFACES
from kiosk.domain.visit import REFERABLE, TRANSITIONS, Event, Step
from kiosk.hardware import camera, printer, scanner
from tests.structure.test_imports import RINGS
from tests.structure.tree import PACKAGE, ROOT, relative, sources, tracked

DRIVEN = {
    "camera": camera,
    "printer": printer,
    "scanner": scanner,
    "register": register,
    "authority": authority,
    "mail": mail,
    "face engine": face,
}
STEPS = frozenset(step.value for step in Step)
DOCUMENTS = [path for path in tracked() if path.suffix == ".md"]
CODE_PATH = re.compile(r"`((?:kiosk|tests|deploy|migrations|benchmarks|docs)/[\w./-]*)`")
TEST_NAME = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
CITED = re.compile(r"(?<![\w/])((?:docs/)?(?:adr/)?[\w-]+\.md)")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _flow() -> str:
    found = re.search(r"```mermaid\n(flowchart.*?)```", _text("README.md"), re.DOTALL)
    assert found, "README.md has no picture of the flow"
    return found[1]


def _edges(picture: str) -> set[tuple[str, str]]:
    return set(
        re.findall(r'^\s*(\w+)(?:[\[(]\S.*?[\])]+)?\s-->(?:\|"[^"]*"\|)?\s(\w+)', picture, re.MULTILINE)
    )


def test_the_picture_of_the_flow_shows_every_step():
    assert {word for word in re.findall(r"\w+", _flow()) if word in STEPS} == STEPS


def test_the_picture_of_the_flow_leads_where_the_table_leads():
    expected = {
        (origin.value, target.value)
        for (origin, event), target in TRANSITIONS.items()
        if event is not Event.BACK
    }
    assert _edges(_flow()) == expected


def test_the_frame_of_the_flow_holds_the_steps_with_the_way_to_a_person():
    frame = re.search(r"subgraph.*?^  end$", _flow(), re.DOTALL | re.MULTILINE)
    assert frame
    inside = {name for edge in _edges(frame[0]) for name in edge}
    assert inside == {step.value for step in REFERABLE}


def test_every_folder_is_explained_in_the_readme():
    named = {path.rstrip("/") for path in CODE_PATH.findall(_text("README.md"))}
    folders = {
        relative(path.parent)
        for path in sources()
        if path.name == "__init__.py" and path.parent.parent in (ROOT, PACKAGE)
    }
    assert folders <= named


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_every_file_that_a_document_names_is_there(path):
    named = CODE_PATH.findall(path.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def _tests_of(path: str) -> set[str]:
    tree = ast.parse(_text(path))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_every_test_that_a_document_names_is_there(path):
    missing = [
        f"{file}::{name}"
        for file, name in TEST_NAME.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / file).is_file() or (name and name not in _tests_of(file))
    ]
    assert missing == []


def test_every_document_that_the_code_cites_is_there():
    missing = {
        (relative(path), name)
        for path in [*sources(), *(ROOT / "tests").rglob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for name in CITED.findall(str(node.value.value))
        if not (ROOT / name).is_file()
    }
    assert missing == set()


def test_every_attack_of_the_threat_model_has_a_test_or_says_that_there_is_none():
    rows = [line for line in _text("docs/threat-model.md").splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) >= 25
    assert [row[:60] for row in rows if not TEST_NAME.search(row) and "no test" not in row] == []


def test_the_table_of_the_rings_is_the_one_that_is_enforced():
    rows = re.findall(
        r"^\| `kiosk/(\w+)/` \| [^|]+ \| ([^|]+) \|", _text("docs/architecture.md"), re.MULTILINE
    )
    assert {name: set(re.findall(r"`(\w+)`", cell)) for name, cell in rows} == {
        name: set(ring.inside) for name, ring in RINGS.items()
    }


def test_the_table_of_the_surfaces_is_the_one_that_is_enforced():
    told = _text("docs/architecture.md").partition("## Who may open what")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| ((?:`\w+` ?)+) \|", told, re.MULTILINE)
    assert {blueprint: name for name, cell in rows for blueprint in re.findall(r"`(\w+)`", cell)} == {
        blueprint: surface.value for blueprint, surface in SURFACES.items()
    }


def test_the_drivers_that_the_architecture_names_are_those_there_are():
    rows = dict(
        re.findall(
            rf"^\| ({'|'.join(DRIVEN)}) \| ([^|]+) \|",
            _text("docs/architecture.md"),
            re.M,
        )
    )
    there = {kind: set(module.DRIVERS) for kind, module in DRIVEN.items()}
    assert {kind: set(re.findall(r"`(\w+)`", cell)) for kind, cell in rows.items()} == there


def _commands(group: click.Group, before: str = "kiosk") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        whole = f"{before} {name}"
        found |= _commands(command, whole) if isinstance(command, click.Group) else {whole}
    return found


def test_every_command_is_in_the_readme_and_no_other():
    rows = re.findall(r"^\| `(kiosk [a-z -]+[a-z])(?: [A-Z]+)?` \|", _text("README.md"), re.MULTILINE)
    assert set(rows) == _commands(cli.group)


def test_every_target_of_make_is_in_the_readme():
    targets = set(re.findall(r"^([a-z-]+):[^#\n]*## ", _text("Makefile"), re.MULTILINE)) - {"help"}
    assert targets <= set(re.findall(r"\bmake ([a-z-]+)", _text("README.md")))
