"""
Independent checker of the shared rules: a problem and a plan in, violations out.

It shares no code with the builder or the engine. Rules of one service (skills, windows,
people) are checked beside it, in `carecoord.planning.homecare.check`.
"""

from __future__ import annotations

from collections.abc import Iterator

from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Interval, Problem, Worker
from carecoord.planning.rules import breaks, rests, sundays, working_time
from carecoord.planning.rules.plan import LawRule, WorkerPlan
from carecoord.planning.solution import Solution, Stop, Violation
from carecoord.planning.timeline import DayTimeline, day_timeline

LAW: dict[str, LawRule] = {
    "daily_work": working_time.daily_work,
    "weekly_work": working_time.weekly_work,
    "average_work": working_time.average_work,
    "span": working_time.span,
    "daily_rest": rests.daily_rest,
    "weekly_rest": rests.weekly_rest,
    "consecutive_days": rests.consecutive_days,
    "fortnight_rest": rests.fortnight_rest,
    "break": breaks.break_rule,
    "meal": breaks.meal,
    "interruptions": breaks.interruptions,
    "interruption_total": breaks.interruption_total,
    "part_time_ceiling": working_time.part_time_ceiling,
    "complementary_hours": working_time.complementary_hours,
    "sunday_rhythm": sundays.sunday_rhythm,
    "sundays_per_month": sundays.sundays_per_month,
    "holiday_rhythm": sundays.holiday_rhythm,
    "daily_minimum": working_time.daily_minimum,
}
"""Working-time rules by name; each looks at one aide."""


def check(problem: Problem, solution: Solution) -> list[Violation]:
    """
    Violations of travel times, availability and working time.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    return check_rounds(lookup, stops_by_round(lookup, solution))


def check_rounds(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> list[Violation]:
    """The same on rounds already put in order of time."""
    found: list[Violation] = []
    by_worker: dict[str, list[RoundKey]] = {worker: [] for worker in lookup.workers}
    for key in sorted(rounds):
        by_worker[key[0]].append(key)
    for worker in lookup.problem.workers:
        days = {day: rounds[worker.id, day] for _, day in by_worker[worker.id]}
        plan = worker_plan(lookup, worker, days)
        found.extend(check_worker(plan))
    return found


def worker_plan(lookup: Lookup, worker: Worker, days: dict[int, list[Stop]]) -> WorkerPlan:
    """
    One aide's plan with its timelines.

    Args:
        days: day index -> stops in order of time, none empty.
    """
    timelines = [day_timeline(lookup, worker, day, days[day]) for day in sorted(days)]
    regime = lookup.regime_of(worker)
    return WorkerPlan(worker, regime, lookup.calendar, timelines, not_frail=lookup.not_frail)


def check_worker(plan: WorkerPlan) -> Iterator[Violation]:
    """Every shared rule on one aide."""
    yield from travel_time(plan)
    yield from availability(plan)
    yield from check_law(plan)


def check_law(plan: WorkerPlan) -> Iterator[Violation]:
    """Every working-time rule on one aide."""
    for rule in LAW.values():
        yield from rule(plan)


def travel_time(plan: WorkerPlan) -> Iterator[Violation]:
    """`travel_time`: time enough to travel between two stops, on the same day or over midnight."""
    before: DayTimeline | None = None
    for item in plan.timelines:
        for gap, stop in zip(item.gaps, item.stops[1:], strict=True):
            if gap.free_s < 0:
                yield _too_soon(plan, stop, item.day, gap.end_s - gap.start_s, gap.travel_s)
        if before is not None and item.stops[0].start_s < before.stops[-1].end_s:
            yield _too_soon(plan, item.stops[0], item.day, item.stops[0].start_s - before.stops[-1].end_s, 0)
        before = item


def _too_soon(plan: WorkerPlan, stop: Stop, day: int, amount: int, limit: int) -> Violation:
    return Violation(
        rule="travel_time", severity="block", worker=plan.worker.id, visit=stop.visit, day=day,
        amount=amount, limit=limit, unit="s",
    )  # fmt: skip


def availability(plan: WorkerPlan) -> Iterator[Violation]:
    """`availability`: each visit lies wholly inside one shift; the amount is the time outside."""
    shifts = plan.worker.shifts
    for item in plan.timelines:
        for stop in item.stops:
            if any(shift.start_s <= stop.start_s and stop.end_s <= shift.end_s for shift in shifts):
                continue
            yield Violation(
                rule="availability", severity="block", worker=plan.worker.id, visit=stop.visit,
                day=item.day, amount=_outside_s(stop, shifts), limit=0, unit="s",
            )  # fmt: skip


def _outside_s(stop: Stop, shifts: list[Interval]) -> int:
    inside = (min(stop.end_s, shift.end_s) - max(stop.start_s, shift.start_s) for shift in shifts)
    return stop.end_s - stop.start_s - max(0, max(inside, default=0))
