"""The counter: activation for whoever cannot use the kiosk, by the kiosk's own steps."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from kiosk import wording
from kiosk.domain import nik as niks
from kiosk.domain.contact import COMMON_DOMAINS, EMAIL_MAX, grouped_phone, suggestion
from kiosk.domain.counter import NOTE_MAX, Override
from kiosk.domain.visit import CLOSED, TRANSITIONS, Event, Step
from kiosk.models.visit import Visit
from kiosk.routes import panel, views
from kiosk.routes.counter_facts import FOLLOWED, nik_says, shown, stages
from kiosk.routes.override import follow, status_of, word_of_form
from kiosk.routes.panel import the_kiosk
from kiosk.routes.visit import CHOICES
from kiosk.services import activation, care, contact, counter, nik, register
from kiosk.services import consent as consents
from kiosk.services import visit as visits
from kiosk.services.counter import Colleague, Served
from kiosk.services.lost_phone import NotDeactivated
from kiosk.services.override import NotDone, Problem
from kiosk.wording import counter as words
from kiosk.wording import moments

bp = panel.blueprint("counter", __name__, "/loket")


@bp.get("")
def overview() -> Response:
    """Where the counter's work begins; `?ticket=` brings the ticket that was called."""
    kiosk, officer = the_kiosk(), panel.officer()
    ticket = counter.ticket_of(kiosk, request.args.get("ticket", "")[:16])
    return panel.render(
        "officer/counter.html",
        ticket=ticket,
        reason=None if ticket is None else wording.officer_sentence(ticket.reason),
        visits=[
            SimpleNamespace(
                id=one.id,
                at=moments.clock(one.started_at, kiosk.settings.zone),
                stage=next((stage.name for stage in stages(one.step) if stage.is_now), ""),
            )
            for one in counter.open_visits(kiosk, officer)
        ],
        languages=wording.LANGUAGES,
    )


@bp.post("/aktivasi")
def begin() -> Response:
    """Begin a visit for whoever sits here."""
    language = request.form.get("language", "")
    chosen = language if language in wording.LANGUAGES else wording.LANGUAGES[0]
    ticket = request.form.get("ticket", "")[:16] or None
    return _to(counter.begin(the_kiosk(), panel.officer(), chosen, ticket))


@bp.get("/aktivasi/<visit_id>")
def visit(visit_id: str) -> Response:
    """Where the visit stands, and what to do there."""
    return _page(_his(visit_id).id)


@bp.get("/aktivasi/<visit_id>/keadaan")
def state(visit_id: str) -> Response:
    """A poll: has the phone finished, has the time run out, what became of the paper? Looks at nobody."""
    return follow(_his(visit_id), url_for(".visit", visit_id=visit_id))


@bp.get("/aktivasi/<visit_id>/foto")
def photo(visit_id: str) -> Response:
    """The register photo (JPEG) while the visit holds it."""
    picture = counter.photo(the_kiosk(), panel.officer(), _his(visit_id).id)
    if picture is None:
        raise NotFound
    return Response(picture, mimetype="image/jpeg")


@bp.post("/aktivasi/<visit_id>/hp")
def choose(visit_id: str) -> Response:
    """App on the phone, not yet, or no phone."""
    event = CHOICES.get(request.form.get("choice", ""))
    if event is None:
        raise BadRequest
    return _move(visit_id, event)


@bp.post("/aktivasi/<visit_id>/kembali")
def back(visit_id: str) -> Response:
    """One step back."""
    return _move(visit_id, Event.BACK)


@bp.post("/aktivasi/<visit_id>/persetujuan")
def consent(visit_id: str) -> Response:
    """The resident agrees, the officer ticks it: version and time are kept as at the kiosk."""
    if request.form.get("agreed") != "1":
        missing = _("Centang setelah warga menyetujui. Tanpa persetujuan, akhiri kunjungan.")
        return _page(_his(visit_id).id, HTTPStatus.UNPROCESSABLE_ENTITY, error={"agreed": missing})
    return _at(visit_id, lambda one: consents.give(the_kiosk(), one.id, one.step))


@bp.post("/aktivasi/<visit_id>/nik")
def enter_nik(visit_id: str) -> Response:
    """The NIK, to be read back."""
    typed = request.form.get("nik", "")[:60]
    return _at(
        visit_id, lambda one: counter.enter_nik(the_kiosk(), panel.officer(), one.id, one.step, typed), typed
    )


@bp.post("/aktivasi/<visit_id>/periksa")
def look_up(visit_id: str) -> Response:
    """The number is right: ask the register."""
    return _at(visit_id, lambda one: register.look_up(the_kiosk(), one.id, one.step))


@bp.post("/aktivasi/<visit_id>/email")
def enter_email(visit_id: str) -> Response:
    """The e-mail address."""
    typed = request.form.get("email", "")
    return _at(visit_id, lambda one: contact.enter_email(the_kiosk(), one.id, one.step, typed), typed)


@bp.post("/aktivasi/<visit_id>/nomor")
def enter_phone(visit_id: str) -> Response:
    """The phone number."""
    typed = request.form.get("phone", "")
    return _at(visit_id, lambda one: contact.enter_phone(the_kiosk(), one.id, one.step, typed), typed)


@bp.post("/aktivasi/<visit_id>/jaminan")
def vouch(visit_id: str) -> Response:
    """The officer's word instead of the camera; a colleague's beside it where two must agree."""
    form = request.form
    colleague = Colleague(form.get("second", "")[:60], form.get("second_pin", "")[:32])
    return _at(
        visit_id,
        lambda one: counter.vouch(the_kiosk(), panel.officer(), one.id, one.step, word_of_form(), colleague),
    )


