"""
Home help's own rules, each alone: the case that is fine and the case that is not.
"""

from __future__ import annotations

import msgspec
import pytest
from builders.planning import (
    at,
    flat_matrix,
    option,
    pin,
    problem,
    round_of,
    solution,
    stop,
    visit,
    worker,
)

from carecoord.kernel.errors import Invalid
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.problem import Interval, Person, Problem, Visit
from carecoord.planning.solution import Solution, Stop

PAIR = [worker("w1"), worker("w2")]


def broken(given: Problem, plan: Solution) -> list[tuple[str, int]]:
    """Rule and amount of every violation."""
    return [(item.rule, item.amount) for item in check_homecare(given, plan)]


def alone(item: Visit, start: str = "09:00", **changes: object) -> list[tuple[str, int]]:
    """What is broken when one aide makes one visit."""
    given = problem(visits=[item], **changes)
    return broken(given, solution(round_of("w1", 0, stop(item, at(start)))))


def test_window() -> None:
    """Starts from 08:00 to 10:00 are fine, ten minutes later is not; the nearest option counts."""
    two_ways = visit(options=[option(0, "08:00", "10:00"), option(0, "10:30", "11:00")])

    assert alone(visit(), "10:00") == []
    assert alone(visit(), "10:10") == [("window", 600)]
    assert alone(two_ways, "10:20") == [("window", 600)]


def test_pin() -> None:
    """A fixed aide, start or day stays; what is not fixed is free."""
    assert alone(visit(pin=pin(workers=["w1"], start_s=at("09:00"), day=0))) == []
    assert alone(visit(pin=pin(start_s=at("09:30")))) == [("pin", 1800)]
    assert alone(visit(pin=pin(workers=["w2"])), workers=PAIR) == [("pin", 1)]
    tuesday = visit(options=[option(0), option(1)], pin=pin(day=1))
    assert alone(tuesday) == [("pin", 1)]


def test_pin_of_one_of_two() -> None:
    """A visit for two pinned to one aide has that aide among the two."""
    both = visit(team_size=2, pin=pin(workers=["w2"]))
    given = problem(visits=[both], workers=[*PAIR, worker("w3")])
    made = stop(both, at("09:00"))

    assert broken(given, solution(round_of("w1", 0, made), round_of("w2", 0, made))) == []
    assert broken(given, solution(round_of("w1", 0, made), round_of("w3", 0, made))) == [("pin", 1)]


def test_a_pinned_visit_left_out_breaks_nothing() -> None:
    """It is unserved, with a cause; not a violation."""
    assert broken(problem(visits=[visit(pin=pin(workers=["w1"]))]), solution()) == []


def test_skill() -> None:
    """Every skill of the visit is held."""
    needs = visit(skills=["lifting", "cooking"])

    assert alone(needs, workers=[worker(skills=["cooking", "lifting", "dementia"])]) == []
    assert alone(needs, workers=[worker(skills=["cooking"])]) == [("skill", 1)]


def test_refused() -> None:
    """A refused aide never comes."""
    assert alone(visit(refused=["w2"]), workers=PAIR) == []
    assert alone(visit(refused=["w1"])) == [("refused", 1)]


def test_availability() -> None:
    """A visit lies wholly inside one shift: ten minutes past its end are ten minutes too many."""
    short = worker(shifts=[Interval(start_s=at("08:00"), end_s=at("09:50"))])
    split = worker(
        shifts=[
            Interval(start_s=at("08:00"), end_s=at("09:30")),
            Interval(start_s=at("09:30"), end_s=at("12:00")),
        ]
    )

    assert alone(visit(), "08:50", workers=[short]) == []
    assert alone(visit(), "09:00", workers=[short]) == [("availability", 600)]
    assert alone(visit(), "09:00", workers=[split]) == [("availability", 1800)]
    assert alone(visit(), "09:00", workers=[worker(shifts=[])]) == [("availability", 3600)]


def test_travel_time() -> None:
    """Ten minutes of way need a gap of ten minutes."""
    first = visit("v1", place="p1")
    second = visit("v2", person="h2", place="p2", options=[option(0, "09:00", "11:00")])
    given = problem(visits=[first, second], matrices=[flat_matrix(3, 600)])

    for start, expected in (("09:10", []), ("09:09", [("travel_time", 540)])):
        plan = solution(round_of("w1", 0, stop(first, at("08:00")), stop(second, at(start))))
        assert broken(given, plan) == expected


