"""The console command `kiosk`: set up, look after and check one kiosk."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup

from kiosk import addresses, cli_devices, cli_evaluation, create_app, db, doctor, keys
from kiosk.config import Settings, SettingsError
from kiosk.demonstration.seed import seed
from kiosk.domain.password import PasswordFault
from kiosk.domain.roles import Role
from kiosk.models.officer import Officer
from kiosk.services import audit_check, officer, people, retention, set_up, terminal
from kiosk.services.kiosk import Kiosk


def _app() -> Flask:
    return create_app(Settings.from_environment())


class _Commands(FlaskGroup):
    """Lists its own commands without making the app: help must work when a setting is wrong."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(self.commands)


@click.group(cls=_Commands, create_app=_app, add_default_commands=False, add_version_option=False)
def group() -> None:
    """Anjungan IKD: set up, look after and check one kiosk."""


for _name, _command in (*cli_devices.group.commands.items(), *cli_evaluation.group.commands.items()):
    group.add_command(_command, _name)


def main() -> None:
    """Run the command; a wrong setting or key file is one sentence, not a traceback."""
    try:
        group()
    except (SettingsError, keys.KeyFileError) as error:
        sys.exit(f"kiosk: {error}")


def _kiosk() -> Kiosk:
    kiosk: Kiosk = current_app.extensions["kiosk"]
    return kiosk


@group.command(with_appcontext=False)
def prepare() -> None:
    """Make keys (demonstration only), bring the database up to date, and fill the demonstration in."""
    settings = Settings.from_environment()
    path = settings.key_file or settings.data / keys.FILE_NAME
    if settings.is_demo and not path.exists():
        keys.create(path)
        click.echo(f"made the key file {path}")
    app = create_app(settings)
    db.bring_up_to_date(app)
    if settings.is_demo:
        with app.app_context():
            _seed(_kiosk())


def _seed(kiosk: Kiosk) -> None:
    kiosk.adapters.face.start()
    try:
        report = seed(kiosk, kiosk.settings.data / "portraits")
    finally:
        kiosk.adapters.face.close()
    click.echo(f"demonstration residents: {report.made} new")
    for name in report.missing:
        click.echo(f"  missing, because the portraits could not be fetched: {name}")


@group.command("addresses", with_appcontext=False)
def show_addresses() -> None:
    """Print every address that matters, and which of them a phone can open."""
    settings = Settings.from_environment()
    for line in addresses.lines(settings):
        click.echo(line)


@group.command("doctor")
def run_doctor() -> None:
    """Say what works on this machine and what does not; exit code 1 when the main job cannot run."""
    findings = doctor.examine(_kiosk())
    for finding in findings:
        click.echo(finding.line())
    sys.exit(any(finding.is_fatal for finding in findings))


@group.group("keys")
def keys_group() -> None:
    """The key file."""


@keys_group.command("new", with_appcontext=False)
@click.argument("path", type=click.Path(path_type=Path))
def keys_new(path: Path) -> None:
    """Write a new key file; an existing one is never overwritten."""
    try:
        keys.create(path)
    except FileExistsError:
        sys.exit(f"kiosk: {path} exists and is left as it is")
    click.echo(f"made the key file {path}; keep a copy where the database's copy is not")


@group.group("officer")
def officer_group() -> None:
    """The people who work at the office."""


_NOT_ADDED: dict[object, str] = {
    officer.AddRefusal.USERNAME_NOT_POSSIBLE: "a user name has 3 to 40 small letters, digits, . - or _",
    officer.AddRefusal.USERNAME_TAKEN: "somebody has this user name already",
    officer.AddRefusal.NAME_NOT_POSSIBLE: "the full name is empty, too long or holds control characters",
    PasswordFault.TOO_SHORT: "the password is too short; a sentence is easy to remember",
    PasswordFault.TOO_LONG: "the password is too long",
    PasswordFault.IS_USERNAME: "the password must not hold the user name",
}

_NOT_REMOVED = {
    people.NotChanged.UNKNOWN: "nobody works here under this user name",
    people.NotChanged.LAST_SUPERVISOR: "the last supervisor cannot be removed; make another one first",
}


@officer_group.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.OFFICER.value)
@click.option("--name", prompt="Full name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def officer_add(username: str, role: str, name: str, password: str) -> None:
    """Add somebody who may sign in at /petugas; one-time codes and PIN are set up there."""
    answer = officer.add(_kiosk(), username, name, password, Role(role))
    if not isinstance(answer, Officer):
        sys.exit(f"kiosk: {_NOT_ADDED[answer]}")
    click.echo(f"{answer.username} ({answer.role}) can sign in at /petugas")


@officer_group.command("remove")
@click.argument("username")
def officer_remove(username: str) -> None:
    """Remove somebody: signed out at once, badge and one-time codes are worth nothing any more."""
    refusal = people.remove_by_name(_kiosk(), username)
    if refusal is not None:
        sys.exit(f"kiosk: {_NOT_REMOVED[refusal]}")
    click.echo(f"{username} cannot sign in any more")


@officer_group.command("list")
def officer_list() -> None:
    """List everybody who may sign in: user name, role, and whether the set-up is done."""
    for one in people.everybody(_kiosk()):
        state = "ready" if one.is_set_up else "not set up yet"
        click.echo(f"{one.officer.username:<20} {one.officer.role.value:<12} {state}")


@officer_group.command("link")
def officer_link() -> None:
    """Print a one-time link with which the first supervisor makes himself; only while there is nobody."""
    path = set_up.new_link(_kiosk())
    if path is None:
        sys.exit("kiosk: there are officers already; a supervisor adds others at /petugas/orang")
    click.echo(f"{addresses.here()}{path}")


@group.group("terminal")
def terminal_group() -> None:
    """The kiosk's own browser."""


@terminal_group.command("link")
def terminal_link() -> None:
    """Print the one-time path with which the terminal's browser is admitted."""
    click.echo(terminal.new_link(_kiosk()))


@group.group("audit")
def audit_group() -> None:
    """The audit chain."""


@audit_group.command("verify")
def audit_verify() -> None:
    """Read every chain from its beginning; one JSON line per fault, exit code 1 when there is any."""
    checked = audit_check.verify(_kiosk())
    for fault in checked.faults:
        click.echo(json.dumps(asdict(fault)))
    click.echo(json.dumps({"faults": len(checked.faults) + checked.more, "entries": checked.entries}))
    sys.exit(bool(checked.faults))


@group.command()
def purge() -> None:
    """Erase now what the retention table says is due."""
    click.echo(f"{retention.purge(_kiosk())} values erased")
