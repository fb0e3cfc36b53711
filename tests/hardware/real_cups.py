"""CUPS itself, where it is installed: a server of the test's own, with queues that print into nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hardware.patience import seconds_until

SERVER = shutil.which("cupsd", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")

_FILES = """ServerRoot {folder}
ServerBin {usr}/lib/cups
DataDir {usr}/share/cups
RequestRoot {folder}/spool
CacheDir {folder}/cache
StateDir {folder}/state
TempDir {folder}/spool/tmp
AccessLog {folder}/access
ErrorLog {folder}/error
PageLog {folder}/page
"""

_CONFIGURATION = """Listen {folder}/cups.sock
Browsing Off
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""


@contextmanager
def cups(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve the queue `kiosk` from `folder`; its programs find the server by `CUPS_SERVER`."""
    assert SERVER is not None
    for name in ("spool/tmp", "cache", "state"):
        (folder / name).mkdir(parents=True)
    where = {"folder": folder, "usr": Path(SERVER).resolve().parents[1]}
    (folder / "files.conf").write_text(_FILES.format(**where))
    (folder / "cupsd.conf").write_text(_CONFIGURATION.format(**where))
    options = ["-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "files.conf")]
    patch.setenv("CUPS_SERVER", str(folder / "cups.sock"))
    with subprocess.Popen([SERVER, *options], stderr=subprocess.DEVNULL) as server:
        try:
            seconds_until((folder / "cups.sock").exists, 5)
            lpadmin("-p", "kiosk", "-E", "-v", "file:/dev/null", "-m", "raw")
            yield
        finally:
            server.terminate()


def lpadmin(*words: str) -> None:
    """Change a queue."""
    path = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"
    subprocess.run(["lpadmin", *words], check=True, capture_output=True, env=os.environ | {"PATH": path})
