"""
What a worker and the child process that solves say to each other: pure, without the solver.
"""

from __future__ import annotations

import msgspec

from carecoord.rosters.apply import PlanDraft
from carecoord.rosters.domain import KeyFigures

SOLVE = "carecoord.rosters.solving:solve_period"
"""By name, so that the worker itself never imports the solver."""


class SolveOrder(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the child is to solve.

    Args:
        problem: compressed document.
        seconds: time budget of the search.
        start: compressed plan to start from, if any.
    """

    problem: bytes
    seconds: float
    seed: int
    start: bytes | None = None


class SolveNews(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the child tells while it works.

    Args:
        solution: compressed, when the best plan improved and is legal.
        draft: the first legal plan, ready to be shown.
    """

    elapsed_ms: int
    unserved: dict[str, int]
    soft_cents: int
    phase: str
    solution: bytes | None = None
    draft: PlanDraft | None = None


class SolveOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the child ends with.

    Args:
        naive: key figures of the same week dealt out aide by aide in order of time.
    """

    draft: PlanDraft
    naive: KeyFigures
