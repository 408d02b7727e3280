"""
Why a delivery is left out: every driver is tried for real, and the checker says what would break.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator

from carecoord.planning.meals.check import round_violations
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Delivery, Driver, Problem
from carecoord.planning.meals.solution import Cause, Left, Round, Solution
from carecoord.planning.meals.timing import Frame, frame_of, timed
from carecoord.planning.solution import Violation


def explain(problem: Problem, plan: Solution, is_over: Callable[[], bool] | None = None) -> list[Left]:
    """
    What is left out, each with the nearest miss of every driver.

    Args:
        is_over: asked before each delivery; what is left then is told without causes.
    """
    if not plan.left:
        return []
    facts = Facts(problem)
    rounds = {item.driver: item for item in plan.rounds}
    taken = {driver.id: facts.taken(plan.rounds, driver) for driver in problem.drivers}
    return [
        Left(delivery=item.delivery)
        if is_over is not None and is_over()
        else _explained(facts, rounds, taken, facts.delivery[item.delivery])
        for item in plan.left
    ]


def _explained(
    facts: Facts, rounds: dict[str, Round], taken: dict[str, set[str]], delivery: Delivery
) -> Left:
    if delivery.closed:
        return Left(delivery=delivery.id, code=delivery.closed)
    causes = [_cause(facts, rounds, taken, delivery, driver) for driver in facts.problem.drivers]
    return Left(delivery=delivery.id, code=_code(causes), causes=causes)


def _code(causes: list[Cause]) -> str:
    """The cause in one word: of every driver the same, else simply no place."""
    codes = Counter(cause.code for cause in causes)
    if not codes:
        return "no_driver"
    if set(codes) == {"refusal"}:
        return "all_refused"
    able = [code for code in codes if code not in ("refusal", "pin", "no_shift")]
    if not able:
        return "no_driver"
    return able[0] if len(able) == 1 else "no_place"


def _cause(
    facts: Facts, rounds: dict[str, Round], taken: dict[str, set[str]], delivery: Delivery, driver: Driver
) -> Cause:
    """The nearest miss of one driver: the place that breaks fewest rules, by the least."""
    if delivery.id in facts.pin and facts.pin[delivery.id].driver != driver.id:
        return Cause(driver=driver.id, code="pin")
    if driver.id in delivery.refused:
        return Cause(driver=driver.id, code="refusal")
    if not driver.shifts:
        return Cause(driver=driver.id, code="no_shift")
    best: tuple[tuple[int, int], list[Violation]] | None = None
    for frame in trials(rounds.get(driver.id), taken[driver.id], delivery, driver):
        found = [one for one in round_violations(facts, timed(facts, frame)) if one.severity == "block"]
        weight = (len(found), sum(abs(one.amount - one.limit) for one in found))
        if best is None or weight < best[0]:
            best = (weight, found)
    if best is None:
        return Cause(driver=driver.id, code="no_vehicle")
    if not best[1]:
        return Cause(driver=driver.id, code="not_tried")
    first, *others = sorted(best[1], key=lambda one: _RANK.get(one.rule, 0))
    also = [rule for rule in dict.fromkeys(one.rule for one in others) if rule != first.rule]
    return Cause(
        driver=driver.id, code=first.rule, amount=first.amount, limit=first.limit, unit=first.unit, also=also
    )


_RANK = {"window": 1, "shift": 2}
"""Rules told last: those that follow from others."""


def trials(
    current: Round | None, taken: Container[str], delivery: Delivery, driver: Driver
) -> Iterator[Frame]:
    """
    Every place of a delivery in the day of a driver, as a round without its times.

    Args:
        taken: vehicles that others have meanwhile.
    """
    if current is None:
        for vehicle in driver.vehicles:
            if vehicle not in taken:
                yield Frame(driver=driver.id, vehicle=vehicle, loads=((delivery.kitchen, (delivery.id,)),))
        return
    frame = frame_of(current)
    for number, (kitchen, names) in enumerate(frame.loads):
        if kitchen != delivery.kitchen:
            continue
        for at in range(len(names) + 1):
            load = (kitchen, (*names[:at], delivery.id, *names[at:]))
            yield Frame(
                driver=frame.driver,
                vehicle=frame.vehicle,
                loads=(*frame.loads[:number], load, *frame.loads[number + 1 :]),
            )
    for number in range(len(frame.loads) + 1):
        new = (delivery.kitchen, (delivery.id,))
        yield Frame(
            driver=frame.driver,
            vehicle=frame.vehicle,
            loads=(*frame.loads[:number], new, *frame.loads[number:]),
        )
