"""
Changes by hand, priced before they are made: new violations, cost by term, new rounds.
"""

from __future__ import annotations

import pytest
from builders.planning import (
    at,
    option,
    pin,
    problem,
    round_of,
    solution,
    stop,
    visit,
    worker,
)
from builders.planning_weeks import random_week

from carecoord.kernel.errors import NotFound
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.move import Move, apply_price, price_move, price_moves
from carecoord.planning.homecare.naive import naive
from carecoord.planning.problem import Person, Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Solution

PAIR = [worker("w1"), worker("w2")]
FIRST = visit("v1", options=[option(0, "08:00", "10:00", "08:30")])
SECOND = visit("v2", person="h2", place="p2", options=[option(0, "08:00", "12:00", "10:00")])
KNOWN = [Person(id="h1", known={"w1": 3}), Person(id="h2", known={"w1": 3})]
GIVEN = problem(visits=[FIRST, SECOND], workers=PAIR, persons=KNOWN)
PLAN = solution(round_of("w1", 0, stop(FIRST, at("08:30")), stop(SECOND, at("10:00"))))


def starts(plan: Solution) -> dict[str, tuple[str, int]]:
    """Visit -> aide and start."""
    return {s.visit: (r.worker, s.start_s) for r in plan.rounds for s in r.stops}


def given_team(given: Problem, name: str) -> int:
    """How many aides a visit needs."""
    return next(item.team_size for item in given.visits if item.id == name)


def test_giving_a_visit_to_a_new_face_costs_a_new_face() -> None:
    """The other aide is unknown to the person; nothing is broken, and the wished hour is kept."""
    price = price_move(GIVEN, PLAN, Move(visit="v2", workers=["w2"]))

    assert (price.legal, price.violations_new, price.start_s) == (True, [], at("10:00"))
    assert price.terms["new_face"] == 300
    assert price.soft_cents == sum(price.terms.values())
    assert [(r.worker, [s.visit for s in r.stops]) for r in price.rounds] == [("w1", ["v1"]), ("w2", ["v2"])]


def test_a_given_start_is_kept_and_others_give_way() -> None:
    """The second visit at 09:00 sends the first back to 07:55, which its window does not allow: 08:00 is."""
    price = price_move(GIVEN, PLAN, Move(visit="v2", workers=["w1"], start_s=at("09:05")))

    after = starts(apply_price(PLAN, price))

    assert price.legal
    assert after == {"v1": ("w1", at("08:00")), "v2": ("w1", at("09:05"))}


def test_an_impossible_start_is_priced_with_what_it_breaks() -> None:
    """On top of the other visit there is no time to travel: told, not refused."""
    fixed = visit("v1", options=[option(0, "08:30", "08:30")])
    given = problem(visits=[fixed, SECOND], persons=KNOWN)

    price = price_move(given, PLAN, Move(visit="v2", workers=["w1"], start_s=at("09:00")))

    assert not price.legal
    assert [item.rule for item in price.violations_new] == ["travel_time"]
    assert price.start_s == at("09:00")


def test_a_start_outside_the_window_is_priced_with_the_window() -> None:
    """Dragged after noon, the visit is out of its window."""
    price = price_move(GIVEN, PLAN, Move(visit="v2", workers=["w1"], start_s=at("13:00")))

    assert [(item.rule, item.severity) for item in price.violations_new] == [("window", "block")]


def test_taking_a_visit_off_leaves_it_unserved() -> None:
    """No aide: one important visit more left out, its terms given back."""
    price = price_move(GIVEN, PLAN, Move(visit="v2"))

    assert price.unserved == {"vital": 0, "important": 1, "comfort": 0}
    assert price.start_s is None
    assert price.terms["interruptions"] == -250


def test_a_violation_cured_is_told() -> None:
    """Giving a refused aide's visit to another cures the refusal."""
    unwelcome = visit("v1", refused=["w1"], options=[option(0, "08:00", "10:00")])
    given = problem(visits=[unwelcome], workers=PAIR)
    plan = solution(round_of("w1", 0, stop(unwelcome, at("08:30"))))

    price = price_move(given, plan, Move(visit="v1", workers=["w2"]))

    assert [item.rule for item in price.violations_gone] == ["refused"]
    assert price.violations_new == []


def test_moving_replaces_the_pin_of_the_visit() -> None:
    """A pinned visit moved by hand is not held against its old pin."""
    held = visit("v1", pin=pin(workers=["w1"], start_s=at("08:30")), options=[option(0, "08:00", "10:00")])
    given = problem(visits=[held], workers=PAIR)
    plan = solution(round_of("w1", 0, stop(held, at("08:30"))))

    price = price_move(given, plan, Move(visit="v1", workers=["w2"], start_s=at("09:00")))

    assert price.violations_new == []


def test_two_aides_start_together() -> None:
    """A visit for two goes to both at one start that suits both."""
    both = visit("v3", person="h3", team_size=2, options=[option(0, "08:00", "12:00", "09:00")])
    given = problem(visits=[FIRST, both], workers=PAIR)
    plan = solution(round_of("w1", 0, stop(FIRST, at("08:30"))))

    price = price_move(given, plan, Move(visit="v3", workers=["w1", "w2"]))

    made = [s.start_s for r in price.rounds for s in r.stops if s.visit == "v3"]
    assert price.legal
    assert len(made) == 2
    assert len(set(made)) == 1


def test_several_moves_are_priced_each_for_itself() -> None:
    """What one move would change is not there for the next: each has the price it has alone."""
    given = random_week(3, aides=6, weekday_visits=30, weekend_visits=12)
    plan = naive(given)
    name = next(s.visit for r in plan.rounds for s in r.stops if given_team(given, s.visit) == 1)
    moves = [*(Move(visit=name, workers=[item.id]) for item in given.workers), Move(visit=name)]

    together = price_moves(given, plan, moves)

    assert together == [price_move(given, plan, move) for move in moves]
    assert price_moves(given, plan, []) == []


def test_unknown_names_are_not_found() -> None:
    """A move that names nobody known is refused by name."""
    for move in (Move(visit="v9"), Move(visit="v1", workers=["w9"]), Move(visit="v1", workers=["w1"], day=9)):
        with pytest.raises(NotFound):
            price_move(GIVEN, PLAN, move)


def test_prices_agree_with_the_checker_and_the_score() -> None:
    """On a seeded week, the plan after a move has exactly the violations and the cost announced."""
    given = random_week(6, aides=8, weekday_visits=40, weekend_visits=20)
    plan = naive(given)
    served = [s.visit for r in plan.rounds for s in r.stops][::17]
    before = check_homecare(given, plan)
    for index, name in enumerate(served):
        aide = given.workers[index % len(given.workers)].id
        team = [aide, given.workers[(index + 1) % len(given.workers)].id]
        item = next(v for v in given.visits if v.id == name)

        price = price_move(given, plan, Move(visit=name, workers=team[: item.team_size]))
        after = apply_price(plan, price)

        assert score(given, after).soft_cents - score(given, plan).soft_cents == price.soft_cents
        blocking = [v for v in check_homecare(given, after) if v.severity == "block"]
        assert {v.rule for v in blocking} == {v.rule for v in price.violations_new if v.severity == "block"}
        assert not [v for v in before if v.severity == "block"]
