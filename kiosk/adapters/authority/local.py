"""The demonstration authority: remembers activations in our own database, able to be slow and to fail."""

from __future__ import annotations

import sqlalchemy as sa

from kiosk.adapters.authority.types import AuthorityDown, AuthorityRefused, Outcome
from kiosk.adapters.controls import Controls, Late, Unreachable
from kiosk.db import reading, transaction
from kiosk.domain.clock import Clock
from kiosk.keys import Keys
from kiosk.models.register import AuthorityRecord


class LocalAuthority:
    """Answers from the table `authority_record`; refused in production."""

    driver = "local"
    simulated = True

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self.controls = Controls()

    def is_active(self, nik: str, deadline: float) -> bool:
        """See `Authority.is_active`."""
        self._answer_or_fail(deadline)
        active = sa.select(sa.exists().where(*self._active(self._keys.nik_hash(nik))))
        with reading() as session:
            return bool(session.scalar(active))

    def issue(self, key: str, nik: str, deadline: float) -> None:
        """See `Authority.issue`."""
        self._answer_or_fail(deadline)
        nik_hash = self._keys.nik_hash(nik)
        with transaction() as session:
            if session.scalar(sa.select(sa.exists().where(*self._active(nik_hash)))):
                raise AuthorityRefused
            if session.get(AuthorityRecord, key) is None:
                session.add(
                    AuthorityRecord(key=key, nik_hash=nik_hash, state=Outcome.ISSUED, at=self._clock.now())
                )

    def activate(self, key: str, deadline: float) -> None:
        """See `Authority.activate`."""
        self._answer_or_fail(deadline)
        with transaction() as session:
            record = session.get(AuthorityRecord, key)
            if record is None:
                raise AuthorityRefused
            if record.state == Outcome.ACTIVE:
                return
            if session.scalar(sa.select(sa.exists().where(*self._active(record.nik_hash)))):
                raise AuthorityRefused
            record.state = Outcome.ACTIVE
            record.at = self._clock.now()

    def deactivate(self, key: str, nik: str, deadline: float) -> None:
        """See `Authority.deactivate`."""
        self._answer_or_fail(deadline)
        nik_hash = self._keys.nik_hash(nik)
        with transaction() as session:
            if session.get(AuthorityRecord, key) is not None:
                return
            active = session.scalars(sa.select(AuthorityRecord).where(*self._active(nik_hash))).all()
            if not active:
                raise AuthorityRefused
            now = self._clock.now()
            for record in active:
                record.state, record.at = Outcome.DEACTIVATED, now
            session.add(AuthorityRecord(key=key, nik_hash=nik_hash, state=Outcome.DEACTIVATED, at=now))

    def outcome(self, key: str, deadline: float) -> Outcome:
        """See `Authority.outcome`."""
        self._answer_or_fail(deadline)
        with reading() as session:
            record = session.get(AuthorityRecord, key)
        return Outcome.UNKNOWN if record is None else Outcome(record.state)

    def _answer_or_fail(self, deadline: float) -> None:
        try:
            self.controls.wait(self._clock, deadline)
        except (Unreachable, Late):
            raise AuthorityDown from None

    @staticmethod
    def _active(nik_hash: str) -> tuple[sa.ColumnElement[bool], ...]:
        return (AuthorityRecord.nik_hash == nik_hash, AuthorityRecord.state == Outcome.ACTIVE)
