"""
The plan of a day by the compiled search: legal, no worse than one ride after the other, the same each time.
"""

from __future__ import annotations

import time

import msgspec
import pytest
from builders.ride_days import HOUR, a_duty, a_ride, a_ride_day

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.generate_rides import generate_rides
from carecoord.planning.budget import Budget
from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.ride_step import clear_row
from carecoord.planning.engine.ride_warm import warm
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.build import penalties
from carecoord.planning.rides.check import check
from carecoord.planning.rides.codec import decode_problem, decode_solution, encode_problem, encode_solution
from carecoord.planning.rides.fill import fill
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.problem import Problem, Seating, Vehicle, Volunteer
from carecoord.planning.rides.score import score
from carecoord.planning.rides.solution import Solution
from carecoord.planning.rides.solve import solve

STEPS = Budget(seconds=None, iterations=300, seed=3)


def first_come(problem: Problem) -> Solution:
    """One ride after the other."""
    board = Board(Ground(problem))
    fill(board)
    return board.solution()


def test_a_generated_day() -> None:
    """Legal, better than the plan it begins from, and the same plan from the same seed."""
    problem = generate_rides(40, 8, seed=5)
    plan = solve(problem, STEPS)
    assert check(problem, plan) == []
    assert plan.score is not None
    assert plan.score.key < score(problem, first_come(problem)).key
    again = solve(problem, STEPS)
    assert msgspec.structs.replace(again, statistics=plan.statistics) == plan


def test_limits_that_the_search_does_not_know() -> None:
    """Kilometres of the day, people kept apart, riding alone, two duties of one volunteer: all hold."""
    problem = generate_rides(40, 8, seed=6)
    tight = [msgspec.structs.replace(item, distance_max_m=40_000) for item in problem.volunteers]
    requests = [
        msgspec.structs.replace(item, alone=index % 7 == 0) for index, item in enumerate(problem.requests)
    ]
    hard = msgspec.structs.replace(
        problem, volunteers=tight, requests=requests, apart=[("p1", "p2"), ("p2", "p3"), ("p4", "p9")]
    )
    assert check(hard, solve(hard, STEPS)) == []


def test_care_before_leisure() -> None:
    """Where only one of two can be driven, it is the one for care, however much longer the way."""
    fun = a_ride("fun", 1, 2, tier="leisure", pick_late_s=9 * HOUR)
    care = a_ride("care", 30, 39, tier="medical", pick_late_s=9 * HOUR)
    plan = solve(a_ride_day(fun, care), STEPS)
    assert [stop.request for tour in plan.tours for stop in tour.stops if stop.kind == "pick"] == ["care"]
    assert [(item.request, bool(item.causes)) for item in plan.left_out] == [("fun", True)]


def test_told_before_care() -> None:
    """A ride whose driver was told is not given up for one of care that was not."""
    fun = a_ride("fun", 1, 2, tier="leisure", pick_late_s=9 * HOUR, told="v", promise_s=9 * HOUR)
    care = a_ride("care", 30, 39, tier="medical", pick_late_s=9 * HOUR)
    plan = solve(a_ride_day(fun, care), STEPS)
    assert [stop.request for tour in plan.tours for stop in tour.stops if stop.kind == "pick"] == ["fun"]


def test_penalties_are_lexicographic() -> None:
    """Leaving out one ride of a tier costs more than all of the tiers below together."""
    problem = generate_rides(60, 5, seed=1)
    cost = penalties(Ground(problem))
    by_tier = {
        tier: [c for c, item in zip(cost, problem.requests, strict=True) if item.tier == tier]
        for tier in ("medical", "needed", "leisure")
    }
    assert min(by_tier["needed"]) > sum(by_tier["leisure"])
    assert min(by_tier["medical"]) > sum(by_tier["leisure"]) + sum(by_tier["needed"])


