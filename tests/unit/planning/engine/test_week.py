"""
Whole plans of the engine, judged by the checker and the score that share no code with it.
"""

from __future__ import annotations

import functools
from datetime import date

import msgspec
import pytest

from carecoord.demo.generate import generate
from carecoord.demo.problem import plan_input
from carecoord.kernel.geo import Density
from carecoord.planning.budget import Budget
from carecoord.planning.codec import encode_solution
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.driver import HOT_CENTS, Run
from carecoord.planning.engine.plan import rebuild
from carecoord.planning.engine.search import iterate, keep_best
from carecoord.planning.homecare.build import build
from carecoord.planning.homecare.build_law import warning_cents
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import find_insertion
from carecoord.planning.homecare.naive import naive
from carecoord.planning.homecare.solve import plan_of, without_faults
from carecoord.planning.problem import Pin, Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Progress, Solution
from carecoord.planning.solve import solve
from carecoord.rosters.assemble import assemble, modes_of, places_of
from carecoord.travel.haversine import GreatCircle
from tests.builders.week import week_problem

ENDLESS = Budget(seconds=None, iterations=10**9)


@functools.cache
def week(seed: int = 1) -> Problem:
    """A week of one small service: 16 aides, 60 visits a weekday."""
    return week_problem(seed, workers=16, weekday_visits=60, weekend_visits=20)


@functools.cache
def solved(seed: int = 1) -> Solution:
    """That week after a short search."""
    return solve(week(seed), Budget(seconds=None, iterations=2_000))


