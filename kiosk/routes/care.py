"""Care for an activation: found by ticket, reference or NIK, and put right with reason and PIN."""

from __future__ import annotations

from http import HTTPStatus
from types import SimpleNamespace

from flask import redirect, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kiosk import wording
from kiosk.domain.contact import masked_email
from kiosk.domain.counter import Override, sought
from kiosk.domain.nik import masked_name
from kiosk.domain.visit import CLOSED, Channel
from kiosk.hardware.printer import Failed, Outcome, Printed, Unproven
from kiosk.models.visit import Visit
from kiosk.routes import panel
from kiosk.routes.counter_facts import offer_in_words, shown
from kiosk.routes.override import follow, status_of, word_of_form
from kiosk.routes.panel import the_kiosk
from kiosk.services import care, contact
from kiosk.services.care import Cared, Found
from kiosk.services.lost_phone import NotDeactivated
from kiosk.services.override import NotDone, Problem
from kiosk.wording import counter as words
from kiosk.wording import moments
from kiosk.wording import terminal as terminal_words

bp = panel.blueprint("care", __name__, "/loket/kunjungan")

WAYS = {
    "kode-baru": Override.RENEW,
    "email": Override.CORRECT_EMAIL,
    "batalkan": Override.REVOKE,
    "cetak": Override.REPRINT,
    "hp-lama": Override.DEACTIVATE,
}
"""The last word of a form's address, and what it asks for."""


@bp.get("")
def ask() -> Response:
    """What is on the paper or the screen?"""
    return _search()


@bp.post("")
def find() -> Response:
    """Look for a visit. Posted, because a NIK must never stand in an address."""
    typed = request.form.get("number", "")[:60]
    what = sought(typed)
    if what is None:
        sentence = _("Ketik nomor antrean (A-012), nomor referensi (IKD-…), atau 16 angka NIK.")
        return _search(HTTPStatus.UNPROCESSABLE_ENTITY, typed, sentence)
    found = care.find(the_kiosk(), panel.officer(), what)
    if len(found) == 1:
        return _to(found[0].visit.id)
    return _search(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, typed, found=found)


@bp.get("/<visit_id>")
def visit(visit_id: str) -> Response:
    """Where the visit stands, without a full name or number, and what can be done for it."""
    return _page(visit_id, said=_SAID.get(request.args.get("sudah", "")))


@bp.get("/<visit_id>/keadaan")
def state(visit_id: str) -> Response:
    """A poll: has the visit moved on? Looks at nobody."""
    cared = care.standing(the_kiosk(), visit_id)
    if cared is None:
        raise NotFound
    return follow(cared.visit, url_for(".visit", visit_id=visit_id))


@bp.post("/<visit_id>/<any('kode-baru', email, batalkan, cetak, 'hp-lama'):way>")
def override(visit_id: str, way: str) -> Response:
    """Take an officer's word for one thing; of a visit that has moved on meanwhile nothing is changed."""
    kiosk, officer, word, kind = the_kiosk(), panel.officer(), word_of_form(), WAYS[way]
    if care.standing(kiosk, visit_id) is None:
        raise NotFound
    typed = request.form.get("email", "")
    answer: Visit | NotDone | NotDeactivated | contact.Refused | Outcome
    match kind:
        case Override.RENEW:
            answer = care.renew(kiosk, officer, visit_id, word)
        case Override.REVOKE:
            answer = care.revoke(kiosk, officer, visit_id, word)
        case Override.CORRECT_EMAIL:
            answer = care.correct_email(kiosk, officer, visit_id, typed, word)
        case Override.REPRINT:
            answer = care.reprint(kiosk, officer, visit_id, word)
        case _:
            answer = care.deactivate(kiosk, officer, visit_id, word)
    match answer:
        case NotDone(Problem.NOT_OFFERED as problem):
            return _page(visit_id, status_of(problem), kind, whole=words.PROBLEM[problem])
        case NotDone(problem):
            return _page(visit_id, status_of(problem), kind, answer)
        case NotDeactivated(reason):
            return _page(visit_id, HTTPStatus.CONFLICT, kind, whole=words.LOST[reason])
        case contact.Refused(_, problem):
            return _page(visit_id, HTTPStatus.UNPROCESSABLE_ENTITY, kind, email=wording.CONTACT[problem])
        case Failed() | Unproven():
            return _page(visit_id, HTTPStatus.OK, kind, whole=terminal_words.printed(answer))
        case Printed():
            return _to(visit_id, sudah="cetak")
    return _to(visit_id, sudah=way)