def test_a_shuttle_carries_its_riders_alone() -> None:
    """Those who booked the shuttle are in it, others are not, even when they go the same way."""
    riders = [a_ride(name, 5 + i, 20, at_s=9 * HOUR, shuttle="s") for i, name in enumerate("abc")]
    other = a_ride("d", 6, 20)
    duties = [a_duty("v", id="v:s", shuttle="s", start_s=8 * HOUR, end_s=11 * HOUR), a_duty("w")]
    vehicles = [Vehicle(id="cv", seatings=[Seating(seats=8)]), Vehicle(id="cw", seatings=[Seating(seats=4)])]
    problem = a_ride_day(*riders, other, duties=duties, vehicles=vehicles)
    plan = solve(problem, STEPS)
    assert check(problem, plan) == []
    where = {stop.request: tour.duty for tour in plan.tours for stop in tour.stops}
    assert where == {"a": "v:s", "b": "v:s", "c": "v:s", "d": "w:480"}


def test_equity() -> None:
    """Of two volunteers who live at the same place, the one who gave less this month is asked."""
    tired = Volunteer(id="v", day_max_s=6 * HOUR, distance_max_m=200_000, month_s=30 * HOUR)
    fresh = Volunteer(id="w", day_max_s=6 * HOUR, distance_max_m=200_000, month_s=0)
    problem = a_ride_day(a_ride(), duties=[a_duty("v"), a_duty("w")], volunteers=[tired, fresh])
    assert [tour.duty for tour in solve(problem, STEPS).tours] == ["w:480"]


def test_nothing_to_plan() -> None:
    """No rides, and no volunteers."""
    assert solve(a_ride_day(), STEPS).tours == []
    nobody = solve(a_ride_day(a_ride(), duties=[]), STEPS)
    assert [item.code for item in nobody.left_out] == ["no_volunteer"]


def test_documents() -> None:
    """What is written reads back equal; what is wrong is refused with every defect."""
    problem = generate_rides(20, 4, seed=2)
    assert decode_problem(encode_problem(problem)) == problem
    plan = first_come(problem)
    assert decode_solution(encode_solution(plan)) == plan
    wrong = a_ride_day(
        a_ride(pick_place="nowhere", person="nobody"),
        a_ride("a", seats=0, mate="z"),
        vehicles=[Vehicle(id="cv", seatings=[Seating(seats=7, wheelchairs=2)])],
        passengers=[],
        duties=[a_duty(), a_duty(id="v:2")],
    )
    with pytest.raises(Invalid) as caught:
        decode_problem(encode_problem(wrong))
    assert {defect.code for defect in caught.value.defects} == {
        "name_twice", "place_unknown", "person_unknown", "nobody_aboard", "mate_unknown", "too_many_seats",
        "volunteer_twice", "vehicle_twice",
    }  # fmt: skip
    with pytest.raises(Invalid):
        decode_problem(b"[]")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_in_two_vehicles(seed: int) -> None:
    """There and back may overlap by their hours: the plan never has both at once, wherever tours move."""
    problem = generate_rides(24, 4, seed=seed)
    wide = [
        msgspec.structs.replace(
            item,
            pick_early_s=item.pick_early_s - 2 * HOUR,
            pick_late_s=item.pick_late_s + 2 * HOUR,
            drop_early_s=item.drop_early_s - 2 * HOUR,
            drop_late_s=item.drop_late_s + 2 * HOUR,
            mate=None,
        )
        for item in problem.requests
    ]
    loose = msgspec.structs.replace(problem, requests=wide)
    plan = solve(loose, STEPS)
    assert check(loose, plan) == []
    twice = {item.person for item in loose.requests}
    assert len({stop.request for tour in plan.tours for stop in tour.stops}) > len(twice)


def test_a_stop_is_heard_at_once() -> None:
    """Nothing more is tried once somebody asked to stop, not even room for rides left out."""
    problem = generate_rides(40, 3, seed=5)
    began = time.monotonic()
    plan = solve(problem, Budget(seconds=600.0), should_stop=lambda: True)
    assert check(problem, plan) == []
    assert plan.left_out != []
    assert time.monotonic() - began < 5


def test_every_kernel_called_from_outside_is_warm() -> None:
    """A plan given that breaks a rule, and a return to an elite: compiled before the first day is planned."""
    warm()
    assert clear_row.signatures  # type: ignore[attr-defined]  # of the compiler
    assert below.signatures  # type: ignore[attr-defined]
