"""
A territory in parts: split, cut, planned, stitched; always legal, never worse for stitching.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest

from carecoord.planning.bench.generate import Size, generated_territory
from carecoord.planning.borders import borders, made_of
from carecoord.planning.budget import Budget
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.naive import naive
from carecoord.planning.parts import Fixed, clear_of, cut, legs_of, merged, whole_of, with_legs
from carecoord.planning.problem import Option, Pin, Problem, Reference, Stability
from carecoord.planning.score import score
from carecoord.planning.sectored import Answer, Effort, Order, Step, plan_territory
from carecoord.planning.sectors import bisected, split
from carecoord.planning.solution import Solution
from carecoord.planning.solve import solve
from carecoord.planning.stitch import Quilt
from carecoord.planning.territory import Territory, with_roads
from carecoord.planning.validate import validate

DAY = Size(visits=150, workers=15)
WEEK = Size(visits=240, workers=9, days=7, mean_minutes=40)


@pytest.fixture(scope="module")
def day() -> Territory:
    """A day of 150 visits and 15 aides."""
    return generated_territory(DAY, seed=4)


@pytest.fixture(scope="module")
def week() -> Territory:
    """A week in which people have visits that might meet."""
    return generated_territory(WEEK, seed=5)


def by_hand(territory: Territory, target: int) -> tuple[Problem, Quilt, list[Solution]]:
    """The sectors dealt out naively and put together, with the whole problem and its matrix."""
    whole = whole_of(territory.problem)
    solutions, legs = [], []
    for part in split(territory.problem, target=target):
        problem = with_roads(cut(whole, part), territory.roads)
        plan = naive(problem)
        solutions.append(plan)
        legs += legs_of(problem, plan.rounds)
    complete = with_roads(territory.problem, territory.roads)
    return complete, Quilt(whole, merged(solutions), legs), solutions


def test_sectors_share_nothing_and_are_balanced() -> None:
    """Every visit and aide is in one sector; visits, hours and aides who can lift are near an even share."""
    problem = generated_territory(Size(visits=2_000, workers=200), seed=1).problem

    parts = split(problem, target=500)

    assert len(parts) == 4
    assert Counter(v for part in parts for v in part.visits) == Counter(v.id for v in problem.visits)
    assert Counter(w for part in parts for w in part.workers) == Counter(w.id for w in problem.workers)
    seconds = {visit.id: visit.duration_s * visit.team_size for visit in problem.visits}
    lifting = {worker.id for worker in problem.workers if "lever_personne" in worker.skills}
    for part in parts:
        demand_s = sum(seconds[name] for name in part.visits)
        assert 0.8 < 4 * demand_s / sum(seconds.values()) < 1.2
        # aides go where the hours are
        assert 0.93 < (len(part.workers) / 200) / (demand_s / sum(seconds.values())) < 1.07
        assert len(lifting & set(part.workers)) > 0.2 * len(lifting) * 0.75


def test_sectors_are_compact() -> None:
    """Two visits of one sector are much nearer to each other than any two."""
    problem = generated_territory(Size(visits=2_000, workers=200), seed=2).problem
    place = {item.id: (item.lat or 0.0, item.lon or 0.0) for item in problem.places}
    door = {visit.id: np.array(place[visit.place]) for visit in problem.visits}

    parts = split(problem, target=250)

    spread = np.std(np.array(list(door.values())), axis=0).sum()
    for part in parts:
        assert np.std(np.array([door[name] for name in part.visits]), axis=0).sum() < 0.6 * spread


def test_the_same_territory_is_split_the_same_way(day: Territory) -> None:
    """No chance is involved."""
    assert split(day.problem, target=50) == split(day.problem, target=50)


def test_cuts_run_through_the_country() -> None:
    """Two towns of 60 and 56 people, ten kilometres apart: the cut runs between them."""
    left = np.stack([np.linspace(0, 1, 60), np.zeros(60)], axis=1)
    right = np.stack([np.linspace(10, 11, 56), np.zeros(56)], axis=1)
    points = np.concatenate([left, right])

    label = bisected(points, np.ones(116), 2)

    assert set(label[:60].tolist()) == {0}
    assert set(label[60:].tolist()) == {1}


def test_a_pin_to_an_aide_elsewhere_waits_for_the_borders(day: Territory) -> None:
    """An aide pinned to two people far apart is in one of their sectors; the other visit is in none."""
    first, second = split(day.problem, target=75)
    pinned = {first.visits[0], second.visits[0]}
    visits = [
        msgspec.structs.replace(v, team_size=1, pin=Pin(workers=["a1"])) if v.id in pinned else v
        for v in day.problem.visits
    ]

    parts = split(msgspec.structs.replace(day.problem, visits=visits), target=75)

    held = [name for part in parts for name in part.visits]
    assert len(pinned & set(held)) == 1
    (home,) = [part for part in parts if "a1" in part.workers]
    assert pinned & set(home.visits)


def test_a_part_is_a_valid_problem_with_the_matrix_of_its_places(day: Territory) -> None:
    """Cut from a problem with a matrix or without, a sector is the same."""
    complete = with_roads(day.problem, day.roads)
    part = split(day.problem, target=50)[1]

    from_matrix = cut(whole_of(complete), part)
    from_roads = with_roads(cut(whole_of(day.problem), part), day.roads)

    assert validate(from_matrix) == []
    assert from_matrix == from_roads


def test_windows_are_cut_clear_of_who_is_there() -> None:
    """From 8:00 to 10:00 for half an hour, somebody there from 9:00 to 9:20: before 8:30 or after 9:20."""
    option = Option(day=0, earliest_s=28_800, latest_s=36_000, preferred_s=32_400)

    early, late = clear_of(option, 1_800, [(32_400, 33_600)])

    assert (early.earliest_s, early.latest_s, early.preferred_s) == (28_800, 30_600, 30_600)
    assert (late.earliest_s, late.latest_s, late.preferred_s) == (33_600, 36_000, 33_600)
    assert clear_of(option, 1_800, [(28_000, 40_000)]) == []


def test_legs_are_enough_to_judge_and_price(day: Territory) -> None:
    """Score and violations of a stitched plan are those found with the full matrix."""
    complete, quilt, _ = by_hand(day, 50)

    price, found = quilt.judged()

    assert price == score(complete, quilt.solution)
    assert found == check_homecare(complete, quilt.solution)
    assert [item for item in found if item.severity == "block"] == []


def test_border_parts_share_no_aide_and_hold_every_visit(week: Territory) -> None:
    """Each aide is in one part with all rounds; a visit in two parts is for two and stays where it is."""
    complete, quilt, _ = by_hand(week, 80)
    whole = whole_of(week.problem)
    made = made_of(quilt.solution)

    parts = borders(whole, quilt.solution, 3)

    assert Counter(w for item in parts for w in item.part.workers) == Counter(w.id for w in complete.workers)
    held = Counter(name for item in parts for name in item.part.visits)
    assert set(held) == {visit.id for visit in complete.visits}
    shared = {name for name, count in held.items() if count > 1}
    assert shared == {
        name
        for name, crew in made.items()
        if len({k for k, item in enumerate(parts) for one in crew if one.worker in item.part.workers}) > 1
    }
    for item in parts:
        problem = with_roads(cut(whole, item.part, fixed=item.fixed, starts=item.starts), week.roads)
        assert validate(problem) == []
        assert check_homecare(problem, item.start) == []
        assert set(item.fixed.half) == shared & set(item.part.visits)
        for visit in problem.visits:
            if visit.id in shared:
                (start_s,) = {one.stop.start_s for one in made[visit.id]}
                assert visit.team_size == 1
                assert visit.pin is not None
                assert visit.pin.start_s == start_s


def test_a_worse_or_broken_part_is_not_taken_up(day: Territory) -> None:
    """Neither no rounds at all, nor a visit before its window, nor the same plan changes the whole."""
    _, quilt, _ = by_hand(day, 50)
    before = quilt.solution
    border = borders(whole_of(day.problem), before, 3)[0]
    first = border.start.rounds[0]
    moved = msgspec.structs.replace(first.stops[0], start_s=0, end_s=1_800)
    broken = msgspec.structs.replace(first, stops=[moved, *first.stops[1:]])

    assert not quilt.take(border, Solution(rounds=[]), [])
    assert not quilt.take(border, Solution(rounds=[broken, *border.start.rounds[1:]]), [])
    assert not quilt.take(border, border.start, [])
    assert quilt.solution == before


def in_order(orders: Iterator[Order]) -> Iterator[Answer]:
    """Carries out orders one after the other, by iterations: sectors by hand, borders by search."""
    for order in orders:
        problem = order.problem if order.roads is None else with_roads(order.problem, order.roads)
        plan = (
            naive(problem)
            if order.stage == 0
            else solve(
                problem,
                Budget(seconds=None, iterations=400, seed=order.budget.seed, bound=False),
                start=order.start,
            )
        )
        yield Answer(stage=order.stage, index=order.index, solution=plan, legs=legs_of(problem, plan.rounds))


@pytest.mark.parametrize("which", ["day", "week"])
def test_a_territory_is_planned_legally_and_better_for_its_borders(
    which: str, request: pytest.FixtureRequest
) -> None:
    """Two passes over the borders: legal, complete, better than before, judged as with a matrix."""
    territory: Territory = request.getfixturevalue(which)
    steps: list[Step] = []
    effort = Effort(target=60, border_turns=(0.8, 1.6))

    outcome = plan_territory(territory, effort, in_order, on_step=steps.append)

    complete = with_roads(territory.problem, territory.roads)
    assert [item for item in check_homecare(complete, outcome.solution) if item.severity == "block"] == []
    assert outcome.score == score(complete, outcome.solution)
    assert outcome.score.key < outcome.sector_score.key
    assert outcome.taken > 0
    told = {item.visit for item in outcome.solution.unassigned}
    served = {stop.visit for item in outcome.solution.rounds for stop in item.stops}
    assert told | served == {visit.id for visit in complete.visits}
    assert not told & served
    assert (steps[-1].stage, steps[-1].done) == (2, steps[-1].of)


def test_asked_to_stop_the_sectors_are_stitched_as_they_are(day: Territory) -> None:
    """No border is planned again; the plan is that of the sectors, and legal."""
    outcome = plan_territory(day, Effort(target=50), in_order, should_stop=lambda: True)

    assert outcome.borders == 0
    assert outcome.score == outcome.sector_score
    assert [item for item in outcome.violations if item.severity == "block"] == []


def test_the_disturbance_budget_holds_over_the_whole(week: Territory) -> None:
    """Today's rounds with three people to disturb at most: borders included, no more are."""
    complete, quilt, _ = by_hand(week, 80)
    today = [
        Reference(visit=name, workers=sorted({one.worker for one in crew}), start_s=crew[0].stop.start_s)
        for name, crew in made_of(quilt.solution).items()
    ]
    habits = Stability(reference=today, persons_max=3)
    whole = whole_of(msgspec.structs.replace(week.problem, stability=habits))
    quilt = Quilt(whole, quilt.solution, quilt.legs)

    for item in borders(whole, quilt.solution, 3, spare=3 - quilt.disturbed()):
        problem = with_roads(cut(whole, item.part, fixed=item.fixed, starts=item.starts), week.roads)
        plan = solve(problem, Budget(seconds=None, iterations=300, seed=1, bound=False), start=item.start)
        quilt.take(item, plan, legs_of(problem, plan.rounds))

    assert quilt.disturbed() <= 3
    found = check_homecare(msgspec.structs.replace(complete, stability=habits), quilt.solution)
    assert [item for item in found if item.severity == "block"] == []


