"""
Columns that stay unreadable to whoever holds the database or its backups without the key.

AES-256-GCM (NIST SP 800-38D) with a nonce of 96 random bits per value. What is stored is
`format (1 byte) | key id (4) | nonce (12) | ciphertext and tag`; the name of the column is
authenticated with it, so that a value copied into another column does not open. The key id
lets keys be changed: the current one seals, former ones still open
(`docs/operations/sealed-columns.md`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

FORMAT = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
_HEAD = len(FORMAT) + KEY_ID_BYTES + NONCE_BYTES
_INFO = b"carecoord sealed columns"


class SealBroken(Exception):
    """A sealed value cannot be opened: its key is not known here, or it was altered."""


class Keyring(msgspec.Struct, frozen=True, kw_only=True):
    """
    Keys that seal and open.

    Args:
        current: id of the key that seals.
        keys: id -> 256-bit key, former ones included.
    """

    current: bytes
    keys: Mapping[bytes, bytes]

    def seal(self, plain: bytes, column: str) -> bytes:
        """Encrypt a value for a column; twice the same value gives two different results."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(self.keys[self.current])
        return FORMAT + self.current + nonce + cipher.encrypt(nonce, plain, column.encode())

    def open(self, sealed: bytes, column: str) -> bytes:
        """
        Decrypt a value of a column.

        Raises:
            SealBroken: its key is not in this ring, or the value was altered or moved.
        """
        identifier = key_id_of(sealed)
        key = self.keys.get(identifier)
        if key is None:
            raise SealBroken(f"{column}: sealed with key {identifier.hex()}, which is not known here")
        nonce = sealed[_HEAD - NONCE_BYTES : _HEAD]
        try:
            return AESGCM(key).decrypt(nonce, sealed[_HEAD:], column.encode())
        except InvalidTag as error:
            raise SealBroken(f"{column}: the sealed value was altered") from error


def key_id_of(sealed: bytes) -> bytes:
    """
    Id of the key that sealed a value.

    Raises:
        SealBroken: it is not a sealed value.
    """
    if len(sealed) < _HEAD or sealed[:1] != FORMAT:
        raise SealBroken("not a sealed value")
    return sealed[len(FORMAT) : len(FORMAT) + KEY_ID_BYTES]


def keyring(current: str, former: Iterable[str] = ()) -> Keyring:
    """
    The ring of some secrets: each gives a key by HKDF-SHA-256 (RFC 5869).

    Args:
        current: secret whose key seals.
        former: secrets whose keys still open.
    """
    keys = {}
    for secret in (*former, current):
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode())
        identifier = hashlib.sha256(_INFO + key).digest()[:KEY_ID_BYTES]
        keys[identifier] = key
    return Keyring(current=identifier, keys=keys)


_ring: list[Keyring] = []


def use_keys(ring: Keyring) -> None:
    """Give this process its keys, at its start; keys given before still open."""
    before = _ring[0].keys if _ring else {}
    _ring[:] = [Keyring(current=ring.current, keys={**before, **ring.keys})]


def keys_in_use() -> Keyring:
    """
    The keys of this process.

    Raises:
        RuntimeError: nobody gave any, which is a bug of whoever composes the process.
    """
    if not _ring:
        raise RuntimeError("no key for sealed columns: call carecoord.wiring.sealing.connect")
    return _ring[0]


class Sealed(TypeDecorator[bytes]):
    """
    Bytes that are encrypted on their way to the database and decrypted on their way back.

    Comparing or indexing such a column in SQL is meaningless: sealing twice differs.

    Args:
        column: `table.column`, authenticated with each value.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - given by SQLAlchemy
        """Seal with the current key."""
        return None if value is None else keys_in_use().seal(value, self.column)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - given by SQLAlchemy
        """Open with whichever key sealed it."""
        return None if value is None else keys_in_use().open(bytes(value), self.column)
