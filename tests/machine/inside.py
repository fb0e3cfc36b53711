"""Runs in the machine: who names device nodes, then every case in its turn, one line of JSON for each."""

from __future__ import annotations

import faulthandler
import json
import logging
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import TextIO

from tests.machine.cases import CASES, Case, Figures

REPORTS = Path("/dev/ttyS1")
LONGEST_CASE_SECONDS = 45.0
RULES = Path("deploy/udev")
GROUP = "anjungan-ikd"
"""Made by the install script of `deploy/`; udev passes over a rule with a group that is unknown."""


def main(words: list[str]) -> None:
    """Run the cases with one of `words` in their name, all without words, and report each.

    Whatever hangs longer than any case may ends the machine, with its stack on the console.
    """
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)7d %(threadName)s: %(message)s")
    with REPORTS.open("w", encoding="ascii") as reports:
        name_device_nodes()
        for case in CASES:
            if words and not any(word in case.__name__ for word in words):
                continue
            _report(reports, case=case.__name__)
            faulthandler.dump_traceback_later(LONGEST_CASE_SECONDS, exit=True)
            _report(reports, **judge(case))
            faulthandler.cancel_dump_traceback_later()
        _report(reports, done=True)


def name_device_nodes() -> None:
    """Debian's own udev, with the rules that `deploy/` installs on a kiosk."""
    rules = Path("/etc/udev/rules.d")
    rules.mkdir(parents=True, exist_ok=True)
    for rule in RULES.glob("*.rules"):
        shutil.copy(rule, rules)
    with Path("/etc/group").open("a", encoding="ascii") as groups:
        groups.write(f"\n{GROUP}:x:990:\n")
    subprocess.run(["/usr/lib/systemd/systemd-udevd", "--daemon"], check=True, timeout=20)
    # The camera was there before udev was; everything else is plugged in later.
    subprocess.run(["udevadm", "trigger", "--action=add", "--subsystem-match=video4linux"], check=True)
    subprocess.run(["udevadm", "settle", "--timeout=20"], check=True)


def judge(case: Case) -> dict[str, object]:
    """One case's result: `ok`, its `figures`, and where it broke (`why`)."""
    figures: Figures = {}
    begin = time.monotonic()
    why = ""
    try:
        case(figures)
    except Exception as error:
        traceback.print_exc()
        last = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {str(error) or last.line}"
    seconds = round(time.monotonic() - begin, 1)
    return {"case": case.__name__, "ok": not why, "seconds": seconds, "figures": figures, "why": why}


def _report(reports: TextIO, **fields: object) -> None:
    print(json.dumps(fields), file=reports, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
