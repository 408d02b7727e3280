"""
Places that a search passed over: a delivery is never left out while one is legal.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.meals.check import round_violations
from carecoord.planning.meals.explain import trials
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.score import round_units
from carecoord.planning.meals.solution import Left, Round, Solution
from carecoord.planning.meals.timing import timed


def filled(facts: Facts, plan: Solution) -> Solution:
    """The plan with every delivery put in whose causes say that a driver has a place for it."""
    for item in plan.left:
        names = [cause.driver for cause in item.causes if cause.code == "not_tried"]
        changed = _cheapest(facts, plan, item, names) if names else None
        if changed is not None:
            rounds = [one for one in plan.rounds if one.driver != changed.driver]
            plan = msgspec.structs.replace(
                plan,
                rounds=sorted([*rounds, changed], key=lambda one: (one.begins_s, one.driver)),
                left=[one for one in plan.left if one.delivery != item.delivery],
            )
    return plan


def _cheapest(facts: Facts, plan: Solution, item: Left, drivers: list[str]) -> Round | None:
    """The round of one of these drivers with the delivery in it: fewest warnings, then least added cost."""
    rounds = {one.driver: one for one in plan.rounds}
    best: tuple[tuple[int, int], Round] | None = None
    for name in drivers:
        current, driver = rounds.get(name), facts.driver[name]
        before = 0 if current is None else sum(round_units(facts, current).values())
        taken = facts.taken(plan.rounds, driver)
        for frame in trials(current, taken, facts.delivery[item.delivery], driver):
            trial = timed(facts, frame)
            found = list(round_violations(facts, trial))
            if any(one.severity == "block" for one in found):
                continue
            weight = len(found), sum(round_units(facts, trial).values()) - before
            if best is None or weight < best[0]:
                best = weight, trial
    return None if best is None else best[1]
