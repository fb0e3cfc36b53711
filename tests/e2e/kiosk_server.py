"""The real product for a browser: gunicorn as `make run` starts it, on a free port of this machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from kiosk.demonstration.officers import FILE_NAME as OFFICERS
from kiosk.demonstration.officers import DemoOfficer
from kiosk.demonstration.residents import RESIDENTS
from kiosk.domain.roles import Role

ROOT = Path(__file__).parents[2]
START_SECONDS = 40.0
FORGOTTEN = re.compile(
    rb"Traceback|\b\d{16}\b|[\w.]+@(?!localhost)[\w.]+\.\w+|\b(?:0|62)8\d{8,10}\b|%s"
    % b"|".join(re.escape(one.name.encode()) for one in RESIDENTS)
)
"""What no log of ours may hold: a surprise, a NIK, an e-mail address, a phone number, a resident's name."""


class DidNotStart(Exception):
    """The server has not answered; the message is the end of its log."""


def _environment(data: Path, port: int, settings: dict[str, str]) -> dict[str, str]:
    own = {name: text for name, text in os.environ.items() if not name.startswith("KIOSK_")}
    given = {f"KIOSK_{name.upper()}": text for name, text in settings.items()}
    return {**own, "HOST": "127.0.0.1", "PORT": str(port), "KIOSK_DATA": str(data), **given}


def prepare(data: Path, portraits: Path) -> None:
    """Do in `data` what `make run` does before it serves; `portraits` may lack the photographs."""
    data.mkdir(parents=True)
    (data / "portraits").symlink_to(portraits)
    kiosk = Path(sys.executable).with_name("kiosk")
    subprocess.run([kiosk, "prepare"], env=_environment(data, 0, {}), cwd=ROOT, check=True, timeout=120)


@dataclass
class KioskServer:
    """One kiosk. `folder` gets a copy of the prepared data, so that nothing passes from one to another."""

    prepared: Path
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = self.folder / "data"
        shutil.copytree(self.prepared, self.data, symlinks=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = self.folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and return once the start page answers. Raises `DidNotStart`."""
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(self.data, self.port, self.settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.url, timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.kill()
        raise DidNotStart(self.log()[-2000:])

    def stop(self) -> None:
        """End it as a shutdown does."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def kill(self) -> None:
        """End it as a power cut does: the whole group, with no time for anything."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(15)
            self._process = None

    def log(self) -> str:
        """Everything it has said."""
        return self._log.read_text("utf-8", "replace")

    def indiscretions(self) -> list[str]:
        """What its log should not hold."""
        return [found.decode() for found in FORGOTTEN.findall(self._log.read_bytes())]

    def mails(self) -> list[tuple[str, str]]:
        """Recipient and code of every mail in the folder, oldest first."""
        found = []
        for path in sorted((self.data / "mail").glob("*.eml")):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = letter.get_body(("plain",))
            assert body is not None
            digits = re.search(r"\b(\d{3}) ?(\d{3})\b", body.get_content())
            assert digits, "a mail without a code"
            found.append((str(letter["To"]), "".join(digits.groups())))
        return found

    def code_for(self, address: str, seconds: float = 15.0) -> str:
        """The newest code that was mailed to `address`; waits for it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            codes = [code for recipient, code in self.mails() if address in recipient]
            if codes:
                return codes[-1]
            time.sleep(0.05)
        raise AssertionError(f"no mail came within {seconds} s")

    def officer(self, username: str = "petugas") -> DemoOfficer:
        """One of the demonstration's officers, with everything that he knows and his phone knows."""
        rows = json.loads((self.data / OFFICERS).read_text("utf-8"))
        return next(
            DemoOfficer(**row | {"role": Role(row["role"])}) for row in rows if row["username"] == username
        )

    def nobody_at_a_desk(self) -> None:
        """Let the officers' last polls be long ago, and nobody sit at a counter."""
        with closing(sqlite3.connect(self.data / "kiosk.db", timeout=10)) as database, database:
            database.execute("UPDATE officer_session SET board_seen_at = NULL, counter = ''")
