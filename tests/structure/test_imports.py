"""The rings of docs/architecture.md: who may import whom, walked over every file of the package."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.structure.tree import PACKAGE, relative, sources


@dataclass(frozen=True)
class Ring:
    """What the files of one folder may import.

    `inside` are rings and modules of the package, `as_types` those allowed under `TYPE_CHECKING` only,
    `never` other people's packages (with everything that begins so), `never_names` names from `flask`.
    """

    inside: frozenset[str]
    as_types: frozenset[str] = frozenset()
    never: tuple[str, ...] = ()
    never_names: frozenset[str] = frozenset()
    standard_library_only: bool = False


def _ring(
    inside: str, *, as_types: str = "", never: str = "", never_names: str = "", pure: bool = False
) -> Ring:
    return Ring(
        frozenset(inside.split()),
        frozenset(as_types.split()),
        tuple(never.split()),
        frozenset(never_names.split()),
        pure,
    )


RENDERING = "request session g render_template render_template_string make_response redirect flash url_for"

RINGS = {
    "domain": _ring("domain", pure=True),
    "models": _ring("models domain db"),
    "adapters": _ring("adapters domain config keys", never="flask htmx_flask"),
    "hardware": _ring("hardware domain config", never="flask htmx_flask"),
    "papers": _ring("papers domain wording", as_types="models", never="sqlalchemy"),
    "wording": _ring("wording domain models services hardware", never="sqlalchemy flask_sqlalchemy"),
    "services": _ring(
        "services domain models papers adapters hardware db keys config",
        never="flask_wtf htmx_flask",
        never_names=RENDERING,
    ),
    "routes": _ring(
        "routes services domain models hardware demonstration papers config auth officer_session"
        " terminal_cookie wording",
        never="sqlalchemy flask_sqlalchemy alembic",
    ),
    "evaluation": _ring(
        "evaluation domain adapters hardware config", never="flask htmx_flask flask_sqlalchemy sqlalchemy"
    ),
    "demonstration": _ring(
        "demonstration domain models adapters hardware papers services db keys config wording auth"
    ),
}

LOCAL_DRIVER = Ring(RINGS["adapters"].inside | {"models", "db"}, never=RINGS["adapters"].never)
"""The adapter that stands in for the outside keeps its data in our database: it may know models."""

QUERIES = frozenset({"commit", "rollback", "flush", "execute", "scalar", "scalars", "query"})
"""What a route would call to query or commit; verbs stand in services."""


@dataclass
class Imported:
    """One import: the dotted name (`kiosk.models.visit`, `flask.request`) and where it stands."""

    name: str
    line: int
    as_type: bool


@dataclass
class _Walk(ast.NodeVisitor):
    package: str
    found: list[Imported] = field(default_factory=list)
    as_type: bool = False

    def visit_If(self, node: ast.If) -> None:
        outer, self.as_type = self.as_type, self.as_type or "TYPE_CHECKING" in ast.unparse(node.test)
        for child in node.body:
            self.visit(child)
        self.as_type = outer
        for child in node.orelse:
            self.visit(child)

    def visit_Import(self, node: ast.Import) -> None:
        self.found += [Imported(alias.name, node.lineno, self.as_type) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parts = self.package.split(".")
            base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
        self.found += [Imported(f"{base}.{alias.name}", node.lineno, self.as_type) for alias in node.names]


def imports(source: str, package: str) -> list[Imported]:
    """Every import of a file, also those inside functions; `package` resolves the relative ones."""
    walk = _Walk(package)
    walk.visit(ast.parse(source))
    return walk.found


def trespasses(source: str, path: str) -> Iterator[str]:
    """Yield a sentence for each import that the ring of `path` («kiosk/services/x.py») does not allow."""
    parts = Path(path).parts
    if len(parts) < 3:
        return  # assembly: imports as needed
    ring_name = parts[1]
    ring = LOCAL_DRIVER if ring_name == "adapters" and parts[-1] == "local.py" else RINGS[ring_name]
    for one in imports(source, ".".join(parts[:-1])):
        root, *rest = one.name.split(".")
        if root == "kiosk":
            target = rest[0] if rest else ""
            allowed = ring.inside | (ring.as_types if one.as_type else frozenset())
            wrong = target not in allowed
        elif root in sys.stdlib_module_names:
            wrong = False
        else:
            wrong = (
                ring.standard_library_only
                or root.startswith(ring.never)
                or (root == "flask" and bool(rest) and rest[0] in ring.never_names)
            )
        if wrong:
            yield f"{path}:{one.line} imports {one.name}"


def test_every_ring_imports_only_what_it_may():
    assert [
        one for path in sources() for one in trespasses(path.read_text(encoding="utf-8"), relative(path))
    ] == []


def test_every_folder_of_the_package_is_a_ring():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders == set(RINGS)


@pytest.mark.parametrize("path", sorted((PACKAGE / "routes").rglob("*.py")), ids=relative)
def test_a_route_neither_queries_nor_commits(path):
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    asked = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in QUERIES]
    assert [f"line {call.lineno}: {ast.unparse(call.func)}" for call in asked] == []


def test_the_face_library_is_imported_by_the_face_adapter_only():
    """It takes 0.8 s and 196 MB, and calls `quit()` where its models are missing (docs/adr/0002)."""
    library = {"face_recognition", "face_recognition_models", "dlib"}
    others = [path for path in sources() if not relative(path).startswith("kiosk/adapters/face")]
    assert [
        relative(path)
        for path in others
        if library & {one.name.split(".")[0] for one in imports(path.read_text(encoding="utf-8"), "kiosk")}
    ] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("kiosk/domain/nik.py", "import flask_babel"),
        ("kiosk/domain/nik.py", "from kiosk.models import visit"),
        ("kiosk/models/visit.py", "from ..services import visits"),
        ("kiosk/adapters/register.py", "def f():\n    from kiosk.models.register import Person"),
        ("kiosk/hardware/printer.py", "from flask import current_app"),
        ("kiosk/hardware/camera/browser.py", "from ...routes import frames"),
        ("kiosk/papers/receipt.py", "from kiosk.models.visit import Visit"),
        ("kiosk/services/visits.py", "from flask import request"),
        ("kiosk/services/visits.py", "from kiosk import routes"),
        ("kiosk/routes/terminal.py", "import sqlalchemy as sa"),
        ("kiosk/routes/terminal.py", "from kiosk.adapters.register import Register"),
        ("kiosk/demonstration/seed.py", "from kiosk.routes import simulator"),
    ],
)
def test_a_trespass_is_found(path, source):
    assert len(list(trespasses(source, path))) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("kiosk/adapters/register/local.py", "from kiosk.models.register import Person"),
        ("kiosk/papers/receipt.py", "if TYPE_CHECKING:\n    from kiosk.models.visit import Visit"),
        (
            "kiosk/hardware/camera/browser.py",
            "from . import Frame\nfrom ..health import Health\nimport numpy",
        ),
        ("kiosk/services/visits.py", "from flask import current_app"),
        ("kiosk/cli.py", "from kiosk.services import doctor\nimport sqlalchemy"),
    ],
)
def test_what_the_table_allows_is_allowed(path, source):
    assert list(trespasses(source, path)) == []
