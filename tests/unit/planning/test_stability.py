"""
What people were told, and how many of them a plan disturbs.
"""

from __future__ import annotations

import msgspec
from builders.planning import at, option, problem, round_of, solution, stop, visit, worker

from carecoord.planning.codec import decode_problem, encode_problem
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import explain
from carecoord.planning.homecare.leftovers import serve_leftovers
from carecoord.planning.homecare.solve import served_within
from carecoord.planning.homecare.stability import Disturbed, disturbed
from carecoord.planning.problem import Person, Problem, Reference, Stability
from carecoord.planning.score import score
from carecoord.planning.solution import Solution
from carecoord.planning.validate import validate

FIRST = visit("v1", person="h1", options=[option(0), option(1)])
SECOND = visit("v2", person="h2", options=[option(0, "10:00", "16:00")])
BOTH = visit("v3", person="h3", team_size=2, options=[option(2)])
AIDES = [worker("w1"), worker("w2"), worker("w3")]


REFERENCE = [
    Reference(visit="v1", workers=["w1"], start_s=at("08:00")),
    Reference(visit="v2", workers=["w1"], start_s=at("11:00")),
    Reference(visit="v3", workers=["w1", "w2"], start_s=at("09:00", 2)),
]


def told(persons_max: int | None = None) -> Problem:
    """Three people who know who comes and when: w1 at 08:00, w1 at 11:00, w1 and w2 on Wednesday at 09:00."""
    return problem(
        visits=[FIRST, SECOND, BOTH],
        workers=AIDES,
        stability=Stability(reference=REFERENCE, persons_max=persons_max),
    )


