"""Debian's Chromium, as the tests and the pictures of README use it."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

FLAGS = ("--disable-gpu", "--disable-background-networking", "--no-first-run")

PORTRAIT, LANDSCAPE, PHONE = (1080, 1920), (1280, 800), (390, 844)
"""Sizes of windows: the two a kiosk has, and a phone's."""


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
