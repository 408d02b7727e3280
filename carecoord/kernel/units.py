"""
Units: distinct types where they help, named conversions, rounding said aloud.
"""

from __future__ import annotations

from typing import NewType

Seconds = NewType("Seconds", int)
Metres = NewType("Metres", int)
Cents = NewType("Cents", int)

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86_400


def minutes_to_s(minutes: int) -> Seconds:
    """Minutes to seconds."""
    return Seconds(minutes * MINUTE_S)
