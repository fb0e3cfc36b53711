"""`make test-devices`: boot the machine, print a line for each case, and end with the verdict.

Exit code 0 when every case held, 1 when one did not. Where the machine cannot be had at all that is said and
counted as skipped, with exit code 0, or 1 with `--no-skips`.
"""

from __future__ import annotations

import argparse
import platform
import shlex
import sys
import time
from pathlib import Path
from typing import Any

from tests.machine import kernel, machine

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/machine"
LONGEST_SECONDS = 170.0


def main() -> int:
    """Run everything; returns the exit code."""
    arguments = argparse.ArgumentParser(prog="make test-devices", description="Devices on a real kernel")
    arguments.add_argument("cases", nargs="*", help="words in the names of the cases to run; all without")
    arguments.add_argument("--no-skips", action="store_true", help="being skipped is a failure")
    given = arguments.parse_args()
    try:
        fetched = _obtain()
    except kernel.NotToBeHad as reason:
        print(f"SKIPPED, not passed: no device was tested on a real kernel, because {reason}")
        return 1 if given.no_skips else 0
    return _run(fetched, given.cases)


def _obtain() -> kernel.Kernel:
    if platform.machine() != "x86_64":
        raise kernel.NotToBeHad(f"the machine is made for x86_64, and this is {platform.machine()}")
    if not machine.is_there():
        raise kernel.NotToBeHad(f"{machine.QEMU} is missing; as root: apt-get install qemu-system-x86")
    return kernel.fetch(BUILD)


def _run(fetched: kernel.Kernel, words: list[str]) -> int:
    console = BUILD / "console.log"
    inside = shlex.join([sys.executable, "-B", "-m", "tests.machine.inside", *words])
    command = f"cd {shlex.quote(str(ROOT))} && {inside}; busybox poweroff -f"
    begin = time.monotonic()
    results: list[dict[str, Any]] = []
    running = "start"
    print(f"Linux {fetched.release} boots ...", flush=True)
    try:
        for report in machine.run(fetched, command, console, LONGEST_SECONDS):
            running = report["case"]
            if "ok" in report:
                results.append(report)
                print(_line(report), flush=True)
    except machine.Stuck as stuck:
        print(f"  FAIL {_spoken(running)}: {stuck}")
        results.append({"ok": False})
    failed = sum(not result["ok"] for result in results)
    print(f"{len(results) - failed} held, {failed} did not, in {time.monotonic() - begin:.0f} s")
    if failed or not results:
        print(f"The machine's own words, from {console.relative_to(ROOT)}:")
        print("\n".join(console.read_text(errors="replace").splitlines()[-60:]))
        return 1
    return 0


def _line(report: dict[str, Any]) -> str:
    figures = ", ".join(f"{name} {value}" for name, value in report["figures"].items())
    verdict = "ok  " if report["ok"] else "FAIL"
    line = f"  {verdict} {report['seconds']:5.1f} s  {_spoken(report['case'])}"
    line += f" ({figures})" if figures else ""
    return line if report["ok"] else f"{line}\n       {report['why']}"


def _spoken(name: str) -> str:
    return name.replace("_", " ")


if __name__ == "__main__":
    raise SystemExit(main())
