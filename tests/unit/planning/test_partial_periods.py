"""
Weeks, fortnights and means that the horizon holds only in part: judged where nothing can repair them.
"""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from builders.planning import (
    HOUR_S,
    at,
    days_from,
    fixed_visit,
    history,
    problem,
    regime,
    round_of,
    stop,
    worker,
)
from builders.planning import solution as plan_of

from carecoord.planning.check import check
from carecoord.planning.problem import History, Problem
from carecoord.planning.solution import Solution

WEDNESDAY = date(2026, 11, 25)


def plan_with(
    work: list[tuple[int, str, str]], *, first: date, days: int, past: History, **changes: object
) -> tuple[Problem, Solution]:
    """One aide's work over days that need not start on a Monday."""
    civil = days_from(first, days)
    visits, rounds = [], []
    for index, (day, start, end) in enumerate(work):
        start_s = at(start, day, days=civil)
        item = fixed_visit(f"v{index}", start_s, at(end, day, days=civil) - start_s, days=civil)
        visits.append(item)
        rounds.append(round_of("w1", day, stop(item, start_s)))
    built = problem(days=civil, workers=[worker(history=past, **changes)], visits=visits)
    return built, plan_of(*rounds)


def rules(built: tuple[Problem, Solution]) -> set[str]:
    """Names of the rules broken."""
    return {item.rule for item in check(*built) if item.rule not in ("availability", "break", "meal")}


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (history(), set()),
        (history(worked_days=[True, False]), set()),
        (history(worked_days=[True, True], last_end_s=-4 * HOUR_S), {"weekly_rest", "consecutive_days"}),
    ],
    ids=["nothing known", "a day off before", "every day worked"],
)
def test_a_week_begun_before_is_judged_only_when_all_of_it_is_known(
    past: History, expected: set[str]
) -> None:
    """Wednesday to Sunday worked: broken only if Monday and Tuesday are known to have been worked."""
    built = plan_with([(d, "08:00", "09:00") for d in range(5)], first=WEDNESDAY, days=5, past=past)

    assert rules(built) == expected


def test_rest_after_the_horizon_is_still_free() -> None:
    """A plan that ends on Saturday evening leaves Sunday and beyond to rest."""
    built = plan_with(
        [(d, "08:00", "09:00") for d in range(6)], first=date(2026, 11, 23), days=6, past=history()
    )

    assert rules(built) == set()


def test_rest_before_the_first_day_counts_the_past() -> None:
    """Work until 22:30 of the eve leaves ten hours before 08:30."""
    built = plan_with([(0, "08:30", "09:30")], first=WEDNESDAY, days=2, past=history(last_end_s=-90 * 60))

    assert rules(built) == {"daily_rest"}


def test_eleven_known_weeks_are_enough_for_a_mean_when_they_exceed_it_alone() -> None:
    """Eleven weeks of 48 h are twelve means of 44 h: any work in the twelfth is too much."""
    built = plan_with(
        [(0, "08:00", "09:00")],
        first=date(2026, 11, 23),
        days=7,
        past=history(previous_weeks_work_s=[48 * HOUR_S] * 11),
    )
    few = plan_with(
        [(0, "08:00", "09:00")],
        first=date(2026, 11, 23),
        days=7,
        past=history(previous_weeks_work_s=[48 * HOUR_S] * 5),
    )

    assert rules(built) == {"average_work"}
    assert rules(few) == set()


def test_the_count_of_long_days_starts_again_with_the_month() -> None:
    """Seven long days in November: an eighth on the 30th is refused, one on 1 December warns."""
    civil = days_from(date(2026, 11, 30), 2)
    visits = [
        fixed_visit(f"v{day}{part}", at(start, day, days=civil), HOUR_S, days=civil)
        for day in (0, 1)
        for part, start in (("a", "07:00"), ("b", "18:30"))
    ]
    rounds = [
        round_of("w1", day, *(stop(v, v.options[0].earliest_s) for v in visits if v.options[0].day == day))
        for day in (0, 1)
    ]
    built = problem(days=civil, visits=visits, workers=[worker(history=history(exceptional_span_days=7))])

    found = [(item.day, item.severity) for item in check(built, plan_of(*rounds)) if item.rule == "span"]

    assert found == [(0, "block"), (1, "warn")]


def test_fortnights_follow_their_anchor() -> None:
    """The anchor moved by a week puts two weeks in another fortnight: the days off no longer add up."""
    work = [(d, "08:00", "09:00") for d in range(14) if d not in (4, 5, 6, 7)]
    from_monday = plan_with(work, first=date(2026, 11, 23), days=14, past=history())
    moved = regime(fortnight_anchor=date(2026, 1, 12))
    before, plan = plan_with(
        work, first=date(2026, 11, 23), days=14, past=history(worked_days=[True] * 6 + [False])
    )
    shifted = msgspec.structs.replace(before, regimes=[moved])

    assert "fortnight_rest" not in rules(from_monday)
    assert "fortnight_rest" not in rules((shifted, plan))
    crowded = plan_with(
        [(d, "08:00", "09:00") for d in range(14) if d not in (5, 6, 12)],
        first=date(2026, 11, 23),
        days=14,
        past=history(worked_days=[True] * 6 + [False]),
    )
    assert "fortnight_rest" in rules(crowded)


@pytest.mark.parametrize(
    ("done_h", "part_time", "expected"),
    [
        (16, False, set()),
        (17, False, {"weekly_work"}),
        (2, True, set()),
        (3, True, {"part_time_ceiling"}),
    ],
)
def test_hours_done_before_in_the_same_week_count(done_h: int, part_time: bool, expected: set[str]) -> None:
    """
    A plan from Wednesday to Sunday, of 32 h, in a week already begun.

    32 + 16 = 48 h, the most a week may have; 32 + 3 = 35 h, which a part-timer never reaches.
    """
    work = [(day, "08:00", "16:00") for day in range(4)]
    past = history(week_work_s=done_h * HOUR_S)

    built = plan_with(work, first=WEDNESDAY, days=5, past=past, part_time=part_time, contract_s=34 * HOUR_S)

    assert rules(built) == expected


def test_hours_done_before_are_no_fault_of_an_idle_rest_of_the_week() -> None:
    """Fifty hours from Monday to Tuesday cannot be undone: a plan without work that week is not blamed."""
    past = history(week_work_s=50 * HOUR_S)
    next_monday = [(5, "08:00", "09:00")]

    built = plan_with(next_monday, first=WEDNESDAY, days=7, past=past)

    assert rules(built) == set()


def test_a_fortnight_spoilt_before_the_plan_is_not_blamed_on_days_off() -> None:
    """Eleven days were worked before: three days off are left, not four; only a plan at work is at fault."""
    friday = date(2026, 12, 4)
    past = history(worked_days=[True] * 11)

    idle = plan_with([(3, "08:00", "09:00")], first=friday, days=7, past=past)
    busy = plan_with([(0, "08:00", "09:00")], first=friday, days=7, past=past)

    assert "fortnight_rest" not in rules(idle)
    assert "fortnight_rest" in rules(busy)


def test_a_mean_spoilt_before_the_plan_is_not_blamed_on_an_idle_week() -> None:
    """Eleven weeks of 49 h make 44 h 55 over twelve: the idle week adds nothing, the week after is judged."""
    past = history(previous_weeks_work_s=[49 * HOUR_S] * 11)

    idle = plan_with([], first=date(2026, 11, 23), days=7, past=past)
    busy = plan_with([(0, "08:00", "09:00")], first=date(2026, 11, 23), days=7, past=past)

    assert rules(idle) == set()
    assert rules(busy) == {"average_work"}