def crossed(quilt: Quilt, persons_max: int) -> Stability:
    """Habits in which every aide's visits are those of the aide after, across sectors."""
    names = [worker.id for worker in quilt.whole.problem.workers]
    other = dict(zip(names, [*names[5:], *names[:5]], strict=True))
    today = [
        Reference(
            visit=name, workers=sorted({other[one.worker] for one in crew}), start_s=crew[0].stop.start_s
        )
        for name, crew in made_of(quilt.solution).items()
    ]
    return Stability(reference=today, persons_max=persons_max)


def test_aides_stay_with_their_people_where_few_may_be_disturbed(day: Territory) -> None:
    """Rounds that cross sectors: under a budget nine visits of ten are in the sector of their aide."""
    _, quilt, _ = by_hand(day, 50)
    habits = crossed(quilt, persons_max=3)

    def at_home(stability: Stability) -> float:
        problem = msgspec.structs.replace(day.problem, stability=stability)
        parts = split(problem, target=50)
        sector = {visit: part.index for part in parts for visit in part.visits}
        team = {aide: part.index for part in parts for aide in part.workers}
        kept = [sector[item.visit] == team[item.workers[0]] for item in stability.reference]
        return sum(kept) / len(kept)

    assert at_home(habits) >= 0.9
    assert at_home(habits) > at_home(msgspec.structs.replace(habits, persons_max=None))


