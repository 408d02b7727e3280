"""
Some days of a horizon as a problem of its own, what the other days say of rest and hours carried over.

Smaller by far than the horizon, so that a search of seconds is worth something. The cut is a
help for the search: what comes out is judged on the whole horizon.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import msgspec

from carecoord.planning.calendar import Calendar, earlier
from carecoord.planning.lookup import Lookup, RoundKey
from carecoord.planning.problem import (
    Day,
    History,
    Interval,
    Option,
    Person,
    Pin,
    Problem,
    Stability,
    Visit,
    Worker,
)
from carecoord.planning.solution import Round, Solution, Stop
from carecoord.planning.timeline import DayTimeline, day_timeline

WORKED_MAX, SUNDAYS_MAX, WEEKS_MAX = 27, 8, 11
"""How far back a rule can look."""

Timelines = dict[str, dict[int, DayTimeline]]


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """
    Some days as a problem.

    Args:
        problem: its times count from the midnight of the first of the days.
        first: index of that day in the horizon.
        offset_s: its midnight in the horizon.
        rest: rounds of the other days.
        work_s: worker -> work on the other days of the horizon.
    """

    problem: Problem
    first: int
    offset_s: int
    rest: list[Round]
    work_s: dict[str, int]


def cut(problem: Problem, rounds: dict[RoundKey, list[Stop]], days: list[int]) -> Cut:
    """
    The days of a problem on their own.

    Hours of the week, rests and days worked of the other days go into the past of each aide;
    rest due before work of the days after shortens the last of the days.

    Args:
        rounds: of the whole horizon, in order of time.
        days: consecutive indices.
    """
    lookup = Lookup(problem)
    first, last = days[0], days[-1]
    offset_s = problem.days[first].starts_s
    lines: Timelines = defaultdict(dict)
    others = {key: stops for key, stops in rounds.items() if not first <= key[1] <= last}
    for (worker, day), stops in others.items():
        lines[worker][day] = day_timeline(lookup, lookup.workers[worker], day, stops)
    inside = [visit for visit in problem.visits if _is_inside(visit, first, last)]
    elsewhere = {stop.visit for stops in others.values() for stop in stops}
    visits = [_visit(visit, first, last, offset_s) for visit in inside if visit.id not in elsewhere]
    made = msgspec.structs.replace(
        problem,
        days=[_day(problem.days[day], offset_s) for day in days],
        workers=[
            _worker(lookup, worker, lines[worker.id], (first, last), _spans(rounds, worker, days))
            for worker in problem.workers
        ],
        persons=_persons(lookup, rounds, (first, last), offset_s),
        visits=visits,
        stability=_stability(problem, {visit.id for visit in visits}, offset_s),
    )
    rest = [Round(worker=worker, day=day, stops=stops) for (worker, day), stops in sorted(others.items())]
    work_s = {worker: sum(line.work_s for line in days.values()) for worker, days in lines.items()}
    return Cut(problem=made, first=first, offset_s=offset_s, rest=rest, work_s=work_s)


def into(part: Cut, plan: Solution) -> Solution:
    """A plan of the horizon as one of the cut; stops of other days are left out."""
    return Solution(
        rounds=[
            _shifted(item, -part.first, -part.offset_s)
            for item in plan.rounds
            if 0 <= item.day - part.first < len(part.problem.days)
        ]
    )


def back(part: Cut, plan: Solution) -> Solution:
    """A plan of the cut with the rounds of the other days, as one of the horizon."""
    own = [_shifted(item, part.first, part.offset_s) for item in plan.rounds]
    return Solution(rounds=sorted([*part.rest, *own], key=lambda item: (item.worker, item.day)))


def _shifted(item: Round, days: int, seconds: int) -> Round:
    stops = [
        Stop(visit=stop.visit, start_s=stop.start_s + seconds, end_s=stop.end_s + seconds)
        for stop in item.stops
    ]
    return Round(worker=item.worker, day=item.day + days, stops=stops)


def _day(day: Day, offset_s: int) -> Day:
    return msgspec.structs.replace(day, starts_s=day.starts_s - offset_s, ends_s=day.ends_s - offset_s)


def _is_inside(visit: Visit, first: int, last: int) -> bool:
    pinned = visit.pin.day if visit.pin is not None else None
    if pinned is not None:
        return first <= pinned <= last
    return any(first <= option.day <= last for option in visit.options)


def _visit(visit: Visit, first: int, last: int, offset_s: int) -> Visit:
    options = [
        Option(
            day=option.day - first,
            earliest_s=option.earliest_s - offset_s,
            latest_s=option.latest_s - offset_s,
            preferred_s=None if option.preferred_s is None else option.preferred_s - offset_s,
            meal_s=None if option.meal_s is None else option.meal_s - offset_s,
        )
        for option in visit.options
        if first <= option.day <= last
    ]
    pin = visit.pin
    if pin is not None:
        pin = Pin(
            workers=pin.workers,
            start_s=None if pin.start_s is None else pin.start_s - offset_s,
            day=None if pin.day is None else pin.day - first,
        )
    return msgspec.structs.replace(visit, options=options, pin=pin)


def _spans(rounds: dict[RoundKey, list[Stop]], worker: Worker, days: list[int]) -> list[Stop]:
    """Stops of an aide on the days as they are."""
    return [stop for day in days for stop in rounds.get((worker.id, day), [])]


def _worker(
    lookup: Lookup,
    worker: Worker,
    lines: dict[int, DayTimeline],
    span: tuple[int, int],
    present: list[Stop],
) -> Worker:
    first, last = span
    days = lookup.problem.days
    offset_s, end_s = days[first].starts_s, days[last].ends_s
    low_s, high_s = _room(lookup, worker, lines, span)
    if present:
        # what is there is legal as it is, whatever the estimate of the room says
        low_s = min(low_s, present[0].start_s)
        high_s = max(high_s, *(stop.end_s for stop in present))
    shifts = []
    for shift in worker.shifts:
        start, end = max(shift.start_s, low_s, offset_s), min(shift.end_s, high_s)
        if start < end and start < end_s:
            shifts.append(Interval(start_s=start - offset_s, end_s=end - offset_s))
    return msgspec.structs.replace(worker, shifts=shifts, history=_history(lookup, worker, lines, first))


def _room(
    lookup: Lookup, worker: Worker, lines: dict[int, DayTimeline], span: tuple[int, int]
) -> tuple[int, int]:
    """
    Between which instants the aide may work on the days, given the rest due to the days around.

    Where the only weekly rest of a week touches the days, it is kept whole.
    """
    first, last = span
    days = lookup.problem.days
    regime = lookup.regime_of(worker)
    before = max((line.ends_s for day, line in lines.items() if day < first), default=None)
    after = min((line.starts_s for day, line in lines.items() if day > last), default=None)
    low_s, high_s = -(10**9), 10**9
    if after is not None:
        high_s = after - (regime.daily_rest_min_s or 0)
    weekly_s = regime.weekly_rest_min_s
    if weekly_s is None or before is None or after is None:
        return low_s, high_s
    line = sorted(lines.values(), key=lambda item: item.starts_s)
    gaps = [
        two.starts_s - one.ends_s for one, two in pairwise(line) if not (one.day < first and two.day > last)
    ]
    edges = [
        max(0, line[0].starts_s - days[0].starts_s),
        days[-1].ends_s - line[-1].ends_s,
    ]
    if max([*gaps, *edges]) < weekly_s and after - before >= weekly_s:
        # no other long rest in sight: it must be before or after what is worked on the days
        if days[first].starts_s - before >= after - days[last].ends_s:
            low_s = max(low_s, before + weekly_s)
        else:
            high_s = min(high_s, after - weekly_s)
    return low_s, high_s


def _history(lookup: Lookup, worker: Worker, lines: dict[int, DayTimeline], first: int) -> History:
    """The past of an aide at the first of the days; hours of the days after count into their week."""
    was, problem = worker.history, lookup.problem
    calendar, regime = Calendar(problem.days), lookup.regime_of(worker)
    offset_s = problem.days[first].starts_s
    past = {day: line for day, line in lines.items() if day < first}
    week = calendar.week_of[first]
    weeks: list[int] = []
    for index in range(week):
        done = sum(line.work_s for day, line in past.items() if calendar.week_of[day] == index)
        weeks.append(done + (was.week_work_s if index == 0 else 0))
    in_week = sum(line.work_s for day, line in lines.items() if calendar.week_of[day] == week)
    worked = [day in past for day in range(first)]
    sundays = [day in past for day in calendar.sundays if day < first]
    holidays = [day in past for day in calendar.holidays if day < first]
    last_end_s = max((line.ends_s for line in past.values()), default=was.last_end_s)
    month = problem.days[first].date.month
    spans = sum(
        regime.span_max_s is not None and line.span_s > regime.span_max_s
        for day, line in lines.items()
        if problem.days[day].date.month == month
    )
    return History(
        last_end_s=None if last_end_s is None else last_end_s - offset_s,
        worked_days=[*was.worked_days, *worked][-WORKED_MAX:],
        worked_sundays=[*was.worked_sundays, *sundays][-SUNDAYS_MAX:],
        worked_last_holiday=holidays[-1] if holidays else was.worked_last_holiday,
        previous_weeks_work_s=[*was.previous_weeks_work_s, *weeks][-WEEKS_MAX:],
        week_work_s=in_week + (was.week_work_s if week == 0 else 0),
        exceptional_span_days=was.exceptional_span_days + spans,
        excess_interruption_days=was.excess_interruption_days + _excess_days(lookup, worker, lines, first),
    )


def _excess_days(lookup: Lookup, worker: Worker, lines: dict[int, DayTimeline], first: int) -> int:
    """Days of the same fortnight whose interruptions passed the part-timer's total."""
    regime = lookup.regime_of(worker)
    limit_s = regime.part_time_interruptions_total_max_s
    if limit_s is None:
        return 0
    calendar = lookup.calendar
    for start, end in calendar.fortnights(regime.fortnight_anchor):
        if start <= first <= end:
            return sum(
                sum(line.interruptions) > limit_s for day, line in lines.items() if start <= day <= end
            )
    return 0


def _persons(
    lookup: Lookup, rounds: dict[RoundKey, list[Stop]], span: tuple[int, int], offset_s: int
) -> list[Person]:
    """Aides who come on the other days are known faces; of the ceiling of faces, what they leave."""
    met: dict[str, set[str]] = defaultdict(set)
    for (worker, day), stops in rounds.items():
        if not span[0] <= day <= span[1]:
            for stop in stops:
                met[lookup.visits[stop.visit].person].add(worker)
    return [
        msgspec.structs.replace(
            person,
            known={**person.known, **dict.fromkeys(sorted(met[person.id] - person.known.keys()), 1)},
            faces_max=None,
            busy=earlier(person.busy, offset_s),
        )
        for person in lookup.problem.persons
    ]


def _stability(problem: Problem, inside: set[str], offset_s: int) -> Stability | None:
    today = problem.stability
    if today is None:
        return None
    return msgspec.structs.replace(
        today,
        reference=[
            msgspec.structs.replace(item, start_s=item.start_s - offset_s)
            for item in today.reference
            if item.visit in inside
        ],
    )
