"""
People who are elsewhere, and meals that come first: every way of planning keeps clear of them.
"""

from __future__ import annotations

import msgspec
import pytest
from builders.planning import at, option, problem, round_of, solution, stop, visit
from builders.planning_weeks import random_week
from hypothesis import given, settings
from hypothesis import strategies as st

from carecoord.planning.budget import Budget
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import explain_visit, find_insertion
from carecoord.planning.homecare.naive import naive
from carecoord.planning.homecare.need import Need
from carecoord.planning.homecare.offers import offers
from carecoord.planning.homecare.overlap import Choice, person_busy
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.problem import Interval, Person, Problem
from carecoord.planning.solve import solve

RIDE = Interval(start_s=at("08:30"), end_s=at("09:40"))
ON_A_RIDE = Person(id="h1", busy=[RIDE])


def test_window_is_cut_around_a_ride() -> None:
    """An hour between 08:00 and 10:00 with a ride from 08:30 to 09:40 can only start from 09:40 on."""
    window = Choice(visit=0, day=0, early_s=at("08:00"), late_s=at("10:00"), wish_s=None)

    found = person_busy(window, 3600, [RIDE])

    assert [(item.early_s, item.late_s) for item in found] == [(at("09:40"), at("10:00"))]


def test_engine_goes_around_a_ride() -> None:
    """The wish is 09:00, in the midst of the ride: the visit starts when the person is back."""
    wished = visit(options=[option(0, "08:00", "10:00", "09:00")])

    plan = solve(problem(visits=[wished], persons=[ON_A_RIDE]), Budget(iterations=200, seed=1))

    assert [item.start_s for line in plan.rounds for item in line.stops] == [at("09:40")]


def test_engine_waits_for_the_meal() -> None:
    """The meal comes at 09:25: the visit that serves it starts then, although 08:30 is wished."""
    serves = visit(options=[msgspec.structs.replace(option(0, preferred="08:30"), meal_s=at("09:25"))])

    plan = solve(problem(visits=[serves]), Budget(iterations=200, seed=1))

    assert [item.start_s for line in plan.rounds for item in line.stops] == [at("09:25")]


def test_cause_names_the_absence() -> None:
    """Away all morning: the cause says so, and nothing of shifts or ways."""
    away = Person(id="h1", busy=[Interval(start_s=at("07:00"), end_s=at("12:00"))])
    asked = problem(visits=[visit()], persons=[away])

    found = explain_visit(asked, solution(), "v1")

    assert (found.code, [cause.code for cause in found.causes]) == ("no_legal_place", ["person_busy"])


def test_cause_names_the_meal() -> None:
    """A meal that comes after the last start allowed: ten minutes too late."""
    serves = visit(options=[msgspec.structs.replace(option(), meal_s=at("10:10"))])

    found = explain_visit(problem(visits=[serves]), solution(), "v1")

    assert [(cause.code, cause.args["amount"]) for cause in found.causes] == [("meal_before_visit", 600)]


def test_insertion_and_naive_plan_go_around_a_ride() -> None:
    """What the desk finds, and the plan dealt by hand, start when the person is back."""
    asked = problem(visits=[visit()], persons=[ON_A_RIDE])

    found = find_insertion(asked, solution(), "v1")
    dealt = naive(asked)

    assert found is not None
    assert found.start_s == at("09:40")
    assert [item.start_s for line in dealt.rounds for item in line.stops] == [at("09:40")]


def test_offers_go_around_a_ride() -> None:
    """A slot offered to somebody on a ride keeps clear of it, and a known person keeps its rides."""
    other = visit("v0", options=[option(0, "14:00", "15:00")])
    given_ = problem(visits=[other], persons=[ON_A_RIDE])
    resident = Resident(given_, solution(round_of("w1", 0, stop(other, at("14:00")))))
    need = Need(person=ON_A_RIDE, visits=[visit("new", options=[option(0, "08:00", "12:00", "09:00")])])

    answer = offers(resident, need, 3)

    assert answer.offers
    assert all(item.occurrences[0].start_s >= at("09:40") for item in answer.offers)


def _busy_week(seed: int, share: int) -> Problem:
    """A random week in which many people are away in the midst of some window of theirs."""
    week = random_week(seed, days=3, aides=5, weekday_visits=16, weekend_visits=8)
    busy: dict[str, list[Interval]] = {}
    for index, item in enumerate(week.visits):
        if index % share == 0:
            first = item.options[0]
            middle = (first.earliest_s + first.latest_s) // 120 * 60
            busy.setdefault(item.person, []).append(Interval(start_s=middle - 900, end_s=middle + 900))
    persons = [
        msgspec.structs.replace(person, busy=sorted(busy.get(person.id, ()), key=lambda i: i.start_s))
        for person in week.persons
    ]
    visits = [
        msgspec.structs.replace(
            item,
            options=[
                msgspec.structs.replace(option_, meal_s=(option_.earliest_s + option_.latest_s) // 120 * 60)
                for option_ in item.options
            ],
        )
        if index % share == 1
        else item
        for index, item in enumerate(week.visits)
    ]
    return msgspec.structs.replace(week, persons=persons, visits=visits)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_plan_of_the_engine_breaks_a_rule(seed: int) -> None:
    """Weeks full of rides and meals: the checker finds nothing, and visits are served."""
    week = _busy_week(seed, 3)

    plan = solve(week, Budget(iterations=400, seed=seed))

    assert [item for item in check_homecare(week, plan) if item.severity == "block"] == []
    assert sum(len(line.stops) for line in plan.rounds) > len(week.visits) // 2


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=4),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(1, 30),
)
def test_cut_windows_are_exactly_the_free_starts(
    away: list[tuple[int, int]], one: int, other: int, length: int
) -> None:
    """A start is in some piece if and only if it is in the window and meets no absence."""
    early, late = sorted((one, other))
    busy = [Interval(start_s=start, end_s=start + lasts) for start, lasts in away]
    window = Choice(visit=0, day=0, early_s=early, late_s=late, wish_s=None)

    pieces = person_busy(window, length, busy)

    held = {start for item in pieces for start in range(item.early_s, item.late_s + 1)}
    free = {
        start
        for start in range(early, late + 1)
        if all(start + length <= item.start_s or item.end_s <= start for item in busy)
    }
    assert held == free
