"""The programs of cups-client as far as the kiosk calls them, with a folder for a spool.

What they say was copied from CUPS 2.4.2 with raw queues, whose backends printed, stood without paper, were
offline, slept and failed. The queue is called `kiosk`; empty files in the folder are its troubles.
"""

from __future__ import annotations

from pathlib import Path

_PROGRAMS = {
    "lp": r"""
cd "${0%/*}"
[ -e hang ] && exec sleep 60
[ -e rejects ] && { echo 'lp: Destination "kiosk" is not accepting jobs.' >&2; exit 1; }
number=$(($(cat count) + 1)); echo $number > count
cat > "jobs/kiosk-$number"
echo "request id is kiosk-$number (0 file(s))"
""",
    "lpstat": r"""
cd "${0%/*}"
[ -e hang ] && exec sleep 60
stuck=; for trouble in stays alerts; do [ -e $trouble ] && stuck=yes; done
case $1 in
-r) if [ -e stopped ]; then echo 'scheduler is not running'; exit 1; else echo 'scheduler is running'; fi;;
-o) [ -e stopped ] && { echo 'lpstat: Bad file descriptor' >&2; exit 1; }
    [ $stuck ] || mv jobs/* printed/ 2>/dev/null
    for job in jobs/*; do [ -e $job ] && echo "${job#jobs/}  root  1024  Sun Nov 22 12:50:45 2026"; done;;
-l) if [ -e missing ] || [ -e stopped ]; then
        echo 'lpstat: Invalid destination name in list "kiosk".' >&2; exit 1; fi
    since='since Sun Nov 22 12:50:45 2026'
    if [ -e disabled ]; then echo "printer kiosk disabled $since -"; echo '	Paused'
    elif [ "$(ls jobs)" ]; then echo "printer kiosk now printing $(ls jobs | head -n 1).  enabled $since"
    else echo "printer kiosk is idle.  enabled $since"; fi
    echo '	Form mounted:'
    echo "	Alerts: $(cat alerts 2>/dev/null || echo none)";;
esac
exit 0
""",
    "cancel": r"""
cd "${0%/*}"
[ -e stopped ] && { echo 'cancel: Unable to connect to server' >&2; exit 1; }
echo "$@" >> cancelled
case $1 in -a) rm -f jobs/*;; *) rm -f "jobs/$2";; esac
""",
}


class FakeCups:
    """A spool in `folder`, which is to stand first in `PATH`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("jobs", "printed"):
            (folder / name).mkdir()
        (folder / "count").write_text("0")
        for name, script in _PROGRAMS.items():
            program = folder / name
            program.write_text(f"#!/bin/sh\n{script}")
            program.chmod(0o755)

    def trouble(self, name: str, says: str = "") -> None:
        """Begin a trouble: hang, rejects, stays, alerts (with its words), stopped, missing, disabled."""
        (self.folder / name).write_text(says)

    def mend(self) -> None:
        """End all troubles."""
        for name in ("hang", "rejects", "stays", "alerts", "stopped", "missing", "disabled"):
            (self.folder / name).unlink(missing_ok=True)

    @property
    def waiting(self) -> list[str]:
        """Jobs that would still be printed."""
        return sorted(path.name for path in (self.folder / "jobs").iterdir())

    @property
    def printed(self) -> list[bytes]:
        """What was passed on to the printer."""
        return [path.read_bytes() for path in sorted((self.folder / "printed").iterdir())]

    @property
    def cancelled(self) -> str:
        """The arguments that `cancel` was called with, a line each."""
        path = self.folder / "cancelled"
        return path.read_text() if path.exists() else ""
