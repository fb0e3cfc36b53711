"""Debian's Chromium, as the tests and the pictures of README use it."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

SWITCHED_OFF = (
    # Pages of the address bar that Chromium draws for each window, though nobody sees one here: with them
    # six windows cost 4.8 s of a core, without them 3.2 s.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    # Of what Playwright switches off, the part that counts here: the last list that is given wins.
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
)
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    f"--disable-features={','.join(SWITCHED_OFF)}",
)

PORTRAIT, LANDSCAPE, PHONE = (1080, 1920), (1280, 800), (390, 844)
"""Sizes of windows: the two a kiosk has, and a phone's."""

DESK, TABLET = (1366, 768), (820, 1180)
"""Those of an officer: the PC on a desk, and the tablet beside the kiosk."""


class NoChromium(Exception):
    """There is none; the message says how to get it."""


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Start a Chromium of its own. Raises `NoChromium`."""
    path = shutil.which("chromium")
    if path is None:
        raise NoChromium("chromium is not installed (as root, `make test` installs it)")
    # Chromium refuses to start for root with its sandbox.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *sandbox, *flags])
