"""
Identifiers: time-ordered, so that indexes stay compact; never meaningful to a reader.
"""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid5


def new_id() -> UUID:
    """A new UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, 74 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)


def derived_id(namespace: UUID, *parts: str | int) -> UUID:
    """
    The identifier that always follows from the same parts (UUID version 5).

    For rows that must be the same whoever creates them, such as the dated visit of
    an intervention on a day: creating it twice is a conflict the database sees.
    """
    return uuid5(namespace, "\x1f".join(str(part) for part in parts))