def test_a_part_counts_whoever_comes_instead_of_an_aide_of_another_part(day: Territory) -> None:
    """Everybody was told somebody else, often of another sector: the parts count them as the whole does."""
    _, quilt, _ = by_hand(day, 50)
    habits = crossed(quilt, persons_max=0)
    whole = whole_of(msgspec.structs.replace(day.problem, stability=habits))

    counted = 0
    for part in split(day.problem, target=50):
        problem = with_roads(cut(whole, part), day.roads)
        inside = [item for item in quilt.solution.rounds if item.worker in set(part.workers)]
        found = check_homecare(problem, Solution(rounds=inside))
        counted += sum(item.amount for item in found if item.rule == "disturbance_budget")

    assert counted == Quilt(whole, quilt.solution, quilt.legs).disturbed()
    assert counted > 50


def test_a_better_part_that_passes_the_budget_is_not_taken_up(day: Territory) -> None:
    """A border part planned without any budget is better, and refused where nobody may be disturbed."""
    _, quilt, _ = by_hand(day, 50)
    today = [
        Reference(visit=name, workers=sorted({one.worker for one in crew}), start_s=crew[0].stop.start_s)
        for name, crew in made_of(quilt.solution).items()
    ]
    habits = Stability(reference=today, persons_max=0, aide_change_cents=0, hour_change_cents_per_h=0)
    whole = whole_of(msgspec.structs.replace(day.problem, stability=habits))
    loose = whole_of(day.problem)
    border = borders(loose, quilt.solution, 3)[0]
    problem = with_roads(cut(loose, border.part, fixed=border.fixed, starts=border.starts), day.roads)
    plan = solve(problem, Budget(seconds=None, iterations=300, seed=1, bound=False), start=border.start)
    kept = Quilt(whole, quilt.solution, quilt.legs)

    assert not kept.take(border, plan, legs_of(problem, plan.rounds))
    assert kept.disturbed() == 0
    assert kept.solution == quilt.solution
    assert quilt.take(border, plan, legs_of(problem, plan.rounds))


def test_what_is_fixed_leaves_no_visit_without_a_window() -> None:
    """A visit whose whole window somebody else fills is not asked of the part."""
    problem = generated_territory(Size(visits=20, workers=2), seed=1).problem
    visit = problem.visits[0]
    part = split(problem)[0]
    busy = {visit.person: [(0, 90_000)]}

    found = cut(whole_of(problem), part, fixed=Fixed(busy=busy))

    assert visit.id not in {item.id for item in found.visits}
    assert with_legs(problem, []).matrices[0].provider == "legs"
