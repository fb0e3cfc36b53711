"""A browser for tests that checks every page it gets, with htmx and without.

The habit is that of alphagov/notifications-admin: no test can forget to look at the markup, because the
client does. A page that breaks a rule raises `PageFault` wherever it turns up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from kiosk.domain.visit import Step

PARTS = frozenset({"/visit/nik/check", "/visit/email/check", "/camera/frame"})
"""What only a script asks for: the answer is a part of the screen, also where nothing else is by htmx."""

NIK_MAY_SHOW = frozenset({Step.NIK.value, Step.NIK_CHECK.value})
"""The steps in which the whole NIK may stand on the screen: it is being typed or read back."""

_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNLABELLED = frozenset({"hidden", "submit", "button", "image", "reset"})
_SIXTEEN = re.compile(r"(?<!\d)(?:\d[ .\-]?){15}\d(?!\d)")
_TWICE_ESCAPED = re.compile(r"&amp;(lt|gt|quot|amp|#\d+);|&lt;/?(strong|span|b|em|svg|br|p)\b")


class PageFault(AssertionError):
    """A page breaks a rule that holds for every page."""


@dataclass
class Node:
    """One element; `text` is what stands directly in it."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None
    children: list[Node] = field(default_factory=list)
    pieces: list[str | Node] = field(default_factory=list, repr=False)

    def all(self, *tags: str) -> Iterator[Node]:
        """This element and those below it, of these tags (any when none is given)."""
        ahead = [self]
        while ahead:
            node = ahead.pop()
            if not tags or node.tag in tags:
                yield node
            ahead += reversed(node.children)

    def above(self, *tags: str) -> Node | None:
        """The nearest element around it of one of these tags."""
        node = self.parent
        while node is not None and node.tag not in tags:
            node = node.parent
        return node

    @property
    def text(self) -> str:
        """All text below it, with single spaces."""
        words = [piece if isinstance(piece, str) else f" {piece.text} " for piece in self.pieces]
        return " ".join("".join(words).split())

    def get(self, name: str) -> str:
        """An attribute, or nothing."""
        return self.attributes.get(name, "")


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Node("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            raise PageFault(f"an attribute twice: {self.get_starttag_text()}")
        node = Node(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(node)
        self.open.pieces.append(node)
        if tag not in _VOID:
            self.open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or self.open.tag != tag or self.open.parent is None:
            raise PageFault(f"</{tag}> closes <{self.open.tag}>")
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.pieces.append(data)


class Page:
    """An answer, parsed and checked; `holds_nik` says that this partial belongs to the NIK's own step."""

    def __init__(self, answer: TestResponse, *, holds_nik: bool = False) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.html = answer.text
        self.root = Node("", {}, None)
        if answer.mimetype == "text/html" and self.html.strip():
            builder = _Builder()
            builder.feed(self.html)
            builder.close()
            if builder.open is not builder.root:
                raise PageFault(f"<{builder.open.tag}> is never closed")
            self.root = builder.root
            self._check(holds_nik)

    @property
    def step(self) -> str:
        """The step that the screen says it is; empty for the start screen and apologies."""
        return next((main.get("data-step") for main in self.root.all("main")), "")

    @property
    def text(self) -> str:
        """What can be read."""
        return self.root.text

    @property
    def is_whole(self) -> bool:
        """Whether this is a whole page and not only a screen or a part of one."""
        return any(self.root.all("html"))

    def form(self, action: str) -> Node:
        """The first form with this action; raises when there is none."""
        found = [form for form in self.root.all("form") if form.get("action") == action]
        if not found:
            actions = sorted({form.get("action") for form in self.root.all("form")})
            raise PageFault(f"no form for {action} at step {self.step!r}; there are {actions}")
        return found[0]

    def _fail(self, rule: str) -> None:
        raise PageFault(f"{rule} (step {self.step!r}, status {self.status})")

    def _check(self, holds_nik: bool) -> None:
        has_screen = any(self.root.all("main"))
        self._check_heads(has_screen)
        nodes = list(self.root.all())
        ids = Counter(node.get("id") for node in nodes if node.get("id"))
        if twice := [name for name, count in ids.items() if count > 1]:
            self._fail(f"an id twice: {twice}")
        for node in nodes:
            self._check_node(node)
        for name in ("aria-describedby", "aria-labelledby", "popovertarget", "for"):
            for node in nodes:
                if has_screen and (missing := set(node.get(name).split()) - set(ids)):
                    self._fail(f"{name} points to nothing: {missing}")
        for form in self.root.all("form"):
            self._check_form(form)
        for control in self.root.all("input", "select", "textarea"):
            self._check_label(control)
        if _TWICE_ESCAPED.search(self.html):
            self._fail("escaped twice")
        if not holds_nik and self.step not in NIK_MAY_SHOW:
            self._check_for_niks(nodes)

    def _check_heads(self, has_screen: bool) -> None:
        headings = list(self.root.all("h1"))
        if len(headings) != (1 if has_screen or self.is_whole else 0):
            self._fail(f"{len(headings)} h1")
        for heading in headings:
            if not heading.text:
                self._fail("an empty h1")
        for node in self.root.all("html", "main"):
            if node.get("lang") not in ("id", "en") and not (node.tag == "main" and self.is_whole):
                self._fail(f"<{node.tag}> without a language")
        if self.is_whole and not any(title.text for title in self.root.all("title")):
            self._fail("no title")

    def _check_node(self, node: Node) -> None:
        if node.tag == "style" or "style" in node.attributes:
            self._fail(f"inline style in <{node.tag}>")
        if node.tag == "script" and (not node.get("src").startswith("/") or node.text):
            self._fail("inline or foreign script")
        if on := [name for name in node.attributes if name.startswith(("on", "hx-on"))]:
            self._fail(f"{on} in <{node.tag}>")
        if node.tag == "img" and "alt" not in node.attributes:
            self._fail("a picture without alt")
        if node.tag == "button" and not (node.text or node.get("aria-label")):
            self._fail("a button without a name")
        if node.tag == "button" and not node.get("type"):
            self._fail(f"a button without a type: {node.text}")

    def _check_form(self, form: Node) -> None:
        if form.get("method") != "post" or not form.get("action").startswith("/"):
            self._fail(f"a form without method and action: {form.attributes}")
        if not any(field.get("name") == "csrf_token" and field.get("value") for field in form.all("input")):
            self._fail(f"no CSRF field in the form for {form.get('action')}")
        if form.get("hx-post") not in ("", form.get("action")):
            self._fail(f"hx-post and action differ: {form.attributes}")

    def _check_label(self, control: Node) -> None:
        if control.get("type") in _UNLABELLED or control.get("aria-label") or control.get("aria-labelledby"):
            return
        labels = [label for label in self.root.all("label") if label.get("for") == control.get("id")]
        if not (control.above("label") or any(label.text for label in labels if control.get("id"))):
            self._fail(f"no label for {control.attributes}")

    def _check_for_niks(self, nodes: list[Node]) -> None:
        values = [node.get(name) for node in nodes for name in ("value", "content", "href", "alt")]
        if any(_SIXTEEN.search(text) for text in [self.text, *values]):
            self._fail("sixteen digits that look like a NIK")


class Browser:
    """Flask's test client with a page that is looked at. CSRF stays on: tokens are read from the page."""

    def __init__(self, app: Flask, *, htmx: bool) -> None:
        self.client = app.test_client()
        self.htmx = htmx
        self.page = self.open("/")

    @property
    def step(self) -> str:
        """The step of the page it looks at."""
        return self.page.step

    def open(self, path: str) -> Page:
        """Type an address: always a whole page."""
        self.page = Page(self.client.get(path))
        if self.page.status == 200 and not self.page.is_whole:
            raise PageFault(f"{path} answered a browser with a part of a page")
        return self.page

    def poll(self, path: str) -> Page:
        """Ask as an element of the page asks; the page stays unless the answer is for the whole screen."""
        answer = Page(self.client.get(path, headers={"HX-Request": "true"}))
        if answer.is_whole:
            raise PageFault("a poll was answered with a whole page")
        if answer.answer.headers.get("HX-Retarget") == "#screen":
            self.page = answer
        return answer

    def fields(self, action: str, page: Page | None = None) -> dict[str, str]:
        """What the form for `action` would send as it stands, without a button."""
        form = (page or self.page).form(action)
        return {field.get("name"): field.get("value") for field in form.all("input") if field.get("name")}

    def press(self, action: str, *, page: Page | None = None, **given: str) -> Page:
        """Send the form for `action` on the page (or on an earlier `page`), as htmx does or as it is.

        `given` must be names that the form really has, as fields or as values of its buttons.
        """
        form = (page or self.page).form(action)
        sent: dict[str, Any] = self.fields(action, page)
        for name, value in given.items():
            buttons = [b.get("value") for b in form.all("button") if b.get("name") == name]
            if buttons and value not in buttons:
                raise PageFault(f"no button {name}={value} in the form for {action}; there are {buttons}")
            if not buttons and name not in sent:
                raise PageFault(f"no field {name} in the form for {action}")
            sent[name] = value
        return self.post(action, **sent)

    def post(self, action: str, *, holds_nik: bool = False, **sent: Any) -> Page:
        """Send these fields, whether or not a form offers them; the answer becomes the page."""
        by_htmx = self.htmx or action in PARTS
        headers = {"HX-Request": "true", "HX-Target": "screen"} if by_htmx else {}
        answer = Page(self.client.post(action, data=sent, headers=headers), holds_nik=holds_nik)
        if answer.status == 204 or (by_htmx and "HX-Retarget" not in answer.answer.headers):
            return answer
        if answer.is_whole == by_htmx:
            raise PageFault(f"{action}: a whole page for htmx, or a part for a browser")
        self.page = answer
        return answer

    @property
    def token(self) -> str:
        """The CSRF token of the page it looks at."""
        return next(
            field.get("value") for field in self.page.root.all("input") if field.get("name") == "csrf_token"
        )
