"""What each step's template needs beside the visit: one function a step that needs anything."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from flask_babel import LazyString
from flask_babel import gettext as _

from kiosk import wording
from kiosk.domain import nik as niks
from kiosk.domain.activation import ActivationState, why_not
from kiosk.domain.capture import Guidance
from kiosk.domain.contact import COMMON_DOMAINS, grouped_phone, masked_email, masked_phone
from kiosk.domain.limits import tries_left
from kiosk.domain.liveness import Cue, Hint
from kiosk.domain.nik import masked_name
from kiosk.domain.reasons import OF_LIVENESS, ReferReason
from kiosk.domain.retention import SCORES
from kiosk.domain.visit import PAUSE_LASTS, Step
from kiosk.models.visit import Visit
from kiosk.routes import qr
from kiosk.services import activation, attempt, outbox, printing, selfie, waiting
from kiosk.services import ticket as tickets
from kiosk.services.kiosk import Kiosk
from kiosk.services.outbox import MailState
from kiosk.services.selfie import Guiding
from kiosk.wording import liveness

View = SimpleNamespace


def of(kiosk: Kiosk, visit: Visit, typed: str | None) -> View:
    """Return the values of the visit's step; `typed` is what a refused form held, to be shown again."""
    maker = MAKERS.get(visit.step)
    return View() if maker is None else maker(kiosk, visit, typed)


def _get_app(kiosk: Kiosk, _visit: Visit, _typed: str | None) -> View:
    wifi = kiosk.settings.guest_wifi
    return View(
        store_qr_svg=qr.svg(kiosk.settings.app_store_url, _("QR ke toko aplikasi")),
        wifi_qr_svg=qr.svg(_wifi_code(wifi), _("QR Wi-Fi tamu")) if wifi else None,
        wifi_name=wifi.partition(":")[0],
    )


def _wifi_code(setting: str) -> str:
    """`name:password` as the text that phones read as «join this network»."""
    name, _colon, password = setting.partition(":")

    def escaped(text: str) -> str:
        return "".join(f"\\{character}" if character in '\\;,:"' else character for character in text)

    kind = "WPA" if password else "nopass"
    return f"WIFI:T:{kind};S:{escaped(name)};P:{escaped(password)};;"


def _wants_person(kiosk: Kiosk, _visit: Visit, _typed: str | None) -> View:
    phones = [phone.strip() for phone in kiosk.settings.unsuitable_phones.split(";")]
    return View(unsuitable_phones=[_(phone) for phone in phones if phone])


def _consent(kiosk: Kiosk, _visit: Visit, _typed: str | None) -> View:
    return View(version=kiosk.settings.consent_version, score_days=SCORES.days)


def _nik(_kiosk: Kiosk, visit: Visit, typed: str | None) -> View:
    return View(value=_own_words(visit, visit.nik) if typed is None else typed[:40])


def _own_words(visit: Visit, kept: str | None) -> str:
    """What a field holds again: only what was typed here, never what a code has brought."""
    return "" if visit.brought else kept or ""


