"""
Causes and remedies held against a brute force that shares nothing with how they are found.
"""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from builders.planning import at, option, pin, problem, round_of, solution, stop, visit, worker
from builders.planning_weeks import random_week
from support.place_judge import PlaceJudge
from support.witness import witness

from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import board_of, explain
from carecoord.planning.homecare.leftovers import serve_leftovers
from carecoord.planning.homecare.naive import naive
from carecoord.planning.homecare.remedies import remedies, remedies_on
from carecoord.planning.homecare.remedy import NewContract, NewOption, NewPin, NewShift, Remedy, apply_remedy
from carecoord.planning.homecare.remedy_trial import Limits
from carecoord.planning.problem import Interval, Problem
from carecoord.planning.solution import Solution

replace = msgspec.structs.replace


@pytest.fixture(scope="module")
def tight() -> tuple[Problem, Solution]:
    """A seeded week with too few aides and many visits for two, filled as far as it goes."""
    given = random_week(12, aides=6, weekday_visits=26, weekend_visits=14, team_permille=120)
    return given, serve_leftovers(given, naive(given))


def test_no_cause_is_wrong(tight: tuple[Problem, Solution]) -> None:
    """
    For each aide, nothing serves the visit as things are, and with what the cause names something does.

    A visit told impossible is served at no start by anybody, alone or in pairs.
    """
    given, plan = tight
    judge = PlaceJudge(given, plan)
    board, _ = board_of(judge.lookup, dict(judge.rounds))
    left = [item for item in explain(given, plan) if item.code != "insertable"]
    teams = [item for item in left if judge.lookup.visits[item.visit].team_size > 1]
    chosen = [*teams[:2], *left[::8]]
    judged: Counter[str] = Counter()
    for item in chosen:
        asked = judge.lookup.visits[item.visit]

        assert judge.insertable(asked) == [], item.visit
        for cause in item.causes:
            place = witness(judge, board, asked, cause.worker)
            assert judge.wrong(asked, cause, witness=place) == "", (item.visit, cause)
            judged[cause.code] += 1
    assert len(judged) >= 4, judged


def test_remedies_said_are_remedies_that_work(tight: tuple[Problem, Solution]) -> None:
    """Nearly every visit left out has one, and each, once applied, serves it by the whole checker."""
    given, plan = tight
    judge = PlaceJudge(given, plan)
    board, left = board_of(judge.lookup, dict(judge.rounds))
    helped = 0
    kinds: Counter[str] = Counter()
    for asked in left:
        found = remedies_on(board, asked)
        helped += bool(found)
        for remedy in found:
            assert broken_after(judge, remedy) == set(), (asked.id, remedy.kind)
            kinds[remedy.kind] += 1
    assert helped >= 0.95 * len(left)
    assert len(kinds) >= 6, kinds


def broken_after(judge: PlaceJudge, remedy: Remedy) -> set[str]:
    """Rules newly broken by a remedy, the warnings that it asks to accept left out; `unserved` too."""
    changed, after = apply_remedy(judge.problem, judge.plan, remedy)
    served = [s.start_s for item in after.rounds for s in item.stops if s.visit == remedy.visit]
    missing = set() if len(served) == judge.lookup.visits[remedy.visit].team_size else {"unserved"}
    old = Counter((v.rule, v.worker, v.day, v.visit) for v in check_homecare(judge.problem, judge.plan))
    new = Counter((v.rule, v.worker, v.day, v.visit) for v in check_homecare(changed, after))
    return missing | {rule for rule, *_ in new - old} - {"daily_minimum", *remedy.rules}


def only(found: list[Remedy], kind: str) -> Remedy:
    """The first remedy of a kind."""
    return next(item for item in found if item.kind == kind)


def test_the_smallest_widening_is_told() -> None:
    """Busy until 09:30 five minutes away, for a window until 09:00: 09:35 is asked, not 10:00."""
    busy = visit("v1", place="p0", options=[option(0, "08:30", "08:30")])
    wanted = visit("v2", person="h2", options=[option(0, "08:40", "09:00")])
    given = problem(visits=[busy, wanted])
    plan = solution(round_of("w1", 0, stop(busy, at("08:30"))))

    found = only(remedies(given, plan, "v2"), "window")

    assert found.start_s in {at("09:35"), at("07:25")}
    assert found.changes == [NewOption(visit="v2", option=option(0, "08:40", "09:35"), replaces=0)]
    assert found.amount_s == 35 * 60


def test_twenty_minutes_of_contract_are_told() -> None:
    """
    A contract of 3 h with a third more is full after 4 h; one hour more of work needs 5 h.

    5 h = 3 h 45 and a third of it: 45 minutes of contract.
    """
    long = visit("v1", duration_s=4 * 3600, options=[option(0, "08:00", "08:00")])
    more = visit("v2", person="h2", tier="vital", options=[option(1, "08:00", "08:00")])
    given = problem(visits=[long, more], workers=[worker(part_time=True, contract_s=3 * 3600)])
    plan = solution(round_of("w1", 0, stop(long, at("08:00"))))

    found = only(remedies(given, plan, "v2"), "hours")

    assert found.changes == [NewContract(worker="w1", contract_s=3 * 3600 + 45 * 60)]
    assert found.amount_s == 45 * 60