def blocking(problem: Problem, solution: Solution) -> list[str]:
    """Rules that a plan breaks for good."""
    return [v.rule for v in check_homecare(problem, solution) if v.severity == "block"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plan_breaks_no_rule(seed: int):
    """The independent checker finds nothing that blocks, on services of three seeds."""
    assert blocking(week(seed), solved(seed)) == []


def test_crowded_people_and_many_teams_break_no_rule():
    """Windows that overlap for one person, and one visit in five for two: long searches stay legal."""
    problem = week(3)
    crowded = [
        msgspec.structs.replace(
            visit,
            team_size=2 if index % 5 == 0 else 1,
            options=[
                msgspec.structs.replace(o, earliest_s=o.earliest_s - 2 * 3600, latest_s=o.latest_s + 3 * 3600)
                for o in visit.options
            ],
        )
        for index, visit in enumerate(problem.visits)
    ]
    changed = msgspec.structs.replace(problem, visits=crowded)

    solution = solve(changed, Budget(seconds=None, iterations=15_000))

    assert blocking(changed, solution) == []


def test_the_demonstration_weeks_stay_legal_while_searching():
    """
    The plan under change, good or bad, is legal whenever one looks at it.

    Here a team's first seat moves visits that a stop in the round of the second gives way to.
    """
    monday = date(2026, 11, 23)
    provider = generate(3, monday)[0]
    given = plan_input(provider, monday, day_count=7)
    places = places_of(given)
    density = [Density.SUBURBAN] * len(places.communes)
    roads = {mode: GreatCircle().estimate(places.points, mode, density) for mode in modes_of(given)}
    problem = assemble(given, places, roads)
    built = build(problem)
    run = Run(built.data, Budget(seconds=None, iterations=0, seed=2))
    run.construct()

    broken = []
    for _ in range(10):
        iterate(run.data, run.state, run.log, run.best, run.pool, HOT_CENTS * lay.UNIT, 600)
        keep_best(run.state, run.best)
        broken += blocking(problem, plan_of(problem, built, run.best))

    assert broken == []


def test_a_refused_round_is_given_up():
    """A round that starts before the aide may work is taken out, the others stay."""
    faulty = solved().rounds[0]
    early = [msgspec.structs.replace(s, start_s=s.start_s - 7200, end_s=s.end_s - 7200) for s in faulty.stops]
    rounds = [msgspec.structs.replace(faulty, stops=early), *solved().rounds[1:]]

    plan = without_faults(week(), msgspec.structs.replace(solved(), rounds=rounds))

    assert blocking(week(), plan) == []
    assert (faulty.worker, faulty.day) not in {(r.worker, r.day) for r in plan.rounds}


def test_several_weeks_break_no_rule():
    """Rests over the border of a week, fortnights and Sundays hold over three weeks."""
    problem = week_problem(4, workers=9, weekday_visits=30, weekend_visits=10, weeks=3)

    solution = solve(problem, Budget(seconds=None, iterations=600))

    assert blocking(problem, solution) == []
    assert len(solution.unassigned) < len(problem.visits) // 4


def test_the_first_plan_is_legal_before_any_search():
    """With no iteration at all there is a legal plan with most visits in it."""
    solution = solve(week(), Budget(seconds=None, iterations=0))

    assert blocking(week(), solution) == []
    assert len(solution.unassigned) < len(week().visits) // 5


def test_the_search_is_better_than_dealing_out():
    """A short search serves at least as many visits as the plan by hand, with a quarter less travel."""
    by_hand = naive(week())

    assert by_hand.score is not None
    found = solved().score
    assert found is not None
    assert found.key < by_hand.score.key
    assert found.terms["travel"] <= 0.75 * by_hand.score.terms["travel"]


def test_no_visit_is_left_out_that_fits():
    """The explanations find no place for any visit that the engine left out."""
    left = [u.visit for u in solved().unassigned]

    fitting = [visit for visit in left if find_insertion(week(), solved(), visit)]

    assert fitting == []


def test_the_engine_counts_like_the_score():
    """The running total of the search is the score of its plan, warnings priced apart."""
    problem = week(2)
    built = build(problem)
    run = Run(built.data, Budget(seconds=None, iterations=1_000))
    run.construct()
    run.search()

    plan = plan_of(problem, built, run.best)

    warned = sum(int(w).bit_count() for w in run.best.rounds[:, lay.R_WARN])
    frail_spans = 0
    for r, line in enumerate(run.best.rounds):
        worker = built.data.worker[r // built.data.day.shape[0]]
        frail_spans += bool(line[lay.R_WARN] & lay.WARN_SPAN and worker[lay.W_SPAN_FRAIL])
    cents = run.best.total[lay.T_SOFT] / lay.UNIT - (warned - frail_spans) * warning_cents(problem)
    # Eleven terms, each rounded to the cent by the score.
    assert abs(score(problem, plan).soft_cents - cents) <= 6


def test_totals_kept_by_increments_are_those_recomputed():
    """After thousands of changes and undos the totals equal those computed from nothing."""
    run = Run(build(week()).data, Budget(seconds=None, iterations=1_500))
    run.construct()
    run.search()
    kept = run.state.total.copy()
    work, seen = run.state.work.copy(), run.state.seen.copy()

    rebuild(run.data, run.state, run.log)

    for column in (lay.T_SOFT, lay.T_PENALTY, lay.T_LEX, lay.T_BAG):
        assert kept[column] == run.state.total[column]
    assert (work == run.state.work).all()
    assert (seen == run.state.seen).all()


def test_same_seed_same_plan():
    """Iterations and seed alone decide the plan, byte for byte; another seed gives another."""
    budget = Budget(seconds=None, iterations=400, seed=7)

    one, two = solve(week(), budget), solve(week(), budget)
    other = solve(week(), msgspec.structs.replace(budget, seed=8))

    assert encode_solution(one) == encode_solution(two)
    assert one.rounds != other.rounds


def test_teams_come_together():
    """Each visit for two that is served has two aides at one start."""
    starts: dict[str, set[int]] = {}
    aides: dict[str, set[str]] = {}
    for item in solved().rounds:
        for stop in item.stops:
            starts.setdefault(stop.visit, set()).add(stop.start_s)
            aides.setdefault(stop.visit, set()).add(item.worker)
    teams = [v.id for v in week().visits if v.team_size == 2 and v.id in starts]

    assert teams
    assert all(len(starts[visit]) == 1 and len(aides[visit]) == 2 for visit in teams)


def test_pins_hold():
    """A visit pinned to an aide and a start is there; one pinned to an aide without the skill is left out."""
    problem = week()
    given = next(r for r in solved().rounds if len(r.stops) > 2)
    stop = given.stops[1]
    unskilled = next(w.id for w in problem.workers if "toilette" not in w.skills)
    hard = next(v for v in problem.visits if v.skills and v.team_size == 1 and v.id != stop.visit)
    pins = {
        stop.visit: Pin(workers=[given.worker], start_s=stop.start_s),
        hard.id: Pin(workers=[unskilled]),
    }
    pinned = msgspec.structs.replace(
        problem,
        visits=[msgspec.structs.replace(v, pin=pins.get(v.id), team_size=1) for v in problem.visits],
    )

    solution = solve(pinned, Budget(seconds=None, iterations=300))

    places = {s.visit: (r.worker, s.start_s) for r in solution.rounds for s in r.stops}
    assert places[stop.visit] == (given.worker, stop.start_s)
    assert next(u.code for u in solution.unassigned if u.visit == hard.id) == "pin_impossible"


def test_a_plan_is_taken_up():
    """Started from a plan and given no iteration, the engine is at least as good as that plan."""
    again = solve(week(), Budget(seconds=None, iterations=0), start=solved())

    assert again.score is not None
    assert solved().score is not None
    assert again.score.key <= (solved().score or again.score).key


def test_what_is_illegal_in_a_start_is_dropped():
    """A start with an aide who may not come does not make the plan illegal."""
    problem = week()
    first = solved().rounds[0]
    refused = [
        msgspec.structs.replace(v, refused=[first.worker]) if v.id == first.stops[0].visit else v
        for v in problem.visits
    ]
    changed = msgspec.structs.replace(problem, visits=refused)

    solution = solve(changed, Budget(seconds=None, iterations=0), start=solved())

    assert blocking(changed, solution) == []


def test_a_start_gives_way_to_absences():
    """An aide absent since the start was made has no round; the others keep the plan legal."""
    problem = week()
    absent = solved().rounds[0].worker
    workers = [msgspec.structs.replace(w, shifts=[]) if w.id == absent else w for w in problem.workers]
    changed = msgspec.structs.replace(problem, workers=workers)

    solution = solve(changed, Budget(seconds=None, iterations=0), start=solved())

    assert blocking(changed, solution) == []
    assert absent not in {r.worker for r in solution.rounds}


def test_a_stop_is_heard_and_the_best_plan_kept():
    """Asked to stop, an endless solve ends with a legal plan and says why it ended."""
    asked = iter(range(10))

    solution = solve(week(), ENDLESS, should_stop=lambda: next(asked) > 3)

    assert solution.statistics.stopped == "asked"
    assert blocking(week(), solution) == []


def test_progress_is_told():
    """The first message comes with a plan; messages never get worse."""
    told: list[Progress] = []

    solve(week(), Budget(seconds=None, iterations=600, report_every_s=0.0), on_progress=told.append)

    assert told[0].solution is not None
    assert blocking(week(), told[0].solution) == []
    keys = [(*t.unserved.values(), t.soft_cents) for t in told if t.phase == "search"]
    assert [k[:3] for k in keys] == sorted((k[:3] for k in keys), reverse=True)


def test_seconds_are_kept():
    """A solve of two seconds ends within three."""
    solution = solve(week(), Budget(seconds=2.0))

    assert solution.statistics.stopped == "seconds"
    assert solution.statistics.elapsed_s < 3.0


def test_an_empty_week():
    """No visit: an empty plan, no aide has a round."""
    problem = msgspec.structs.replace(week(), visits=[])

    solution = solve(problem, Budget(seconds=None, iterations=10))

    assert solution.rounds == []
    assert solution.unassigned == []


def test_visits_for_two_without_any_aide_are_left_out():
    """A sector may have people and no aide at all: everything is left out, and nothing fails."""
    problem = week()
    visits = [
        msgspec.structs.replace(v, team_size=2, wanted=[], refused=[], pin=None) for v in problem.visits[:20]
    ]
    alone = msgspec.structs.replace(problem, workers=[], visits=visits)

    plan = solve(alone, Budget(seconds=None, iterations=400))

    assert plan.rounds == []
    assert {item.visit for item in plan.unassigned} == {visit.id for visit in visits}
