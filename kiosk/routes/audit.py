"""The audit log: who did what to which visit, taken away as a file, and whether the chain is whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from kiosk.domain.ticket import office_day
from kiosk.hardware.printer import Failed, Printed
from kiosk.papers.sheet import Cell, Table
from kiosk.routes import panel, sheet
from kiosk.routes.panel import officer, the_kiosk
from kiosk.services import audit_log, audit_run
from kiosk.services.audit_log import Choices, Entry, Mark, Wanted
from kiosk.wording import audit as words

bp = panel.blueprint("audit", __name__, "/audit")

_REFERENCE = re.compile(r"[A-Za-z0-9:_-]{1,40}", re.ASCII)
_PERSONAL = re.compile(r"[0-9:_-]{8,}", re.ASCII)
"""A NIK or a phone number: what is looked for is written down, so it must be nobody's."""


@dataclass(frozen=True)
class Line:
    """One line of the table, in words; `subject` is empty where it says nothing that the line does not."""

    at: datetime | None
    who: str
    what: object
    subject: str
    number: str | None
    particulars: list[tuple[object, str]]
    place: str


@bp.get("")
def overview() -> Response:
    """A page of the log, newest first; 422 with the filter when something in it is none."""
    offered = audit_log.choices(the_kiosk())
    wanted, wrong = _wanted(request.args, offered)
    values: dict[str, Any] = {
        "offered": offered,
        "groups": words.GROUP,
        "sources": [(source, source) for source in offered.sources],
        "wrong": wrong,
        "typed": request.args,
        "today": office_day(the_kiosk().clock.now(), the_kiosk().settings.zone),
        "filters": _filters(request.args),
        "printed": request.args.get("cetak", ""),
        **_check(),
    }
    if wrong:
        return panel.render("officer/audit.html", HTTPStatus.UNPROCESSABLE_ENTITY, lines=[], **values)
    after = Mark.read(request.args.get("setelah", ""))
    page = audit_log.page(the_kiosk(), officer(), wanted, after)
    return panel.render(
        "officer/audit.html",
        lines=[_line(entry, offered) for entry in page.entries],
        following=page.following,
        is_further=after is not None,
        **values,
    )


@bp.get("/ekspor.<any(csv, xlsx):kind>")
def export(kind: str) -> Response:
    """All that the filter finds, as a file."""
    wanted, wrong = _wanted(request.args, audit_log.choices(the_kiosk()))
    if wrong:
        raise BadRequest
    day = office_day(the_kiosk().clock.now(), the_kiosk().settings.zone)
    table = _table(audit_log.export(the_kiosk(), officer(), wanted, kind))
    return sheet.answer(table, f"audit-{day:%Y-%m-%d}", kind)


@bp.post("/periksa")
def start_check() -> Response:
    """Begin to check the chains; while a check runs, show how far that one is."""
    audit_run.start_check(the_kiosk(), officer())
    return redirect(url_for(".overview", _anchor="rantai"), HTTPStatus.SEE_OTHER)


@bp.get("/periksa")
def check_state() -> Response:
    """How far the check is, for the poll: 204 while it reads the same. Never keeps anybody signed in."""
    values = _check()
    if request.args.get("seen") == values["digest"]:
        return panel.nothing()
    return panel.render("officer/audit_check.html", **values)


@bp.post("/kepala")
def print_heads() -> Response:
    """Print the heads of the chains, to be signed."""
    match audit_run.print_heads(the_kiosk(), officer()):
        case Printed():
            outcome = "ok"
        case Failed(code=code):
            outcome = code
        case _:
            outcome = "unproven"
    return redirect(url_for(".overview", cetak=outcome, _anchor="rantai"), HTTPStatus.SEE_OTHER)


