"""
The search near a plan that people know: prices, the disturbance budget, pins, and its own counts.
"""

from __future__ import annotations

import functools
from random import Random

import msgspec
import pytest
from builders.planning import at, option, problem, visit, worker
from builders.planning_weeks import random_week

from carecoord.planning.budget import Budget
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.driver import Run
from carecoord.planning.engine.plan import rebuild
from carecoord.planning.engine.start import adopt
from carecoord.planning.homecare.build import build
from carecoord.planning.homecare.build_law import warning_cents
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.solve import plan_of, stops_in
from carecoord.planning.homecare.stability import disturbed, within_budget
from carecoord.planning.problem import Pin, Problem, Reference, Stability
from carecoord.planning.score import score
from carecoord.planning.solution import Solution
from carecoord.planning.solve import solve

replace = msgspec.structs.replace


@functools.cache
def today(seed: int) -> tuple[Problem, Solution]:
    """A week of ten aides with the plan that people know."""
    drawn = random_week(seed, aides=10, weekday_visits=40, weekend_visits=15, team_permille=100)
    return drawn, solve(drawn, Budget(seconds=None, iterations=500))


def references(plan: Solution) -> list[Reference]:
    """Every visit of a plan as it is there."""
    aides: dict[str, list[str]] = {}
    starts: dict[str, int] = {}
    for item in plan.rounds:
        for stop in item.stops:
            aides.setdefault(stop.visit, []).append(item.worker)
            starts[stop.visit] = stop.start_s
    return [Reference(visit=name, workers=aides[name], start_s=starts[name]) for name in sorted(aides)]


def shaken(seed: int, persons_max: int | None, **prices: int) -> tuple[Problem, Solution]:
    """The same week with one aide ill for two days, some visits longer, a few pinned as they were."""
    drawn, plan = today(seed)
    rng = Random(seed)
    known = references(plan)
    ill = rng.choice([item.worker for item in plan.rounds])
    pinned = {item.visit: item for item in rng.sample(known, 12) if ill not in item.workers}
    workers = [
        replace(w, shifts=[x for x in w.shifts if not at("00:00", 1) <= x.start_s < at("00:00", 3)])
        if w.id == ill
        else w
        for w in drawn.workers
    ]
    visits = [
        replace(v, pin=Pin(workers=pinned[v.id].workers, start_s=pinned[v.id].start_s))
        if v.id in pinned
        else replace(v, duration_s=v.duration_s + (900 if rng.random() < 0.05 else 0))
        for v in drawn.visits
    ]
    stability = Stability(reference=known, persons_max=persons_max, **prices)
    return replace(drawn, workers=workers, visits=visits, stability=stability), plan


@pytest.mark.parametrize(("seed", "most"), [(1, 3), (2, 0), (3, 8), (4, 15)])
def test_the_budget_is_never_exceeded(seed: int, most: int) -> None:
    """An ill aide, longer visits, pins: after a search no more people are disturbed than allowed."""
    given, plan = shaken(seed, most)

    found = solve(given, Budget(seconds=None, iterations=800, seed=seed), start=plan)

    assert len(disturbed(given, found)) <= most
    assert [item.rule for item in check_homecare(given, found) if item.severity == "block"] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pinned_visits_stay_where_they_were(seed: int) -> None:
    """A pinned visit that is in the start is in the result, at the same place."""
    given, plan = shaken(seed, 5)

    found = solve(given, Budget(seconds=None, iterations=500, seed=seed), start=plan)

    places = {item.visit: item for item in references(found)}
    pinned = [v for v in given.visits if v.pin is not None]
    assert pinned
    for item in pinned:
        assert item.pin is not None
        assert places[item.id].workers == item.pin.workers
        assert places[item.id].start_s == item.pin.start_s


