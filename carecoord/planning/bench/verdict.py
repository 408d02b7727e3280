"""
What an evaluator says of a solution, and the tolerances of the published collections.
"""

from __future__ import annotations

import msgspec

# Published times have three decimals and objectives four.
TIME_TOLERANCE = 0.002
OBJECTIVE_TOLERANCE = 0.01


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """
    One hard rule broken: its code, the object concerned and what was seen.
    """

    rule: str
    where: str
    seen: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """
    Objective of a solution with its terms, the routes used and every fault (none: feasible).
    """

    objective: float
    terms: dict[str, float]
    vehicles: int
    faults: tuple[Fault, ...]