def _wanted(typed: MultiDict[str, str], offered: Choices) -> tuple[Wanted, dict[str, str]]:
    """What the form asks for, and a sentence for each field that says nothing that can be asked."""
    wrong: dict[str, str] = {}
    since, until = (_day(typed.get(name, ""), name, wrong) for name in ("dari", "sampai"))
    if since and until and until < since:
        wrong["sampai"] = _("Hari terakhir tidak boleh sebelum hari pertama.")
    group = typed.get("tindakan", "")
    if group and group not in words.GROUP:
        wrong["tindakan"] = _("Pilih salah satu dari daftar.")
    number = typed.get("petugas", "")
    if number and number not in map(str, offered.officers):
        wrong["petugas"] = _("Pilih salah satu dari daftar.")
    source = typed.get("sumber", "")
    if source and source not in offered.sources:
        wrong["sumber"] = _("Pilih salah satu dari daftar.")
    subject = typed.get("perihal", "").strip()
    if subject and (not _REFERENCE.fullmatch(subject) or _PERSONAL.fullmatch(subject)):
        wrong["perihal"] = _("Ketik nomor rujukan dari kolom Perihal, bukan NIK, nama, atau nomor HP.")
    if wrong:
        return Wanted(), wrong
    actions = words.in_group(group) if group else frozenset()
    return Wanted(since, until, actions, int(number) if number else None, subject, source), {}


def _day(text: str, name: str, wrong: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.year in audit_log.YEARS:
        return day
    wrong[name] = _("Tulis tanggal yang benar, misalnya 2026-11-22.")
    return None


def _filters(typed: MultiDict[str, str]) -> dict[str, str]:
    """What of the address says what is wanted: it goes along to the next page and to the files."""
    names = ("dari", "sampai", "tindakan", "petugas", "sumber", "perihal")
    return {name: typed[name][:80] for name in names if typed.get(name)}


def _line(entry: Entry, offered: Choices) -> Line:
    himself = entry.subject.partition("officer:")[2]
    who = entry.officer or (offered.officers.get(int(himself)) if himself.isdigit() else None)
    return Line(
        at=None if entry.at is None else entry.at.astimezone(the_kiosk().settings.zone),
        who=who or "",
        what=words.action_name(entry.action),
        subject=entry.subject,
        number=entry.number,
        particulars=_particulars(entry),
        place=f"{entry.source} {entry.seq}",
    )


def _particulars(entry: Entry) -> list[tuple[object, str]]:
    return [
        # A keyed hash of 64 digits only says whether two entries mean the same person.
        (words.DETAIL.get(name, name), str(value)[:12] if name == "nik" else str(value))
        for name, value in entry.detail.items()
        if name != "officer" and value is not None
    ]


def _table(entries: Iterable[Entry]) -> Table:
    zone = f"{the_kiosk().clock.now().astimezone(the_kiosk().settings.zone):%Z}"
    head = (
        _("Waktu (%(zone)s)", zone=zone), _("Petugas"), _("Tindakan"), _("Kode tindakan"), _("Perihal"),
        _("Tiket"), _("Rincian"), _("Sumber"), _("Nomor"), _("Hash"),
    )  # fmt: skip
    return Table("Audit", head, _cells(entries), (20, 22, 34, 24, 26, 8, 60, 16, 10, 66))


def _cells(entries: Iterable[Entry]) -> Iterator[tuple[Cell, ...]]:
    zone = the_kiosk().settings.zone
    for entry in entries:
        yield (
            None if entry.at is None else entry.at.astimezone(zone),
            entry.officer,
            str(words.action_name(entry.action)),
            entry.action,
            entry.subject,
            entry.number,
            "; ".join(f"{name}: {value}" for name, value in _particulars(entry)),
            entry.source,
            entry.seq,
            entry.hash,
        )


def _check() -> dict[str, Any]:
    """What is known of the last check, and a word that changes when it does."""
    check = the_kiosk().chain_check
    percent = 100 * check.done // check.total if check.total else 0
    return {
        "check": check,
        "percent": percent,
        "faults": [(fault, words.FAULT[fault.kind]) for fault in check.result.faults] if check.result else [],
        "digest": f"{check.is_running}-{percent}-{check.ended_at}",
    }