@pytest.mark.parametrize("most", [None, 4])
def test_the_engine_counts_like_the_score_and_the_checker(most: int | None) -> None:
    """Totals kept by increments: cents as `score` says, people as `disturbed` says, both as recomputed."""
    given, plan = shaken(2, most, aide_change_cents=333, hour_change_cents_per_h=410)
    built = build(given)
    run = Run(built.data, Budget(seconds=None, iterations=1_200))
    adopt(built.data, run.state, run.log, stops_in(given, plan))
    run.construct()
    run.search()
    kept = run.state.total.copy()
    seen, off = run.state.seen.copy(), run.state.place[:, lay.S_OFF].copy()

    rebuild(run.data, run.state, run.log)

    for column in (lay.T_SOFT, lay.T_PENALTY, lay.T_LEX, lay.T_BAG, lay.T_OFF):
        assert kept[column] == run.state.total[column]
    assert (seen == run.state.seen).all()
    assert (off == run.state.place[:, lay.S_OFF]).all()
    found = plan_of(given, built, run.best)
    people = len(disturbed(given, found))
    assert run.best.total[lay.T_OFF] == (people if most is not None else 0)
    frail = built.data.worker[:, lay.W_SPAN_FRAIL].repeat(len(given.days)) == 1
    warned = sum(int(w).bit_count() for w in run.best.rounds[:, lay.R_WARN])
    warned -= int(((run.best.rounds[:, lay.R_WARN] & lay.WARN_SPAN > 0) & frail).sum())
    cents = run.best.total[lay.T_SOFT] / lay.UNIT - warned * warning_cents(given)
    # thirteen terms, each rounded to the cent by the score
    assert abs(score(given, found).soft_cents - cents) <= 7


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_plan_of_today_is_taken_up_whole(seed: int) -> None:
    """Nothing changed and nobody may be disturbed: every visit that was served stays as it was."""
    drawn, plan = today(seed)
    given = replace(drawn, stability=Stability(reference=references(plan), persons_max=0))

    found = solve(given, Budget(seconds=None, iterations=300), start=plan)

    assert disturbed(given, found) == []
    assert plan.score is not None
    assert found.score is not None
    assert found.score.key <= score(given, plan).key


def test_prices_keep_aides_and_hours() -> None:
    """An aide who is nearer and an hour that suits better are not worth a change that costs more."""
    far, near = worker("w1", start_place="p0", end_place="p0"), worker("w2", start_place="p1", end_place="p1")
    item = visit(options=[option(0, "08:00", "12:00", "08:00")])
    told = Reference(visit="v1", workers=["w1"], start_s=at("11:00"))
    free = problem(visits=[item], workers=[far, near])
    dear = Stability(reference=[told], aide_change_cents=100_000, hour_change_cents_per_h=100_000)
    cheap = Stability(reference=[told], aide_change_cents=0, hour_change_cents_per_h=0)

    found = [
        solve(replace(free, stability=kept), Budget(seconds=None, iterations=50)) for kept in (dear, cheap)
    ]

    assert [(plan.rounds[0].worker, plan.rounds[0].stops[0].start_s) for plan in found] == [
        ("w1", at("11:00")),
        ("w2", at("08:00")),
    ]


def test_a_start_that_disturbs_too_many_is_cut_down() -> None:
    """A plan that disturbs more people than allowed is taken up without those above the limit."""
    given, plan = shaken(3, None)
    moved = solve(replace(given, stability=None), Budget(seconds=None, iterations=300, seed=9))
    assert len(disturbed(given, moved)) > 6
    stability = replace(given.stability, persons_max=6)

    found = solve(replace(given, stability=stability), Budget(seconds=None, iterations=0), start=moved)

    assert len(disturbed(given, found)) <= 6
    assert plan.rounds


def test_the_end_guard_takes_off_what_is_too_much() -> None:
    """A plan above the budget, whoever made it, comes within it by leaving visits out."""
    given, _ = shaken(3, None)
    moved = solve(replace(given, stability=None), Budget(seconds=None, iterations=300, seed=9))
    strict = replace(given, stability=replace(given.stability, persons_max=2))

    kept = within_budget(strict, moved)

    assert len(disturbed(strict, kept)) == 2
    assert within_budget(strict, kept) is kept
