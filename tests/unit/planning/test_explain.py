"""
Causes of unserved visits: the word for the visit, the nearest miss of each aide, and their truth.
"""

from __future__ import annotations

import msgspec
import pytest
from builders.planning import (
    HOUR_S,
    at,
    flat_matrix,
    option,
    problem,
    round_of,
    solution,
    stop,
    visit,
    worker,
)
from builders.planning_weeks import random_week

from carecoord.planning.check import LAW
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import (
    CAUSES,
    CODES,
    explain,
    explain_visit,
    find_insertion,
)
from carecoord.planning.homecare.leftovers import serve_leftovers
from carecoord.planning.homecare.naive import naive
from carecoord.planning.problem import Interval, Pin, Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Round, Solution, WorkerCause

replace = msgspec.structs.replace


def only_cause(given: Problem, plan: Solution | None = None) -> WorkerCause:
    """The one cause of the one visit left out."""
    (left,) = explain(given, plan or solution())
    (cause,) = left.causes
    return cause


def test_a_visit_that_fits_is_told_insertable() -> None:
    """Nothing in the way: the word is `insertable`, with no cause."""
    given = problem(visits=[visit()])

    (left,) = explain(given, solution())

    assert (left.visit, left.code, left.causes) == ("v1", "insertable", [])


def test_insertion_takes_the_wished_hour() -> None:
    """An empty day gets the visit at the wished hour."""
    given = problem(visits=[visit(options=[option(0, "08:00", "10:00", "09:15")])])

    found = find_insertion(given, solution(), "v1")

    assert found is not None
    assert (found.workers, found.day, found.start_s) == (["w1"], 0, at("09:15"))


def test_insertion_moves_a_neighbour_within_its_window() -> None:
    """The stop before starts earlier when that is the only way to fit."""
    before = visit("v1", options=[option(0, "08:00", "09:00")])
    tight = visit("v2", person="h2", options=[option(0, "09:00", "09:00")])
    given = problem(visits=[before, tight])
    plan = solution(round_of("w1", 0, stop(before, at("08:30"))))

    found = find_insertion(given, plan, "v2")

    assert found is not None
    assert [(s.visit, s.start_s) for s in found.rounds[0].stops] == [("v1", at("08:00")), ("v2", at("09:00"))]


def test_missing_skill_is_told() -> None:
    """An aide without the skill: the skill is named, and nobody else holds it."""
    given = problem(visits=[visit(skills=["lifting"])])

    (left,) = explain(given, solution())

    assert left.code == "no_skilled_worker"
    assert left.causes == [WorkerCause(worker="w1", code="skill", args={"skills": "lifting"})]


def test_refused_aide_is_told() -> None:
    """The only aide is refused by the person."""
    (left,) = explain(problem(visits=[visit(refused=["w1"])]), solution())

    assert (left.code, left.causes[0].code) == ("all_refused", "refused")


def test_no_shift_is_told() -> None:
    """Nobody works then."""
    absent = worker(shifts=[Interval(start_s=at("14:00"), end_s=at("18:00"))])

    (left,) = explain(problem(workers=[absent], visits=[visit()]), solution())

    assert (left.code, left.causes[0].code) == ("no_worker_available", "availability")


def test_daily_rest_is_told_with_its_length() -> None:
    """Free in the morning, but the rest since last evening would be 10 h 30."""
    evening = visit("v1", options=[option(0, "20:30", "20:30")])
    morning = visit("v2", person="h2", options=[option(1, "08:00", "08:00")])
    given = problem(visits=[evening, morning])
    plan = solution(round_of("w1", 0, stop(evening, at("20:30"))))

    cause = only_cause(given, plan)

    assert (cause.code, cause.args["amount"]) == ("daily_rest", 10 * HOUR_S + 1800)
    assert cause.args["limit"] == 11 * HOUR_S


def test_travel_is_told_with_what_is_short() -> None:
    """Between 09:00 and 10:30, an hour leaves 30 minutes for two ways of 20: ten short."""
    first = visit("v1", place="p1", options=[option(0, "08:00", "08:00")])
    last = visit("v2", person="h2", place="p1", options=[option(0, "10:30", "10:30")])
    between = visit("v3", person="h3", place="p2", options=[option(0, "08:30", "10:00")])
    given = problem(visits=[first, last, between], matrices=[flat_matrix(3, 1200)])
    plan = solution(round_of("w1", 0, stop(first, at("08:00")), stop(last, at("10:30"))))

    cause = only_cause(given, plan)

    assert cause.code == "travel_time"
    assert (cause.args["short_s"], cause.args["travel_s"]) == (600, 2400)
    assert (cause.args["after"], cause.args["before"]) == ("v1", "v2")


def test_part_time_contract_is_told() -> None:
    """A contract of 3 h with a third more is full after 4 h."""
    long = visit("v1", duration_s=4 * HOUR_S, options=[option(0, "08:00", "08:00")])
    more = visit("v2", person="h2", options=[option(1)])
    given = problem(visits=[long, more], workers=[worker(part_time=True, contract_s=3 * HOUR_S)])
    plan = solution(round_of("w1", 0, stop(long, at("08:00"))))

    cause = only_cause(given, plan)

    assert (cause.code, cause.args["amount"], cause.args["limit"]) == (
        "complementary_hours", 5 * HOUR_S, 4 * HOUR_S,
    )  # fmt: skip


def test_two_aides_who_never_meet_are_told() -> None:
    """A visit for two with one aide in the morning and one in the afternoon has no pair."""
    morning = worker("w1", shifts=[Interval(start_s=at("08:00"), end_s=at("12:00"))])
    evening = worker("w2", shifts=[Interval(start_s=at("13:00"), end_s=at("20:00"))])
    both = visit(team_size=2, options=[option(0, "08:00", "18:00")])

    (left,) = explain(problem(workers=[morning, evening], visits=[both]), solution())

    assert left.code == "no_pair"
    assert [cause.code for cause in left.causes] == ["team", "team"]


