"""
Cost of a plan of rides by named term, recomputed from the plan alone.
"""

from __future__ import annotations

from itertools import pairwise

from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.problem import TIERS, Problem
from carecoord.planning.rides.solution import Score, Solution, Tour


def score(problem: Problem, solution: Solution) -> Score:
    """What the plan costs, and what it leaves out."""
    ground = Ground(problem)
    minutes_s = distance_m = empty_m = 0
    terms = dict.fromkeys(("minutes", "distance", "empty", "tours", "equity", "preference", "told"), 0)
    served: set[str] = set()
    for tour in solution.tours:
        if not tour.stops:
            continue
        minutes_s += tour.back_s - tour.departs_s
        driven, empty = driven_m(ground, tour)
        distance_m += driven
        empty_m += empty
        for stop in tour.stops:
            if stop.kind == "pick":
                served.add(stop.request)
                for name, cents in ground.assign_cents(tour.duty, stop.request).items():
                    terms[name] += cents
    prices = problem.prices
    terms["minutes"] = minutes_s * prices.minute // 60
    terms["distance"] = distance_m * prices.km // 1000
    terms["empty"] = empty_m * prices.empty_km // 1000
    terms["tours"] = prices.tour * sum(1 for tour in solution.tours if tour.stops)
    left = dict.fromkeys(TIERS, 0)
    for item in problem.requests:
        left[item.tier] += item.id not in served
    return Score(
        unserved={str(tier): count for tier, count in left.items()},
        terms=terms,
        soft_cents=sum(terms.values()),
        minutes_s=minutes_s,
        distance_m=distance_m,
        empty_m=empty_m,
        served=len(served),
        requests=len(problem.requests),
        dropped=sum(item.told is not None and item.id not in served for item in problem.requests),
    )


def driven_m(ground: Ground, tour: Tour) -> tuple[int, int]:
    """Metres of a tour from home to home, and those of it without passenger at both ends."""
    home = ground.home[tour.duty]
    stops = [
        ground.ways[stop.request].pick if stop.kind == "pick" else ground.ways[stop.request].drop
        for stop in tour.stops
    ]
    if not stops:
        return 0, 0
    points = [home, *stops, home]
    driven = sum(ground.metres[one][other] for one, other in pairwise(points))
    return driven, ground.metres[home][stops[0]] + ground.metres[stops[-1]][home]
