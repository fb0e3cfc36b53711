"""Indexes with which the purge finds what is still kept, without reading what was erased long ago."""

from __future__ import annotations

import sqlalchemy as sa

from kiosk.db import Base
from kiosk.domain.retention import RETENTION
from kiosk.models import case, mail, visit

GROWING = frozenset(
    {
        visit.Visit.__tablename__,
        visit.FaceAttempt.__tablename__,
        case.ReviewCase.__tablename__,
        mail.Mail.__tablename__,
    }
)
"""Tables whose rows stay when their personal columns are emptied; the others are small for ever."""


def index_name(column: str) -> str:
    """The name of the index over what is still kept of «table.column»."""
    return f"ix_{column.replace('.', '_')}_kept"


for _keep in RETENTION:
    _table_name, _, _column_name = _keep.column.partition(".")
    if _table_name in GROWING:
        _table = Base.metadata.tables[_table_name]
        sa.Index(
            index_name(_keep.column),
            _table.c[_keep.anchor],
            sqlite_where=_table.c[_column_name].is_not(None),
        )
