"""What is counted each day, and the rules that make figures out of the counts."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """What a daily count counts; its label says which of them."""

    OUTCOME = "outcome"
    DOMICILE = "domicile"
    STEP_SECONDS = "step_seconds"
    GAVE_UP = "gave_up"
    REFERRED = "referred"
    SATISFACTION = "satisfaction"
    WAIT = "wait"
    SERVED = "served"
    UPTIME = "uptime"
    FAIRNESS = "fairness"
