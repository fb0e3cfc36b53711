"""Templates hold nothing that the content security policy would have to allow (ADR 0007)."""

from __future__ import annotations

import re

import pytest

from tests.structure.tree import TEMPLATES, relative

FORBIDDEN = {
    "inline style": r"<style|\sstyle\s*=",
    "inline script": r"<script(?![^>]*\ssrc=)|<script[^>]*>\s*[^<\s]",
    "event attribute": r"\s(on[a-z]+|hx-on[\w:.-]*)\s*=",
    "script address": r"javascript:|[\"']js:|hx-vars",
    "trigger filter": r"hx-trigger\s*=\s*\"[^\"]*\[",
    "file from elsewhere": r"((src|srcset|action|poster)\s*=|<link[^>]*href=)\s*[\"'](https?:)?//",
    "address in the history": r"hx-(push|replace)-url",
    "unescaped value": r"\|\s*safe\b|autoescape false",
}


def offences(text: str) -> set[str]:
    """Name everything forbidden that stands in a template; Jinja's comments do not count."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    # A sentence that stands right here may be marked up: nobody's input is in it.
    text = re.sub(r"\{\{\s*_\(\"[^\"]*\"\)\s*\|\s*safe\s*\}\}", "", text)
    return {name for name, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)}


def test_no_template_needs_an_unsafe_policy():
    found = {relative(path): offences(path.read_text(encoding="utf-8")) for path in TEMPLATES.rglob("*.html")}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<p style="color:red">', "inline style"),
        ("<script>go()</script>", "inline script"),
        ('<script src="/a.js">go()</script>', "inline script"),
        ('<b onclick="x()">', "event attribute"),
        ('<b hx-on:click="x()">', "event attribute"),
        ('<a href="javascript:x()">', "script address"),
        ("<b hx-vals='js:{a: 1}'>", "script address"),
        ('<b hx-trigger="keyup[ctrlKey]">', "trigger filter"),
        ('<img src="//elsewhere.example/a.png">', "file from elsewhere"),
        ('<b hx-push-url="true">', "address in the history"),
        ("{{ name | safe }}", "unescaped value"),
        ('{{ _("%(name)s", name=name) | safe }}', "unescaped value"),
    ],
)
def test_an_offence_is_found(text, name):
    assert name in offences(text)


def test_an_ordinary_template_passes():
    text = '<script src="{{ address }}" defer></script><b hx-trigger="every 1s" data-style="x">ok</b>'
    assert offences(text) == set()
