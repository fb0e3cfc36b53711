"""What is wrong with a page for somebody who cannot see it, or cannot touch it well: axe, sizes, edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Error, Page, ViewportSize

LEAST_TARGET = 44
"""CSS pixels (WCAG 2.2, 2.5.5 Target Size, Enhanced)."""

_AXE: str = Axe().axe_script
_RUN = "async () => (await axe.run({resultTypes: ['violations']})).violations"

_SETTLED = """() => Promise.allSettled(document.getAnimations()
    .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished))"""
"""A page fades in; axe would measure faded colours."""

_TOO_SMALL = """(least) => [
        ...document.querySelectorAll("button, a[href], input:not([type=hidden]), summary")]
    .filter((one) => one.checkVisibility({visibilityProperty: true}))
    .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least)
    .map(([name, box]) => `too small: ${name}: ${Math.round(box.width)}x${Math.round(box.height)}`)"""

_OVERFLOWS = """() => {
    const root = document.documentElement, screen = document.getElementById("screen");
    const found = [];
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth)
        found.push(`page ${root.scrollWidth}x${root.scrollHeight}`);
    if (screen && (screen.scrollHeight > screen.clientHeight + 1
            || screen.scrollWidth > screen.clientWidth + 1))
        found.push(`screen ${screen.scrollWidth}x${screen.scrollHeight}`);
    for (const one of document.querySelectorAll("#screen h1, #screen button, #screen p, #screen .qr")) {
        const box = one.getBoundingClientRect();
        if (one.checkVisibility() && box.width && !one.closest(".spoken")
            && (box.bottom > innerHeight + 1 || box.right > innerWidth + 1 || box.top < -1 || box.left < -1))
            found.push(`outside: ${one.tagName} ${one.textContent.trim().slice(0, 30)}`);
    }
    return found;
}"""

_WIDER = "() => document.documentElement.scrollWidth > innerWidth ? ['must be scrolled sideways'] : []"


class Inspector:
    """Looks at pages and notes what is wrong, so that one run names everything.

    One walk serves for all sizes of window: a page is shown in each, and left in the first. What axe looks
    at is the same in all of them but on a kiosk's screen, which is laid out anew for each.
    """

    def __init__(self, *sizes: tuple[int, int]) -> None:
        self._sizes = sizes
        self.findings: list[str] = []

    def page(self, name: str, page: Page) -> None:
        """Inspect a page that people read with a mouse or on a phone: axe, and nothing to scroll sideways."""
        self._look(
            name, page, lambda is_first: (_violations(page) if is_first else []) + page.evaluate(_WIDER)
        )

    def screen(self, name: str, page: Page) -> None:
        """Inspect a kiosk's screen: also nothing to scroll at all, and every target large enough to touch."""
        self._look(
            name,
            page,
            lambda _: _violations(page) + page.evaluate(_OVERFLOWS) + page.evaluate(_TOO_SMALL, LEAST_TARGET),
        )

    def _look(self, name: str, page: Page, judge: Callable[[bool], list[str]]) -> None:
        before = page.viewport_size
        for place, size in enumerate(self._sizes or (None,)):
            if size is not None:
                page.set_viewport_size(ViewportSize(width=size[0], height=size[1]))
            settle(page)
            where = name if size is None else f"{name} {size[0]}x{size[1]}"
            self.findings += [f"{where}: {one}" for one in judge(place == 0)]
        if self._sizes and before is not None:
            page.set_viewport_size(before)


def settle(page: Page) -> None:
    """Wait until nothing fades any more, on the page that comes if this one is just being left."""
    try:
        page.evaluate(_SETTLED)
    except Error:
        page.wait_for_load_state()
        page.evaluate(_SETTLED)


def _violations(page: Page) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE)
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return [f"{one['id']} {[node['target'][0] for node in one['nodes']][:3]}" for one in found]