def test_person_overlap() -> None:
    """Two aides at one person's for different visits come one after the other."""
    first, second = visit("v1"), visit("v2", options=[option(0, "08:00", "12:00")])
    given = problem(visits=[first, second], workers=PAIR)

    for start, expected in (("10:00", []), ("09:40", [("person_overlap", 1200)])):
        plan = solution(
            round_of("w1", 0, stop(first, at("09:00"))), round_of("w2", 0, stop(second, at(start)))
        )
        assert broken(given, plan) == expected


def test_person_busy() -> None:
    """An hour at 09:00 meets a ride until 09:20 for twenty minutes, one until 09:00 not at all."""
    for until, expected in (("09:00", []), ("09:20", [("person_busy", 1200)])):
        away = Person(id="h1", busy=[Interval(start_s=at("08:00"), end_s=at(until))])
        assert alone(visit(), persons=[away]) == expected
    day_centre = Person(id="h1", busy=[Interval(start_s=at("10:00"), end_s=at("16:00"))])
    assert alone(visit(), "09:00", persons=[day_centre]) == []
    assert alone(visit(), "09:15", persons=[day_centre]) == [("person_busy", 900)]


def test_meal_before_visit() -> None:
    """A meal at the door at 09:10: serving it at 09:00 is ten minutes too soon, at 09:10 fine."""
    serves = visit(options=[msgspec.structs.replace(option(), meal_s=at("09:10")), option(1)])

    assert alone(serves, "09:00") == [("meal_before_visit", 600)]
    assert alone(serves, "09:10") == []


def test_team() -> None:
    """Two different aides who start together, or nobody."""
    both = visit(team_size=2)
    given = problem(visits=[both], workers=PAIR)
    nine, later = stop(both, at("09:00")), stop(both, at("09:05"))

    assert broken(given, solution(round_of("w1", 0, nine), round_of("w2", 0, nine))) == []
    assert broken(given, solution()) == []
    assert broken(given, solution(round_of("w1", 0, nine))) == [("team", 1)]
    assert broken(given, solution(round_of("w1", 0, nine), round_of("w2", 0, later))) == [("team", 300)]
    assert ("team", 1) in broken(given, solution(round_of("w1", 0, nine, nine)))


def test_once() -> None:
    """A visit for one is made once."""
    item = visit()
    given = problem(visits=[item], workers=PAIR)
    made = stop(item, at("09:00"))

    assert broken(given, solution(round_of("w1", 0, made), round_of("w2", 0, made))) == [("once", 2)]


def test_duration() -> None:
    """A stop lasts as long as its visit."""
    given = problem(visits=[visit()])
    cut = Stop(visit="v1", start_s=at("09:00"), end_s=at("09:50"))

    assert broken(given, solution(round_of("w1", 0, cut))) == [("duration", 3000)]


def test_meal() -> None:
    """Work from 08:00 to 18:00 leaves half an hour between 11:30 and 14:30, the way apart."""
    morning = visit("v1", place="p1", duration_s=4 * 3600, options=[option(0, "08:00", "08:00")])
    evening = visit("v2", person="h2", place="p2", duration_s=4 * 3600, options=[option(0, "12:00", "14:00")])
    given = problem(visits=[morning, evening], matrices=[flat_matrix(3, 600)])

    for start, expected in (("12:40", []), ("12:39", [("meal", 29 * 60)])):
        plan = solution(round_of("w1", 0, stop(morning, at("08:00")), stop(evening, at(start))))
        assert [item for item in broken(given, plan) if item[0] == "meal"] == expected


def test_commute_that_is_work_counts_for_rest() -> None:
    """With the commute counted, eleven hours between two visits are not eleven hours of rest."""
    evening = visit("v1", options=[option(0, "20:00", "20:00")])
    morning = visit("v2", person="h2", options=[option(1, "08:00", "08:00")])
    plan = solution(
        round_of("w1", 0, stop(evening, at("20:00"))), round_of("w1", 1, stop(morning, at("08:00", 1)))
    )

    free = problem(visits=[evening, morning])
    counted = problem(visits=[evening, morning], workers=[worker(commute_is_work=True)])

    assert broken(free, plan) == []
    assert broken(counted, plan) == [("daily_rest", 11 * 3600 - 600)]


def test_a_plan_that_names_unknown_things_is_refused_with_all_of_them() -> None:
    """An unknown aide, an unknown visit and a day too far are three defects."""
    ghost = Stop(visit="v9", start_s=0, end_s=60)
    plan = solution(round_of("w9", 0, ghost), round_of("w1", 9, ghost))

    with pytest.raises(Invalid) as refused:
        check_homecare(problem(), plan)

    assert [item.code for item in refused.value.defects] == [
        "worker_unknown",
        "visit_unknown",
        "day_unknown",
        "visit_unknown",
    ]
