"""
What a plan stays close to, and how closely it did: pure.
"""

from __future__ import annotations

from typing import Literal

import msgspec

StartFrom = Literal["last_week", "usual"]
"""What a plan may stay close to: last week's published rounds, or usual aides at the wished hours."""


class Keep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What a plan stays close to, and how closely.

    Args:
        persons_max: how many people may get another aide or hour, at most; None is no limit.
        weight_percent: price of each change, in hundredths of the usual one.
    """

    start_from: StartFrom
    persons_max: int | None = None
    weight_percent: int = 100


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """
    A plan against what it was to stay close to.

    Args:
        visits: served, that had aides and an hour to keep; 0 when the plan started from nothing.
        aide, hour: those of them that keep their aides, and their hour within the tolerance.
        people: who get another aide or another hour.
    """

    visits: int = 0
    aide: int = 0
    hour: int = 0
    people: int = 0
