"""What happens to a code under the scanner: one table of where the screen stands and what the code is.

The table routes, as the one of the visit does; what a code is worth (used, expired, whose turn) is found in
the database. Nothing that is scanned ends a visit that holds anything of somebody.
"""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain.visit import Step


class Kind(StrEnum):
    """What a code of ours stands for; the letter it begins with."""

    TICKET = "T"
    RECEIPT = "R"
    OFFER = "A"
    BADGE = "B"
    PREREGISTRATION = "P"
    PAUSE = "Z"


class Place(StrEnum):
    """Where the screen stands, as far as it matters to a code."""

    START = "start"
    ENTRY = "entry"
    NIK = "nik"
    UNDER_WAY = "under_way"
    LET_GO = "let_go"


class Happens(StrEnum):
    """What a code does.

    `TELL`: a screen of its own says what it is. `NOTE`: a few words over the screen, which stays as it is.
    `BEGIN`: a visit begins with what the phone has sent. `KEEP`: that waits for the consent. `FILL`: it fills
    in NIK and contact. `RESUME`: the paused visit goes on here. `HELP`: an officer has come (`help.py`).
    """

    TELL = "tell"
    NOTE = "note"
    BEGIN = "begin"
    KEEP = "keep"
    FILL = "fill"
    RESUME = "resume"
    HELP = "help"


_H, _K = Happens, Kind

_AT_START: dict[Kind | None, Happens] = {
    **dict.fromkeys((*Kind, None), _H.TELL),
    _K.BADGE: _H.HELP,
    _K.PREREGISTRATION: _H.BEGIN,
    _K.PAUSE: _H.RESUME,
}
_IN_A_VISIT: dict[Kind | None, Happens] = {**dict.fromkeys((*Kind, None), _H.NOTE), _K.BADGE: _H.HELP}

HAPPENS: dict[Place, dict[Kind | None, Happens]] = {
    Place.START: _AT_START,
    Place.ENTRY: {**_IN_A_VISIT, _K.PREREGISTRATION: _H.KEEP, _K.PAUSE: _H.RESUME},
    Place.NIK: {**_IN_A_VISIT, _K.PREREGISTRATION: _H.FILL},
    Place.UNDER_WAY: _IN_A_VISIT,
    Place.LET_GO: {**_IN_A_VISIT, _K.PREREGISTRATION: _H.BEGIN, _K.PAUSE: _H.RESUME},
}
"""Place and code to what happens; None stands for a code that is not ours."""

_PLACES: dict[Step, Place] = {
    **dict.fromkeys((Step.CHOICE, Step.GET_APP, Step.WANTS_PERSON, Step.CONSENT), Place.ENTRY),
    Step.NIK: Place.NIK,
    **dict.fromkeys((Step.TICKET, Step.PAUSED), Place.LET_GO),
    Step.ENDED: Place.START,
}


def place_of(step: Step | None) -> Place:
    """Where a visit in `step` stands; None is the start screen.

    Before the consent a visit holds nothing of anybody, and one with a ticket in hand waits elsewhere: there
    the next code counts. After the NIK the one who stands there is not disturbed.
    """
    return Place.START if step is None else _PLACES.get(step, Place.UNDER_WAY)


def happens(step: Step | None, kind: Kind | None) -> Happens:
    """Say what a code does while a visit stands in `step`.

    >>> happens(None, Kind.PREREGISTRATION), happens(Step.QR, None), happens(Step.NIK, Kind.PREREGISTRATION)
    (<Happens.BEGIN: 'begin'>, <Happens.NOTE: 'note'>, <Happens.FILL: 'fill'>)
    """
    return HAPPENS[place_of(step)][kind]
