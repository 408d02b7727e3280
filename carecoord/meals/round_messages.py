"""
What a worker and the child process that plans meal rounds say to each other: pure, without the solver.
"""

from __future__ import annotations

from typing import Any

import msgspec

from carecoord.meals.rounds_domain import RoundFigures, RunPoint

SOLVE = "carecoord.meals.round_solving:solve_rounds"
"""By name, so that the worker itself never imports the solver."""


class RoundsOrder(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the child is to plan.

    Args:
        problem: compressed document.
        start: compressed plan to begin from, if any.
    """

    problem: bytes
    seconds: float
    seed: int
    start: bytes | None = None


REPAIR = "carecoord.meals.round_solving:repair_rounds"


class RepairOrder(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the child is to repair.

    Args:
        problem, plan: compressed documents.
        away, broken: drivers and vehicles that drop out at `at_s`.
    """

    problem: bytes
    plan: bytes
    seconds: float
    seed: int
    at_s: int
    away: list[str]
    broken: list[str]


class RoundsPlan(msgspec.Struct, frozen=True, kw_only=True):
    """
    A plan, judged and ready to be kept.

    Args:
        solution: compressed.
        left_out, warnings: what pages show of it.
    """

    solution: bytes
    figures: RoundFigures
    left_out: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


class RoundsNews(msgspec.Struct, frozen=True, kw_only=True):
    """What the child tells while it works: a point of its curve, and the plan now and then."""

    point: RunPoint
    plan: RoundsPlan | None = None


class RoundsOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the child ends with: the plan, and figures of the day dealt out by hand."""

    plan: RoundsPlan
    naive: RoundFigures


class RepairOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """Repaired rounds, and whom they change something for."""

    plan: RoundsPlan
    changes: list[dict[str, Any]]
