"""
Tiers are lexicographic in effect: small instances whose best plan is found by hand.
"""

from __future__ import annotations

import msgspec
import pytest
from builders.planning import HOUR_S, at, days_from, option, problem, round_of, solution, stop, visit, worker

from carecoord.planning.budget import Budget
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.problem import Interval, Problem, Tier, Visit, Weights
from carecoord.planning.solution import Solution
from carecoord.planning.solve import solve


def one_hour(*visits: Visit, weights: Weights | None = None) -> Problem:
    """One aide who is there on Monday from 08:00 to 09:00, all visits at the aide's own door."""
    aide = worker(shifts=[Interval(start_s=at("08:00"), end_s=at("09:00"))])
    return problem(days=days_from(count=1), workers=[aide], visits=list(visits), weights=weights or Weights())


def wanted(name: str, tier: Tier, minutes: int, person: str, **changes: object) -> Visit:
    """A visit that may start at any minute from 08:00 to 09:00."""
    window = option(earliest="08:00", latest="09:00")
    return visit(
        name, person=person, place="p0", tier=tier, duration_s=minutes * 60, options=[window], **changes
    )


def served(plan: Solution) -> set[str]:
    """Visits of a plan."""
    return {item.visit for round_ in plan.rounds for item in round_.stops}


@pytest.mark.parametrize(
    ("upper", "lower"), [("vital", "important"), ("vital", "comfort"), ("important", "comfort")]
)
def test_one_visit_of_a_tier_is_worth_all_of_the_tier_below(upper: Tier, lower: Tier) -> None:
    """
    An hour holds one long visit of a tier, or twenty short ones of the tier below: the long one is made.

    By hand: 20 × 3 min = 60 min, so serving both is impossible; (1, 20) left out compares as
    (0, 20) against (1, 0), and the first is lower.
    """
    short = [wanted(f"s{k}", lower, 3, f"h{k}") for k in range(20)]
    given = one_hour(*short, wanted("long", upper, 60, "far"))

    plan = solve(given, Budget(seconds=None, iterations=400, seed=1))

    assert served(plan) == {"long"}
    assert plan.score is not None
    assert (plan.score.unserved[upper], plan.score.unserved[lower]) == (0, 20)


def test_no_price_outweighs_a_visit() -> None:
    """A comfort visit that costs a thousand euros in faces, wishes and hours is made all the same."""
    dear = Weights(
        new_face_cents=100_000,
        not_wanted_cents=100_000,
        overtime_cents_per_h=100_000,
        fairness_cents_per_h=100_000,
    )
    item = wanted("dear", "comfort", 30, "h1", wanted=["w2"])
    given = one_hour(item, weights=dear)
    other = msgspec.structs.replace(given.workers[0], id="w2", shifts=[])
    given = msgspec.structs.replace(given, workers=[*given.workers, other])

    plan = solve(given, Budget(seconds=None, iterations=200, seed=1))

    assert served(plan) == {"dear"}


def test_a_plan_full_of_comfort_gives_way_to_a_vital_visit() -> None:
    """Beginning from a plan whose hour is full of comfort, one vital visit throws out two of three."""
    comfort = [wanted(f"c{k}", "comfort", 20, f"h{k}") for k in range(3)]
    given = one_hour(*comfort, wanted("vital", "vital", 40, "far"))
    full = solution(
        round_of("w1", 0, *(stop(item, at("08:00") + k * HOUR_S // 3) for k, item in enumerate(comfort)))
    )

    plan = solve(given, Budget(seconds=None, iterations=400, seed=1), start=full)

    assert "vital" in served(plan)
    assert len(served(plan)) == 2
    assert check_homecare(given, plan) == []
