"""
Each soft term alone, in cents, computed by hand.
"""

from __future__ import annotations

from builders.planning import (
    HOUR_S,
    at,
    option,
    problem,
    round_of,
    shifts,
    solution,
    stop,
    visit,
    worker,
)
from builders.planning import days_from as days_of

from carecoord.planning.load import contract_target_s, fairness_targets
from carecoord.planning.problem import Interval, Person, Problem, Weights
from carecoord.planning.score import score
from carecoord.planning.solution import Solution


def priced(given: Problem, plan: Solution, **weights: int) -> dict[str, int]:
    """Terms that are not zero when only the named weights count."""
    only = type(given.weights)(**{**dict.fromkeys(Weights.__struct_fields__, 0), **weights})
    terms = score(type(given)(**{**_fields(given), "weights": only}), plan).terms
    return {name: cents for name, cents in terms.items() if cents}


def _fields(given: Problem) -> dict[str, object]:
    return {name: getattr(given, name) for name in given.__struct_fields__}


FIRST = visit("v1", place="p1", options=[option(0, "08:00", "10:00", "08:30")])
SECOND = visit("v2", person="h2", place="p2", options=[option(0, "08:00", "18:00")])


def test_travel_counts_ways_between_visits_and_paid_waits() -> None:
    """Five minutes of way and ten of wait at 18 EUR an hour: 450 cents."""
    given = problem(visits=[FIRST, SECOND])
    plan = solution(round_of("w1", 0, stop(FIRST, at("08:30")), stop(SECOND, at("09:45"))))

    assert priced(given, plan, travel_cents_per_h=1800) == {"travel": 15 * 1800 // 60}


def test_a_long_wait_is_an_interruption_and_not_work() -> None:
    """Half an hour of wait is one interruption; the way of five minutes is still paid."""
    given = problem(visits=[FIRST, SECOND])
    plan = solution(round_of("w1", 0, stop(FIRST, at("08:30")), stop(SECOND, at("10:05"))))

    found = priced(given, plan, travel_cents_per_h=1800, interruption_cents=250)

    assert found == {"travel": 150, "interruptions": 250}


def test_distance_and_commute() -> None:
    """3 km between two visits at 38 cents; 5 minutes out and 10 back at 6 EUR an hour."""
    given = problem(visits=[FIRST, SECOND])
    plan = solution(round_of("w1", 0, stop(FIRST, at("08:30")), stop(SECOND, at("09:35"))))

    found = priced(given, plan, distance_cents_per_km=38, commute_cents_per_h=600)

    assert found == {"distance": 114, "commute": 150}


def test_a_new_face_counts_once_for_two_visits() -> None:
    """The same unknown aide twice in the week is one new face."""
    again = visit("v2", options=[option(1)])
    given = problem(visits=[FIRST, again])
    plan = solution(
        round_of("w1", 0, stop(FIRST, at("08:30"))), round_of("w1", 1, stop(again, at("08:30", 1)))
    )

    assert priced(given, plan, new_face_cents=300) == {"new_face": 300}


def test_a_known_face_costs_nothing() -> None:
    """The person saw this aide lately."""
    given = problem(visits=[FIRST], persons=[Person(id="h1", known={"w1": 4})])
    plan = solution(round_of("w1", 0, stop(FIRST, at("08:30"))))

    assert priced(given, plan, new_face_cents=300) == {}


def test_faces_above_the_wished_number() -> None:
    """Two aides where one was wished: one too many."""
    again = visit("v2", options=[option(1)])
    given = problem(
        visits=[FIRST, again], persons=[Person(id="h1", faces_max=1)], workers=[worker("w1"), worker("w2")]
    )
    plan = solution(
        round_of("w1", 0, stop(FIRST, at("08:30"))), round_of("w2", 1, stop(again, at("08:30", 1)))
    )

    assert priced(given, plan, faces_excess_cents=800) == {"faces_excess": 800}


def test_aide_not_asked_for() -> None:
    """Somebody else than the aide asked for."""
    wished = visit(wanted=["w2"])
    given = problem(visits=[wished], workers=[worker("w1"), worker("w2")])
    plan = solution(round_of("w1", 0, stop(wished, at("08:30"))))

    assert priced(given, plan, not_wanted_cents=250) == {"not_wanted": 250}


def test_hour_deviation_counts_once_for_a_visit_of_two() -> None:
    """45 minutes from the wished hour, once though two aides come: 150 cents."""
    both = visit(team_size=2, options=[option(0, "08:00", "10:00", "08:30")])
    given = problem(visits=[both], workers=[worker("w1"), worker("w2")])
    plan = solution(round_of("w1", 0, stop(both, at("09:15"))), round_of("w2", 0, stop(both, at("09:15"))))

    assert priced(given, plan, hour_deviation_cents_per_h=200) == {"hour_deviation": 150}


def test_shortfall_and_overtime() -> None:
    """An hour done of 35 leaves 34; four hours done of three are one too many."""
    long = visit(duration_s=4 * HOUR_S)
    short = solution(round_of("w1", 0, stop(FIRST, at("08:30"))))
    over = solution(round_of("w1", 0, stop(long, at("08:30"))))

    assert priced(problem(visits=[FIRST]), short, shortfall_cents_per_h=300) == {"shortfall": 34 * 300}
    small = problem(visits=[long], workers=[worker(contract_s=3 * HOUR_S)])
    assert priced(small, over, overtime_cents_per_h=500) == {"overtime": 500}


def test_fairness_is_the_distance_from_the_common_share() -> None:
    """Two aides of 10 h, 10 h of visits: a share of 5 h 45 each, all done by one."""
    visits = [visit(f"v{k}", person=f"h{k}", duration_s=2 * HOUR_S, options=[option(k)]) for k in range(5)]
    given = problem(visits=visits, workers=[worker("w1", contract_s=36_000), worker("w2", contract_s=36_000)])
    plan = solution(*(round_of("w1", k, stop(visits[k], at("08:30", k))) for k in range(5)))

    shares = fairness_targets(given)
    found = priced(given, plan, fairness_cents_per_h=100)

    assert shares == {"w1": 20_700, "w2": 20_700}
    assert found == {"fairness": 425 + 575}


def test_unserved_by_tier_comes_first() -> None:
    """Plans compare by vital visits left out before anything else."""
    vital, comfort = visit("v1", tier="vital"), visit("v2", person="h2", tier="comfort")
    given = problem(visits=[vital, comfort])

    with_vital = score(given, solution(round_of("w1", 0, stop(vital, at("08:30")))))
    with_comfort = score(given, solution(round_of("w1", 0, stop(comfort, at("08:30")))))

    assert with_vital.key[:3] == (0, 0, 1)
    assert with_vital.key < with_comfort.key
    assert with_vital.soft_cents == sum(with_vital.terms.values())


def test_contract_follows_absences() -> None:
    """A contract of 35 h fills five days: an aide there three days owes three fifths."""
    days = days_of()
    given = problem(
        workers=[
            worker("w1", shifts=shifts(days)),
            worker("w2", shifts=shifts(days)[:3]),
            worker("w3", shifts=[]),
            worker("w4", shifts=[Interval(start_s=at("08:00"), end_s=at("10:00"))]),
        ]
    )

    assert contract_target_s(given) == {"w1": 126_000, "w2": 75_600, "w3": 0, "w4": 7200}
