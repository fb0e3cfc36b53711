"""A kiosk under test, and residents who walk through it by the real verbs.

Real SQLite, the local register and authority, the mail folder and the simulated printer; the clock stands
still and the face engine says what the test wants. Every adapter and device is watched (`strict.py`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kiosk import adapters, keys
from kiosk.config import Settings
from kiosk.db import db, reading
from kiosk.domain.eligibility import RecordState
from kiosk.domain.liveness import Phase
from kiosk.domain.sign_in import Proof
from kiosk.domain.visit import Event, Step
from kiosk.hardware import devices
from kiosk.models.activation import Activation
from kiosk.models.audit import AuditEntry
from kiosk.models.case import ReviewCase
from kiosk.models.officer import Officer, OfficerSession
from kiosk.models.register import AuthorityRecord, RegisterPerson
from kiosk.models.ticket import Ticket
from kiosk.models.visit import FaceAttempt, Visit
from kiosk.services import activation, audit, consent, contact, nik, register, selfie
from kiosk.services import visit as visits
from kiosk.services.kiosk import Kiosk
from kiosk.services.selfie import Guiding
from tests.fixed_clock import FixedClock
from tests.residents import SARI, Someone
from tests.services.scripted import GOOD, JPEG, ScriptedFace, following
from tests.services.strict import strict_adapters, strict_devices
from tests.support import make_app, the_kiosk

REGISTER_PHOTO = b"\xff\xd8 register photo"

LAST_STEPS = (Step.NIK, Step.NIK_CHECK, Step.EMAIL, Step.PHONE, Step.CONTACT_CHECK, Step.FACE, Step.QR)
"""Where `Stand.bring` can stop."""


@dataclass
class Stand:
    """The app, its time, its scripted face engine, and what was called inside a transaction."""

    app: Flask
    clock: FixedClock
    face: ScriptedFace
    breaches: list[str] = field(default_factory=list)

    @property
    def kiosk(self) -> Kiosk:
        """What every verb takes first."""
        return the_kiosk(self.app)

    @property
    def register(self) -> Any:
        """What can be made to go wrong with the register."""
        return self.kiosk.adapters.register.controls  # type: ignore[attr-defined]

    @property
    def authority(self) -> Any:
        """What can be made to go wrong with the authority."""
        return self.kiosk.adapters.authority.controls  # type: ignore[attr-defined]

    @property
    def mail(self) -> Any:
        """What can be made to go wrong with the mail server."""
        return self.kiosk.adapters.mail.controls  # type: ignore[attr-defined]

    @property
    def printer(self) -> Any:
        """The simulated printer: `controls` and `sheets`."""
        return self.kiosk.devices.printer

    def enrol(self, someone: Someone = SARI, **record: Any) -> None:
        """Put somebody into the register, or change the record; `record` overrides its columns."""
        key = self.kiosk.keys.nik_hash(someone.nik)
        values = {
            "nik_hash": key,
            "nik": someone.nik,
            "name": someone.name,
            "born": someone.born,
            "sex": someone.sex,
            "married": False,
            "recorded": True,
            "state": RecordState.ACTIVE,
            "region": "3273",
            "photo": REGISTER_PHOTO,
        } | record
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            session.merge(RegisterPerson(**values))

    def make_active_elsewhere(self, someone: Someone = SARI) -> None:
        """Let the authority know an active phone for somebody."""
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            nik_hash = self.kiosk.keys.nik_hash(someone.nik)
            key = f"elsewhere-{someone.nik[-4:]}"
            session.merge(AuthorityRecord(key=key, nik_hash=nik_hash, state="active", at=self.clock.now()))

    def bring(self, step: Step, someone: Someone = SARI, language: str = "id") -> str:
        """Let somebody walk to `step` by the real verbs; return the visit's id."""
        kiosk = self.kiosk
        visit_id = visits.start(kiosk, language).id
        walk: tuple[Callable[[], object], ...] = (
            lambda: (
                visits.move(kiosk, visit_id, Step.CHOICE, Event.HAS_APP),
                consent.give(kiosk, visit_id, Step.CONSENT),
            ),
            lambda: nik.enter(kiosk, visit_id, Step.NIK, someone.nik),
            lambda: register.look_up(kiosk, visit_id, Step.NIK_CHECK),
            lambda: contact.enter_email(kiosk, visit_id, Step.EMAIL, someone.email),
            lambda: contact.enter_phone(kiosk, visit_id, Step.PHONE, someone.phone),
            lambda: selfie.confirm_contact(kiosk, visit_id, Step.CONTACT_CHECK),
            lambda: self.show_face(visit_id),
        )
        for reached, go_on in zip(LAST_STEPS, walk, strict=True):
            go_on()
            assert self.row(visit_id).step is reached
            if reached is step:
                return visit_id
        raise ValueError(step)

    def officer(self, username: str = "rina", **columns: Any) -> Officer:
        """Let there be an officer with the PIN of `tests/officers.py`."""
        from tests.officers import Office

        return Office(self.app, self.clock).officer(username, **columns)

    def on_board(self, officer: Officer) -> Officer:
        """Let an officer sit before his panel with the board open, for the next seconds; return him."""
        now = self.clock.now()
        sign_in = OfficerSession(
            token_mac=f"board of {officer.username} {now.timestamp()}", officer_id=officer.id, device_mac="-",
            proof=Proof.BOTH, began_at=now, seen_at=now, board_seen_at=now,
        )  # fmt: skip
        with self.app.app_context(), audit.verb(self.kiosk) as session:
            session.add(sign_in)
        return officer

    def show_face(self, visit_id: str, jpeg: bytes = JPEG) -> Any:
        """Stand before the camera, hold still and do what is asked; return what `observe` said last."""
        answer = self.hold_still(visit_id, jpeg)
        while isinstance(answer, Guiding) and (round := self.kiosk.watches[visit_id].round):
            if round.phase is Phase.FRAMING:
                break
            self.face.seen = following(round)
            answer = self.frame(visit_id, jpeg)
        self.face.seen = GOOD
        return answer

    def hold_still(self, visit_id: str, jpeg: bytes | None = JPEG) -> Any:
        """Stand before the camera until a turn may be asked for."""
        self.frame(visit_id, jpeg)
        return self.frame(visit_id, jpeg, after=0.7)

    def frame(self, visit_id: str, jpeg: bytes | None = JPEG, after: float = 0.1) -> Any:
        """Let the camera step judge one frame, `after` seconds later."""
        self.clock.advance(after)
        return selfie.observe(self.kiosk, self.row(visit_id), jpeg, self.clock.monotonic())

    def offered(self, visit_id: str) -> tuple[str, str]:
        """The code in the QR, and the digits in the mail that was really written last."""
        current = activation.current(self.kiosk, visit_id)
        assert current is not None
        return activation.link(self.kiosk, current).rpartition("/")[2], self.mailed_digits()

    def mailed_digits(self) -> str:
        """The code in the newest mail."""
        found = re.search(r"(\d{3}) (\d{3})", self.letters()[0].get_content())
        assert found
        return "".join(found.groups())

    def letters(self) -> list[Any]:
        """The mails that were sent, newest first."""
        newest: list[Any] = self.kiosk.adapters.mail.newest()  # type: ignore[attr-defined]
        return newest

    def row(self, visit_id: str) -> Visit:
        """The visit as it stands in the database."""
        row: Visit = self.one(sa.select(Visit).where(Visit.id == visit_id))
        return row

    def one(self, query: Any) -> Any:
        """The one row that `query` finds, fresh from the database."""
        (found,) = self.all(query)
        return found

    def all(self, query: Any) -> list[Any]:
        """What `query` finds, fresh from the database."""
        with self.app.app_context(), reading() as session:
            found = list(session.scalars(query.execution_options(populate_existing=True)))
            session.expunge_all()
        return found

    def tickets(self) -> list[Ticket]:
        """Every ticket, the newest last."""
        return self.all(sa.select(Ticket).order_by(Ticket.day, Ticket.serial))

    def cases(self) -> list[ReviewCase]:
        """Every case."""
        return self.all(sa.select(ReviewCase))

    def attempts(self) -> list[FaceAttempt]:
        """Every face attempt in order."""
        return self.all(sa.select(FaceAttempt).order_by(FaceAttempt.id))

    def attempt_states(self) -> list[str]:
        """What every face attempt came to."""
        return [attempt.state.value for attempt in self.attempts()]

    def activations(self) -> list[Activation]:
        """Every activation, the oldest first."""
        return self.all(sa.select(Activation).order_by(Activation.created_at))

    def authority_states(self) -> dict[str, str]:
        """What the authority remembers, by key."""
        return {record.key: record.state for record in self.all(sa.select(AuthorityRecord))}

    def audited(self) -> list[AuditEntry]:
        """The chain in order."""
        return self.all(sa.select(AuditEntry).order_by(AuditEntry.seq))

    def at_once(self, *calls: Callable[[], object]) -> list[object]:
        """Make all calls at one moment, each in a thread and app context of its own; return their answers."""
        barrier = threading.Barrier(len(calls))
        answers: list[object] = [None] * len(calls)

        def run(index: int) -> None:
            with self.app.app_context():
                barrier.wait(10)
                try:
                    answers[index] = calls[index]()
                except Exception as error:
                    answers[index] = error

        threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return answers

    def personal(self) -> dict[str, list[Any]]:
        """Every encrypted column that is not empty, by «table.column», without register and mail's past."""
        from kiosk.db import EncryptedBytes, EncryptedText

        found: dict[str, list[Any]] = {}
        with self.app.app_context(), reading() as session:
            for table in db.metadata.sorted_tables:
                for column in table.columns:
                    if isinstance(column.type, (EncryptedBytes, EncryptedText)):
                        values = list(session.scalars(sa.select(column).where(column.is_not(None))))
                        if values and table.name != RegisterPerson.__tablename__:
                            found[f"{table.name}.{column.name}"] = values
        return found


