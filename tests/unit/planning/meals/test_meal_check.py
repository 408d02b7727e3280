"""
The judge of meal rounds: each rule broken alone, on paper.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from builders.meal_problem import MIN, H, a_delivery, a_driver, a_problem, a_round, a_trip, a_vehicle

from carecoord.planning.meals.chain import chain_for, limits_for, reading_of
from carecoord.planning.meals.check import RULES, check
from carecoord.planning.meals.problem import ChainLimit, Kitchen, Pin, Problem
from carecoord.planning.meals.solution import Left, Round, Solution
from carecoord.planning.meals.validate import validate
from carecoord.planning.problem import Interval, Regime
from carecoord.web.wording_meal_rounds import CAUSES
from carecoord.web.wording_meal_rounds import RULES as SENTENCES

TWO = [a_delivery(1), a_delivery(2)]
GOOD = a_round(a_trip(8 * H, [("d1", 8 * H + 20 * MIN), ("d2", 8 * H + 33 * MIN)], 8 * H + 56 * MIN))
"""Load 8:00-8:10, door 1 at 8:20, door 2 at 8:33, back at 8:56: ten minutes a step, three a door."""


SHORT = Interval(start_s=8 * H, end_s=8 * H + 1)


def broken(problem: Problem, *rounds: Round, left: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Rules broken, with their severity."""
    plan = Solution(rounds=list(rounds), left=[Left(delivery=name) for name in left])
    return [(found.rule, found.severity) for found in check(problem, plan)]


def test_a_good_round_breaks_nothing() -> None:
    """Times worked out by hand."""
    assert broken(a_problem(TWO), GOOD) == []


def moved(**given: Any) -> Round:
    """The good round with another trip."""
    return a_round(msgspec.structs.replace(GOOD.trips[0], **given))


@pytest.mark.parametrize(
    ("rule", "problem", "rounds"),
    [
        ("window", a_problem([a_delivery(1, latest_s=8 * H + 15 * MIN), TWO[1]]), [GOOD]),
        ("release", a_problem([a_delivery(1, release_s=8 * H + 1), TWO[1]]), [GOOD]),
        ("reload", a_problem(TWO, vehicles=[a_vehicle(loading_s=11 * MIN)]), [GOOD]),
        ("travel", a_problem(TWO), [moved(back_s=8 * H + 55 * MIN)]),
        ("capacity_cold", a_problem([a_delivery(1, cold=10), TWO[1]]), [GOOD]),
        ("capacity_hot", a_problem([a_delivery(1, cold=0, hot=3), TWO[1]]), [GOOD]),
        ("kitchen", a_problem(TWO, kitchens=[Kitchen(id="k", place="p0", opens_s=9 * H)]), [GOOD]),
        (
            "shift",
            a_problem(TWO, drivers=[a_driver(shifts=[Interval(start_s=8 * H, end_s=8 * H + 1)])]),
            [GOOD],
        ),
        ("vehicle_allowed", a_problem(TWO, drivers=[a_driver(vehicles=[])]), [GOOD]),
        ("refusal", a_problem([a_delivery(1, refused=["ana"]), TWO[1]]), [GOOD]),
        ("pin", a_problem(TWO, pins=[Pin(delivery="d1", driver="ana", start_s=9 * H)]), [GOOD]),
        (
            "cold_time",
            a_problem(TWO, limits=[ChainLimit(chain="cold", limit_s=32 * MIN, doubtful=False)]),
            [GOOD],
        ),
        (
            "hot_time",
            a_problem(
                [a_delivery(1, cold=0, hot=1), TWO[1]],
                limits=[ChainLimit(chain="hot", limit_s=19 * MIN, doubtful=False)],
            ),
            [GOOD],
        ),
        (
            "trips",
            a_problem(TWO, drivers=[a_driver(trips_max=1)]),
            [
                a_round(
                    a_trip(8 * H, [("d1", 8 * H + 20 * MIN)], 8 * H + 33 * MIN),
                    a_trip(9 * H, [("d2", 9 * H + 30 * MIN)], 10 * H),
                )
            ],
        ),
        (
            "daily_rest",
            a_problem(
                TWO,
                drivers=[a_driver(regime="r", last_end_s=-2 * H)],
                regimes=[Regime(key="r", daily_rest_min_s=11 * H)],
            ),
            [GOOD],
        ),
        (
            "daily_work",
            a_problem(
                TWO, drivers=[a_driver(regime="r")], regimes=[Regime(key="r", daily_work_max_s=55 * MIN)]
            ),
            [GOOD],
        ),
        (
            "weekly_work",
            a_problem(
                TWO,
                drivers=[a_driver(regime="r", week_work_s=47 * H + 30 * MIN)],
                regimes=[Regime(key="r", weekly_work_max_s=48 * H)],
            ),
            [GOOD],
        ),
        (
            "span",
            a_problem(
                TWO,
                drivers=[a_driver(regime="r", since_s=0)],
                regimes=[Regime(key="r", span_exceptional_max_s=8 * H)],
            ),
            [GOOD],
        ),
    ],
)
def test_one_rule_broken_alone(rule: str, problem: Problem, rounds: list[Round]) -> None:
    """Each case breaks exactly the rule it names, and that blocks."""
    assert validate(problem) == []
    assert broken(problem, *rounds) == [(rule, "block")]


