"""What is counted each day: measures, and the labels under which they are counted.

A label comes from a closed set and never from a person. The figures made of the counts: `target.py`,
`fairness.py`, and the community satisfaction index below.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain.nik import Sex


class Measure(StrEnum):
    """What a daily count counts; its label says which of them.

    | measure       | one for each                              | label                    | total      |
    |---------------|-------------------------------------------|--------------------------|------------|
    | OUTCOME       | visit                                     | `VisitEnd`               |            |
    | VISIT_SECONDS | visit at the kiosk                        | `VisitEnd`               | seconds    |
    | DOMICILE      | activation                                | `Domicile`               |            |
    | CHANNEL       | activation                                | `Channel`                |            |
    | STEP_SECONDS  | step that somebody worked on, once a visit| `Step`                   | seconds    |
    | GAVE_UP       | visit that was left or fell idle          | `Step` it was left at    |            |
    | REFERRED      | visit handed to a person                  | `ReferReason`            |            |
    | SATISFACTION  | rating                                    | `1` to `4`               | the rating |
    | WAIT          | ticket, at its first call                 | `Wait`                   | seconds    |
    | SERVED        | ticket that was finished at a counter     | the counter's name       | seconds    |
    | UPTIME        | sign of life of a terminal                | `Readiness`              | seconds    |
    | FAIRNESS      | visit of somebody whom the register knows | see `fairness.py`        |            |
    """

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
    VISIT_SECONDS = "visit_seconds"
    CHANNEL = "channel"


class Domicile(StrEnum):
    """Whose resident was activated: only the office's own count toward its target."""

    LOCAL = "local"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


class Wait(StrEnum):
    """How long a ticket waited until it was called. Counts have no median; buckets show where it lies."""

    UNDER_5 = "under_5"
    UNDER_10 = "under_10"
    UNDER_20 = "under_20"
    UNDER_40 = "under_40"
    LONGER = "longer"


WAIT_MINUTES: tuple[tuple[int, Wait], ...] = (
    (5, Wait.UNDER_5),
    (10, Wait.UNDER_10),
    (20, Wait.UNDER_20),
    (40, Wait.UNDER_40),
)
"""Upper ends in minutes, not included; each about twice the one before, because waiting is felt so."""

BANDS: tuple[tuple[int, str], ...] = (
    (17, "0-16"),
    (25, "17-24"),
    (35, "25-34"),
    (45, "35-44"),
    (55, "45-54"),
    (65, "55-64"),
)
"""Upper ends in years, not included, and the band below each: ten-year bands from the age of duty on."""

OLDEST_BAND = "65+"

_LETTER = {Sex.FEMALE: "f", Sex.MALE: "m"}


def domicile(region: str | None, office_region: str) -> Domicile:
    """Compare the four-digit codes of a regency or city; unknown when either is missing.

    >>> domicile("3273", "3273"), domicile("3204", "3273"), domicile(None, "3273")
    (<Domicile.LOCAL: 'local'>, <Domicile.ELSEWHERE: 'elsewhere'>, <Domicile.UNKNOWN: 'unknown'>)
    """
    if not region or not office_region:
        return Domicile.UNKNOWN
    return Domicile.LOCAL if region == office_region else Domicile.ELSEWHERE


def wait_of(seconds: float) -> Wait:
    """The bucket of a wait; one that a clock set back made negative counts as short.

    >>> wait_of(299), wait_of(300), wait_of(3600)
    (<Wait.UNDER_5: 'under_5'>, <Wait.UNDER_10: 'under_10'>, <Wait.LONGER: 'longer'>)
    """
    return next((bucket for minutes, bucket in WAIT_MINUTES if seconds < minutes * 60), Wait.LONGER)


def age_band(years: int) -> str:
    """The band of an age in completed years.

    >>> age_band(16), age_band(17), age_band(34), age_band(90)
    ('0-16', '17-24', '25-34', '65+')
    """
    return next((band for end, band in BANDS if years < end), OLDEST_BAND)


def group_of(sex: Sex, years: int) -> str:
    """Sex and age band in one word, all that the fairness watch ever learns of a person.

    >>> group_of(Sex.FEMALE, 31)
    'f 25-34'
    """
    return f"{_LETTER[sex]} {age_band(years)}"
