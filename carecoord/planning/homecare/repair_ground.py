"""
The plan as events leave it, before anything is repaired: what still holds, what needs a place, what stays.

Pure, and without the engine.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from carecoord.planning.check import check_worker, worker_plan
from carecoord.planning.homecare.check import Made, stops_of_visits
from carecoord.planning.homecare.day_law import added, depth_of
from carecoord.planning.homecare.repair import Absent, Added, Cancelled, Overrun, Situation
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import (
    TIERS,
    Interval,
    Pin,
    Problem,
    Reference,
    Stability,
    Visit,
    Worker,
)
from carecoord.planning.solution import Round, Solution, Stop, Violation

Rounds = dict[RoundKey, list[Stop]]


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a repair starts from.

    Args:
        after: the whole horizon as events leave it: hours of aides, visits, lengths.
        problem: the same with what never moves pinned, so that the checker says when it did.
        before: the plan as it was.
        baseline: what is left of it when nothing is done: no round breaks travel or hours.
        days: indices of the days that may change, consecutive.
        fixed: visits that never move: started, done, about to start, promised.
        displaced: visits that need a place, most urgent first: tier, then start.
        waiting: visits that were left out before and could take place on these days.
    """

    after: Problem
    problem: Problem
    before: Solution
    baseline: Solution
    situation: Situation
    days: list[int]
    fixed: frozenset[str]
    displaced: list[str]
    waiting: list[str]

    @property
    def first_start_s(self) -> int:
        """Before this nothing may be put that is not there."""
        return self.situation.now_s + self.situation.notice_s