def plan(v1: tuple[str, int], v2: tuple[str, int], v3: tuple[tuple[str, str], int]) -> Solution:
    """A plan by who and when."""
    return solution(
        round_of(v1[0], v1[1] // 86_400, stop(FIRST, v1[1])),
        round_of(v2[0], 0, stop(SECOND, v2[1])),
        *(round_of(name, 2, stop(BOTH, v3[1])) for name in v3[0]),
    )


SAME = plan(("w1", at("08:00")), ("w1", at("11:00")), (("w1", "w2"), at("09:00", 2)))


def test_the_plan_of_today_disturbs_nobody() -> None:
    """Same aides, same hours: nobody is disturbed and nothing is priced."""
    given = told(persons_max=0)

    terms = score(given, SAME).terms

    assert disturbed(given, SAME) == []
    assert (terms["aide_change"], terms["hour_change"]) == (0, 0)
    assert check_homecare(given, SAME) == []


def test_another_aide_and_another_hour_are_told_apart() -> None:
    """w3 for w1 disturbs h1; sixteen minutes later disturb h2; a quarter of an hour does not disturb h3."""
    given = told()
    changed = plan(("w3", at("08:00")), ("w1", at("11:16")), (("w2", "w1"), at("09:15", 2)))

    assert disturbed(given, changed) == [
        Disturbed(person="h1", visits=["v1"], aide_changed=True, hour_changed=False),
        Disturbed(person="h2", visits=["v2"], aide_changed=False, hour_changed=True),
    ]


def test_a_visit_left_out_disturbs_nobody() -> None:
    """An unserved visit is told as unserved."""
    assert disturbed(told(), solution()) == []


def test_changes_are_priced_by_stop_and_by_hour() -> None:
    """One of two aides is new (400); 30 and 15 minutes moved (150); another day counts 24 h (4800)."""
    moved = plan(("w1", at("08:30", 1)), ("w1", at("11:30")), (("w1", "w3"), at("09:15", 2)))

    terms = score(told(), moved).terms

    assert terms["aide_change"] == 400
    assert terms["hour_change"] == 24 * 200 + (30 + 15) * 200 // 60


def test_too_many_people_disturbed_block() -> None:
    """Two people disturbed where one is allowed: the plan may not be published."""
    changed = plan(("w3", at("08:00")), ("w1", at("12:00")), (("w1", "w2"), at("09:00", 2)))

    (found,) = check_homecare(told(persons_max=1), changed)

    assert (found.rule, found.severity, found.amount, found.limit) == ("disturbance_budget", "block", 2, 1)
    assert check_homecare(told(persons_max=2), changed) == []


def test_one_person_disturbed_twice_counts_once() -> None:
    """Two visits to one person, both changed: one person."""
    again = msgspec.structs.replace(SECOND, person="h1")
    reference = [
        Reference(visit=name, workers=["w1"], start_s=at(hour))
        for name, hour in (("v1", "08:00"), ("v2", "11:00"))
    ]
    given = problem(
        visits=[FIRST, again], workers=AIDES, stability=Stability(reference=reference, persons_max=1)
    )
    changed = solution(round_of("w2", 0, stop(FIRST, at("08:00")), stop(again, at("11:00"))))

    assert [item.visits for item in disturbed(given, changed)] == [["v1", "v2"]]
    assert check_homecare(given, changed) == []


def test_leftovers_keep_to_the_budget_and_say_so() -> None:
    """With w1 away nobody else may take the visit to h1: it stays out, and the budget is the cause."""
    given = told(persons_max=0)
    given = msgspec.structs.replace(given, workers=[worker("w1", shifts=[]), *AIDES[1:]], visits=[FIRST])
    free = msgspec.structs.replace(given, stability=Stability(reference=REFERENCE[:1]))

    kept, served = serve_leftovers(given, solution()), serve_leftovers(free, solution())

    causes = {cause.worker: cause.code for cause in explain(given, kept)[0].causes}
    assert kept.rounds == []
    assert causes["w2"] == causes["w3"] == "disturbance_budget"
    assert [item.worker for item in served.rounds] == ["w2"]


def test_two_seats_that_pass_the_budget_together_are_no_place() -> None:
    """Either aide can make room by moving one person; both together move two, where one is allowed."""
    second = msgspec.structs.replace(FIRST, id="v2", person="h2")
    meeting = visit("v3", person="h3", team_size=2, options=[option(0, "08:15", "08:15")])
    reference = [
        Reference(visit="v1", workers=["w1"], start_s=at("08:00")),
        Reference(visit="v2", workers=["w2"], start_s=at("08:00")),
    ]
    before = solution(
        round_of("w1", 0, stop(FIRST, at("08:00"))), round_of("w2", 0, stop(second, at("08:00")))
    )

    def within(persons_max: int) -> Solution:
        given = problem(
            visits=[FIRST, second, meeting],
            workers=AIDES[:2],
            stability=Stability(reference=reference, persons_max=persons_max),
        )
        served = served_within(given, before)
        assert len(disturbed(given, served)) <= persons_max
        return served

    left = within(1)

    assert [item.visit for item in left.unassigned] == ["v3"]
    assert left.unassigned[0].code != "insertable"
    assert {one.visit for item in left.rounds for one in item.stops} == {"v1", "v2"}
    assert within(2).unassigned == []


def test_references_that_lead_nowhere_are_defects() -> None:
    """Unknown visit and aide, twice the same visit, no aide, outside the horizon, below zero: all at once."""
    reference = [
        Reference(visit="v9", workers=["w9"], start_s=at("08:00")),
        Reference(visit="v1", workers=[], start_s=at("08:00", 7)),
        Reference(visit="v1", workers=["w1"], start_s=at("08:00")),
    ]
    given = problem(visits=[FIRST], stability=Stability(reference=reference, persons_max=-1))

    found = {(item.code, item.where) for item in validate(given)}

    assert found == {
        ("negative", "stability.persons_max"),
        ("duplicate_id", "stability.reference"),
        ("visit_unknown", "stability.reference[0].visit"),
        ("worker_unknown", "stability.reference[0].workers[0]"),
        ("team_size", "stability.reference[1].workers"),
        ("reference_outside", "stability.reference[1].start_s"),
    }


def test_stability_survives_the_round_trip() -> None:
    """JSON and back."""
    given = told(persons_max=3)

    assert decode_problem(encode_problem(given)) == given
    assert given.persons == [Person(id=name) for name in ("h1", "h2", "h3")]
