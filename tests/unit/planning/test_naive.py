"""
The plan dealt out by hand: in order of time, aide by aide, legal, the same every time.
"""

from __future__ import annotations

from builders.planning import at, option, pin, problem, visit, worker
from builders.planning_weeks import random_week

from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.naive import naive
from carecoord.planning.score import score
from carecoord.planning.solution import Solution


def starts(plan: Solution) -> dict[str, list[tuple[str, int]]]:
    """Visit -> aides and starts."""
    found: dict[str, list[tuple[str, int]]] = {}
    for item in plan.rounds:
        for stop in item.stops:
            found.setdefault(stop.visit, []).append((item.worker, stop.start_s))
    return found


def test_aides_take_visits_in_turn() -> None:
    """Three visits in order of time, two aides: the first, the second, the first again."""
    visits = [
        visit(f"v{k}", person=f"h{k}", options=[option(0, "08:00", "18:00", f"{8 + 2 * k:02}:00")])
        for k in range(3)
    ]

    plan = naive(problem(visits=visits, workers=[worker("w1"), worker("w2")]))

    assert starts(plan) == {
        "v0": [("w1", at("08:00"))],
        "v1": [("w2", at("10:00"))],
        "v2": [("w1", at("12:00"))],
    }


def test_an_aide_who_may_not_is_passed_over() -> None:
    """The first aide is refused, the second lacks the skill: the third goes."""
    item = visit(refused=["w1"], skills=["lifting"])
    skilled = [worker("w1", skills=["lifting"]), worker("w2"), worker("w3", skills=["lifting"])]

    plan = naive(problem(visits=[item], workers=skilled))

    assert starts(plan) == {"v1": [("w3", at("08:00"))]}


def test_two_aides_are_given_to_a_visit_for_two() -> None:
    """Both start together."""
    plan = naive(problem(visits=[visit(team_size=2)], workers=[worker("w1"), worker("w2")]))

    assert starts(plan) == {"v1": [("w1", at("08:00")), ("w2", at("08:00"))]}


def test_pins_are_kept() -> None:
    """A pinned aide and start are kept."""
    held = visit(pin=pin(workers=["w2"], start_s=at("09:10")))

    plan = naive(problem(visits=[held], workers=[worker("w1"), worker("w2")]))

    assert starts(plan) == {"v1": [("w2", at("09:10"))]}


def test_a_whole_week_is_legal_and_the_same_every_time() -> None:
    """On seeded weeks nothing is broken, and dealing twice gives the same plan."""
    for seed in (11, 12):
        given = random_week(seed, aides=20, weekday_visits=110, weekend_visits=45)

        plan = naive(given)

        assert {item.rule for item in check_homecare(given, plan)} <= {"daily_minimum"}
        assert plan.score == score(given, plan)
        assert len(starts(plan)) + len(plan.unassigned) == len(given.visits)
        assert naive(given) == plan
