"""
Repairs of a day: what never moves, what is never passed, what is told; on random days and events.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecoord.planning.bench.generate import generated_problem
from carecoord.planning.budget import Budget
from carecoord.planning.homecare import repair_insert, repair_judge
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.day_law import added, depth_of
from carecoord.planning.homecare.naive import naive
from carecoord.planning.homecare.repair import (
    Absent,
    Added,
    Cancelled,
    Event,
    Overrun,
    Repair,
    Situation,
)
from carecoord.planning.homecare.repair_differ import who_comes
from carecoord.planning.homecare.repair_ground import Ground, ground
from carecoord.planning.homecare.repair_insert import first_plan
from carecoord.planning.homecare.repair_judge import Judge
from carecoord.planning.homecare.repair_search import ranked_repairs
from carecoord.planning.homecare.stability import disturbed
from carecoord.planning.problem import Problem, Reference, Stability
from carecoord.planning.solution import Solution, Stop
from carecoord.planning.validate import validate

SEEDS = (1, 2, 3)
DAY = 1
QUARTER_S = 900


@functools.cache
def week(seed: int) -> tuple[Problem, Solution]:
    """Three days of a small provider, dealt out naively: 90 visits, 9 aides."""
    problem = generated_problem(visits=90, workers=9, days=3, seed=seed)
    return problem, naive(problem)


def made(plan: Solution) -> dict[str, list[tuple[str, Stop]]]:
    """Visit -> who makes it and when, in order of aide."""
    found: dict[str, list[tuple[str, Stop]]] = {}
    for item in sorted(plan.rounds, key=lambda item: (item.worker, item.day)):
        for stop in item.stops:
            found.setdefault(stop.visit, []).append((item.worker, stop))
    return found


def at(plan: Solution, visit: str) -> list[tuple[str, int]]:
    """Aides and start of a visit in a plan."""
    return [(worker, stop.start_s) for worker, stop in made(plan).get(visit, [])]


def random_situation(problem: Problem, plan: Solution, seed: int) -> Situation:
    """A moment of the second day, one to three events, some promises, perhaps a budget."""
    rng = random.Random(seed)
    day = problem.days[DAY]
    now_s = day.starts_s + rng.randrange(6 * 4, 18 * 4) * QUARTER_S
    today = [(item.worker, stop) for item in plan.rounds if item.day == DAY for stop in item.stops]
    later = [(worker, stop) for worker, stop in today if stop.start_s > now_s]
    events: list[Event] = []
    for _ in range(rng.randint(1, 3)):
        kind = rng.choice(["absent", "absent", "cancelled", "overrun", "added"])
        if kind == "absent":
            until_s = rng.choice([None, day.ends_s, now_s + 4 * 3600])
            worker = rng.choice(problem.workers).id
            events.append(Absent(worker=worker, from_s=now_s - rng.choice([0, 1800]), until_s=until_s))
        elif kind == "cancelled" and later:
            events.append(Cancelled(visit=rng.choice(later)[1].visit))
        elif kind == "overrun" and today:
            extra_s = 300 * rng.randint(1, 18)
            events.append(Overrun(visit=rng.choice(today)[1].visit, extra_s=extra_s))
        elif kind == "added":
            model = rng.choice([v for v in problem.visits if any(o.day == DAY for o in v.options)])
            options = [option for option in model.options if option.day == DAY]
            events.append(Added(visit=msgspec.structs.replace(model, id="added", options=options)))
    if sum(isinstance(event, Added) for event in events) > 1:
        events = [event for event in events if not isinstance(event, Added)] or events[:1]
    gone = {event.visit for event in events if isinstance(event, Cancelled | Overrun)}
    promised = [stop.visit for _, stop in rng.sample(later, min(len(later), 6)) if stop.visit not in gone]
    return Situation(
        now_s=now_s,
        events=events,
        promised=sorted(set(promised)),
        persons_max=rng.choice([None, None, 0, 2, 5]),
    )


def kept_whatever(problem: Problem, plan: Solution, situation: Situation) -> Iterator[str]:
    """Visits of other days, started, or promised with everybody there: recomputed from the plan alone."""
    away = [event for event in situation.events if isinstance(event, Absent)]
    end_s = problem.days[-1].ends_s
    touched = {e.visit for e in situation.events if isinstance(e, Cancelled | Overrun)}
    for visit, crew in made(plan).items():
        start_s = crew[0][1].start_s
        is_hit = any(
            event.worker == worker and event.from_s < stop.end_s and stop.start_s < (event.until_s or end_s)
            for event in away
            for worker, stop in crew
        )
        if visit in touched or is_hit:
            continue
        if start_s <= situation.now_s or visit in situation.promised:
            yield visit


def check_sound(problem: Problem, plan: Solution, after: Solution, base: Ground) -> None:
    """Nothing that may not move has moved, the budget is kept, no new rule that blocks is broken."""
    situation = base.situation
    overrun = any(isinstance(event, Overrun) for event in situation.events)
    for visit in kept_whatever(problem, plan, situation):
        if not (overrun and visit not in base.fixed):
            assert at(after, visit) == at(plan, visit)
    for visit in situation.promised:
        starts = {start_s for _, start_s in at(after, visit)}
        assert starts <= {start_s for _, start_s in at(plan, visit)}
    away = {event.worker for event in situation.events if isinstance(event, Absent)}
    # who is kept by a visit that takes longer may be unable to keep her promises after it
    away |= {name for e in situation.events if isinstance(e, Overrun) for name, _ in at(plan, e.visit)}
    for visit in set(situation.promised) - {e.visit for e in situation.events if isinstance(e, Cancelled)}:
        crew, now = {name for name, _ in at(plan, visit)}, {name for name, _ in at(after, visit)}
        assert not now or crew - away <= now
    people = disturbed(base.problem, after)
    unavoidable = disturbed(base.problem, base.baseline)
    if situation.persons_max is not None:
        assert len(people) <= max(situation.persons_max, len(unavoidable))
    least = depth_of(check_homecare(base.problem, base.baseline))
    fresh = [
        item
        for item in added(least, check_homecare(base.problem, after))
        if item.severity == "block" and item.rule != "disturbance_budget"
    ]
    assert fresh == []


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_first_repair_moves_nothing_that_may_not_move(seed: int) -> None:
    """Started, done and promised visits stay; the budget holds; nothing new is broken on any day."""
    problem, plan = week(SEEDS[seed % len(SEEDS)])
    situation = random_situation(problem, plan, seed)
    base = ground(problem, plan, situation)
    check_sound(problem, plan, first_plan(base), base)


@pytest.mark.parametrize("seed", range(8))
def test_searched_repairs_move_nothing_that_may_not_move(seed: int) -> None:
    """The same of the three repairs of the engine, which also differ from one another and are ranked."""
    problem, plan = week(SEEDS[seed % len(SEEDS)])
    situation = random_situation(problem, plan, 100 + seed)
    found = ranked_repairs(problem, plan, situation, Budget(seconds=None, iterations=600, seed=seed))
    base = ground(problem, plan, situation)
    assert 1 <= len(found) <= 3
    assert [repair.key for repair in found] == sorted(repair.key for repair in found)
    assert all(who_comes(one) != who_comes(two) for i, one in enumerate(found) for two in found[:i])
    for repair in found:
        check_sound(problem, plan, repair.solution, base)


@functools.cache
def repaired() -> tuple[Problem, Solution, Situation, Repair]:
    """The busiest aide of the second day is away from 7:10, and the first repair of it."""
    problem, plan = week(1)
    rounds = [item for item in plan.rounds if item.day == DAY]
    busiest = max(rounds, key=lambda item: (len(item.stops), item.worker)).worker
    now_s = problem.days[DAY].starts_s + 7 * 3600 + 600
    situation = Situation(
        now_s=now_s, events=[Absent(worker=busiest, from_s=now_s, until_s=problem.days[DAY].ends_s)]
    )
    base = ground(problem, plan, situation)
    return problem, plan, situation, Judge(base, problem).judge("first", first_plan(base))


def test_a_repair_tells_who_changes_who_is_called_and_what_it_costs() -> None:
    """Changes, calls by next start, hours and ways of aides, recomputed here from the two plans."""
    _, plan, situation, repair = repaired()
    (event,) = situation.events
    assert isinstance(event, Absent)
    lost = [
        stop.visit
        for item in plan.rounds
        if item.worker == event.worker and item.day == DAY
        for stop in item.stops
        if stop.start_s >= event.from_s
    ]
    told = {change.visit: change for change in repair.changes}
    assert lost
    assert set(lost) <= told.keys()
    assert all(event.worker not in change.after for change in repair.changes)
    assert all(at(repair.solution, visit) for visit in lost if told[visit].after)
    assert [call.before_s for call in repair.calls] == sorted(call.before_s for call in repair.calls)
    assert ("aide", event.worker) not in {(call.kind, call.who) for call in repair.calls}
    felt = {change.person for change in repair.changes if change.is_felt}
    assert {call.who for call in repair.calls if call.kind == "person"} == felt
    assert {item.visit for item in repair.left_out} == {c.visit for c in repair.changes if not c.after}
    assert repair.soft_cents == sum(repair.terms.values())


def test_without_anybody_disturbed_visits_are_left_to_the_coordinator() -> None:
    """A budget of nobody: every visit of the absent aide is left out, and says so."""
    problem, plan, situation, _ = repaired()
    nobody = msgspec.structs.replace(situation, persons_max=0)
    base = ground(problem, plan, nobody)
    repair = Judge(base, problem).judge("first", first_plan(base))
    assert repair.disturbed == []
    assert {item.visit for item in repair.left_out} == set(base.displaced)


def test_a_visit_that_nobody_can_reach_is_told_too_late_under_a_budget_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fifty people may be disturbed, but no aide could be there in time: the budget is not the cause."""
    problem, plan, situation, _ = repaired()
    base = ground(problem, plan, msgspec.structs.replace(situation, persons_max=50))
    possible = {item.visit for item in Judge(base, problem).judge("first", first_plan(base)).left_out}
    for module in (repair_insert, repair_judge):
        monkeypatch.setattr(module, "reaches", lambda *_: False)

    repair = Judge(base, problem).judge("first", first_plan(base))

    late = {item.visit: item.code for item in repair.left_out if item.visit not in possible}
    assert late
    assert set(late.values()) == {"too_late"}


