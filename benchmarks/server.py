"""Gunicorn as `make run` starts it, on a free port of this machine and on data of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from benchmarks.folder import SELFIE
from benchmarks.selfie import selfie
from kiosk.config import Settings

ROOT = Path(__file__).parents[1]
START_SECONDS = 60.0
MATCHING, HELLO, PRODUCT = "benchmarks.matching:app", "benchmarks.hello:app", "wsgi:app"


class DidNotStart(Exception):
    """The server has not answered; the message is the end of its log."""


def prepare(folder: Path) -> None:
    """Do in `folder` what `make run` does before it serves; the portraits are copied, never written to."""
    portraits = Settings().data / "portraits"
    if portraits.is_dir():
        shutil.copytree(portraits, folder / "data" / "portraits")
    frame = selfie()
    if frame is not None:
        (folder / SELFIE).write_bytes(frame)
    kiosk = Path(sys.executable).with_name("kiosk")
    subprocess.run(
        [kiosk, "prepare"], env=_environment(folder, 0), cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def _environment(folder: Path, port: int) -> dict[str, str]:
    own = {name: text for name, text in os.environ.items() if not name.startswith("KIOSK_")}
    return own | {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "KIOSK_DATA": str(folder / "data"),
        "BENCH_FOLDER": str(folder),
    }


class Server:
    """One gunicorn while the block lasts. `began` is the monotonic moment at which it was started."""

    def __init__(self, app: str, folder: Path, **settings: str) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._app, self._folder, self._settings = app, folder, settings

    def __enter__(self) -> Server:
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", self._app]
        with (self._folder / "server.log").open("ab") as log:
            self.began = time.monotonic()
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=_environment(self._folder, self.port) | self._settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def cpu_seconds(self) -> float:
        """Processor time so far of all threads that run in it, in nanoseconds' steps (proc(5), schedstat)."""
        spent = 0
        for path in Path("/proc").glob("[0-9]*/task/*/schedstat"):
            try:
                if os.getsid(int(path.parts[2])) == self._process.pid:
                    spent += int(path.read_text().split()[0])
            except OSError:
                continue  # it has ended meanwhile
        return spent / 1e9

    def first_answer(self) -> float:
        """Ask for `/` until it is there, whole; return the seconds since the start. Raises `DidNotStart`."""
        while time.monotonic() - self.began < START_SECONDS and self._process.poll() is None:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
            try:
                line.request("GET", "/")
                answer = line.getresponse()
                answer.read()
                if answer.status == 200:
                    return time.monotonic() - self.began
            except OSError:
                time.sleep(0.005)
            finally:
                line.close()
        raise DidNotStart((self._folder / "server.log").read_text("utf-8", "replace")[-2000:])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
