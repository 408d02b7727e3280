"""
What a plan is: rounds of stops, visits left out with their cause, violations, score.
"""

from __future__ import annotations

from typing import Literal

import msgspec

FORMAT = "carecoord-homecare-solution"


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One aide at one visit, elapsed seconds as in the problem. A visit for two has two stops."""

    visit: str
    start_s: int
    end_s: int


class Round(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one aide does on one day, in order of time; the day is that of the first start."""

    worker: str
    day: int
    stops: list[Stop]


class WorkerCause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Why one aide could not take one visit, the nearest miss over all its options.

    Args:
        code: name of the constraint in the way (see docs/planning/constraints.md).
        args: figures for the sentence (seconds, counts, identifiers).
    """

    worker: str
    code: str
    args: dict[str, int | str] = {}


class Unassigned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A visit left out.

    Args:
        code: the cause in one word: `no_skilled_worker`, `all_refused`, `no_worker_available`,
            `no_legal_place`, `no_pair`, `pin_impossible`, …
        causes: each compatible aide, tried for real.
    """

    visit: str
    code: str = "not_tried"
    causes: list[WorkerCause] = []


class Violation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One broken rule.

    Args:
        rule: name of the constraint, the same in build, check, cause, sentence, test and docs.
        severity: `block` may never be published; `warn` asks for a reason.
        worker, visit, day: what it is about, where it applies.
        amount: by how much, in `unit`.
        limit: the threshold, in `unit`.
        unit: `s`, `days`, `count` or `permille`.
        source: article that the threshold comes from.
    """

    rule: str
    severity: Literal["block", "warn"]
    worker: str | None = None
    visit: str | None = None
    day: int | None = None
    amount: int = 0
    limit: int = 0
    unit: Literal["s", "days", "count", "permille"] = "count"
    source: str = ""


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Cost of a plan by named term, recomputed from the plan alone.

    Args:
        unserved: tier -> number of visits left out; compared first, vital before the rest.
        terms: name of the term -> cents.
        soft_cents: sum of the terms.
    """

    unserved: dict[str, int]
    terms: dict[str, int]
    soft_cents: int

    @property
    def key(self) -> tuple[int, int, int, int]:
        """What plans are compared by, lower first: vital, important, comfort, cents."""
        u = self.unserved
        return (u.get("vital", 0), u.get("important", 0), u.get("comfort", 0), self.soft_cents)


class Statistics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How a plan came about.

    Args:
        bound_cents: no legal plan that leaves out no more visits of each tier costs less in soft
            terms: proved. Absent where nothing useful was proved.
        recombined_parts: parts of the week that CP-SAT chose anew.
        recombined_cents: what that took off the cost of the plan.
    """

    seed: int = 0
    iterations: int = 0
    elapsed_s: float = 0.0
    threads: int = 1
    engine: str = ""
    stopped: str = ""
    bound_cents: int | None = None
    recombined_parts: int = 0
    recombined_cents: int = 0


class Solution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan."""

    format: Literal["carecoord-homecare-solution"] = "carecoord-homecare-solution"
    version: Literal[1] = 1
    rounds: list[Round]
    unassigned: list[Unassigned] = []
    score: Score | None = None
    statistics: Statistics = Statistics()


class Progress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Best plan so far, told while solving.

    Args:
        elapsed_s: seconds since the start of the solve.
        unserved, soft_cents: of the best plan so far.
        phase: `construct`, `search`, `recombine`, `polish`, `done`.
        solution: the plan itself, where the caller asked for it and it is legal.
    """

    elapsed_s: float
    iterations: int
    unserved: dict[str, int]
    soft_cents: int
    phase: str
    solution: Solution | None = None