def make_stand(folder: Path, *, real_face: Any = None, **settings: Any) -> Stand:
    """A stand on a new database under `folder`; `real_face` replaces the scripted engine."""
    folder.mkdir(parents=True, exist_ok=True)
    given: dict[str, Any] = {"data": folder, "public_url": "http://127.0.0.1:8000", **settings}
    chosen = Settings(**given)
    ring = keys.create(folder / keys.FILE_NAME)
    clock, breaches = FixedClock(), list[str]()
    face = ScriptedFace(clock)
    built = adapters.build(chosen, ring, clock)
    outside = replace(built, face=real_face or face)
    machines = devices.build(chosen, clock)
    machines.printer.controls.seconds_per_sheet = 0.0  # type: ignore[attr-defined]
    app = make_app(
        folder,
        clock=clock,
        adapters=strict_adapters(outside, breaches),
        devices=strict_devices(machines, breaches),
        **settings,
    )
    _without_waiting_for_the_disk(app)
    return Stand(app, clock, face, breaches)


def _without_waiting_for_the_disk(app: Flask) -> None:
    """No test cuts the power, and two thirds of a test's time would be fsync."""
    with app.app_context():
        sa.event.listen(db.engine, "connect", lambda wire, _: wire.execute("PRAGMA synchronous=OFF"))
        db.engine.dispose()


def close(stand: Stand) -> None:
    """Let go of the database; fail when anything outside was called inside a transaction."""
    with stand.app.app_context():
        db.engine.dispose()
    assert stand.breaches == []
