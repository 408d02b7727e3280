"""
Travel matrix: seconds and metres as integers, one per travel mode.
"""

from __future__ import annotations

import msgspec


class Matrix(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Travel between places by one mode.

    Args:
        mode: `car`, `bike` or `foot`.
        provider: who answered, shown to the coordinator (`great_circle`, `osrm`, …).
        seconds: row = from, column = to, in the order of `Problem.places`; whole
            minutes are advised, so that plans fall on whole minutes.
        metres: the same for distances.
        fallback_pairs: how many pairs were estimated because the provider had no answer.
    """

    mode: str
    provider: str
    seconds: list[list[int]]
    metres: list[list[int]]
    fallback_pairs: int = 0