def test_a_shift_is_lengthened_by_just_enough() -> None:
    """A shift from 08:15 and a visit at 08:00: fifteen minutes earlier, never in an absence."""
    late = worker(shifts=[Interval(start_s=at("08:15"), end_s=at("12:00"))])
    given = problem(workers=[late], visits=[visit(tier="vital", options=[option(0, "08:00", "08:00")])])

    found = only(remedies(given, solution(), "v1"), "availability")
    away = Limits(absent={"w1": [Interval(start_s=0, end_s=at("08:15"))]})

    assert found.changes == [
        NewShift(worker="w1", shift=Interval(start_s=at("08:00"), end_s=at("12:00")), extends=0)
    ]
    assert found.amount_s == 15 * 60
    assert "availability" not in {item.kind for item in remedies(given, solution(), "v1", limits=away)}


def test_a_pin_in_the_way_is_named_unless_it_is_a_promise() -> None:
    """Another visit fixed at 08:30 could start at 09:05: its hour is loosened, if it was not promised."""
    fixed = visit("v1", options=[option(0, "08:00", "10:00")], pin=pin(start_s=at("08:30")))
    wanted = visit("v2", person="h2", options=[option(0, "08:00", "08:00")])
    given = problem(visits=[fixed, wanted])
    plan = solution(round_of("w1", 0, stop(fixed, at("08:30"))))

    found = only(remedies(given, plan, "v2"), "pin")
    promised = remedies(given, plan, "v2", limits=Limits(locked=frozenset({"v1"})))

    assert found.changes == [NewPin(visit="v1", pin=None)]
    assert "pin" not in {item.kind for item in promised}


def test_a_visit_is_moved_to_a_colleague_to_make_room() -> None:
    """The aide with the skill is busy with what a colleague can do as well: they are told to exchange."""
    plain = visit("v1", options=[option(0, "08:00", "08:00")])
    skilled = visit("v2", person="h2", skills=["lifting"], options=[option(0, "08:00", "08:00")])
    aides = [worker("w1", skills=["lifting"]), worker("w2")]
    given = problem(visits=[plain, skilled], workers=aides)
    plan = solution(round_of("w1", 0, stop(plain, at("08:00"))))

    found = only(remedies(given, plan, "v2"), "swap")

    assert (found.other, found.workers) == ("v1", ["w1"])
    assert {(item.worker, tuple(s.visit for s in item.stops)) for item in found.rounds} == {
        ("w1", ("v2",)),
        ("w2", ("v1",)),
    }


def test_law_and_refusals_are_never_suggested_to_be_broken() -> None:
    """A refused aide, and eleven hours of rest: nothing is told that would lift either."""
    evening = visit("v1", options=[option(0, "20:30", "20:30")])
    morning = visit("v2", person="h2", tier="vital", refused=["w2"], options=[option(1, "08:00", "08:00")])
    given = problem(visits=[evening, morning], workers=[worker("w1"), worker("w2")])
    plan = solution(round_of("w1", 0, stop(evening, at("20:30"))))

    found = remedies(given, plan, "v2")

    assert all("w2" not in item.workers for item in found)
    assert {item.kind for item in found} <= {"window", "swap"}
    # 22:30 at the latest, less the rest: 08:30 is the first legal start
    assert only(found, "window").start_s == at("08:30", 1)


def test_a_missing_skill_is_named_when_nothing_else_helps() -> None:
    """Nobody holds the skill: the aide who could come but for it is told, as a fact."""
    given = problem(visits=[visit(skills=["lifting"])])

    (found,) = remedies(given, solution(), "v1")

    assert (found.kind, found.workers) == ("skill", ["w1"])


def test_a_middle_start_with_the_others_drawn_near_is_found() -> None:
    """
    Three one after the other over the meal's hours: the half hour is found by moving the second.

    A place that the brute force finds is never told `no_legal_place`.
    """
    first = visit("v1", options=[option(0, "10:30", "10:30")])
    second = visit("v2", person="h2", duration_s=5400, options=[option(0, "11:40", "12:45")])
    third = visit("v3", person="h3", duration_s=5400, options=[option(0, "13:10", "13:35", "13:10")])
    given = problem(visits=[first, second, third])
    plan = solution(round_of("w1", 0, stop(first, at("10:30")), stop(second, at("11:40"))))

    (left,) = explain(given, plan)

    assert PlaceJudge(given, plan).insertable(third) != []
    assert left.code == "insertable"


def test_want_of_time_is_told_where_the_visit_could_stand_between() -> None:
    """
    08:00 to 08:30 at one place, from 08:30 at the same; half an hour five minutes away, by 08:30.

    Ahead of both 35 minutes are missing, but no start there comes before 08:00. Between them
    there is one, in order of time, and there 40 are: that is told.
    """
    windows = [option(0, "08:00", "08:30")]
    first = visit("v1", place="p0", duration_s=1800, options=windows)
    second = visit("v2", place="p0", person="h2", duration_s=5400, options=windows)
    third = visit("v3", person="h3", duration_s=1800, options=windows)
    given = problem(visits=[first, second, third])
    plan = solution(round_of("w1", 0, stop(first, at("08:00")), stop(second, at("08:30"))))
    judge = PlaceJudge(given, plan)
    board, _ = board_of(judge.lookup, dict(judge.rounds))

    ((cause,),) = (item.causes for item in explain(given, plan))

    assert (cause.code, cause.args["short_s"]) == ("travel_time", 40 * 60)
    place = witness(judge, board, third, "w1")
    assert place is not None
    assert at("08:00") < place.start_s < at("08:30")
    assert judge.wrong(third, cause, witness=place) == ""
