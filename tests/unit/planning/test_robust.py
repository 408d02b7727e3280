"""
Room for delays: its price in the score, how punctual a plan is, and a search that aims at it.
"""

from __future__ import annotations

import msgspec
import pytest
from builders.planning import HOUR_S, at, option, problem, round_of, solution, stop, visit
from builders.planning_weeks import random_week

from carecoord.planning.budget import Budget
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.punctuality import punctuality
from carecoord.planning.problem import Problem, Robust
from carecoord.planning.score import score
from carecoord.planning.solution import Solution
from carecoord.planning.solve import solve
from carecoord.planning.validate import validate

replace = msgspec.structs.replace

FIRST = visit("v1", place="p1", options=[option(0, "08:00", "10:00")])
SECOND = visit("v2", person="h2", place="p2", options=[option(0, "08:00", "18:00")])
RUSH = [1000] * 8 + [1600] * 2 + [1000] * 14
"""Six tenths more between eight and ten."""


def given(**changes: object) -> Problem:
    """Two visits five minutes apart; the first may last ten minutes more."""
    values: dict[str, object] = {"service_excess_s": {"v1": 600}, "missing_buffer_cents_per_h": 3600}
    return problem(visits=[FIRST, SECOND], robust=Robust(**{**values, **changes}))  # type: ignore[arg-type]


def plan(second: str) -> Solution:
    """The first visit from 08:30 to 09:30, the second at a given time."""
    return solution(round_of("w1", 0, stop(FIRST, at("08:30")), stop(SECOND, at(second))))


@pytest.mark.parametrize(
    ("second", "permille", "lacking_s"),
    [("09:35", [], 600), ("09:40", [], 300), ("09:45", [], 0), ("09:45", RUSH, 180), ("12:00", RUSH, 0)],
)
def test_what_a_gap_lacks_is_priced(second: str, permille: list[int], lacking_s: int) -> None:
    """Ten minutes for the visit, six tenths of a way of five, less what the gap leaves: a cent a second."""
    terms = score(given(travel_permille=permille), plan(second)).terms

    assert terms["robustness"] == lacking_s


def test_without_quantiles_everything_is_punctual() -> None:
    """A plan of a problem that says nothing of delays is on time, and nothing is priced."""
    silent = replace(given(), robust=None)

    assert punctuality(silent, plan("09:35")).permille == 1000
    assert score(silent, plan("09:35")).terms["robustness"] == 0


def test_a_gap_of_the_quantile_is_kept_as_often_as_it_says() -> None:
    """A gap that holds the excess exactly is kept four times in five; one without room, every other time."""
    tight = punctuality(given(), plan("09:35"), tolerance_s=0, draws=4000)
    roomy = punctuality(given(), plan("09:45"), tolerance_s=0, draws=4000)

    assert tight.by_visit["v1"] == roomy.by_visit["v1"] == 1000
    assert abs(tight.by_visit["v2"] - 500) < 30
    assert abs(roomy.by_visit["v2"] - 800) < 30
    assert tight.unpunctual == ["v2", "v1"]
    assert roomy == punctuality(given(), plan("09:45"), tolerance_s=0, draws=4000)


def test_two_aides_wait_for_each_other() -> None:
    """An aide who is late makes the visit for two late, and the other aide's next one."""
    both = visit("v2", person="h2", place="p2", team_size=2, options=[option(0, "08:00", "18:00")])
    after = visit("v3", person="h3", place="p2", options=[option(0, "08:00", "18:00")])
    pair = replace(given(), visits=[FIRST, both, after])
    pair = replace(
        pair,
        persons=[*pair.persons, replace(pair.persons[0], id="h3")],
        workers=[*pair.workers, replace(pair.workers[0], id="w2")],
    )
    rounds = solution(
        round_of("w1", 0, stop(FIRST, at("08:30")), stop(both, at("09:35"))),
        round_of("w2", 0, stop(both, at("09:35")), stop(after, at("10:35"))),
    )

    found = punctuality(pair, rounds, tolerance_s=0, draws=2000)

    assert abs(found.by_visit["v2"] - 500) < 40
    assert found.by_visit["v3"] == found.by_visit["v2"]


def late_week(seed: int, cents_per_h: int) -> Problem:
    """A week in which one visit in five lasts a quarter of an hour more, with a rush on the roads."""
    drawn = random_week(seed, aides=14, weekday_visits=55, weekend_visits=20)
    excess = {v.id: 60 * (2 + v.duration_s // 600) for v in drawn.visits}
    robust = Robust(service_excess_s=excess, travel_permille=RUSH, missing_buffer_cents_per_h=cents_per_h)
    return replace(drawn, robust=robust)


def test_a_search_that_pays_for_room_is_punctual() -> None:
    """With room dearer than paid waits, four visits in five are on time, and as many are served."""
    free, paid = late_week(1, 0), late_week(1, 3600)
    budget = Budget(seconds=None, iterations=1_500)

    before, after = solve(free, budget), solve(paid, budget)

    assert check_homecare(paid, after) == [] or all(v.severity == "warn" for v in check_homecare(paid, after))
    tight, roomy = (punctuality(paid, item, tolerance_s=120).permille for item in (before, after))
    assert roomy >= 800 > tight
    assert before.score is not None
    assert after.score is not None
    assert sum(after.score.unserved.values()) <= sum(before.score.unserved.values()) + 3


def test_wrong_quantiles_are_defects() -> None:
    """An unknown visit, hours that are not 24, values below zero, a quantile that is none: all at once."""
    wrong = Robust(
        quantile_percent=30,
        service_excess_s={"v9": -1},
        travel_permille=[1000, -1],
        missing_buffer_cents_per_h=-HOUR_S,
    )

    found = {(item.code, item.where) for item in validate(problem(visits=[FIRST], robust=wrong))}

    assert found == {
        ("quantile_outside", "robust.quantile_percent"),
        ("hours_count", "robust.travel_permille"),
        ("negative", "robust.travel_permille[1]"),
        ("negative", "robust.missing_buffer_cents_per_h"),
        ("visit_unknown", "robust.service_excess_s[v9]"),
        ("negative", "robust.service_excess_s[v9]"),
    }