@bp.post("/aktivasi/<visit_id>/hp-lama")
def old_phone(visit_id: str) -> Response:
    """Take the IKD off the old phone; the visit goes on with the new one."""
    return _at(visit_id, lambda one: care.deactivate(the_kiosk(), panel.officer(), one.id, word_of_form()))


@bp.post("/aktivasi/<visit_id>/kode-baru")
def renew(visit_id: str) -> Response:
    """A new QR, as often as a resident may; beyond that with reason and PIN (`care.py`)."""
    return _at(visit_id, lambda one: activation.renew(the_kiosk(), one.id, one.step))


@bp.post("/aktivasi/<visit_id>/email-salah")
def email_wrong(visit_id: str) -> Response:
    """The address is wrong."""
    return _move(visit_id, Event.WRONG_EMAIL)


@bp.post("/aktivasi/<visit_id>/email-baru")
def correct_email(visit_id: str) -> Response:
    """The address once more, as often as a resident may; beyond that with reason and PIN (`care.py`)."""
    typed = request.form.get("email", "")
    return _at(visit_id, lambda one: activation.correct_email(the_kiosk(), one.id, one.step, typed), typed)


@bp.post("/aktivasi/<visit_id>/akhiri")
def end(visit_id: str) -> Response:
    """Over: everything personal is erased."""
    counter.end(the_kiosk(), _his(visit_id).id)
    return redirect(url_for(".overview"), HTTPStatus.SEE_OTHER)


def _his(visit_id: str) -> Visit:
    """A visit that this officer has opened; to everybody else it is not there."""
    found = counter.find(the_kiosk(), panel.officer(), visit_id)
    if found is None:
        raise NotFound
    return found


def _move(visit_id: str, event: Event) -> Response:
    def move(one: Visit) -> Visit | NotDone:
        is_possible = (one.step, event) in TRANSITIONS
        return visits.move(the_kiosk(), one.id, one.step, event) if is_possible else NotDone(Problem.MOVED_ON)

    return _at(visit_id, move)


Answer = Visit | NotDone | NotDeactivated | nik.Refused | contact.Refused


def _at(visit_id: str, verb: Callable[[Visit], Answer], typed: str | None = None) -> Response:
    """Do one thing at the step from which the form came; 409 when the visit is somewhere else meanwhile."""
    found = _his(visit_id)
    if found.step in CLOSED or request.form.get("step") != found.step:
        return _page(found.id, HTTPStatus.CONFLICT, NotDone(Problem.MOVED_ON))
    answer = verb(found)
    error: dict[str, object] = {}
    match answer:
        case Visit():
            return _to(answer)
        case NotDone(problem):
            return _page(found.id, status_of(problem), answer, typed=typed)
        case NotDeactivated(reason):
            return _page(found.id, HTTPStatus.CONFLICT, error={"whole": words.LOST[reason]})
        case nik.Refused(_, problems):
            error["nik"] = " ".join(str(wording.NIK[one]) for one in problems)
        case contact.Refused(_, fault):
            error["contact"] = wording.CONTACT[fault]
    return _page(found.id, HTTPStatus.UNPROCESSABLE_ENTITY, error=error, typed=typed)


def _to(one: Visit) -> Response:
    return redirect(url_for(".visit", visit_id=one.id), HTTPStatus.SEE_OTHER)


def _page(
    visit_id: str,
    status: HTTPStatus = HTTPStatus.OK,
    refused: NotDone | None = None,
    error: dict[str, object] | None = None,
    typed: str | None = None,
) -> Response:
    kiosk = the_kiosk()
    served = counter.see(kiosk, panel.officer(), visit_id)
    one = served.visit
    # What an officer cannot bring about at a counter has no page of its own there.
    step = one.step if any(stage.is_now for stage in stages(one.step)) else Step.ENDED
    return panel.render(
        "officer/counter_visit.html",
        status,
        renews_itself=step in FOLLOWED,
        served=served,
        visit=one,
        step=step,
        shown=shown(kiosk, one),
        stages=stages(step),
        error=error or {},
        problem=None if refused is None else refused.problem,
        problem_sentence=None if refused is None else words.PROBLEM[refused.problem],
        pin_problem=refused.pin if refused is not None and refused.problem is Problem.PIN else None,
        form=request.form,
        note=request.form.get("note", "")[: 2 * NOTE_MAX],
        note_max=NOTE_MAX,
        value=_value(served, typed),
        email_hint=suggestion(one.email or ""),
        domains=COMMON_DOMAINS,
        grouped=niks.grouped(one.nik or ""),
        masked=one.masked_nik or "",
        phone=grouped_phone(one.phone) if one.phone else "",
        says=nik_says(kiosk, one),
        refusal=None if one.refer_reason is None else wording.officer_sentence(one.refer_reason),
        bring=() if one.refer_reason is None else wording.bring(one.refer_reason),
        vouch_reasons=words.reasons(Override.VOUCH),
        lost_reasons=words.reasons(Override.DEACTIVATE),
        offer=views.of(kiosk, one, None) if step is Step.QR else None,
        store=views.of(kiosk, one, None) if step is Step.GET_APP else None,
        ended=words.END.get(one.end) if one.end is not None else None,
    )


def _value(served: Served, typed: str | None) -> str:
    """What stands in the field of this step: what was typed wrong, what is kept, what the ticket brings."""
    if typed is not None:
        return typed[:EMAIL_MAX]
    one, offered = served.visit, served.prefill
    match one.step:
        case Step.NIK:
            return niks.grouped(one.nik or offered.nik)
        case Step.EMAIL | Step.EMAIL_FIX:
            return one.email or offered.email
        case Step.PHONE:
            kept = one.phone or offered.phone
            return grouped_phone(kept) if kept else ""
    return ""
