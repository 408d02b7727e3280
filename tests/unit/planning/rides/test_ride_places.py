"""
Live places, causes, other hours, repairs: against the checker and against trying everything.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import msgspec
import pytest
from builders.ride_days import HOUR, MINUTE, a_duty, a_ride, a_ride_day
from hypothesis import given, settings
from hypothesis import strategies as st

from carecoord.planning.bench.generate_rides import generate_rides
from carecoord.planning.problem import Interval
from carecoord.planning.rides.board import Board, Node
from carecoord.planning.rides.check import check
from carecoord.planning.rides.explain import has_place, left_out, other_hours
from carecoord.planning.rides.fill import fill
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.insert import answer_of, apply, best_spot
from carecoord.planning.rides.problem import Passenger, Problem, Seating, Vehicle, Volunteer
from carecoord.planning.rides.repair import promised, repair
from carecoord.planning.rides.score import score
from carecoord.planning.rides.validate import validate


def filled(problem: Problem) -> Board:
    """Every ride that has a place, one after the other."""
    board = Board(Ground(problem))
    fill(board)
    return board


@given(seed=st.integers(0, 10_000), apart=st.booleans())
@settings(max_examples=15, deadline=None)
def test_filled_days_are_legal(seed: int, apart: bool) -> None:
    """Whatever the day, what is placed one after the other breaks no rule, and costs what the score says."""
    problem = generate_rides(24, 4, seed)
    if apart:
        problem = msgspec.structs.replace(problem, apart=[("p1", "p2"), ("p3", "p4"), ("p5", "p6")])
    assert validate(problem) == []
    board = filled(problem)
    plan = board.solution()
    assert check(problem, plan) == []
    worth = score(problem, plan)
    assert worth.served == len(board.duty_of)
    total = sum(board.cents(duty, timed) for duty, timed in board.tours.items())
    assert abs(total // 60 - worth.soft_cents) <= len(worth.terms) + len(board.tours)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_no_place_is_cheaper(seed: int) -> None:
    """The place told is the cheapest of all positions of all tours."""
    problem = generate_rides(16, 3, seed)
    board = filled(problem)
    name = sorted(board.duty_of)[0] if board.duty_of else None
    if name is None or board.ground.mates.get(name):
        return
    board.remove({name})
    spot = best_spot(board, [name])
    tried = []
    for duty in board.ground.duties:
        if not board.ground.may_take(duty, name):
            continue
        nodes = board.tours[duty].nodes if duty in board.tours else ()
        before = board.cents(duty, board.tours[duty]) if duty in board.tours else 0
        for i, j in combinations_with_replacement(range(len(nodes) + 1), 2):
            way = (*nodes[:i], Node(name, is_drop=False), *nodes[i:j], Node(name, is_drop=True), *nodes[j:])
            timed = board.timed(duty, way)
            if timed is not None:
                tried.append(board.cents(duty, timed) - before)
    assert (spot is None) == (not tried)
    assert spot is None or spot.cents60 == min(tried)


def test_the_driver_waits() -> None:
    """There and back bound together go into one tour, or neither is placed."""
    out, back = a_ride("out"), a_ride("back", 15, 5, at_s=10 * HOUR, mate="out")
    problem = a_ride_day(out, back, duties=[a_duty("v"), a_duty("w")])
    board = filled(problem)
    assert board.duty_of["out"] == board.duty_of["back"]
    short = a_ride_day(out, back, duties=[a_duty(end_s=10 * HOUR), a_duty("w", start_s=10 * HOUR)])
    assert filled(short).duty_of == {}


def test_a_visit_is_gone_round() -> None:
    """With a visit from 9 h 10 to 9 h 40, a ride wanted at 9 h is taken after it when its window allows."""
    visit = Interval(start_s=9 * HOUR + 10 * MINUTE, end_s=9 * HOUR + 40 * MINUTE)
    ride = a_ride(pick_late_s=10 * HOUR, drop_late_s=11 * HOUR)
    problem = a_ride_day(ride, passengers=[Passenger(id="p-a", busy=[visit])])
    plan = filled(problem).solution()
    assert check(problem, plan) == []
    assert plan.tours[0].stops[0].start_s >= visit.end_s


@pytest.mark.parametrize(
    ("code", "given_values"),
    [
        ("availability", {"duties": [a_duty(start_s=9 * HOUR + 20 * MINUTE)]}),
        ("seats", {"vehicles": [Vehicle(id="cv", seatings=[Seating(seats=1)])]}),
        ("volunteer_limit", {"volunteers": [Volunteer(id="v", day_max_s=600, distance_max_m=200_000)]}),
        ("no_volunteer", {"duties": []}),
        (
            "person_busy",
            {"passengers": [Passenger(id="p-a", busy=[Interval(start_s=8 * HOUR, end_s=12 * HOUR)])]},
        ),
    ],
)
def test_causes(code: str, given_values: dict[str, object]) -> None:
    """Lifting the rule that is told makes a place: it is the cause."""
    problem = a_ride_day(a_ride(seats=2), **given_values)
    board = filled(problem)
    assert left_out(board, "a").code == code


def test_a_ride_that_has_a_place_is_told_so() -> None:
    """Nobody planned it yet and a volunteer is free: no rule is said to be in the way, of nobody."""
    board = filled(a_ride_day(a_ride(seats=1)))
    board.remove({"a"})
    assert has_place(board, "a")
    assert not has_place(filled(a_ride_day(a_ride(seats=1), duties=[])), "a")


def test_other_hours_are_places() -> None:
    """The volunteer is far away with somebody at 9 h: hours told instead have a legal place each."""
    first, second = a_ride("a", 5, 35, alone=True), a_ride("b", 30, 39)
    problem = a_ride_day(first, second)
    board = filled(a_ride_day(first))
    board.ground = Ground(problem)
    assert best_spot(board, ["b"]) is None
    found = other_hours(board, ["b"])
    assert found
    for hour in found:
        moved = msgspec.structs.replace(
            second,
            pick_early_s=second.pick_early_s + hour.shift_s,
            pick_late_s=second.pick_late_s + hour.shift_s,
            drop_early_s=second.drop_early_s + hour.shift_s,
            drop_late_s=second.drop_late_s + hour.shift_s,
        )
        trial = Board.of(Ground(a_ride_day(first, moved)), board.solution())
        spot = best_spot(trial, ["b"])
        assert spot is not None
        assert answer_of(trial, spot, ["b"]).pickups["b"] == hour.answer.pickups["b"]
        apply(trial, spot)
        assert check(a_ride_day(first, moved), trial.solution()) == []


@given(seed=st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_repairs(seed: int) -> None:
    """Whoever is not in the list of calls keeps driver and hour; the plan is legal."""
    problem = generate_rides(30, 6, seed)
    board = filled(problem)
    plan = board.solution()
    if not plan.tours:
        return
    told = promised(problem, plan)
    gone = told.duties[0].volunteer
    left = msgspec.structs.replace(told, duties=[duty for duty in told.duties if duty.volunteer != gone])
    repaired = repair(left, plan, seconds=0.2)
    assert check(repaired.problem, repaired.solution) == []
    named = {item.request for item in repaired.changes}
    hours = {s.request: s.start_s for t in plan.tours for s in t.stops if s.kind == "pick"}
    now = {s.request: s.start_s for t in repaired.solution.tours for s in t.stops if s.kind == "pick"}
    for request, hour in hours.items():
        if request not in named:
            assert abs(now[request] - hour) <= problem.promise_tolerance_s
