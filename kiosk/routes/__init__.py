"""What people can ask for: every blueprint, which `kiosk/assembly.py` registers."""

from __future__ import annotations

from kiosk.routes import (
    account,
    audit,
    board,
    camera,
    care,
    counter,
    devices,
    display,
    health,
    help,
    history,
    look,
    lost_phone,
    numbers,
    pause,
    people,
    phone,
    poster,
    preregistration,
    queue,
    review,
    scan,
    set_up,
    sign_in,
    simulator,
    technician,
    terminal,
    visit,
    waiting,
    wedge,
)

KIOSK = (
    visit,
    waiting,
    pause,
    camera,
    devices,
    scan,
    wedge,
    look,
    help,
    phone,
    preregistration,
    terminal,
    simulator,
    history,
    display,
    health,
)
"""The resident's screens, his phone, the office's TV, and what stands around them."""

PANEL = (
    sign_in,
    set_up,
    account,
    people,
    board,
    review,
    counter,
    care,
    lost_phone,
    queue,
    technician,
    poster,
    numbers,
    audit,
)
"""The officers' panel."""
