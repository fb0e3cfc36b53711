"""Settings: read once from the environment, frozen, and refused with a sentence when they cannot be right."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kiosk.domain.paper import Letterhead, holds_full_nik
from kiosk.domain.visit import IDLE_SECONDS, Step


class SettingsError(Exception):
    """A setting is missing, misspelt or not allowed here; the message names it."""


LEAST: dict[str, float] = {
    "trusted_proxies": 0,
    "lookups_per_terminal": 1,
    "lookup_window_seconds": 1,
    "answer_moment_seconds": 0.1,
    "adapter_deadline_seconds": 0.1,
    "face_tries": 1,
    "liveness_turns": 1,
    "pad_least": 0,
    "face_min_register_px": 1,
    "qr_seconds": 1,
    "qr_renewals": 0,
    "code_tries": 1,
    "officer_idle_minutes": 1,
    "officer_wait_seconds": 10,
    "paper_roll_metres": 1,
    "camera_rotate": 0,
    "target_base": 0,
    "target_percent": 0,
    "target_year": 0,
}
"""The least that makes sense of each number: a limit of none would send everybody to the counter."""

LONGEST_COUNTER = 40
"""Characters of a counter's name: what the database keeps, and more than any display shows well."""


MOST_TURNS = 8
"""More turns than this do not fit into the time of a round (`domain/liveness.py`)."""

MOST_OFFICE_LINES, LONGEST_OFFICE_LINE = 2, 64
"""Address and hours at the foot of paper: two lines of the narrow roll each, no advertisement."""

