"""A virtual machine that runs one command on a kernel of its own and reports line by line."""

from __future__ import annotations

import json
import selectors
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.machine.kernel import Kernel
from tests.machine.start import initramfs

QEMU = "qemu-system-x86_64"
MEMORY_MB = 1024


class Stuck(Exception):
    """The machine did not end in its time, or ended without its last word; the message says which."""


def is_there() -> bool:
    """Whether the emulator is installed."""
    return shutil.which(QEMU) is not None


def run(kernel: Kernel, command: str, console: Path, seconds: float) -> Iterator[dict[str, Any]]:
    """Boot, run `command` in a shell on this machine's root, and yield each JSON line that it reports.

    It reports on its second serial line; its kernel and whatever it prints write to `console`. Raises
    `Stuck` after `seconds`, and when it goes off without having reported `{"done": true}`. No emulator is
    left over.
    """
    with tempfile.TemporaryDirectory() as scratch:
        start = Path(scratch) / "initramfs"
        start.write_bytes(initramfs(kernel, command))
        with subprocess.Popen(
            [QEMU, *_arguments(kernel, start, console)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as emulator:
            try:
                yield from _reports(emulator, time.monotonic() + seconds)
            finally:
                emulator.kill()


def _arguments(kernel: Kernel, start: Path, console: Path) -> list[str]:
    return [
        # Other accelerators hang where this runs inside a virtual machine itself.
        *("-accel", "tcg,thread=multi", "-machine", "q35", "-cpu", "max", "-smp", "2", "-m", str(MEMORY_MB)),
        *("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"),
        *("-kernel", str(kernel.image), "-initrd", str(start)),
        *("-append", "console=ttyS0 quiet loglevel=4 panic=-1 oops=panic mitigations=off"),
        *("-serial", f"file:{console}", "-serial", "stdio"),
        *_share("host", Path("/")),
        *_share("packages", kernel.packages),
    ]


def _share(name: str, folder: Path) -> list[str]:
    path = str(folder).replace(",", ",,")
    share = f"local,id={name},path={path},security_model=none,readonly=on,multidevs=remap"
    return ["-fsdev", share, "-device", f"virtio-9p-pci,fsdev={name},mount_tag={name}"]


def _reports(emulator: subprocess.Popen[bytes], until: float) -> Iterator[dict[str, Any]]:
    assert emulator.stdout is not None
    heard = b""
    said = ""
    with selectors.DefaultSelector() as selector:
        selector.register(emulator.stdout, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0:
            if not selector.select(left):
                break
            data = emulator.stdout.read1(4096)  # type: ignore[attr-defined]
            if not data:
                raise Stuck(f"the machine went off before it was done; its last words: {said or 'none'}")
            heard += data
            *lines, heard = heard.split(b"\n")
            for line in lines:
                said = line.decode(errors="replace").strip()
                if not said.startswith("{"):
                    continue
                report = json.loads(said)
                if report.get("done"):
                    return
                yield report
    raise Stuck(f"the machine was not done in time; its last words: {said or 'none'}")
