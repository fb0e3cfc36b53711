"""The least that Flask can be: the floor under the kiosk's own start."""

from __future__ import annotations

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Answer."""
    return "hello"