def test_two_aides_are_put_together_at_a_common_start() -> None:
    """The pair starts when the later of the two begins work."""
    early = worker("w1", shifts=[Interval(start_s=at("08:00"), end_s=at("12:00"))])
    later = worker("w2", shifts=[Interval(start_s=at("09:10"), end_s=at("20:00"))])
    both = visit(team_size=2, options=[option(0, "08:00", "18:00", "08:30")])

    found = find_insertion(problem(workers=[early, later], visits=[both]), solution(), "v1")

    assert found is not None
    assert (found.workers, found.start_s) == (["w1", "w2"], at("09:10"))


def test_a_vital_visit_is_worth_a_warning() -> None:
    """A span of 12 h 30 keeps a comfort visit out, and lets a vital one in."""
    early = visit("v1", options=[option(0, "07:00", "07:00")])
    late = {"person": "h2", "options": [option(0, "18:30", "18:30")]}
    plan = solution(round_of("w1", 0, stop(early, at("07:00"))))
    vital = problem(visits=[early, visit("v2", tier="vital", **late)])
    comfort = problem(visits=[early, visit("v2", tier="comfort", **late)])

    assert find_insertion(vital, plan, "v2") is None
    assert find_insertion(vital, plan, "v2", warnings_allowed=True) is not None
    assert serve_leftovers(vital, plan).unassigned == []
    assert [item.code for item in serve_leftovers(comfort, plan).unassigned] == ["no_legal_place"]


def test_impossible_pin_is_told() -> None:
    """A visit pinned to an aide who is not there cannot be made, though another could."""
    absent = worker("w1", shifts=[])
    given = problem(workers=[absent, worker("w2")], visits=[visit(pin=Pin(workers=["w1"]))])

    (left,) = explain(given, solution())

    assert left.code == "pin_impossible"
    assert [cause.code for cause in left.causes] == ["availability", "pin"]


def test_a_served_visit_can_be_explained_as_if_it_were_not() -> None:
    """`explain_visit` takes the visit off before it tries."""
    item = visit()
    plan = solution(round_of("w1", 0, stop(item, at("09:00"))))

    assert explain_visit(problem(visits=[item]), plan, "v1").code == "insertable"


def _crowded(seed: int) -> tuple[Problem, Solution]:
    """A week with too few aides, dealt out, then filled as far as insertions go."""
    given = random_week(seed, aides=6, weekday_visits=45, weekend_visits=20)
    plan = naive(given)
    for item in plan.unassigned:
        found = find_insertion(given, plan, item.visit)
        if found is not None:
            rounds = {(r.worker, r.day): r for r in plan.rounds}
            rounds.update({(r.worker, r.day): r for r in found.rounds})
            plan = replace(plan, rounds=[rounds[key] for key in sorted(rounds)])
    return given, replace(plan, unassigned=[])


@pytest.fixture(scope="module", params=[3, 4])
def crowded(request: pytest.FixtureRequest) -> tuple[Problem, Solution]:
    """Two seeded weeks with many visits left out."""
    return _crowded(request.param)


def test_insertions_keep_a_plan_legal(crowded: tuple[Problem, Solution]) -> None:
    """After every insertion found was made, the plan breaks nothing; short days alone may warn."""
    assert {item.rule for item in check_homecare(*crowded)} <= {"daily_minimum"}


def test_causes_are_known_words(crowded: tuple[Problem, Solution]) -> None:
    """Every visit left out has a word, and a cause for every aide."""
    given, plan = crowded

    left = explain(given, plan)

    assert {item.code for item in left} <= set(CODES)
    assert {cause.code for item in left for cause in item.causes} <= {*CAUSES, *LAW}
    # an insertion moves others, so a visit left out before one may fit after it
    assert all(len(item.causes) == len(given.workers) for item in left if item.code != "insertable")
    assert sum(item.code != "insertable" for item in left) > 20


def test_leftovers_are_served_and_the_rest_explained() -> None:
    """After the last pass nothing fits any more, the plan is legal, and vital visits came first."""
    given = random_week(7, aides=6, weekday_visits=45, weekend_visits=20)
    dealt = naive(given)

    full = serve_leftovers(given, dealt)

    assert {item.severity for item in check_homecare(given, full)} <= {"warn"}
    assert full.score == score(given, full)
    assert len(full.unassigned) < len(dealt.unassigned)
    assert [item.visit for item in full.unassigned] == [item.visit for item in explain(given, full)]
    assert "insertable" not in {item.code for item in full.unassigned}
    assert "insertable" not in {item.code for item in explain(given, full)}


def test_explaining_is_a_matter_of_seconds_for_a_whole_week() -> None:
    """Fifty visits left out of a week of 65 aides: every aide is tried for each."""
    given = random_week(2, aides=65, weekday_visits=350, weekend_visits=150)
    plan = naive(given)
    kept = [Round(worker=r.worker, day=r.day, stops=r.stops) for r in plan.rounds]
    made = {s.visit for r in kept for s in r.stops}
    fifty = {v.id for v in [v for v in given.visits if v.id not in made][:50]}
    smaller = replace(given, visits=[v for v in given.visits if v.id in made or v.id in fifty])

    left = explain(smaller, replace(plan, rounds=kept, unassigned=[]))

    assert [item.visit for item in left] == [v.id for v in smaller.visits if v.id in fifty]
    assert all(len(item.causes) in (0, 65) for item in left)
