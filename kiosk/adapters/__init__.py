"""Software outside us, gathered: register, face engine, activation authority, mail, voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.adapters.authority import Authority
    from kiosk.adapters.face import FaceEngine
    from kiosk.adapters.mail import MailServer
    from kiosk.adapters.register import Register
    from kiosk.adapters.voice import Voice
    from kiosk.config import Settings
    from kiosk.domain.clock import Clock
    from kiosk.keys import Keys


@dataclass(frozen=True)
class Adapters:
    """One driver of each kind."""

    register: Register
    face: FaceEngine
    authority: Authority
    mail: MailServer
    voice: Voice


def build(settings: Settings, keys: Keys, clock: Clock) -> Adapters:
    """Return the drivers that the settings name; raises `SettingsError` naming a wrong one."""
    from kiosk.adapters import authority, face, mail, register, voice

    return Adapters(
        register=register.build(settings, keys, clock),
        face=face.build(settings, clock),
        authority=authority.build(settings, keys, clock),
        mail=mail.build(settings, clock),
        voice=voice.build(settings),
    )
