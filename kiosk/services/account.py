"""An officer's own secrets: password, one-time codes, PIN; chosen on the way in, changed on his account."""

from __future__ import annotations

import hmac
import re

from kiosk.domain import password as passwords
from kiosk.domain.audit import Action
from kiosk.domain.nik import NikProblem, clean, problems
from kiosk.domain.password import PasswordFault
from kiosk.domain.pin import PinFault
from kiosk.models.officer import Officer
from kiosk.services import audit, badge, lockout, pin, recovery, totp
from kiosk.services import session as sessions
from kiosk.services.kiosk import Kiosk
from kiosk.services.officer import subject_of
from kiosk.services.pin import PinRefusal
from kiosk.services.sign_in import SignInRefusal, confirm_password


def choose_password(kiosk: Kiosk, officer: Officer, new: str, again: str) -> PasswordFault | None:
    """Keep a new password and end every sign-in made with the old one; None when done, else what is wrong."""
    fault = passwords.fault_of(officer.username, new)
    if fault is None and new != again:
        fault = PasswordFault.NOT_THE_SAME_TWICE
    if fault is None and lockout.matches(officer.password_hash, new):
        fault = PasswordFault.SAME_AS_BEFORE
    if fault is not None:
        return fault
    password_hash = lockout.hashed(new)
    with audit.verb(kiosk) as session:
        kept = session.get_one(Officer, officer.id)
        kept.password_hash = password_hash
        kept.must_change_password = False
        sessions.end_all(kiosk, session, kept.id)
        audit.record(kiosk, session, Action.OFFICER_CHANGED, subject_of(kept), what="password")
    return None


def change_password(
    kiosk: Kiosk, officer: Officer, present: str, new: str, again: str
) -> PasswordFault | SignInRefusal | None:
    """Choose another password, having shown the present one; a wrong one counts in the lock-out."""
    return confirm_password(kiosk, officer, present) or choose_password(kiosk, officer, new, again)


def secret_to_show(kiosk: Kiosk, officer: Officer) -> str | None:
    """The secret that the officer's app is to read, made when it is first asked for; None once confirmed.

    Every password shown before makes a new one necessary (`sign_in.check_password`): whoever knew the
    temporary password must not have read the secret that the officer confirms.
    """
    with audit.verb(kiosk) as session:
        kept = session.get_one(Officer, officer.id)
        if kept.totp_confirmed_at is not None:
            return None
        kept.totp_secret = kept.totp_secret or totp.new_secret()
        return kept.totp_secret


def confirm_codes(kiosk: Kiosk, officer: Officer, typed: str) -> list[str] | None:
    """Confirm that the officer's app shows the right codes; returns his recovery codes, to be shown once.

    None when the code is wrong. It counts in no lock-out: the secret itself stands on the page.
    """
    now = kiosk.clock.now()
    with audit.verb(kiosk) as session:
        kept = session.get_one(Officer, officer.id)
        if kept.totp_confirmed_at is not None or kept.totp_secret is None:
            return None
        digits = re.sub(r"[^0-9]", "", typed[:40])
        step = totp.accepted_step(kept.totp_secret, digits, now, kept.totp_last_step)
        if step is None:
            return None
        kept.totp_confirmed_at, kept.totp_last_step = now, step
        audit.record(kiosk, session, Action.OFFICER_CHANGED, subject_of(kept), what="one_time_codes")
        audit.record(kiosk, session, Action.OFFICER_SIGNED_IN, subject_of(kept), means="set_up")
        return recovery.make(kiosk, session, kept)


def new_recovery_codes(kiosk: Kiosk, officer: Officer, typed_pin: str) -> list[str] | PinRefusal:
    """Replace the recovery codes; the new ones are shown once."""
    refusal = pin.confirm(kiosk, officer, typed_pin)
    if refusal is not None:
        return refusal
    with audit.verb(kiosk) as session:
        kept = session.get_one(Officer, officer.id)
        audit.record(kiosk, session, Action.OFFICER_CHANGED, subject_of(kept), what="recovery_codes")
        return recovery.make(kiosk, session, kept)


def choose_pin(
    kiosk: Kiosk, officer: Officer, new: str, again: str, nik: str = ""
) -> PinFault | NikProblem | None:
    """Keep a new PIN, and with the first one the officer's own NIK if he gives it.

    Of the NIK only its keyed hash is kept: it keeps him from deciding about himself, and tells nobody more.
    """
    found = problems(nik) if nik.strip() else ()
    if found:
        return found[0]
    pin_hash = pin.hash_of(kiosk, officer.id, new)
    if isinstance(pin_hash, PinFault):
        return pin_hash
    if not hmac.compare_digest(new.encode(), again.encode()):
        return PinFault.NOT_THE_SAME_TWICE
    with audit.verb(kiosk) as session:
        kept = session.get_one(Officer, officer.id)
        kept.pin_hash = pin_hash
        if nik.strip() and kept.nik_hash is None:
            kept.nik_hash = kiosk.keys.nik_hash(clean(nik))
            audit.record(kiosk, session, Action.OFFICER_CHANGED, subject_of(kept), what="own_nik")
        audit.record(kiosk, session, Action.OFFICER_CHANGED, subject_of(kept), what="pin")
    return None


def change_pin(
    kiosk: Kiosk, officer: Officer, password: str, new: str, again: str
) -> PinFault | NikProblem | SignInRefusal | None:
    """Choose another PIN, having shown the password: so a forgotten PIN can be replaced too."""
    return confirm_password(kiosk, officer, password) or choose_pin(kiosk, officer, new, again)


def give_nik(kiosk: Kiosk, officer: Officer, nik: str) -> NikProblem | None:
    """Keep the hash of the officer's own NIK, once: who could change it, could decide about himself."""
    found = problems(nik)
    if found:
        return found[0]
    with audit.verb(kiosk) as session:
        kept = session.get_one(Officer, officer.id)
        if kept.nik_hash is None:
            kept.nik_hash = kiosk.keys.nik_hash(clean(nik))
            audit.record(kiosk, session, Action.OFFICER_CHANGED, subject_of(kept), what="own_nik")
    return None


def sign_out_elsewhere(kiosk: Kiosk, officer: Officer, this_one: str) -> int:
    """End the officer's other sign-ins; `this_one` is the keyed hash of the one that stays."""
    with audit.verb(kiosk) as session:
        ended = sessions.end_all(kiosk, session, officer.id, except_mac=this_one)
        if ended:
            audit.record(
                kiosk,
                session,
                Action.OFFICER_SIGNED_OUT,
                subject_of(officer),
                because="elsewhere",
                ended=ended,
            )
    return ended


def make_badge(kiosk: Kiosk, officer: Officer, typed_pin: str) -> str | PinRefusal:
    """Make a badge for whoever types his PIN, and return its code."""
    return pin.confirm(kiosk, officer, typed_pin) or badge.make(kiosk, officer)
