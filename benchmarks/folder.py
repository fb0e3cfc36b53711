"""The files by which the measuring process and the server that is measured talk to each other."""

from __future__ import annotations

SELFIE = "selfie.jpg"
"""What the server compares; missing where the portraits have not been fetched."""

MATCH = "match"
"""While it exists, the server compares faces, one after another."""

MATCHES = "matches"
"""How many comparisons are done since the server's start."""

READY = "ready"
"""When the face engine had loaded: monotonic seconds, one clock for all processes of a machine."""
