"""Debian's own kernel, fetched from Debian and unpacked, never installed.

Nothing of it touches this machine: `apt-get download` and `dpkg-deb` need no root, and all that is kept lies
in build/machine, by version. docs/adr/0020-a-real-kernel-for-devices.md says why a kernel at all.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KERNEL = "linux-image-amd64"
"""The package that always depends on the newest kernel of this Debian."""

IN_THE_GUEST = ("busybox-static", "udev", "libkmod2")
"""What the guest needs beside the root of this machine: a shell to start with, and who names device nodes."""

MODULES = (
    "virtio_pci",
    "9pnet_virtio",
    "9p",
    "overlay",
    "evdev",
    "usbhid",
    "hid_generic",
    "vivid",
    "uinput",
    "dummy_hcd",
    "usb_f_hid",
    "usb_f_acm",
    "usb_f_printer",
    "cdc_acm",
    "usblp",
)

PARAMETERS = {"vivid": "n_devs=1 node_types=0x1", "dummy_hcd": "num=4"}
"""One camera and none of its other nodes; four sockets on the USB bus, for as many gadgets."""

_DOWNLOAD_SECONDS = 120
_XZ = b"\xfd7zXZ\0"


class NotToBeHad(Exception):
    """The kernel cannot be fetched here; the message says what to do, in one line."""


@dataclass(frozen=True)
class Kernel:
    """What a machine is started from. `modules` are in the order in which they must be loaded."""

    release: str
    image: Path
    modules: tuple[Path, ...]
    packages: Path
    """The unpacked packages of `IN_THE_GUEST`, laid over the root of this machine."""


def fetch(build: Path) -> Kernel:
    """The newest kernel of this Debian, from `build` where it is there already; raises `NotToBeHad`."""
    name = _newest()
    # What is kept is what this file makes of the packages: another file, another folder.
    maker = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    place = build / f"{name.replace('=', '_')}-{maker}"
    if not place.is_dir():
        build.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=build, prefix="unpacking-") as scratch:
            made = _unpack(name, Path(scratch))
            made.rename(place)
    release = name.removeprefix("linux-image-").partition("=")[0]
    modules = tuple(sorted((place / "modules").iterdir()))
    return Kernel(release, place / "vmlinux", modules, place / "packages")


def _newest() -> str:
    """`linux-image-6.1.0-56-amd64=6.1.192-2`: what apt would install, by the lists at hand."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise NotToBeHad("this is no Debian: without apt-get there is no kernel to fetch")
    for attempt in ("the lists at hand", "fresh lists"):
        if attempt == "fresh lists":
            _refresh()
        shown = subprocess.run(
            ["apt-cache", "show", "--no-all-versions", KERNEL], capture_output=True, text=True, check=False
        ).stdout
        if found := re.search(r"^Depends: (linux-image-\S+-amd64) \(= (\S+)\)", shown, re.MULTILINE):
            return f"{found[1]}={found[2]}"
    raise NotToBeHad(f"apt knows no {KERNEL}; as root: apt-get update")


def _refresh() -> None:
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not as_root or shutil.which("sudo"):
        subprocess.run([*as_root, "apt-get", "update", "-qq"], capture_output=True, check=False, timeout=120)


def _unpack(name: str, scratch: Path) -> Path:
    """A folder with `vmlinux`, `modules/NN-name.ko` in loading order, and `packages/`."""
    _download([name, *IN_THE_GUEST], scratch)
    archives = {path.name.partition("_")[0]: path for path in scratch.glob("*.deb")}
    made = scratch / "made"
    (made / "modules").mkdir(parents=True)

    whole = scratch / "kernel"
    _extract(archives.pop(name.partition("=")[0]), whole)
    (made / "vmlinux").write_bytes(_uncompressed(next(whole.glob("boot/vmlinuz-*")).read_bytes()))
    for number, (module, content) in enumerate(_in_loading_order(whole)):
        (made / "modules" / f"{number:02}-{module}.ko").write_bytes(content)

    packages = made / "packages"
    for archive in archives.values():
        _extract(archive, packages)
    _merge_usr(packages)
    return made


def _download(names: list[str], folder: Path) -> None:
    command = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *names]
    for attempt in (1, 2):
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_DOWNLOAD_SECONDS
        )
        if done.returncode == 0:
            return
        if attempt == 1:
            _refresh()  # A list of last week names packages that have moved on.
    raise NotToBeHad(f"apt-get download {' '.join(names)} failed; as root: apt-get update")


def _extract(archive: Path, folder: Path) -> None:
    subprocess.run(["dpkg-deb", "-x", archive, folder], check=True, timeout=_DOWNLOAD_SECONDS)


def _uncompressed(image: bytes) -> bytes:
    """The kernel within its image, so that no emulated processor has to unpack it (5 to 10 s saved).

    Fields by the kernel's Documentation/arch/x86/boot.rst. An image of another compression starts as it is.
    """
    sectors = image[0x1F1] + 1
    offset, length = struct.unpack_from("<II", image, 0x248)
    payload = image[sectors * 512 + offset :][:length]
    if not payload.startswith(_XZ):
        return image
    return lzma.LZMADecompressor().decompress(payload)


def _merge_usr(packages: Path) -> None:
    """Laid over a root on which /lib is a link to usr/lib, a folder /lib would hide all libraries."""
    for name in ("bin", "sbin", "lib"):
        if (packages / name).is_dir():
            shutil.copytree(packages / name, packages / "usr" / name, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(packages / name)


def _in_loading_order(root: Path) -> Iterator[tuple[str, bytes]]:
    """`MODULES` and what they depend on, each after what it needs, with its content."""
    files = {_module(path): path for path in root.glob("lib/modules/*/kernel/**/*.ko*")}
    builtin = {
        _module(Path(line))
        for line in next(root.glob("lib/modules/*/modules.builtin")).read_text().splitlines()
    }
    seen = set(builtin)

    def visit(name: str) -> Iterator[tuple[str, bytes]]:
        if name in seen:
            return
        seen.add(name)
        if name not in files:
            raise NotToBeHad(f"this kernel has no module {name}")
        content = _content(files[name])
        found = re.search(rb"\0depends=([^\0]*)\0", content)
        for needed in (found[1].decode() if found else "").split(","):
            if needed:
                yield from visit(needed.replace("-", "_"))
        yield name, content

    for name in MODULES:
        yield from visit(name)


def _module(path: Path) -> str:
    return path.name.partition(".ko")[0].replace("-", "_")


def _content(path: Path) -> bytes:
    """Later Debians ship their modules compressed; the start's shell reads plain ones only."""
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