LONGEST_OFFICER_WAIT = IDLE_SECONDS[Step.WAITING_FOR_OFFICER]
"""Nobody who waits for an officer is asked whether he is still there."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting and its default; `KIOSK_<NAME>` in the environment sets it, README.md explains it."""

    env: str = "demo"
    data: Path = Path("var")
    database: str = ""
    key_file: Path | None = None
    terminal: str = "A1"
    timezone: str = "Asia/Jakarta"
    public_url: str = ""
    public_bind: str = ""
    trusted_proxies: int = 0
    metrics_token: str = field(default="", repr=False)
    debug: bool = False

    office_name: str = "Disdukcapil Kota Contoh"
    office_region: str = "3273"
    office_counter: str = "Loket 2"
    office_logo: Path | None = None
    office_text: str = ""
    guest_wifi: str = ""
    app_store_url: str = "https://play.google.com/store/apps/details?id=gov.dukcapil.mobile_id"
    unsuitable_phones: str = "Android 7 ke bawah;iPhone (iOS 14 ke bawah);HP tanpa kamera"

    register: str = "local"
    authority: str = "local"
    mail: str = "folder"
    mail_from: str = "Anjungan IKD <anjungan@localhost>"
    face_engine: str = "face_recognition"
    pad_model: str = ""
    camera: str = "simulated"
    camera_mirror: bool = True
    camera_rotate: int = 0
    camera_crop: str = ""
    printer: str = "simulated"
    printer_model: str = "default"
    scanner: str = "simulated"
    paper_mm: int = 80
    paper_roll_metres: float = 60.0

    consent_version: str = "2026-11.2"
    lookups_per_terminal: int = 12
    lookup_window_seconds: int = 600
    answer_moment_seconds: float = 1.5
    adapter_deadline_seconds: float = 8.0
    face_accept: float = 0.52
    face_review: float = 0.6
    face_tries: int = 3
    liveness_turns: int = 3
    pad_least: float = 0.8
    face_min_register_px: int = 80
    qr_seconds: int = 180
    qr_renewals: int = 3
    code_tries: int = 5
    officer_idle_minutes: int = 20
    officer_wait_seconds: int = 90

    counters: str = "Loket 1;Loket 2;Loket 3"
    voice: str = "espeak"
    target_base: int = 0
    target_percent: float = 25.0
    target_year: int = 0

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise SettingsError(problem)

    def _problems(self) -> list[str]:
        found: list[str] = []
        if self.env not in ("demo", "production"):
            found.append(f"KIOSK_ENV is {self.env!r}; it can be demo or production")
        found += [
            f"KIOSK_{name.upper()} is {getattr(self, name)}; it must be at least {least}"
            for name, least in LEAST.items()
            if not least <= getattr(self, name) < math.inf
        ]
        names = self.counter_names
        if not names or len(set(names)) < len(names) or max(map(len, names)) > LONGEST_COUNTER:
            found.append("KIOSK_COUNTERS is a list of different names, such as Loket 1;Loket 2")
        lines = self.letterhead.lines
        if len(lines) > MOST_OFFICE_LINES or any(
            len(line) > LONGEST_OFFICE_LINE or holds_full_nik(line) for line in lines
        ):
            found.append(
                f"KIOSK_OFFICE_TEXT is at most {MOST_OFFICE_LINES} lines parted by ; of at most"
                f" {LONGEST_OFFICE_LINE} characters, such as an address and the hours; no 16 digits in a row"
            )
        # What a Bearer header can carry (RFC 6750, section 2.1), and long enough that nobody guesses it.
        if self.metrics_token and not re.fullmatch(r"[A-Za-z0-9._~+/=-]{20,}", self.metrics_token):
            found.append("KIOSK_METRICS_TOKEN is 20 or more letters, digits or any of . _ ~ + / = -")
        if self.officer_wait_seconds > LONGEST_OFFICER_WAIT:
            found.append(f"KIOSK_OFFICER_WAIT_SECONDS must be at most {LONGEST_OFFICER_WAIT}")
        if self.liveness_turns > MOST_TURNS:
            found.append(f"KIOSK_LIVENESS_TURNS must be at most {MOST_TURNS}")
        if self.paper_mm not in (58, 80):
            found.append(f"KIOSK_PAPER_MM is {self.paper_mm}; it can be 58 or 80")
        if self.camera_rotate not in (0, 90, 180, 270):
            found.append(f"KIOSK_CAMERA_ROTATE is {self.camera_rotate}; it can be 0, 90, 180 or 270")
        if self.camera_crop and not re.fullmatch("[1-9][0-9]?:[1-9][0-9]?", self.camera_crop):
            found.append(f"KIOSK_CAMERA_CROP is {self.camera_crop!r}; it is an aspect such as 3:4, or empty")
        # dlib's distances hardly pass 1; unit vectors of another embedder are up to 2 apart.
        most = 1 if self.face_engine == "face_recognition" else 2
        if not 0 < self.face_accept <= self.face_review < most:
            found.append(
                f"KIOSK_FACE_ACCEPT and KIOSK_FACE_REVIEW must satisfy 0 < accept <= review < {most}"
            )
        if self.pad_least > 1:
            found.append("KIOSK_PAD_LEAST must be at most 1")
        if not re.fullmatch("[A-Za-z0-9-]{1,16}", self.terminal):
            found.append("KIOSK_TERMINAL is a short name of letters, digits and hyphens, such as A1")
        if self.office_region and not re.fullmatch("[0-9]{4}", self.office_region):
            found.append("KIOSK_OFFICE_REGION is the four-digit code of the regency or city")
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError):
            found.append(f"KIOSK_TIMEZONE {self.timezone!r} is not a known time zone")
        if self.env == "production":
            found += self._refused_in_production()
        return found

    def _refused_in_production(self) -> list[str]:
        found = [
            f"KIOSK_{name.upper()}=simulated is refused in production"
            for name in ("camera", "printer", "scanner")
            if "simulated" in map(str.strip, getattr(self, name).split(";"))
        ]
        if self.camera.startswith("files:"):
            found.append("KIOSK_CAMERA=files: (recorded pictures) is refused in production")
        if self.register == "local":
            found.append("KIOSK_REGISTER=local (demonstration residents) is refused in production")
        if self.authority == "local":
            found.append("KIOSK_AUTHORITY=local (demonstration activations) is refused in production")
        if self.mail == "folder":
            found.append("KIOSK_MAIL=folder is refused in production; set smtp://host:port")
        if self.key_file is None:
            found.append(
                "KIOSK_KEY_FILE must name a file made by `kiosk keys new`; production generates none"
            )
        if self.debug:
            found.append("KIOSK_DEBUG is refused in production")
        if not self.public_url.startswith("https://"):
            found.append("KIOSK_PUBLIC_URL must begin with https:// in production")
        return found

    @property
    def is_demo(self) -> bool:
        """Whether demonstration parts (simulator, simulated devices, made-up residents) are allowed."""
        return self.env == "demo"

    @property
    def is_only_here(self) -> bool:
        """Whether the address for phones can be opened by this machine alone."""
        return urlsplit(self.public_url).hostname in ("127.0.0.1", "::1", "localhost")

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone: its day begins and ends there."""
        return ZoneInfo(self.timezone)

    @property
    def counter_names(self) -> tuple[str, ...]:
        """The office's counters, in the order of the hall."""
        return tuple(name.strip() for name in self.counters.split(";") if name.strip())

    @property
    def letterhead(self) -> Letterhead:
        """Whose paper it is: name, logo and the lines of `office_text`."""
        lines = tuple(line.strip() for line in self.office_text.split(";") if line.strip())
        return Letterhead(self.office_name, self.office_logo, lines)

    @property
    def database_url(self) -> str:
        """Where the database is; by default one SQLite file under `data`."""
        return self.database or f"sqlite:///{(self.data / 'kiosk.db').resolve()}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `KIOSK_*`; a name that is no setting is refused, because a typo must not pass silently."""
        source = os.environ if environ is None else environ
        hints = get_type_hints(cls)
        given: dict[str, Any] = {}
        for key, text in source.items():
            if not key.startswith("KIOSK_"):
                continue
            name = key.removeprefix("KIOSK_").lower()
            if name not in hints or name not in {field.name for field in fields(cls)}:
                raise SettingsError(f"{key} is not a setting of this program; see README.md")
            given[name] = _parse(key, text, hints[name])
        # The defaults are dlib's: another embedder's distances have a scale of their own.
        if given.get("face_engine", cls.face_engine) != cls.face_engine:
            for name in ("face_accept", "face_review"):
                if name not in given:
                    raise SettingsError(
                        f"KIOSK_{name.upper()} must be set beside KIOSK_FACE_ENGINE={given['face_engine']}"
                    )
        return cls(**given)


def _parse(key: str, text: str, kind: Any) -> Any:
    if kind is bool:
        words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
        if text.lower() not in words:
            raise SettingsError(f"{key} is {text!r}; it can be 1 or 0")
        return words[text.lower()]
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            whole = "whole " if kind is int else ""
            raise SettingsError(f"{key} is {text!r}; it must be a {whole}number") from None
    if Path in (kind, *get_args(kind)):
        return Path(text) if text else None
    return text
