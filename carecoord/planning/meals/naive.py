"""
A plan as one would deal it out by hand: each driver in turn takes the nearest delivery that fits.

It serves as the plan to compare with. Nothing in it is optimised.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.meals.check import round_violations
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Delivery, Driver, Problem
from carecoord.planning.meals.score import score
from carecoord.planning.meals.solution import Left, Round, Solution
from carecoord.planning.meals.timing import Frame, Load, timed


def naive(problem: Problem) -> Solution:
    """
    Driver by driver, nearest next; a new load when no further delivery fits the one under way.
    """
    facts = Facts(problem)
    left = {item.id: item for item in problem.deliveries}
    free = [vehicle.id for vehicle in problem.vehicles]
    rounds: list[Round] = []
    for driver in problem.drivers:
        vehicle = next((name for name in driver.vehicles if name in free), None)
        if vehicle is None:
            continue
        found = _dealt(facts, driver, vehicle, left)
        if found is not None:
            rounds.append(found)
            free.remove(vehicle)
            for stop in found.stops:
                del left[stop.delivery]
    solution = Solution(rounds=rounds, left=[Left(delivery=name) for name in left])
    return msgspec.structs.replace(solution, score=score(problem, solution))


def _dealt(facts: Facts, driver: Driver, vehicle: str, left: dict[str, Delivery]) -> Round | None:
    """One driver's round: at most the fair share."""
    frame, found, full = Frame(driver=driver.id, vehicle=vehicle, loads=()), None, set[str]()
    open_load = False
    while sum(len(names) for _, names in frame.loads) < facts.share[driver.id]:
        candidates = [item for item in left.values() if item.id not in full and not _in(frame, item.id)]
        if open_load:
            here = facts.delivery[frame.loads[-1][1][-1]].place
            candidates = [item for item in candidates if item.kitchen == frame.loads[-1][0]]
        else:
            here = driver.start
        if not candidates:
            if not open_load:
                return found
            open_load, full = False, set()
            continue
        best = min(candidates, key=lambda item: (facts.travel_s(here, item.place), item.id))
        trial = _with(frame, best, new_load=not open_load)
        judged = timed(facts, trial)
        if any(True for _ in round_violations(facts, judged)):
            full.add(best.id)
        else:
            frame, found, open_load = trial, judged, True
    return found


def _in(frame: Frame, name: str) -> bool:
    return any(name in names for _, names in frame.loads)


def _with(frame: Frame, delivery: Delivery, *, new_load: bool) -> Frame:
    loads: tuple[Load, ...]
    if new_load:
        loads = (*frame.loads, (delivery.kitchen, (delivery.id,)))
    else:
        kitchen, names = frame.loads[-1]
        loads = (*frame.loads[:-1], (kitchen, (*names, delivery.id)))
    return Frame(driver=frame.driver, vehicle=frame.vehicle, loads=loads)