def _nik_check(_kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    nik = visit.nik or ""
    return View(grouped=niks.masked(nik) if visit.brought else niks.grouped(nik))


def _register_refused(_kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    return View(grouped_masked=visit.masked_nik or "")


def _email(_kiosk: Kiosk, visit: Visit, typed: str | None) -> View:
    kept = _own_words(visit, visit.email)
    return View(value=kept if typed is None else typed[:254], domains=COMMON_DOMAINS)


def _email_fix(_kiosk: Kiosk, visit: Visit, typed: str | None) -> View:
    return View(
        value=(visit.email or "") if typed is None else typed[:254],
        domains=COMMON_DOMAINS,
        corrections_left=tries_left(visit.email_fixes, activation.EMAIL_CORRECTIONS),
    )


def _phone(_kiosk: Kiosk, visit: Visit, typed: str | None) -> View:
    kept = grouped_phone(visit.phone) if visit.phone else ""
    return View(value=_own_words(visit, kept) if typed is None else typed[:30])


def _contact_check(_kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    email, phone = visit.email or "", visit.phone or ""
    if visit.brought:
        return View(email=masked_email(email), phone=masked_phone(phone))
    return View(email=email, phone=grouped_phone(phone))


def _face(kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    settings, watch = kiosk.settings, selfie.watch_of(kiosk, visit)
    return View(
        browser_camera=kiosk.devices.camera.driver == "browser",
        mirrored=settings.camera_mirror,
        rotate=settings.camera_rotate,
        crop=settings.camera_crop,
        round=watch.word,
        number=watch.number,
        turns=_turns(kiosk, visit),
        tries_left=attempt.left(kiosk, visit),
        guidance=guidance_words(Guiding(visit, None), 0),
    )


def _turns(kiosk: Kiosk, visit: Visit) -> int:
    """How many turns of the head this visit is asked for."""
    return 0 if visit.liveness_waived else kiosk.settings.liveness_turns


def guidance_words(seen: Guiding, number: int) -> SimpleNamespace:
    """Guidance as the template wants it: one sentence with at most one arrow, at most one note under it.

    `pose` is where the head is to be, and None before the turns; `progress` fills the ring from 0 to 1.
    """
    pose = (seen.cue or Cue.FRONT) if seen.total else None
    if seen.hint is Hint.TOO_FAR:
        pose = Cue.FRONT
    has_just_begun = pose is Cue.FRONT and seen.done == 0 and seen.hint is None
    arrow = "none"
    if seen.cue is not None and pose is not None:
        value, sentence = "turning", liveness.BEGIN if has_just_begun else liveness.CUES[pose]
    elif seen.guidance is None and seen.cue is None:
        value, sentence = "waiting", wording.WAITING_FOR_CAMERA
    else:
        # A round without turns asks for nothing but what a good frame asks for.
        value = seen.guidance or Guidance.HOLD_STILL
        sentence, arrow = wording.GUIDANCE[value]
    return SimpleNamespace(
        value=value,
        sentence=sentence,
        arrow=arrow,
        note=_note(seen),
        pose=pose,
        done=seen.done,
        total=seen.total,
        progress=seen.done / seen.total if seen.cue is not None and seen.total else seen.progress,
        number=number,
    )


def _note(seen: Guiding) -> LazyString | None:
    if seen.hint is not None:
        return liveness.HINTS[seen.hint]
    return wording.ADVICE[seen.advice] if seen.advice is not None else None


def _face_again(kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    refusal = attempt.last_refusal(kiosk, visit)
    return View(
        tries_left=attempt.left(kiosk, visit),
        turns=_turns(kiosk, visit),
        why=None if refusal is None else liveness.RETRY[refusal],
        tips=wording.FACE_TIPS if refusal is None else liveness.TIPS,
    )


def _qr(kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    offered = activation.current(kiosk, visit.id)
    now = kiosk.clock.now()
    left = 0 if offered is None else max(int((offered.expires_at - now).total_seconds()), 0)
    in_use = offered is not None and offered.state is ActivationState.REDEEMING
    usable = offered is not None and (
        in_use
        or why_not(offered.state, offered.expires_at, offered.wrong_codes, kiosk.settings.code_tries, now)
        is None
    )
    delayed = offered is not None and outbox.state_of(kiosk, offered.id) is MailState.DELAYED
    view = View(
        expired=not usable,
        seconds_left=left,
        qr_svg=qr.svg(activation.link(kiosk, offered), _("QR aktivasi")) if offered and usable else None,
        url_is_local=kiosk.settings.is_demo and kiosk.settings.is_only_here,
        renewals_left=tries_left(visit.qr_renewals, kiosk.settings.qr_renewals),
        masked_email=masked_email(visit.email or ""),
        mail_delayed=delayed,
        can_fix_email=tries_left(visit.email_fixes, activation.EMAIL_CORRECTIONS) > 0,
    )
    view.shown = qr_shown(view, offered.id if offered else "")
    return view


def qr_shown(view: View, activation_id: str) -> str:
    """What the QR screen shows, as one word: a poll says it and is told only what differs."""
    return (
        f"{activation_id[:6]}-{'expired' if view.expired else 'open'}-{'late' if view.mail_delayed else 'ok'}"
    )


def _waiting_for_officer(kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    standing = waiting.standing(kiosk, visit.id)
    assert standing is not None  # the step is reached in the transaction that opens the case
    return View(
        masked_name=masked_name(visit.name or ""),
        asked=standing.asked,
        about_phone=standing.reason is ReferReason.ALREADY_ACTIVE,
        about_turns=standing.reason in OF_LIVENESS,
        seconds_left=standing.seconds_left,
        wait_seconds=standing.wait_seconds,
    )


def _already_active(kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    return View(
        masked_name=masked_name(visit.name or ""), officer_is_there=waiting.can_be_asked(kiosk, visit)
    )


def _thanks(_kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    return View(
        masked_name=masked_name(visit.name or ""),
        reference=visit.reference,
        printed=visit.paper,
        printer_sentence="",
        rated=visit.satisfaction is not None,
    )


def _paused(kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    until = (visit.stands_since + PAUSE_LASTS).astimezone(kiosk.settings.zone)
    return View(
        until=f"{until:%H.%M}",
        printed=visit.paper,
        by_camera=visit.refer_reason is ReferReason.CAMERA_GONE,
    )


def _ticket(kiosk: Kiosk, visit: Visit, _typed: str | None) -> View:
    ticket = tickets.newest(kiosk, visit.id)
    assert ticket is not None  # a visit reaches TICKET only in the transaction that issues one
    return View(
        number=ticket.number,
        reason_sentence=wording.resident_sentence(ticket.reason),
        counter=kiosk.settings.office_counter,
        bring=wording.bring(ticket.reason),
        printed=visit.paper,
        printer_sentence=_("Silakan ambil tiket Anda.") if visit.paper == printing.PRINTED else "",
        resumes=wording.resumes(ticket.reason),
    )


MAKERS: dict[Step, Callable[[Kiosk, Visit, str | None], View]] = {
    Step.GET_APP: _get_app,
    Step.WANTS_PERSON: _wants_person,
    Step.CONSENT: _consent,
    Step.NIK: _nik,
    Step.NIK_CHECK: _nik_check,
    Step.REGISTER_REFUSED: _register_refused,
    Step.EMAIL: _email,
    Step.EMAIL_FIX: _email_fix,
    Step.PHONE: _phone,
    Step.CONTACT_CHECK: _contact_check,
    Step.FACE: _face,
    Step.FACE_AGAIN: _face_again,
    Step.QR: _qr,
    Step.WAITING_FOR_OFFICER: _waiting_for_officer,
    Step.ALREADY_ACTIVE: _already_active,
    Step.THANKS: _thanks,
    Step.PAUSED: _paused,
    Step.TICKET: _ticket,
}
