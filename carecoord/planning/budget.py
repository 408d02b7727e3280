"""
How long a solve may take, and from which seed.
"""

from __future__ import annotations

import msgspec


class Budget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Limits of one solve; whichever comes first stops it.

    With `seconds` absent the result follows from the problem, `iterations` and `seed`
    alone (one thread): the same input gives the same plan on every run.

    Args:
        seconds: wall-clock limit.
        iterations: limit in search iterations.
        seed: seed of every random choice.
        report_every_s: at most one progress message in this time.
        heat: share of the usual temperature at the beginning; less for a plan that is good already.
        bound: whether some of the time goes to proving a lower bound; not for a part of a plan.
    """

    seconds: float | None = 60.0
    iterations: int | None = None
    seed: int = 1
    report_every_s: float = 0.5
    heat: float = 1.0
    bound: bool = True
