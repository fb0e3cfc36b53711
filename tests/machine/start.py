"""The first files of the machine: a shell, the modules, and a script that hands over to Python."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.machine.kernel import PARAMETERS, Kernel

_SCRIPT = """#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
{insmods}
for share in host packages; do
    mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro $share /$share
done
mount -t tmpfs tmpfs /fresh
mkdir /fresh/upper /fresh/work
mount -t overlay -o lowerdir=/packages:/host,upperdir=/fresh/upper,workdir=/fresh/work overlay /whole
for place in dev sys proc; do mount --move /$place /whole/$place; done
mount -t configfs configfs /whole/sys/kernel/config
mount -t tmpfs tmpfs /whole/run
ip link set lo up
cd /whole
exec chroot . /bin/sh -c {command}
"""
"""The root of this machine can be read and nothing on it can be changed: what is written stays in memory."""


def initramfs(kernel: Kernel, command: str) -> bytes:
    """A cpio archive that loads the modules, makes this machine's root its own and runs `command` there."""
    insmods = "\n".join(
        f"insmod /modules/{path.name} {_parameters(path)}".rstrip() for path in kernel.modules
    )
    script = _SCRIPT.format(insmods=insmods, command=shlex.quote(command))
    shell = kernel.packages / "usr/bin/busybox"
    archive = bytearray()
    for folder in ("bin", "dev", "proc", "sys", "host", "packages", "fresh", "whole", "modules"):
        archive += _entry(folder, 0o040755)
    archive += _entry("bin/busybox", 0o100755, shell.read_bytes())
    for name in ("sh", "mount", "mkdir", "insmod", "ip", "chroot"):
        archive += _entry(f"bin/{name}", 0o120777, b"busybox")
    for path in kernel.modules:
        archive += _entry(f"modules/{path.name}", 0o100644, path.read_bytes())
    archive += _entry("init", 0o100755, script.encode())
    return bytes(archive + _entry("TRAILER!!!", 0))


def _parameters(module: Path) -> str:
    return PARAMETERS.get(module.stem.partition("-")[2], "")


def _entry(name: str, mode: int, content: bytes = b"") -> bytes:
    """One file of a «newc» archive: Documentation/driver-api/early-userspace/buffer-format of the kernel."""
    fields = [0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % value for value in fields) + name.encode() + b"\0"
    return _padded(head) + _padded(content)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
