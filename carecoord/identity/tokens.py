"""
Secrets of sessions and API tokens: made at random, kept as digests, judged by date.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from carecoord.identity.domain import SessionLimits

SECRET_BYTES = 32
TOKEN_PREFIX = "carecoord_"  # noqa: S105 - lets a leaked token be recognised by scanners

LONGEST_SECRET = 256


def new_secret() -> str:
    """A secret of 256 random bits, in letters that a cookie carries as they are."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_token_secret() -> str:
    """The same for a program, with a prefix that says what it opens."""
    return TOKEN_PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> bytes:
    """
    SHA-256 of a secret. With 256 random bits nothing slower is needed: it cannot be guessed.
    """
    return hashlib.sha256(secret.encode()).digest()


def is_plausible(secret: str) -> bool:
    """Whether a text from outside may be a secret at all, before asking the database."""
    return 0 < len(secret) <= LONGEST_SECRET and secret.isascii()


def session_is_over(
    *, last_seen_at: datetime, expires_at: datetime, now: datetime, limits: SessionLimits
) -> bool:
    """Whether a session has ended, by disuse or by age."""
    return now >= expires_at or now - last_seen_at >= timedelta(seconds=limits.idle_s)
