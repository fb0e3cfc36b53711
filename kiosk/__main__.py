"""The command `kiosk`: what needs the whole program loads it, what only tries a device does not."""

from __future__ import annotations

import sys

from kiosk import cli_devices


def main() -> None:
    """Run the command that stands on the command line."""
    if sys.argv[1:2] and sys.argv[1] in cli_devices.group.commands:
        cli_devices.group()
    else:
        from kiosk import cli

        cli.main()


if __name__ == "__main__":
    main()
