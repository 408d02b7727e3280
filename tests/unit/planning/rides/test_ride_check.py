"""
The checker of rides: each rule alone, broken by one change of a legal plan.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from builders.ride_days import HOUR, MINUTE, a_duty, a_ride, a_ride_day

from carecoord.kernel.errors import Invalid
from carecoord.planning.problem import Interval
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.check import RULES, check
from carecoord.planning.rides.fill import fill
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.problem import Passenger, Problem, Seating, Vehicle, Volunteer
from carecoord.planning.rides.solution import Solution, Stop, Tour


def planned(problem: Problem) -> Solution:
    """Every ride where it costs least."""
    board = Board(Ground(problem))
    fill(board)
    assert len(board.duty_of) == len(problem.requests)
    return board.solution()


def rules(problem: Problem, plan: Solution) -> set[str]:
    """Names of the rules broken."""
    return {item.rule for item in check(problem, plan)}


def later(plan: Solution, by_s: int, kind: str = "pick") -> Solution:
    """The first stop of a kind begins and ends later."""
    (tour,) = plan.tours
    index = next(number for number, stop in enumerate(tour.stops) if stop.kind == kind)
    stops = list(tour.stops)
    stops[index] = msgspec.structs.replace(
        stops[index], start_s=stops[index].start_s + by_s, end_s=stops[index].end_s + by_s
    )
    return msgspec.structs.replace(plan, tours=[msgspec.structs.replace(tour, stops=stops)])


def changed(problem: Problem, **given: Any) -> Problem:
    """The first request asked for otherwise."""
    first, *rest = problem.requests
    return msgspec.structs.replace(problem, requests=[msgspec.structs.replace(first, **given), *rest])


def test_a_legal_plan_breaks_nothing() -> None:
    """Two people share the car on the way: nothing is said."""
    problem = a_ride_day(a_ride("a"), a_ride("b", 7, 14))
    assert check(problem, planned(problem)) == []


def test_pairing_and_precedence() -> None:
    """A ride without its end, and one that ends before it begins."""
    problem = a_ride_day(a_ride())
    plan = planned(problem)
    (tour,) = plan.tours
    half = msgspec.structs.replace(tour, stops=tour.stops[:1])
    assert rules(problem, Solution(tours=[half])) == {"pairing"}
    turned = [
        Stop(request="a", kind="drop", start_s=9 * HOUR, end_s=9 * HOUR + 180),
        Stop(request="a", kind="pick", start_s=9 * HOUR + 900, end_s=9 * HOUR + 1080),
    ]
    wrong = Tour(duty=tour.duty, departs_s=8 * HOUR, back_s=12 * HOUR, stops=turned)
    assert "precedence" in rules(problem, Solution(tours=[wrong]))


def test_travel_time() -> None:
    """Arriving sooner than the road allows."""
    problem = a_ride_day(a_ride())
    assert rules(problem, later(planned(problem), -5 * MINUTE, "drop")) == {"travel_time"}


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"pick_early_s": 10 * HOUR, "pick_late_s": 11 * HOUR}, "window"),
        ({"promise_s": 10 * HOUR}, "promise"),
        ({"ride_max_s": 5 * MINUTE}, "ride_time"),
        ({"seats": 5}, "seats"),
        ({"wheelchairs": 1}, "seats"),
        ({"refused": ["v"]}, "refused"),
        ({"pin": "w"}, "pin"),
        ({"shuttle": "s"}, "shuttle"),
        ({"mate": "b"}, "mate"),
    ],
)
def test_a_rule_of_a_request(given: dict[str, Any], rule: str) -> None:
    """What the request asks for and the plan does not do is told by its name, and nothing else is."""
    second = a_ride("b", 20, 25, at_s=14 * HOUR)
    problem = a_ride_day(a_ride(), second)
    plan = planned(a_ride_day(a_ride()))
    assert rules(changed(problem, **given), plan) == {rule}


def test_seats_of_one_arrangement() -> None:
    """A wheelchair fits in one arrangement and three people in the other: not both on the same tour."""
    vehicle = Vehicle(id="cv", seatings=[Seating(seats=4), Seating(seats=1, wheelchairs=1)])
    alone = a_ride_day(a_ride(wheelchairs=1, seats=0), vehicles=[vehicle])
    assert check(alone, planned(alone)) == []
    both = [a_ride("a", seats=3), a_ride("b", at_s=11 * HOUR, seats=3)]
    crowded = a_ride_day(*both, vehicles=[vehicle])
    plan = planned(crowded)
    assert rules(changed(crowded, seats=0, wheelchairs=1), plan) == {"seats"}


def test_apart_and_alone() -> None:
    """Two people who quarrel may follow each other in the car, never share it; so may one who rides alone."""
    shared = a_ride_day(a_ride("a"), a_ride("b", 7, 14))
    plan = planned(shared)
    assert rules(msgspec.structs.replace(shared, apart=[("p-a", "p-b")]), plan) == {"apart"}
    assert rules(changed(shared, alone=True), plan) == {"apart"}
    after = a_ride_day(a_ride("a"), a_ride("b", 14, 20, at_s=12 * HOUR), apart=[("p-a", "p-b")])
    assert check(after, planned(after)) == []


def test_availability_and_limits() -> None:
    """Away before the volunteer can be, too long, too far."""
    problem = a_ride_day(a_ride())
    plan = planned(problem)
    late = msgspec.structs.replace(problem, duties=[a_duty(start_s=10 * HOUR)])
    assert rules(late, plan) == {"availability"}
    for limits in ({"day_max_s": 20 * MINUTE}, {"distance_max_m": 10_000}):
        volunteer = Volunteer(**{"id": "v", "day_max_s": 6 * HOUR, "distance_max_m": 200_000, **limits})
        assert rules(msgspec.structs.replace(problem, volunteers=[volunteer]), plan) == {"volunteer_limit"}


def test_limits_count_all_tours_of_the_day() -> None:
    """Two short tours of one volunteer together are over the limit of the day."""
    duties = [a_duty(end_s=12 * HOUR), a_duty(id="v:780", start_s=13 * HOUR)]
    problem = a_ride_day(a_ride("a"), a_ride("b", at_s=14 * HOUR), duties=duties)
    plan = planned(problem)
    assert len(plan.tours) == 2
    longest = max(tour.back_s - tour.departs_s for tour in plan.tours)
    tired = Volunteer(id="v", day_max_s=longest, distance_max_m=200_000)
    assert rules(msgspec.structs.replace(problem, volunteers=[tired]), plan) == {"volunteer_limit"}


def test_person_busy() -> None:
    """A visit during the ride, and a second ride of the same person at the same time."""
    problem = a_ride_day(a_ride())
    plan = planned(problem)
    busy = Passenger(id="p-a", busy=[Interval(start_s=9 * HOUR, end_s=10 * HOUR)])
    assert rules(msgspec.structs.replace(problem, passengers=[busy]), plan) == {"person_busy"}
    two = a_ride_day(a_ride("a"), a_ride("b", 7, 14))
    same = changed(two, person="p-b")
    assert rules(same, planned(two)) == {"person_busy"}


def test_every_rule_is_tested_here() -> None:
    """A rule added to the checker wants a test above."""
    source = (test_person_busy.__globals__["__file__"],)[0]
    with open(source, encoding="utf-8") as text:
        body = text.read()
    assert [rule for rule in RULES if f'"{rule}"' not in body] == []


def test_unknown_names() -> None:
    """A plan that names what the problem does not have is refused, all at once."""
    problem = a_ride_day(a_ride())
    stop = Stop(request="z", kind="pick", start_s=0, end_s=0)
    with pytest.raises(Invalid) as caught:
        check(problem, Solution(tours=[Tour(duty="nobody", departs_s=0, back_s=0, stops=[stop])]))
    assert [defect.code for defect in caught.value.defects] == ["duty_unknown", "request_unknown"]
