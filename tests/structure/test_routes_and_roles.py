"""docs/routes-and-roles.md says of every route who may use it; here it is compared with the application.

After a route was added: `python -m tests.structure.test_routes_and_roles` writes the table anew; read what
changed in it before it is committed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from kiosk import auth
from kiosk.auth import Surface
from kiosk.domain.roles import ALLOWED, May, Role
from tests.officers import an_office, every_request
from tests.structure.tree import ROOT

FILE = ROOT / "docs" / "routes-and-roles.md"
BEGINS = "| Route | Method | Endpoint | Surface | "
MARK, NONE = "yes", "–"


def _who(endpoint: str) -> list[str]:
    """The cells of one endpoint: its surface, and a mark for each role that may use it."""
    surface = auth.surface_of(endpoint)
    assert surface is not None, endpoint
    if surface is not Surface.OFFICER:
        return [surface.value, *(NONE for _ in Role)]
    if endpoint in auth.BEFORE_SIGN_IN:
        return ["before the sign-in", *(NONE for _ in Role)]
    if endpoint in auth.STEPS:
        return [f"on the way in: {auth.STEPS[endpoint].value}", *(MARK for _ in Role)]
    needed = auth.NEEDS[endpoint.partition(".")[0]]
    return [f"officer: {needed.value}", *(MARK if needed in ALLOWED[role] else NONE for role in Role)]


def table(folder: Path) -> list[str]:
    """The lines of the table, by address."""
    app = an_office(folder).app
    lines = [
        f"{BEGINS}{' | '.join(role.value for role in Role)} |",
        f"|---|---|---|---|{'---|' * len(Role)}",
    ]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        cells = [f"`{rule.rule}`", methods, f"`{rule.endpoint}`", *_who(rule.endpoint)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _written() -> list[str]:
    return [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("|")]


def test_the_table_of_routes_and_roles_says_what_the_application_does(tmp_path):
    assert _written() == table(tmp_path)


def test_every_part_of_the_panel_is_somebodys_and_a_supervisors():
    for part in May:
        assert part in ALLOWED[Role.SUPERVISOR]
    assert set(auth.NEEDS.values()) == set(May)


@pytest.mark.parametrize(
    ("role", "never"),
    [
        (Role.OFFICER, {May.PEOPLE, May.AUDIT, May.NUMBERS}),
        (Role.TECHNICIAN, {May.REVIEW, May.COUNTER, May.QUEUE, May.PEOPLE, May.AUDIT, May.NUMBERS}),
        (Role.AUDITOR, {May.REVIEW, May.COUNTER, May.QUEUE, May.PEOPLE, May.DEVICES, May.BOARD}),
    ],
)
def test_nobody_is_allowed_what_his_role_must_never_see(role, never):
    """Who looks after machines or books sees no resident's data, and only supervisors make officers."""
    assert not ALLOWED[role] & never


def test_every_route_refuses_a_role_that_its_row_does_not_name(tmp_path):
    """Sent by a browser of each role, not read from the tables: the guard itself answers.

    It answers before forms are checked: one without a token tells allowed (400) from refused (403).
    """
    office = an_office(tmp_path)
    wrong = []
    for role in Role:
        office.officer(role.value, role)
        client = office.signed_in(role.value)
        for endpoint, method, path in every_request(office.app):
            if _who(endpoint)[0].partition(":")[0] != "officer" or endpoint == auth.SIGN_OUT:
                continue
            allowed = auth.NEEDS[endpoint.partition(".")[0]] in ALLOWED[role]
            if allowed and method == "GET":
                continue  # the pages' own tests open them
            status = client.open(path, method=method).status_code
            if status != (400 if allowed else 403):
                wrong.append((role.value, method, endpoint, status))
    assert wrong == []


_HEAD = """# Routes and roles

Who may use which address. Compared with the application by `tests/structure/test_routes_and_roles.py`, which also
writes it: `python -m tests.structure.test_routes_and_roles`.

- **terminal**: the kiosk's own browser; in production by its credential, never by an address.
- **phone**: everybody; the only surface, with the styles, at `KIOSK_PUBLIC_BIND`.
- **open**: everybody who reaches the office's listener; none of it shows anything personal.
- **monitoring**: one word to everybody who reaches the office's listener, everything else to the token of
  `KIOSK_METRICS_TOKEN` alone.
- **simulator**: in a demonstration only; 404 in production.
- **before the sign-in**: strangers; it leads to the sign-in, or needs a one-time link.
- **on the way in**: whoever has shown his password, while exactly this step is asked of him, at no other time.
- **officer**: after the whole sign-in, to the roles marked. What overrides something asks for the PIN as well.
  A blueprint that stands in no table is answered with 404, a part of the panel that nobody was given with 403
  (`SURFACES` and `NEEDS` in `kiosk/auth.py`, `ALLOWED` in `kiosk/domain/roles.py`).

"""  # noqa: E501

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        FILE.write_text(_HEAD + "\n".join(table(Path(folder))) + "\n", "utf-8")
