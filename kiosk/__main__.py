"""The command `kiosk`: what needs the whole program loads it, what only tries or measures does not."""

from __future__ import annotations

import sys

from kiosk import cli_devices, cli_evaluation


def main() -> None:
    """Run the command that stands on the command line."""
    for group in (cli_devices.group, cli_evaluation.group):
        if sys.argv[1:2] and sys.argv[1] in group.commands:
            group()
    from kiosk import cli

    cli.main()


if __name__ == "__main__":
    main()
