"""What is kept. Importing the package registers every table, which migrations and tests rely on."""

from kiosk.models import (
    activation,
    audit,
    case,
    counter,
    device,
    mail,
    numbers,
    officer,
    preregistration,
    register,
    retention,
    terminal,
    ticket,
    visit,
)

__all__ = [
    "activation",
    "audit",
    "case",
    "counter",
    "device",
    "mail",
    "numbers",
    "officer",
    "preregistration",
    "register",
    "retention",
    "terminal",
    "ticket",
    "visit",
]
