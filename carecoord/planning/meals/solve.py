"""
The door of the meal planner: a problem and a budget in, rounds out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.engine.meal_data import KITCHEN, Data
from carecoord.planning.engine.meal_recombine import Day
from carecoord.planning.engine.meal_search import News, Search
from carecoord.planning.engine.meal_warm import warm
from carecoord.planning.meals.build import build
from carecoord.planning.meals.check import check
from carecoord.planning.meals.explain import explain
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.fill import filled
from carecoord.planning.meals.problem import Problem
from carecoord.planning.meals.score import UNIT, score
from carecoord.planning.meals.solution import Left, Progress, Solution, Statistics
from carecoord.planning.meals.timing import Frame, Load, timed

ENGINE = "meal-ruin-recreate+cp-sat/1"
LAST_WORD_S = 0.4
"""Once somebody asked to stop, causes are looked for so long at most: a stop is heard within a second."""

SOLUTION_EVERY_S = 5.0
"""A progress message carries the plan itself at most this often."""


def solve_meals(
    problem: Problem,
    budget: Budget,
    *,
    start: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """
    Plan the rounds of a valid problem; the plan never breaks a rule that may not be broken.

    Args:
        start: rounds to begin from; what is not possible in them is left out.
        on_progress: told of the first legal rounds and of each improvement, at most every
            `budget.report_every_s`.
        should_stop: asked many times a second; the best rounds so far come back.
    """
    warm()  # compiling is not searching: the clock starts when the kernels are there
    facts = Facts(problem)
    if not problem.deliveries or not problem.drivers or not problem.vehicles:
        return _nothing(problem, budget)
    data = build(facts)
    reporter = None if on_progress is None else _Reporter(facts, on_progress)
    search = Search(data, budget, on_news=reporter, should_stop=should_stop)
    found = search.run(days_in(facts, data, start) if start is not None else ())
    plan = legal(facts, plan_of(facts, found.days))
    timed_run = budget.seconds is not None
    statistics = Statistics(
        seed=budget.seed,
        iterations=found.iterations,
        elapsed_s=round(search.elapsed_s, 3) if timed_run else 0.0,
        first_s=round(found.first_s, 3) if timed_run else 0.0,
        recombined_cents=found.recombined // UNIT,
        engine=ENGINE,
        stopped=found.stopped,
    )
    asked_s = time.monotonic()
    plan = msgspec.structs.replace(
        plan,
        left=explain(
            problem,
            plan,
            (lambda: time.monotonic() - asked_s > LAST_WORD_S) if found.stopped == "asked" else None,
        ),
    )
    if found.stopped != "asked":
        plan = filled(facts, plan)
    return msgspec.structs.replace(plan, score=score(problem, plan), statistics=statistics)


def _nothing(problem: Problem, budget: Budget) -> Solution:
    plan = Solution(rounds=[], left=[Left(delivery=item.id) for item in problem.deliveries])
    return msgspec.structs.replace(
        plan,
        left=explain(problem, plan),
        score=score(problem, plan),
        statistics=Statistics(seed=budget.seed, engine=ENGINE, stopped="budget"),
    )


def plan_of(facts: Facts, days: Sequence[Day]) -> Solution:
    """Rounds with their times, and what they leave out, not yet explained."""
    rounds = [timed(facts, frame_of_day(facts.problem, day)) for day in days]
    served = {stop.delivery for item in rounds for stop in item.stops}
    return Solution(
        rounds=sorted(rounds, key=lambda item: (item.begins_s, item.driver)),
        left=[Left(delivery=item.id) for item in facts.problem.deliveries if item.id not in served],
    )


def legal(facts: Facts, plan: Solution) -> Solution:
    """
    The plan without any round that the independent checker refuses; usually the plan itself.

    A fault of the search may cost deliveries, never the law.
    """
    # What is settled and found no place is told of its driver, whose round is not to blame.
    left_out = {item.delivery for item in plan.left}
    refused = {
        found.worker
        for found in check(facts.problem, plan)
        if found.severity == "block" and found.visit not in left_out
    }
    if not refused:
        return plan
    kept = [item for item in plan.rounds if item.driver not in refused]
    served = {stop.delivery for item in kept for stop in item.stops}
    left = [Left(delivery=item.id) for item in facts.problem.deliveries if item.id not in served]
    return msgspec.structs.replace(plan, rounds=kept, left=left)


def frame_of_day(problem: Problem, day: Day) -> Frame:
    """A day of the search by identifiers."""
    n, loads = len(problem.deliveries), list[Load]()
    for entry in day.entries:
        if entry >= n:
            loads.append((problem.kitchens[entry - n].id, ()))
        else:
            kitchen, names = loads[-1]
            loads[-1] = (kitchen, (*names, problem.deliveries[entry].id))
    return Frame(
        driver=problem.drivers[day.driver].id, vehicle=problem.vehicles[day.vehicle].id, loads=tuple(loads)
    )


def days_in(facts: Facts, data: Data, start: Solution) -> list[Day]:
    """Rounds of a plan as the search names them; what the problem lacks is passed over."""
    problem = facts.problem
    deliveries = {item.id: k for k, item in enumerate(problem.deliveries)}
    drivers = {item.id: k for k, item in enumerate(problem.drivers)}
    vehicles = {item.id: k for k, item in enumerate(problem.vehicles)}
    days, used = [], set[int]()
    for item in start.rounds:
        d, v = drivers.get(item.driver), vehicles.get(item.vehicle)
        if d is None or v is None or not data.usable[d, v] or d in used:
            continue
        entries: list[int] = []
        for trip in item.trips:
            stops = [
                deliveries[s.delivery]
                for s in trip.stops
                if s.delivery in deliveries and data.assign[deliveries[s.delivery], d] >= 0
            ]
            if stops:
                entries += [int(data.node[stops[0], KITCHEN]), *stops]
        if entries:
            used.add(d)
            days.append(Day(d, v, tuple(entries), 0))
    return days


class _Reporter:
    """Turns the search's news into progress messages."""

    def __init__(self, facts: Facts, send: Callable[[Progress], None]) -> None:
        self._facts, self._send = facts, send
        self._sent_s = -SOLUTION_EVERY_S
        self._last: tuple[Day, ...] = ()
        self._carried: tuple[Day, ...] = ()
        self._value: Solution | None = None

    def __call__(self, news: News) -> None:
        days = tuple(news.days)
        if self._value is None or days != self._last:
            plan = plan_of(self._facts, days)
            self._value = msgspec.structs.replace(plan, score=score(self._facts.problem, plan))
            self._last = days
        found = self._value.score
        if found is None:
            return
        due = news.elapsed_s - self._sent_s >= SOLUTION_EVERY_S or news.phase in ("construct", "done")
        carry = due and days != self._carried
        if carry:
            self._sent_s, self._carried = news.elapsed_s, days
        self._send(
            Progress(
                elapsed_s=news.elapsed_s,
                iterations=news.iterations,
                left=found.left,
                warnings=found.warnings,
                soft_cents=found.soft_cents,
                phase=news.phase,
                solution=self._value if carry else None,
            )
        )
