"""
Repairs that truly differ: when two are the same plan, what to hold against it to find another. Pure.

Two repairs differ when some visit gets other aides, or another hour that is felt, in one of them.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from carecoord.planning.homecare.repair import Repair
from carecoord.planning.homecare.repair_ground import Ground
from carecoord.planning.homecare.trial import standing_cause
from carecoord.planning.lookup import Lookup
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution

DEAR_CENTS = 3_000
"""What sending the same aide again costs, in the search alone: more than any detour is worth."""

ALONE = 3
"""How many visits are forbidden their aide, one after the other, where a price was not enough."""

Coming = frozenset[tuple[str, tuple[str, ...], bool]]


def who_comes(repair: Repair) -> Coming:
    """Visits whose change is felt, with the aides who come now and whether the hour is another."""
    return frozenset(
        (item.visit, tuple(sorted(item.after)), item.hour_changed) for item in repair.changes if item.is_felt
    )


def is_other(repair: Repair, found: Collection[Repair]) -> bool:
    """Whether a repair differs from each of those found in who comes or when."""
    return all(who_comes(repair) != who_comes(other) for other in found)


class Tack(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is held against a plan.

    Args:
        aides: visit -> aides who should not come, of those who may.
        is_hard: forbidden rather than dear.
    """

    aides: dict[str, list[str]]
    is_hard: bool

    @property
    def visits(self) -> Collection[str]:
        """Visits that should go elsewhere."""
        return self.aides.keys()

    def on(self, problem: Problem) -> Problem:
        """The problem with it; a wish for other aides says the price, so other wishes are not heard."""
        everybody = [worker.id for worker in problem.workers]
        replace = msgspec.structs.replace
        if self.is_hard:
            return replace(
                problem,
                visits=[
                    replace(v, refused=sorted({*v.refused, *self.aides.get(v.id, ())}))
                    for v in problem.visits
                ],
            )
        return replace(
            problem,
            weights=replace(problem.weights, not_wanted_cents=DEAR_CENTS),
            visits=[
                replace(
                    v,
                    wanted=[w for w in everybody if w not in self.aides[v.id]] if v.id in self.aides else [],
                )
                for v in problem.visits
            ],
        )


def tacks(base: Ground, same: Repair) -> list[Tack]:
    """
    What to try, in order: every choice of the plan dear, then single visits forbidden their new aides.

    Visits that cannot change hands, being fixed or having nobody else, are left alone; those with
    the most aides to choose from come first.
    """
    lookup = Lookup(base.problem)
    chosen = {}
    for item in same.changes:
        new = [worker for worker in item.after if worker not in item.before]
        if item.visit in base.fixed or not new:
            continue
        visit = lookup.visits[item.visit]
        able = [w.id for w in base.problem.workers if standing_cause(visit, w) is None]
        if len(able) > len(item.after):
            chosen[item.visit] = (new, len(able))
    if not chosen:
        return []
    free = sorted(chosen, key=lambda name: (-chosen[name][1], name))
    return [
        Tack(aides={name: new for name, (new, _) in chosen.items()}, is_hard=False),
        *(Tack(aides={name: chosen[name][0]}, is_hard=True) for name in free[:ALONE]),
    ]


def without(plan: Solution, visits: Collection[str]) -> Solution:
    """A plan less some visits."""
    rounds = [
        msgspec.structs.replace(item, stops=[stop for stop in item.stops if stop.visit not in visits])
        for item in plan.rounds
    ]
    return msgspec.structs.replace(plan, rounds=[item for item in rounds if item.stops])