_SAID = {
    "kode-baru": _l("Kode baru dibuat. Email dengan kodenya sedang dikirim."),
    "email": _l("Alamat diperbaiki. Kode baru sedang dikirim ke sana."),
    "batalkan": _l("Kode dibatalkan."),
    "cetak": _l("Salinan tercetak. Ambil di printer anjungan."),
    "hp-lama": _l("IKD di HP lama sudah dinonaktifkan. HP baru dapat diaktifkan."),
}
"""What has been done, by the last word of the form's address."""


def _to(visit_id: str, sudah: str | None = None) -> Response:
    return redirect(url_for(".visit", visit_id=visit_id, sudah=sudah), HTTPStatus.SEE_OTHER)


def _search(
    status: HTTPStatus = HTTPStatus.OK,
    typed: str = "",
    error: str | None = None,
    found: list[Found] | None = None,
) -> Response:
    lines = None if found is None else [_line(one) for one in found]
    # Whoever stands at the officer's side need not read a NIK that has served its purpose.
    return panel.render("officer/care.html", status, typed="" if lines else typed, error=error, found=lines)


def _line(one: Found) -> SimpleNamespace:
    zone = the_kiosk().settings.zone
    return SimpleNamespace(
        id=one.visit.id,
        at=moments.moment(one.visit.started_at, zone),
        number="" if one.ticket is None else one.ticket.number,
        reference=one.visit.reference or "",
        stands=_stands(one.visit),
    )


def _stands(one: Visit) -> LazyString:
    if one.step in CLOSED and one.end is not None:
        return words.END[one.end]
    return terminal_words.STEP[one.step]


def _page(
    visit_id: str,
    status: HTTPStatus = HTTPStatus.OK,
    kind: Override | None = None,
    refused: NotDone | None = None,
    **more: LazyString | str | None,
) -> Response:
    kiosk = the_kiosk()
    cared = care.see(kiosk, panel.officer(), visit_id)
    if cared is None:
        raise NotFound
    problem = None if refused is None else refused.problem
    return panel.render(
        "officer/care_visit.html",
        status,
        renews_itself=True,
        cared=cared,
        visit=cared.visit,
        shown=shown(kiosk, cared.visit),
        stands=_stands(cared.visit),
        is_over=cared.visit.step in CLOSED,
        facts=_facts(cared),
        acts=[_act(one, way) for one in cared.possible for way, its in WAYS.items() if its is one],
        tried=kind,
        problem=problem,
        # Of what is wrong in a form its own card speaks, while that card is still there.
        whole=more.get("whole")
        or (words.PROBLEM[problem] if problem is not None and kind not in cared.possible else None),
        problem_sentence=None if problem is None else words.PROBLEM[problem],
        pin_problem=refused.pin if refused is not None and problem is Problem.PIN else None,
        email_error=more.get("email"),
        said=more.get("said"),
        form=request.form,
    )


def _act(kind: Override, way: str) -> SimpleNamespace:
    icon, title, follows, button = words.OVERRIDE[kind]
    return SimpleNamespace(
        kind=kind,
        way=way,
        icon=icon,
        title=title,
        follows=follows,
        button=button,
        reasons=words.reasons(kind),
    )


def _facts(cared: Cared) -> list[tuple[str, str]]:
    """What an officer may know of a visit that is not his own: enough to see that it is the right one."""
    kiosk, one = the_kiosk(), cared.visit
    zone = kiosk.settings.zone
    began = moments.moment(one.started_at, zone)
    reason = None if one.refer_reason is None else str(wording.officer_sentence(one.refer_reason))
    known = (
        (_("Nama"), masked_name(one.name or "")),
        (_("NIK"), one.masked_nik or ""),
        (_("Email"), masked_email(one.email) if one.email else ""),
        (_("Mulai"), began),
        (
            _("Tempat"),
            _("Loket") if one.channel is Channel.COUNTER else _("Anjungan %(name)s", name=one.terminal),
        ),
        (_("Nomor antrean"), "" if cared.ticket is None else cared.ticket.number),
        (_("Alasan"), reason or ""),
        (_("Nomor referensi"), one.reference or ""),
    )
    return [fact for fact in known if fact[1]] + offer_in_words(kiosk, cared)