def test_an_overrun_pushes_what_follows_inside_its_windows() -> None:
    """Twenty minutes more: the visit lasts longer, and the aide is nowhere before she can be."""
    problem, plan = week(1)
    item = max((r for r in plan.rounds if r.day == DAY), key=lambda r: (len(r.stops), r.worker))
    first = item.stops[0]
    overrun = Overrun(visit=first.visit, extra_s=1200)
    base = ground(problem, plan, Situation(now_s=first.start_s + 60, events=[overrun]))
    ends = [stop.end_s for _, stop in made(base.baseline)[first.visit]]
    assert ends == [first.end_s + 1200] * len(ends)
    assert not [
        found
        for found in check_homecare(base.problem, base.baseline)
        if found.rule in ("travel_time", "window", "duration") and found.worker == item.worker
    ]
    assert first.visit in base.fixed


def test_a_cancelled_visit_is_nothing_to_stay_close_to() -> None:
    """The problem that a repair leaves names no visit that it does not have: it can be planned again."""
    problem, plan = week(1)
    reference = [
        Reference(visit=visit, workers=[worker for worker, _ in stops], start_s=stops[0][1].start_s)
        for visit, stops in made(plan).items()
    ]
    gone = reference[0].visit
    close = msgspec.structs.replace(problem, stability=Stability(reference=reference))
    situation = Situation(now_s=0, events=[Cancelled(visit=gone)])

    after = ground(close, plan, situation).after

    assert after.stability is not None
    assert [item.visit for item in after.stability.reference] == [item.visit for item in reference[1:]]
    assert validate(after) == []
