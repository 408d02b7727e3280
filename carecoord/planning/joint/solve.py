"""
One plan for three services, by exchange until stable.

1. Each service plans alone: what is wanted of each person shows, and where it clashes.
2. Who gives way is decided person by person, by price (`give_way.py`).
3. Each service plans again around the times of the two others, beginning with its own plan. A service
   that plans around the others can only keep or better its own plan, so the cost of the three together
   never rises again, and the exchange ends: when a whole turn betters nothing, or when time is up.
4. A last guard takes off whatever the independent checker still refuses.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.homecare.solve import solve_homecare
from carecoord.planning.joint.around import help_around, meals_around, rides_around
from carecoord.planning.joint.check import check_joint
from carecoord.planning.joint.give_way import Ways, late_meals, ways_of
from carecoord.planning.joint.guard import guarded, without_rides
from carecoord.planning.joint.keep import kept_help, kept_meals, kept_rides
from carecoord.planning.joint.problem import Joint, JointSolution, JointStatistics
from carecoord.planning.joint.shares import Clock, Shares, Slice
from carecoord.planning.meals.solve import solve_meals
from carecoord.planning.rides.solve import solve as solve_rides
from carecoord.planning.solution import Solution as HelpSolution

ALONE_SHARE, FIRST_SHARE, TURN_LEAST = 0.35, 0.25, 0.12
"""Of the time: the three plans made alone, the turn in which clashes end; the shortest turn after it."""

FIRST_HEAT, LATER_HEAT = 0.4, 1 / 6
"""How hot a search begins: where clashes end much must move; later plans are good already."""

CYCLES_MAX, QUIET_TURNS = 12, 2
"""Turns at most; the exchange ends when so many in a row better nothing."""

Tell = Callable[[str, float], None]
"""Told what is being done, and how much of the time has gone by, 0 to 1."""


def solve_joint(
    joint: Joint,
    *,
    seconds: float | None,
    iterations: int | None = None,
    seed: int = 1,
    tell: Tell | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> JointSolution:
    """
    Plan three services for the same people.

    Args:
        joint: three valid problems of one day.
        seconds: for all of it; None lets `iterations` decide, for each search.
        tell: told of each step.
        should_stop: asked at least once a second; what stands then is guarded and returned.
    """
    clock = Clock(seconds, iterations, seed, should_stop=should_stop, tell=tell)
    shares = Shares.of(joint)
    plan = alone(joint, shares, clock, ALONE_SHARE)
    clashes = len(check_joint(joint, plan))
    ways = ways_of(joint, plan)
    plan, ways = _first_turn(joint, plan, shares, clock, ways)
    cycles, quiet = 1, 0
    while cycles < CYCLES_MAX and quiet < QUIET_TURNS and not clock.is_over:
        before = cost_key(plan)
        plan = _turn(joint, plan, shares, clock, heat=LATER_HEAT)
        cycles += 1
        quiet = quiet + 1 if cost_key(plan) >= before else 0
    plan, removed = guarded(joint, plan)
    statistics = JointStatistics(
        clashes=clashes,
        visits_gave_way=len(ways.visits),
        rides_gave_way=len(ways.rides),
        cycles=cycles,
        stable=quiet > 0,
        removed=removed,
        elapsed_s=round(clock.elapsed_s, 3) if seconds is not None else 0.0,
    )
    return msgspec.structs.replace(plan, statistics=statistics)


def alone(joint: Joint, shares: Shares, clock: Clock, part: float) -> JointSolution:
    """Each service as if the others did not exist; only stays away from home are known to all."""
    begin = Slice(clock, part, shares)
    return JointSolution(
        help=solve_homecare(
            help_around(joint, None, None), begin.budget("help"), should_stop=clock.should_stop
        ),
        meals=solve_meals(
            meals_around(joint, None, None)[0], begin.budget("meals"), should_stop=clock.should_stop
        ),
        rides=solve_rides(rides_around(joint, None)[0], begin.budget("rides"), should_stop=clock.should_stop),
    )


def _first_turn(
    joint: Joint, plan: JointSolution, shares: Shares, clock: Clock, ways: Ways
) -> tuple[JointSolution, Ways]:
    """
    The turn in which clashes end: home help goes around the outings of those for whom it gives way, rides
    around all visits then, meals around both; from here on everybody goes around everybody.
    """
    turn = Slice(clock, FIRST_SHARE, shares)
    waiting = late_meals(joint, plan)
    found = _help_first(joint, plan, turn.budget("help"), clock, (ways, waiting))
    decided = ways.found_out(joint, found)
    if decided != ways:
        begun = msgspec.structs.replace(plan, help=found)
        short = Slice(clock, FIRST_SHARE / 3, shares).budget("help")
        found = _help_first(joint, begun, short, clock, (decided, waiting))
    plan = msgspec.structs.replace(plan, help=found)
    plan = _rides_again(joint, plan, turn, clock, first=True)
    return _meals_again(joint, plan, turn, clock, first=True), decided


def _help_first(
    joint: Joint, plan: JointSolution, budget: Budget, clock: Clock, given: tuple[Ways, frozenset[str]]
) -> HelpSolution:
    """Home help around the outings of those for whom it gives way, and waiting for some meals."""
    ways, waiting = given
    problem = help_around(joint, plan.rides, plan.meals, people=ways.visits, pairs=waiting)
    cooler = msgspec.structs.replace(budget, heat=FIRST_HEAT)
    return solve_homecare(problem, cooler, start=plan.help, should_stop=clock.should_stop)


def _turn(joint: Joint, plan: JointSolution, shares: Shares, clock: Clock, *, heat: float) -> JointSolution:
    # Long turns: a search that is cut short forgets what it was about to find.
    left = 1 - clock.gone
    turn = Slice(clock, min(left, max(TURN_LEAST, 0.6 * left)), shares)
    problem = help_around(joint, plan.rides, plan.meals)
    budget = msgspec.structs.replace(turn.budget("help"), heat=heat)
    found = solve_homecare(problem, budget, start=plan.help, should_stop=clock.should_stop)
    plan = msgspec.structs.replace(plan, help=kept_help(problem, plan.help, found))
    plan = _rides_again(joint, plan, turn, clock)
    return _meals_again(joint, plan, turn, clock)


def _rides_again(
    joint: Joint, plan: JointSolution, turn: Slice, clock: Clock, *, first: bool = False
) -> JointSolution:
    problem, lost = rides_around(joint, plan.help)
    start = without_rides(plan.rides, set(lost))
    found = solve_rides(problem, turn.budget("rides"), start=start, should_stop=clock.should_stop)
    rides = found if first else kept_rides(problem, plan.rides, found)
    return msgspec.structs.replace(plan, rides=rides)


def _meals_again(
    joint: Joint, plan: JointSolution, turn: Slice, clock: Clock, *, first: bool = False
) -> JointSolution:
    problem, _ = meals_around(joint, plan.help, plan.rides)
    found = solve_meals(problem, turn.budget("meals"), start=plan.meals, should_stop=clock.should_stop)
    meals = found if first else kept_meals(problem, plan.meals, found)
    return msgspec.structs.replace(plan, meals=meals)


def cost_key(plan: JointSolution) -> tuple[int, int]:
    """What the exchange may only lower: everything left out, then the cents of the three."""
    left = len(plan.help.unassigned) + len(plan.meals.left) + len(plan.rides.left_out)
    cents = sum(item.soft_cents for item in (plan.help.score, plan.meals.score, plan.rides.score) if item)
    return left, cents
