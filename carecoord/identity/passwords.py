"""
Passwords: Argon2id (RFC 9106), verified and hashed off the event loop.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 12
"""Characters; a length and nothing else, as NIST SP 800-63B §5.1.1 and ANSSI recommend."""
LONGEST = 1024
"""Characters; beyond, hashing would be a way to keep the server busy."""

_HASHER = PasswordHasher()

_AT_ONCE = 2
"""Each hash takes 64 MiB: however many people sign in, the others wait their turn here."""
_THREADS = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="argon2")

# Hash of a random password that nobody knows: verified when there is no such account, so
# that the answer takes as long as for one that exists. Same parameters as `_HASHER` (tested).
DECOY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$8kFNq+qECcZmia2jd00acQ$9CNU+BJ37PmGeymeXWiS36qp8eyGWhTwnDY5/9s/GWs"
)


async def hash_password(password: str) -> str:
    """The hash to store, with its parameters and salt."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def password_fits(stored_hash: str | None, password: str) -> bool:
    """
    Whether a password is the one that was hashed; takes as long when there is no hash.
    """
    loop = asyncio.get_running_loop()
    if stored_hash is None or len(password) > LONGEST:
        await loop.run_in_executor(_THREADS, _verify, DECOY_HASH, password[:LONGEST])
        return False
    return await loop.run_in_executor(_THREADS, _verify, stored_hash, password)


def needs_rehash(stored_hash: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(stored_hash)


def _verify(stored_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
