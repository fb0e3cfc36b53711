"""What goes wrong between the kiosk and a mail server: a real SMTP server on loopback, and a real folder."""

from __future__ import annotations

import gc
import ipaddress
import logging
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.adapters import mail
from kiosk.adapters.mail import FolderMail, MailDown, MailRefused, SmtpMail
from kiosk.config import Settings, SettingsError
from kiosk.domain.clock import SystemClock
from tests.fixed_clock import FixedClock

DEADLINE = 5.0
RECIPIENT = "warga@contoh.example"


def letter(to: str = RECIPIENT) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Anjungan IKD <anjungan@contoh.example>"
    message["To"] = to
    message["Subject"] = "Kode aktivasi — uji"
    message["Message-ID"] = "<uji-1@contoh.example>"
    message.set_content("Kode: 123 456\n")
    return message


class Postman:
    """An aiosmtpd handler that answers as told and keeps what it has taken."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK", sender: str = "250 OK") -> None:
        self.taken: list[bytes] = []
        self.answers = {"rcpt": rcpt, "data": data, "sender": sender}

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.answers["sender"]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers["rcpt"].startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answers["rcpt"]

    async def handle_DATA(self, server, session, envelope):
        if self.answers["data"].startswith("250"):
            self.taken.append(envelope.content)
        return self.answers["data"]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server(handler: Postman, **options: object) -> Iterator[int]:
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
        with warnings.catch_warnings():
            # aiosmtpd lets go of the transport under STARTTLS without closing it; that is not ours to mend.
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@contextmanager
def odd_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that is no mail server: `behave` gets each connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def smtp(port: int, scheme: str = "smtp", login: str = "", query: str = "") -> SmtpMail:
    address = f"{scheme}://{login}127.0.0.1:{port}{query}"
    return mail.build(Settings(mail=address), SystemClock())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody has signed but itself, and the server context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


def test_a_mail_arrives_whole():
    postman = Postman()
    with server(postman) as port:
        driver = smtp(port)
        assert driver.check(DEADLINE) is None
        driver.send(letter(), DEADLINE)
    assert len(postman.taken) == 1
    assert b"Message-ID: <uji-1@contoh.example>" in postman.taken[0]
    assert b"123 456" in postman.taken[0]
    assert (driver.driver, driver.simulated) == ("smtp", False)


@pytest.mark.parametrize(
    "answers",
    [{"rcpt": "550 5.1.1 no such mailbox"}, {"rcpt": "553 syntax"}, {"data": "552 5.2.2 mailbox full"}],
)
def test_a_recipient_who_does_not_exist_is_refused_for_good(answers):
    with server(Postman(**answers)) as port, pytest.raises(MailRefused):
        smtp(port).send(letter(), DEADLINE)


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ({"rcpt": "451 4.7.1 greylisted, come back later"}, "451"),
        ({"rcpt": "550 5.7.1 relaying denied"}, "550"),
        ({"rcpt": "530 5.7.0 authentication required"}, "530"),
        ({"sender": "550 we do not know you"}, "550"),
        ({"data": "452 4.3.1 no room"}, "452"),
        ({"data": "554 5.7.1 looks like spam"}, "554"),
    ],
)
def test_what_is_not_the_recipients_fault_is_tried_again(answers, word):
    with server(Postman(**answers)) as port, pytest.raises(MailDown) as caught:
        smtp(port).send(letter(), DEADLINE)
    assert str(caught.value) == word


def test_no_server_is_down_at_once():
    driver = smtp(free_port())
    with pytest.raises(MailDown, match="ConnectionRefusedError"):
        driver.send(letter(), DEADLINE)
    assert driver.check(DEADLINE) == "ConnectionRefusedError"


def test_a_server_that_hangs_costs_the_deadline_and_no_more():
    with odd_server(lambda connection: connection.recv(1)) as port:
        began = time.monotonic()
        with pytest.raises(MailDown):
            smtp(port).send(letter(), 0.3)
        assert time.monotonic() - began < 1.0


def test_a_server_that_drips_cannot_stretch_the_deadline():
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"220-")
        while not over.wait(0.05):
            connection.send(b"x")

    with odd_server(drip) as port:
        began = time.monotonic()
        with pytest.raises(MailDown, match="deadline"):
            smtp(port).send(letter(), 0.4)
        assert time.monotonic() - began < 1.0
        over.set()


def test_a_server_that_closes_midway_has_not_taken_the_mail():
    def close_at_data(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        with connection.makefile("rb") as lines:
            for line in lines:
                if line.upper().startswith(b"DATA"):
                    return
                connection.sendall(b"250 OK\r\n")

    with odd_server(close_at_data) as port, pytest.raises(MailDown, match="SMTPServerDisconnected"):
        smtp(port).send(letter(), DEADLINE)


def test_a_server_that_closes_after_taking_the_mail_has_taken_it():
    def close_after_data(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        with connection.makefile("rb") as lines:
            for line in lines:
                if line == b".\r\n":
                    connection.sendall(b"250 taken\r\n")
                    return
                if line.upper().startswith(b"DATA"):
                    connection.sendall(b"354 go on\r\n")
                elif line.upper().startswith((b"EHLO", b"MAIL", b"RCPT")):
                    connection.sendall(b"250 OK\r\n")

    with odd_server(close_after_data) as port:
        smtp(port).send(letter(), DEADLINE)


def test_a_web_server_by_mistake_is_down():
    with (
        odd_server(lambda c: c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port,
        pytest.raises(MailDown),
    ):
        smtp(port).send(letter(), DEADLINE)


def test_a_certificate_nobody_trusts_keeps_the_mail(certificate):
    postman = Postman()
    with server(postman, tls_context=certificate[1]) as port, pytest.raises(MailDown, match="certificate"):
        smtp(port, query="?starttls=1").send(letter(), DEADLINE)
    assert postman.taken == []


def test_a_server_without_starttls_never_gets_the_mail_in_the_clear():
    postman = Postman()
    with server(postman) as port, pytest.raises(MailDown, match="SMTPNotSupportedError"):
        smtp(port, query="?starttls=1").send(letter(), DEADLINE)
    assert postman.taken == []


def test_a_trusted_server_with_starttls_gets_the_mail(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    postman = Postman()
    with server(postman, tls_context=certificate[1], require_starttls=True) as port:
        smtp(port, query="?starttls=1").send(letter(), DEADLINE)
    assert len(postman.taken) == 1


def test_a_trusted_server_inside_tls_gets_the_mail(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    postman = Postman()
    with server(postman, ssl_context=certificate[1]) as port:
        smtp(port, "smtps").send(letter(), DEADLINE)
    assert len(postman.taken) == 1


@pytest.mark.parametrize(("password", "arrives"), [("p%40ss", True), ("wrong", False)])
def test_a_wrong_password_is_our_fault_and_stays_out_of_the_log(
    certificate, monkeypatch, caplog, password, arrives
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    caplog.set_level(logging.DEBUG)

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"anjungan", b"p@ss"), handled=False)

    postman = Postman()
    with server(postman, tls_context=certificate[1], authenticator=authenticate, auth_required=True) as port:
        driver = smtp(port, login=f"anjungan:{password}@", query="?starttls=1")
        if arrives:
            driver.send(letter(), DEADLINE)
        else:
            with pytest.raises(MailDown, match="535"):
                driver.send(letter(), DEADLINE)
            assert driver.check(DEADLINE) == "535"
    assert len(postman.taken) == arrives
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.log")]
    assert not [line for line in ours if RECIPIENT in line or "p@ss" in line]


def test_an_address_beyond_ascii_is_refused_where_the_server_cannot_carry_it():
    with server(Postman(), enable_SMTPUTF8=False) as port, pytest.raises(MailRefused, match="SMTPUTF8"):
        smtp(port).send(letter("wargá@contoh.example"), DEADLINE)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "post",
        "folder://here",
        "smtp",
        "smtp://",
        "smtp://host:port",
        "smtp://host:99999",
        "smtp://host/path",
        "smtp://host?tls=1",
        "smtp://host?starttls=maybe",
        "smtps://host?starttls=1",
        "smtp://user:secret@mail.contoh.example",
        "user:secret@host",
        "imap://user:secret@host",
    ],
)
def test_a_setting_that_cannot_work_is_named_without_its_password(address):
    with pytest.raises(SettingsError, match="KIOSK_MAIL") as caught:
        mail.build(Settings(mail=address), FixedClock())
    assert "secret" not in str(caught.value)


@pytest.fixture
def folder(tmp_path: Path) -> FolderMail:
    return mail.build(Settings(data=tmp_path), FixedClock())


def test_the_folder_keeps_the_newest_fifty_and_nothing_unfinished(folder):
    for number in range(53):
        message = letter()
        message.replace_header("Subject", f"surat {number}")
        folder.send(message, DEADLINE)
    kept = folder.newest()
    assert [message["Subject"] for message in kept] == [f"surat {number}" for number in range(52, 2, -1)]
    assert {path.suffix for path in folder.folder.iterdir()} == {".eml"}
    assert {path.stat().st_mode & 0o777 for path in folder.folder.iterdir()} == {0o600}


def test_an_unwritable_folder_is_down_and_leaves_nothing_behind(folder):
    folder.folder.write_text("a file where the folder should be")
    with pytest.raises(MailDown, match="folder"):
        folder.send(letter(), DEADLINE)
    assert folder.check(DEADLINE)


def test_a_full_disk_leaves_no_half_mail(folder, monkeypatch):
    class Full:
        def __init__(self, descriptor: int, *arguments: object) -> None:
            self._file = real(descriptor, "wb")

        def __enter__(self):
            return self

        def __exit__(self, *exception: object) -> None:
            self._file.close()

        def write(self, content: bytes) -> None:
            self._file.write(content[:10])
            raise OSError(28, "No space left on device")

    real = mail.os.fdopen
    monkeypatch.setattr(mail.os, "fdopen", Full)
    with pytest.raises(MailDown, match="No space left"):
        folder.send(letter(), DEADLINE)
    assert list(folder.folder.iterdir()) == []


def test_the_folder_can_be_made_to_fail_and_to_recover(folder):
    folder.controls.down = True
    with pytest.raises(MailDown):
        folder.send(letter(), DEADLINE)
    assert folder.check(DEADLINE) == "down"
    folder.controls.down = False
    folder.controls.refuses = True
    with pytest.raises(MailRefused):
        folder.send(letter(), DEADLINE)
    folder.controls.refuses = False
    folder.controls.delay = 60
    with pytest.raises(MailDown, match="deadline"):
        folder.send(letter(), DEADLINE)
    folder.controls.delay = 0
    folder.send(letter(), DEADLINE)
    assert len(folder.newest()) == 1
    assert folder.check(DEADLINE) is None
