"""Keys: one master key in a file, one derived key per purpose, and what is done with each.

The file holds one line per version, `<version> <64 hex digits>`; the highest encrypts, all of them decrypt.
It never lies in the database: a NIK can be guessed, so whoever holds the look-up key can test guesses.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FILE_NAME = "keys.txt"
"""Where the demonstration keeps its key file, under KIOSK_DATA."""

NONCE_BYTES = 12
"""AES-GCM's nonce (NIST SP 800-38D, section 8.2.2: 96 random bits)."""

LAST_VERSION = 255
"""The version is one byte before every encrypted value."""


class KeyFileError(Exception):
    """The key file is missing, readable by others, or not a key file."""


@dataclass(frozen=True)
class Keys:
    """All derived keys. `masters` maps a version (1 to 255) to 32 secret bytes."""

    masters: dict[int, bytes] = field(repr=False)

    @property
    def current(self) -> int:
        """The version that encrypts."""
        return max(self.masters)

    def derived(self, purpose: str, version: int | None = None) -> bytes:
        """Return 32 bytes for one purpose (HKDF-SHA256, RFC 5869); different purposes never share a key."""
        master = self.masters[self.current if version is None else version]
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"anjungan-ikd/{purpose}".encode()).derive(
            master
        )

    def encrypt(self, plain: bytes, place: str) -> bytes:
        """Return version byte, nonce and AES-GCM text; `place` («table.column») is bound to it."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._cipher(self.current)
        return bytes([self.current]) + nonce + cipher.encrypt(nonce, plain, place.encode())

    def decrypt(self, stored: bytes, place: str) -> bytes:
        """Undo `encrypt`; raise `cryptography.exceptions.InvalidTag` for a changed or moved value."""
        nonce, text = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
        return self._cipher(stored[0]).decrypt(nonce, text, place.encode())

    def _cipher(self, version: int) -> AESGCM:
        return AESGCM(self.derived("column", version))

    def nik_hash(self, nik: str) -> str:
        """Return the look-up value of a NIK: HMAC-SHA256, hex, under the first version, so that it stays."""
        key = self.derived("nik-hash", min(self.masters))
        return hmac.new(key, nik.encode(), hashlib.sha256).hexdigest()

    def mac(self, purpose: str, text: str) -> str:
        """Return a hex HMAC-SHA256 of `text` under the first key of `purpose`: it must stay comparable."""
        return hmac.new(self.derived(purpose, min(self.masters)), text.encode(), hashlib.sha256).hexdigest()


def read(path: Path) -> Keys:
    """Read a key file; raise `KeyFileError` with a sentence that names the file and what is wrong."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"key file {path}: {error.strerror}") from error
    if mode & 0o077:
        raise KeyFileError(f"key file {path} can be read by others; run: chmod 600 {path}")
    try:
        return Keys(_masters(content.decode("ascii")))
    except ValueError:
        # Not chained: the error's text repeats what stands in the line.
        raise KeyFileError(f"key file {path} is not a key file") from None


def _masters(text: str) -> dict[int, bytes]:
    masters: dict[int, bytes] = {}
    for line in filter(str.strip, text.splitlines()):
        version, secret = line.split()
        if int(version) in masters or not 1 <= int(version) <= LAST_VERSION or len(secret) != 64:
            raise ValueError("not a key")
        masters[int(version)] = bytes.fromhex(secret)
    if not masters:
        raise ValueError("no key")
    return masters


def create(path: Path) -> Keys:
    """Write a new key file that only its owner can read; raise `FileExistsError` rather than overwrite one,
    and `KeyFileError` where none can be made."""
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if path.exists():
            raise
        raise KeyFileError(f"key file {path} cannot be made: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"1 {secrets.token_hex(32)}\n")
    return read(path)