def test_a_doubtful_limit_warns_and_a_cold_vehicle_has_none() -> None:
    """33 minutes out of the cold for a limit of 32: a warning; nothing where the vehicle makes cold."""
    limit = [ChainLimit(chain="cold", limit_s=32 * MIN)]
    assert broken(a_problem(TWO, limits=limit), GOOD) == [("cold_time", "warn")]
    kept = a_problem(TWO, limits=limit, vehicles=[a_vehicle(keeps_cold=True)])
    assert broken(kept, GOOD) == []


def test_a_vehicle_and_a_driver_are_in_one_place() -> None:
    """Two rounds at once with one vehicle; two rounds of one driver; a delivery forgotten or made twice."""
    problem = a_problem(TWO, drivers=[a_driver(), a_driver("bob")])
    first = a_round(a_trip(8 * H, [("d1", 8 * H + 20 * MIN)], 8 * H + 33 * MIN))
    second = a_round(a_trip(8 * H, [("d2", 8 * H + 30 * MIN)], 8 * H + 53 * MIN), driver="bob")
    assert broken(problem, first, second) == [("vehicle_twice", "block")]
    again = a_round(a_trip(9 * H, [("d2", 9 * H + 30 * MIN)], 9 * H + 53 * MIN))
    assert broken(problem, first, again) == [("driver_twice", "block")]
    assert broken(problem, first) == [("served_once", "block")]
    assert broken(problem, first, left=("d1", "d2")) == [("served_once", "block")]
    assert broken(problem, msgspec.structs.replace(first, driver="eve")) == [("unknown", "block")]


def test_break_and_meal_are_due_in_a_long_day() -> None:
    """Seven hours without a pause warn twice; a pause of 30 minutes at 12:00 mends both."""
    regime = Regime(key="r", break_after_s=6 * H, break_min_s=20 * MIN, meal_min_s=30 * MIN)
    drivers = [a_driver(regime="r", shifts=[Interval(start_s=8 * H, end_s=16 * H)])]
    problem = a_problem(
        [a_delivery(1, latest_s=15 * H), a_delivery(2, latest_s=15 * H)],
        drivers=drivers,
        regimes=[regime],
        kitchens=[Kitchen(id="k", place="p0")],
    )
    morning = a_trip(8 * H, [("d1", 8 * H + 20 * MIN)], 12 * H)
    assert broken(problem, a_round(morning, a_trip(12 * H, [("d2", 12 * H + 30 * MIN)], 15 * H))) == [
        ("break", "warn"),
        ("meal", "warn"),
    ]
    after = a_trip(12 * H + 30 * MIN, [("d2", 13 * H)], 15 * H)
    assert broken(problem, a_round(morning, after)) == []


def test_every_rule_has_its_sentence() -> None:
    """A rule of the checker without a French sentence would be shown as a code."""
    assert set(RULES) == set(SENTENCES)
    assert set(RULES) <= set(CAUSES)


@pytest.mark.parametrize(
    ("chain", "decidegrees", "expected"),
    [
        ("cold", 29, "good"), ("cold", 30, "good"), ("cold", 31, "watch"), ("cold", 50, "watch"),
        ("cold", 51, "refuse"), ("hot", 630, "good"), ("hot", 629, "refuse"),
    ],
)  # fmt: skip
def test_temperatures(chain: Any, decidegrees: int, expected: str) -> None:
    """+3 °C and +63 °C are the limits of the order of 21 December 2009."""
    assert reading_of(chain, decidegrees, chain_for(date(2026, 11, 24))) == expected


def test_a_providers_own_procedure_is_certain() -> None:
    """Without one, times out of cold only warn."""
    on = date(2026, 11, 24)
    assert [(item.chain, item.limit_s, item.doubtful) for item in limits_for(on)] == [
        ("cold", 4 * H, True),
        ("hot", 2 * H, True),
    ]
    assert [(item.limit_s, item.doubtful) for item in limits_for(on, {"cold_out_max_s": 2 * H})] == [
        (2 * H, False),
        (2 * H, True),
    ]
