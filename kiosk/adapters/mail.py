"""The mail server: takes one mail at a time, with one deadline over everything."""

from __future__ import annotations

import itertools
import os
import queue
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from kiosk.adapters.controls import Controls, Late, Unreachable
from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import Clock


class MailDown(Exception):
    """The mail was not taken for now: no server, too slow, greylisted, or our own set-up is wrong.

    Its text is one neutral word or number; never the server's answer, which repeats the address.
    """


class MailRefused(Exception):
    """This recipient will never get this mail: the server answered 5xx. Its text is the number."""


class MailServer(Protocol):
    """What a mail driver can do."""

    driver: str
    simulated: bool

    def send(self, message: EmailMessage, deadline: float) -> None:
        """Hand `message` to the server; when this returns, the server answers for it.

        Raises `MailDown` (also when `deadline` seconds have passed) or `MailRefused`.
        """
        ...

    def check(self, deadline: float) -> str | None:
        """Return None when mail would be taken, else one word for the technician; sends nothing."""
        ...


@dataclass
class MailControls(Controls):
    """What the simulator panel sets; `refuses` turns every recipient away."""

    refuses: bool = False


class FolderMail:
    """Writes each mail to a file instead of sending it; refused in production."""

    driver = "folder"
    simulated = True
    KEPT = 50

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.folder: Path = settings.data / "mail"
        self.controls = MailControls()
        self._clock = clock
        self._number = itertools.count(1)

    def send(self, message: EmailMessage, deadline: float) -> None:
        """See `MailServer.send`."""
        self._answer_or_fail(deadline)
        if self.controls.refuses:
            raise MailRefused("550")
        try:
            self._write(message.as_bytes(policy=policy.SMTP))
        except OSError as error:
            raise MailDown(f"folder {os.strerror(error.errno or 0)}"[:40]) from error

    def check(self, deadline: float) -> str | None:
        """See `MailServer.check`."""
        try:
            self._answer_or_fail(deadline)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (MailDown, OSError) as error:
            return str(error)
        return None if os.access(self.folder, os.W_OK | os.X_OK) else f"{self.folder} cannot be written"

    def newest(self) -> list[EmailMessage]:
        """The mails that are kept, newest first, for the simulator panel."""
        letters = []
        for path in sorted(self.folder.glob("*.eml"), reverse=True):
            with suppress(FileNotFoundError):  # another thread has just made room
                letters.append(message_from_bytes(path.read_bytes(), policy=policy.default))
        return letters

    def _answer_or_fail(self, deadline: float) -> None:
        try:
            self.controls.wait(self._clock, deadline)
        except Unreachable:
            raise MailDown("down") from None
        except Late:
            raise MailDown("deadline") from None

    def _write(self, content: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Named so that sorting by name is sorting by age, and no two threads or processes share a name.
        stamp = f"{self._clock.now():%Y%m%dT%H%M%S%f}-{next(self._number):06}-{os.getpid()}"
        unfinished = self.folder / f"{stamp}.part"
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            unfinished.replace(self.folder / f"{stamp}.eml")
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        for old in sorted(self.folder.glob("*.eml"))[: -self.KEPT]:
            old.unlink(missing_ok=True)


class SmtpMail:
    """Speaks SMTP (RFC 5321), in the clear, with STARTTLS or inside TLS; certificates are always verified."""

    simulated = False

    def __init__(self, settings: Settings, clock: Clock) -> None:  # noqa: ARG002
        url = urlsplit(settings.mail)
        self.driver = url.scheme
        self._host, port, self._starttls = _place(url)
        self._port = port or {"smtps": 465, "smtp": 587 if self._starttls else 25}[url.scheme]
        self._user = unquote(url.username or "")
        self._password = unquote(url.password or "")

    def send(self, message: EmailMessage, deadline: float) -> None:
        """See `MailServer.send`."""
        self._within(deadline, lambda client: _hand_over(client, message))

    def check(self, deadline: float) -> str | None:
        """See `MailServer.check`."""
        try:
            self._within(deadline, lambda client: client.noop())
        except (MailDown, MailRefused) as error:
            return str(error)
        return None

    def _within(self, deadline: float, errand: Callable[[smtplib.SMTP], object]) -> None:
        """Do `errand` on a fresh connection; raise `MailDown` once `deadline` seconds have passed.

        In a thread of its own, because neither the name look-up nor a server that sends one byte a second
        ever meets the time limit of a socket.
        """
        answers: queue.SimpleQueue[MailDown | MailRefused | None] = queue.SimpleQueue()
        opened: list[smtplib.SMTP] = []
        given_up = threading.Event()

        def talk() -> None:
            try:
                with self._connected(deadline) as client:
                    opened.append(client)
                    if given_up.is_set():
                        return
                    errand(client)
                    answers.put(None)  # before QUIT: what is said afterwards does not undo it
            except (MailDown, MailRefused) as error:
                answers.put(error)
            except Exception as error:
                answers.put(MailDown(_word(error)))

        threading.Thread(target=talk, name="smtp", daemon=True).start()
        try:
            answer = answers.get(timeout=deadline)
        except queue.Empty:
            given_up.set()
            for client in opened:
                with suppress(OSError, AttributeError):
                    client.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
            raise MailDown("deadline") from None
        if answer is not None:
            raise answer

    @contextmanager
    def _connected(self, timeout: float) -> Iterator[smtplib.SMTP]:
        trusted = ssl.create_default_context()
        client: smtplib.SMTP
        if self.driver == "smtps":
            client = smtplib.SMTP_SSL(self._host, self._port, timeout=timeout, context=trusted)
        else:
            client = smtplib.SMTP(self._host, self._port, timeout=timeout)
        with client:
            if self._starttls:
                client.starttls(context=trusted)
            if self._user:
                client.login(self._user, self._password)
            yield client


def _place(url: SplitResult) -> tuple[str, int | None, bool]:
    """Return host, port and whether STARTTLS is asked for; the message never repeats user or password."""
    try:
        host, port = url.hostname or "", url.port
    except ValueError:
        raise SettingsError("KIOSK_MAIL has a port that is no number from 1 to 65535") from None
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    starttls = options.pop("starttls", "0")
    if not host or options or starttls not in ("0", "1") or url.path.strip("/") or url.fragment:
        raise SettingsError(
            f"KIOSK_MAIL must look like {url.scheme}://[user:password@]host[:port]"
            + ("[?starttls=1]" if url.scheme == "smtp" else "")
        )
    if starttls == "1" and url.scheme == "smtps":
        raise SettingsError("KIOSK_MAIL: smtps:// is inside TLS already; take ?starttls=1 away")
    in_clear = url.scheme == "smtp" and starttls == "0"
    if in_clear and url.username and host not in ("localhost", "127.0.0.1", "::1"):
        raise SettingsError("KIOSK_MAIL would send a password in the clear; use smtps:// or ?starttls=1")
    return host, port, starttls == "1"


def _hand_over(client: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        client.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise _judged(*next(iter(error.recipients.values()))) from None
    except smtplib.SMTPDataError as error:
        raise _judged(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError:
        # An address beyond ASCII, and a server without SMTPUTF8 (RFC 6531): waiting changes nothing.
        raise MailRefused("SMTPUTF8") from None


def _judged(code: int, text: bytes | str) -> MailDown | MailRefused:
    """Tell «this recipient, never» from «not now» and from «our set-up is wrong», which is mended here.

    4xx is temporary (RFC 5321, section 4.2.1). 530 asks us to sign in (RFC 4954), and a status 5.7.x
    speaks of policy (RFC 3463): neither says anything about the resident's address.
    """
    status = text.encode() if isinstance(text, str) else text
    if 500 <= code < 600 and code != 530 and not status.startswith(b"5.7."):
        return MailRefused(str(code))
    return MailDown(str(code))


def _word(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return "certificate"
        case TimeoutError():
            return "deadline"
        case smtplib.SMTPResponseException():
            return str(error.smtp_code)
        case _:
            return type(error).__name__


DRIVERS: dict[str, Callable[[Settings, Clock], MailServer]] = {
    "folder": FolderMail,
    "smtp": SmtpMail,
    "smtps": SmtpMail,
}


def build(settings: Settings, clock: Clock) -> MailServer:
    """Return the driver that KIOSK_MAIL names: `folder`, or the scheme of an address."""
    name, address, _ = settings.mail.partition("://")
    if name not in DRIVERS or (name == "folder") == bool(address):
        # Only what stands before an address: a mistyped one may hold a password.
        shown = name if address or "@" not in name else "not understood"
        raise SettingsError(f"KIOSK_MAIL is {shown!r}; it can be folder, smtp://host or smtps://host")
    return DRIVERS[name](settings, clock)