def ground(problem: Problem, plan: Solution, situation: Situation) -> Ground:
    """
    What events leave of a plan.

    A visit that overruns pushes those after it inside their windows; those that cannot give
    way need another place, and so does a visit for two of which one aide is away.

    Raises:
        KeyError: an event names an aide or a visit that the problem does not have.
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    after = _with_events(problem, situation)
    lookup = Lookup(after)
    known = lookup.visits
    before = stops_by_round(Lookup(_with_added(problem, situation)), plan)
    made = stops_of_visits(before)
    started = _started(lookup, made, situation)
    after = _reachable_shifts(after, made, started)
    lookup = Lookup(after)
    displaced = {name for name, stops in made.items() if name in known and _is_lost(lookup, stops, started)}
    rounds = {
        key: [stop for stop in stops if stop.visit in known and stop.visit not in displaced]
        for key, stops in before.items()
    }
    begun = {name for name in started if made[name][0].stop.start_s <= situation.now_s}
    fixed = started | ({name for name in situation.promised if name in made} - displaced)
    for event in situation.events:
        if isinstance(event, Overrun) and event.visit in known and event.visit in made.keys() - displaced:
            displaced |= _pushed(lookup, rounds, event.visit, begun | set(situation.promised))
            displaced |= _lawless(lookup, rounds, event.visit, begun | set(situation.promised))
    displaced |= {event.visit.id for event in situation.events if isinstance(event, Added)}
    fixed -= displaced
    days = _days(after, made, displaced, situation)
    made = stops_of_visits(rounds)
    pinned = _pinned(after, made, situation, before, fixed=fixed, displaced=displaced)
    return Ground(
        after=after,
        problem=pinned,
        before=plan,
        baseline=_solution(rounds),
        situation=situation,
        days=days,
        fixed=frozenset(fixed),
        displaced=_by_urgency(after, displaced, stops_of_visits(before)),
        waiting=_waiting(after, made, displaced, days, situation),
    )


def _with_added(problem: Problem, situation: Situation) -> Problem:
    more = [event.visit for event in situation.events if isinstance(event, Added)]
    known = {visit.id for visit in more}
    visits = [visit for visit in problem.visits if visit.id not in known]
    return msgspec.structs.replace(problem, visits=[*visits, *more])


def _with_events(problem: Problem, situation: Situation) -> Problem:
    problem = _with_added(problem, situation)
    away: dict[str, list[tuple[int, int]]] = defaultdict(list)
    gone: set[str] = set()
    longer: dict[str, int] = {}
    end_s = problem.days[-1].ends_s
    for event in situation.events:
        if isinstance(event, Absent):
            away[event.worker].append((event.from_s, end_s if event.until_s is None else event.until_s))
        elif isinstance(event, Cancelled):
            gone.add(event.visit)
        elif isinstance(event, Overrun):
            longer[event.visit] = longer.get(event.visit, 0) + event.extra_s
    missing = (away.keys() - {w.id for w in problem.workers}) | (
        (gone | longer.keys()) - {v.id for v in problem.visits}
    )
    if missing:
        raise KeyError(sorted(missing)[0])
    return msgspec.structs.replace(
        problem,
        workers=[
            msgspec.structs.replace(worker, shifts=without(worker.shifts, away[worker.id]))
            if worker.id in away
            else worker
            for worker in problem.workers
        ],
        visits=[
            msgspec.structs.replace(visit, duration_s=visit.duration_s + longer.get(visit.id, 0))
            for visit in problem.visits
            if visit.id not in gone
        ],
        stability=_still_wanted(problem.stability, gone),
    )


def _still_wanted(stability: Stability | None, gone: set[str]) -> Stability | None:
    """What the plan was to stay close to, without visits that are not made any more."""
    if stability is None or not gone:
        return stability
    kept = [item for item in stability.reference if item.visit not in gone]
    return msgspec.structs.replace(stability, reference=kept)


def without(shifts: list[Interval], away: list[tuple[int, int]]) -> list[Interval]:
    """Shifts without the stretches in which somebody is away, in elapsed seconds."""
    for start_s, end_s in away:
        cut = []
        for shift in shifts:
            for low, high in (
                (shift.start_s, min(shift.end_s, start_s)),
                (max(shift.start_s, end_s), shift.end_s),
            ):
                if low < high:
                    cut.append(Interval(start_s=low, end_s=high))
        shifts = cut
    return shifts


def _within(worker: Worker, stop: Stop) -> bool:
    return any(s.start_s <= stop.start_s and stop.end_s <= s.end_s for s in worker.shifts)


def _started(lookup: Lookup, made: dict[str, list[Made]], situation: Situation) -> set[str]:
    """Visits that stay because of the hour: started, done, or about to start with everybody there."""
    away = {event.worker: event.from_s for event in situation.events if isinstance(event, Absent)}
    border_s = situation.now_s + situation.notice_s
    found = {name for name in situation.started if name in made}
    for name, stops in made.items():
        if name not in lookup.visits:
            continue
        start_s = stops[0].stop.start_s
        absent = any(item.worker in away and start_s >= away[item.worker] for item in stops)
        if not absent and (
            start_s <= situation.now_s or (start_s < border_s and _are_present(lookup, stops))
        ):
            found.add(name)
    return found


def _are_present(lookup: Lookup, stops: list[Made]) -> bool:
    return all(_within(lookup.workers[item.worker], item.stop) for item in stops)


def _reachable_shifts(problem: Problem, made: dict[str, list[Made]], started: set[str]) -> Problem:
    """What was started lies inside hours worked, though the aide left since, and however long it takes."""
    lengths = {visit.id: visit.duration_s for visit in problem.visits}
    extra: dict[str, list[Interval]] = defaultdict(list)
    workers = {worker.id: worker for worker in problem.workers}
    for name in started & lengths.keys():
        for item in made[name]:
            stop = Stop(visit=name, start_s=item.stop.start_s, end_s=item.stop.start_s + lengths[name])
            if not _within(workers[item.worker], stop):
                extra[item.worker].append(Interval(start_s=stop.start_s, end_s=stop.end_s))
    return msgspec.structs.replace(
        problem,
        workers=[
            msgspec.structs.replace(worker, shifts=_joined([*worker.shifts, *extra[worker.id]]))
            if worker.id in extra
            else worker
            for worker in problem.workers
        ],
    )


def _joined(shifts: list[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for shift in sorted(shifts, key=lambda item: item.start_s):
        if joined and shift.start_s <= joined[-1].end_s:
            end_s = max(joined[-1].end_s, shift.end_s)
            joined[-1] = Interval(start_s=joined[-1].start_s, end_s=end_s)
        else:
            joined.append(shift)
    return joined


def _is_lost(lookup: Lookup, stops: list[Made], started: set[str]) -> bool:
    """Whether an aide of the visit is not there any more."""
    return stops[0].stop.visit not in started and not _are_present(lookup, stops)


def _pushed(lookup: Lookup, rounds: Rounds, visit: str, fixed: set[str]) -> set[str]:
    """Make a visit as long as it takes, push those after it; returns those that cannot give way."""
    out: set[str] = set()
    length_s = lookup.visits[visit].duration_s
    for key in [key for key, stops in rounds.items() if any(stop.visit == visit for stop in stops)]:
        worker = lookup.workers[key[0]]
        seconds = lookup.ways[worker.id].seconds
        kept: list[Stop] = []
        for stop in rounds[key]:
            if stop.visit in out:
                continue
            placed = stop
            if stop.visit == visit:
                placed = Stop(visit=visit, start_s=stop.start_s, end_s=stop.start_s + length_s)
            elif kept:
                way_s = seconds[lookup.place_of[kept[-1].visit]][lookup.place_of[stop.visit]]
                soon_s = kept[-1].end_s + way_s
                if stop.start_s < soon_s:
                    length = stop.end_s - stop.start_s
                    placed = Stop(visit=stop.visit, start_s=soon_s, end_s=soon_s + length)
                    if stop.visit in fixed or not _gives_way(lookup, worker, placed):
                        out.add(stop.visit)
                        continue
            kept.append(placed)
        rounds[key] = kept
    for key, stops in rounds.items():
        rounds[key] = [stop for stop in stops if stop.visit not in out]
    return out


def _lawless(lookup: Lookup, rounds: Rounds, visit: str, fixed: set[str]) -> set[str]:
    """Visits after one that overruns, taken off from the last until the rounds break no law they need not."""
    out: set[str] = set()
    for key in [key for key, stops in rounds.items() if any(stop.visit == visit for stop in stops)]:
        worker = lookup.workers[key[0]]
        days = {day: stops for (name, day), stops in rounds.items() if name == key[0] and stops}
        alone = {
            **days,
            key[1]: [stop for stop in days[key[1]] if stop.visit in fixed or stop.visit == visit],
        }
        least = depth_of(_blocking(lookup, worker, alone))
        while added(least, _blocking(lookup, worker, days)):
            loose = [s for s in days[key[1]] if s.visit not in fixed and s.visit != visit]
            if not loose:
                break
            out.add(loose[-1].visit)
            days[key[1]] = [stop for stop in days[key[1]] if stop.visit not in out]
    for key, stops in rounds.items():
        rounds[key] = [stop for stop in stops if stop.visit not in out]
    return out


def _blocking(lookup: Lookup, worker: Worker, days: dict[int, list[Stop]]) -> list[Violation]:
    plan = worker_plan(lookup, worker, {day: stops for day, stops in days.items() if stops})
    return [item for item in check_worker(plan) if item.severity == "block"]


def _gives_way(lookup: Lookup, worker: Worker, stop: Stop) -> bool:
    visit = lookup.visits[stop.visit]
    pinned = visit.pin is not None and visit.pin.start_s is not None
    inside = any(option.earliest_s <= stop.start_s <= option.latest_s for option in visit.options)
    return visit.team_size == 1 and not pinned and inside and _within(worker, stop)


def _days(
    problem: Problem, made: dict[str, list[Made]], displaced: set[str], situation: Situation
) -> list[int]:
    """From the first to the last day on which something happens."""
    today = max(0, sum(day.starts_s <= situation.now_s for day in problem.days) - 1)
    found = {today}
    for event in situation.events:
        if isinstance(event, Added):
            found |= {option.day for option in event.visit.options}
        elif isinstance(event, Cancelled | Overrun) and event.visit in made:
            found.add(made[event.visit][0].day)
    found |= {made[name][0].day for name in displaced if name in made}
    later = [day for day in found if day >= today]
    return list(range(min(later), max(later) + 1))


def _pinned(
    problem: Problem,
    made: dict[str, list[Made]],
    situation: Situation,
    before: Rounds,
    *,
    fixed: set[str],
    displaced: set[str],
) -> Problem:
    """Pins for what never moves; a promised hour holds even where its aide is away."""
    old = stops_of_visits(before)
    promised = set(situation.promised)
    away = {event.worker for event in situation.events if isinstance(event, Absent)}
    visits = []
    for visit in problem.visits:
        pin = visit.pin
        if visit.id in fixed and visit.id in made:
            stops = made[visit.id]
            workers = [item.worker for item in stops]
            pin = Pin(workers=workers, start_s=stops[0].stop.start_s, day=stops[0].day)
        elif visit.id in displaced:
            if visit.id in promised and visit.id in old:
                pin = Pin(start_s=old[visit.id][0].stop.start_s, day=old[visit.id][0].day)
            elif pin is not None and away & set(pin.workers or ()):
                present = [worker for worker in pin.workers or () if worker not in away]
                pin = msgspec.structs.replace(pin, workers=present or None)
                pin = None if pin == Pin() else pin
        visits.append(visit if pin == visit.pin else msgspec.structs.replace(visit, pin=pin))
    return msgspec.structs.replace(problem, visits=visits, stability=_stability(old, situation))


def _stability(old: dict[str, list[Made]], situation: Situation) -> Stability:
    """Where everybody is today, so that the checker counts who is disturbed; changes have no price here."""
    return Stability(
        reference=[
            Reference(visit=name, workers=[item.worker for item in stops], start_s=stops[0].stop.start_s)
            for name, stops in old.items()
        ],
        hour_tolerance_s=situation.hour_tolerance_s,
        aide_change_cents=0,
        hour_change_cents_per_h=0,
        persons_max=situation.persons_max,
    )


def _by_urgency(problem: Problem, displaced: set[str], old: dict[str, list[Made]]) -> list[str]:
    def urgency(visit: Visit) -> tuple[int, int, str]:
        start_s = old[visit.id][0].stop.start_s if visit.id in old else visit.options[0].earliest_s
        return (TIERS.index(visit.tier), start_s, visit.id)

    return [visit.id for visit in sorted((v for v in problem.visits if v.id in displaced), key=urgency)]


def _waiting(
    problem: Problem,
    made: dict[str, list[Made]],
    displaced: set[str],
    days: list[int],
    situation: Situation,
) -> list[str]:
    first_s = situation.now_s + situation.notice_s
    return [
        visit.id
        for visit in sorted(problem.visits, key=lambda item: (TIERS.index(item.tier), item.id))
        if visit.id not in made
        and visit.id not in displaced
        and any(option.day in days and option.latest_s >= first_s for option in visit.options)
    ]


def _solution(rounds: Rounds) -> Solution:
    return Solution(
        rounds=[
            Round(worker=worker, day=day, stops=stops)
            for (worker, day), stops in sorted(rounds.items())
            if stops
        ]
    )
