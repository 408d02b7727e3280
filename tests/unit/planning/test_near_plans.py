"""
Plans near one that is known: their cost and their law are those of a whole count.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import msgspec
import pytest
from builders.planning import regime
from builders.planning_weeks import random_week

from carecoord.planning.check import check_law, worker_plan
from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.day_law import added, depth_of
from carecoord.planning.homecare.naive import naive
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Problem, Reference, Stability
from carecoord.planning.score import score_rounds
from carecoord.planning.solution import Stop
from carecoord.planning.tally import Tally

replace = msgspec.structs.replace
Rounds = dict[RoundKey, list[Stop]]


def week(seed: int, *, days: int = 7) -> tuple[Problem, Rounds]:
    """A week with today's rounds as its reference, and a plan for it."""
    # a visit for two has one start: both its stops would have to move
    given = random_week(seed, aides=8, weekday_visits=40, weekend_visits=18, days=days, team_permille=0)
    rounds = stops_by_round(Lookup(given), naive(given))
    today = [
        Reference(visit=stop.visit, workers=[worker], start_s=stop.start_s - 1800)
        for (worker, _), stops in rounds.items()
        for stop in stops[::2]
    ]
    unique = {item.visit: item for item in today}
    return replace(given, stability=Stability(reference=list(unique.values()))), rounds


def changed(random: Random, given: Problem, rounds: Rounds) -> Rounds:
    """Two rounds exchange a visit, another visit moves by some minutes, one leaves the plan."""
    keys = random.sample(sorted(rounds), 3)
    first, second, third = (list(rounds[key]) for key in keys)
    moved = first.pop(random.randrange(len(first)))
    second = sorted([*second, moved], key=_start)
    index = random.randrange(len(third))
    shift_s = random.choice((-900, 600, 5400))
    stop = third[index]
    third[index] = replace(stop, start_s=stop.start_s + shift_s, end_s=stop.end_s + shift_s)
    if random.random() < 0.5:
        second.pop(0)
    return dict(zip(keys, (first, second, sorted(third, key=_start)), strict=True))


def _start(item: Stop) -> int:
    return item.start_s


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_cost_near_a_plan_is_that_of_a_whole_count(seed: int) -> None:
    """Forty drawn changes: every term and every count as when the whole plan is scored anew."""
    given, rounds = week(seed)
    lookup = Lookup(given)
    tally = Tally(lookup, rounds)
    random = Random(seed)

    assert tally.score() == score_rounds(lookup, rounds)
    for _ in range(40):
        change = changed(random, given, rounds)
        after = {key: stops for key, stops in {**rounds, **change}.items() if stops}
        assert tally.score(change) == score_rounds(lookup, after)


@pytest.mark.parametrize(("seed", "days"), [(4, 7), (5, 28), (6, 14)])
def test_the_law_of_a_changed_day_is_the_whole_law(seed: int, days: int) -> None:
    """
    Drawn changes of one day: the violations added, in order, are those of the whole law on the whole plan.

    Thresholds are lowered in one regime so that rules about weeks and rhythm speak too.
    """
    given, rounds = week(seed, days=days)
    strict = regime(
        "BAD_2941", average_work_max_s=30 * 3600, weekly_work_max_s=32 * 3600, consecutive_days_max=3
    )
    given = replace(given, regimes=[strict if item.key == "BAD_2941" else item for item in given.regimes])
    lookup = Lookup(given)
    board = Board(lookup, rounds)
    random = Random(seed)
    told: Counter[str] = Counter()
    for _ in range(250):
        for (name, day), stops in changed(random, given, rounds).items():
            if not stops:
                continue
            aide = lookup.workers[name]
            mine = {d: items for (who, d), items in rounds.items() if who == name}
            before = depth_of(check_law(worker_plan(lookup, aide, mine)))
            after = added(before, check_law(worker_plan(lookup, aide, {**mine, day: stops})))

            assert board.law_added(aide, day, stops) == after
            told.update(item.rule for item in after)
    assert len(told) >= 6, told
