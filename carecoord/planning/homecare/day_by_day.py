"""
The same week planned day after day, as is usual: what a week planned as one is compared with.

Each day is solved alone by the same engine in an equal share of the time; what the days before
were is history to it: rests, days and Sundays worked, hours of the week, faces met. Of the contract
and the common share an aide owes each day an even part of what the days before left. A visit that
may be made on several days is tried on the first of them, and on the next if it was left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.calendar import Calendar, earlier
from carecoord.planning.homecare.solve import Loads, solve_homecare
from carecoord.planning.load import contract_target_s, fairness_targets
from carecoord.planning.lookup import Lookup
from carecoord.planning.problem import History, Interval, Option, Person, Pin, Problem, Visit, Worker
from carecoord.planning.score import score
from carecoord.planning.solution import Round, Solution, Unassigned
from carecoord.planning.timeline import day_timeline


def solve_day_by_day(problem: Problem, budget: Budget) -> Solution:
    """
    Plan each day in turn.

    Args:
        budget: of all days together; each has an equal share.
    """
    days = len(problem.days)
    share = msgspec.structs.replace(
        budget,
        seconds=None if budget.seconds is None else budget.seconds / days,
        iterations=None if budget.iterations is None else max(1, budget.iterations // days),
        bound=False,
    )
    rounds: list[Round] = []
    served: set[str] = set()
    for day in range(days):
        alone = one_day(problem, day, rounds, served)
        if not alone.visits:
            continue
        found = solve_homecare(alone, share, loads=loads_of(problem, day, rounds))
        rounds += [_moved(item, problem.days[day].starts_s, day) for item in found.rounds]
        served = {stop.visit for item in rounds for stop in item.stops}
    left = [Unassigned(visit=visit.id) for visit in problem.visits if visit.id not in served]
    plan = Solution(rounds=rounds, unassigned=left)
    return msgspec.structs.replace(plan, score=score(problem, plan))


def one_day(problem: Problem, day: int, rounds: list[Round], served: set[str]) -> Problem:
    """The problem of one day, times counted from its midnight, with what came before as history."""
    here = problem.days[day]
    past = _Past(problem, day, rounds)
    return msgspec.structs.replace(
        problem,
        days=[msgspec.structs.replace(here, starts_s=0, ends_s=here.ends_s - here.starts_s)],
        workers=[past.worker(worker) for worker in problem.workers],
        persons=[past.person(person) for person in problem.persons],
        visits=[
            _on_day(visit, day, here.starts_s)
            for visit in problem.visits
            if visit.id not in served and any(option.day == day for option in visit.options)
        ],
        stability=None,
    )


def loads_of(problem: Problem, day: int, rounds: list[Round]) -> Loads:
    """What each aide owes on a day: an even part of the horizon's hours not done, over its days to come."""
    lookup = Lookup(problem)
    done: Counter[str] = Counter()
    for item in rounds:
        done[item.worker] += day_timeline(lookup, lookup.workers[item.worker], item.day, item.stops).work_s
    due, share = contract_target_s(problem), fairness_targets(problem)
    found = {}
    for worker in problem.workers:
        present = [
            any(s.start_s < here.ends_s and s.end_s > here.starts_s for s in worker.shifts)
            for here in problem.days[day:]
        ]
        left = sum(present) if present[0] else 0
        one, other = (
            max(0, total[worker.id] - done[worker.id]) // left if left else 0 for total in (due, share)
        )
        found[worker.id] = (one, other)
    return found


def _on_day(visit: Visit, day: int, starts_s: int) -> Visit:
    pin = visit.pin
    if pin is not None:
        start = None if pin.start_s is None else pin.start_s - starts_s
        pin = Pin(workers=pin.workers, start_s=start, day=None if pin.day is None else pin.day - day)
    options = [
        Option(
            day=0,
            earliest_s=option.earliest_s - starts_s,
            latest_s=option.latest_s - starts_s,
            preferred_s=None if option.preferred_s is None else option.preferred_s - starts_s,
            meal_s=None if option.meal_s is None else option.meal_s - starts_s,
        )
        for option in visit.options
        if option.day == day
    ]
    return msgspec.structs.replace(visit, options=options, pin=pin)


def _moved(item: Round, starts_s: int, day: int) -> Round:
    stops = [
        msgspec.structs.replace(s, start_s=s.start_s + starts_s, end_s=s.end_s + starts_s) for s in item.stops
    ]
    return Round(worker=item.worker, day=day, stops=stops)


class _Past:
    """What each aide and person did on the days before one."""

    def __init__(self, problem: Problem, day: int, rounds: list[Round]) -> None:
        self._problem, self._day = problem, day
        self._calendar = Calendar(problem.days)
        self._worked: dict[str, dict[int, int]] = defaultdict(dict)
        self._ends: dict[str, int] = {}
        self._long: dict[str, int] = defaultdict(int)
        self._met: dict[str, set[str]] = defaultdict(set)
        lookup = Lookup(problem)
        regimes = {regime.key: regime for regime in problem.regimes}
        for item in sorted(rounds, key=lambda r: r.day):
            worker = lookup.workers[item.worker]
            line = day_timeline(lookup, worker, item.day, item.stops)
            self._worked[worker.id][item.day] = line.work_s
            self._ends[worker.id] = item.stops[-1].end_s
            span = regimes[worker.regime].span_max_s
            same_month = problem.days[item.day].date.month == problem.days[day].date.month
            long_day = span is not None and item.stops[-1].end_s - item.stops[0].start_s > span
            self._long[worker.id] += long_day and same_month
            for stop in item.stops:
                self._met[lookup.visits[stop.visit].person].add(worker.id)

    def worker(self, worker: Worker) -> Worker:
        """An aide with the shifts of the day and the history up to it."""
        here = self._problem.days[self._day]
        shifts = [
            Interval(start_s=s.start_s - here.starts_s, end_s=s.end_s - here.starts_s)
            for s in worker.shifts
            if s.start_s < here.ends_s and s.end_s > here.starts_s
        ]
        return msgspec.structs.replace(worker, shifts=shifts, history=self._history(worker))

    def person(self, person: Person) -> Person:
        """A person who knows whoever came on the days before."""
        met = {worker: 1 for worker in self._met[person.id] if worker not in person.known}
        busy = earlier(person.busy, self._problem.days[self._day].starts_s)
        return msgspec.structs.replace(person, known={**person.known, **met}, busy=busy)

    def _history(self, worker: Worker) -> History:
        old, worked = worker.history, self._worked[worker.id]
        week = self._calendar.week_of[self._day]
        weeks: dict[int, int] = defaultdict(int)
        for day, work_s in worked.items():
            weeks[self._calendar.week_of[day]] += work_s
        weeks[0] += old.week_work_s
        last = self._ends.get(worker.id, old.last_end_s)
        before = range(self._day)
        sundays = [day for day in before if self._problem.days[day].date.weekday() == 6]
        holidays = [day for day in before if self._problem.days[day].holiday]
        return msgspec.structs.replace(
            old,
            last_end_s=None if last is None else last - self._problem.days[self._day].starts_s,
            worked_days=[*old.worked_days, *(day in worked for day in before)],
            worked_sundays=[*old.worked_sundays, *(day in worked for day in sundays)],
            worked_last_holiday=holidays[-1] in worked if holidays else old.worked_last_holiday,
            previous_weeks_work_s=[*old.previous_weeks_work_s, *(weeks[k] for k in range(week))][-11:],
            week_work_s=weeks[week],
            exceptional_span_days=old.exceptional_span_days + self._long[worker.id],
        )
