"""
Checker of home help's own rules, and the door to all of them.

It never reads the builder. Each rule is one function under the rule's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from carecoord.planning.check import check_rounds
from carecoord.planning.homecare.stability import disturbed_rounds
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Problem, Visit, Worker
from carecoord.planning.rules.plan import Unit
from carecoord.planning.solution import Solution, Stop, Violation


class Made(NamedTuple):
    """One stop of a visit, with who makes it and on which day's round."""

    worker: str
    day: int
    stop: Stop


def check_homecare(problem: Problem, solution: Solution) -> list[Violation]:
    """
    Every violation of a plan: shared rules first, then home help's own.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    rounds = stops_by_round(lookup, solution)
    return [*check_rounds(lookup, rounds), *check_visits(lookup, rounds)]


def stops_of_visits(rounds: dict[RoundKey, list[Stop]]) -> dict[str, list[Made]]:
    """Visit identifier -> its stops, in order of worker."""
    made: dict[str, list[Made]] = defaultdict(list)
    for (worker, day), stops in sorted(rounds.items()):
        for stop in stops:
            made[stop.visit].append(Made(worker, day, stop))
    return made


def check_visits(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> Iterator[Violation]:
    """Every rule of home help, on rounds already put in order of time."""
    yield from round_day(lookup, rounds)
    yield from disturbance_budget(lookup, rounds)
    made = stops_of_visits(rounds)
    for visit_id, stops in made.items():
        visit = lookup.visits[visit_id]
        yield from once(visit, stops)
        yield from team(visit, stops)
        yield from pin(visit, stops)
        for item in stops:
            worker = lookup.workers[item.worker]
            yield from window(visit, item)
            yield from duration(visit, item)
            yield from skill(visit, worker, item)
            yield from refused(visit, worker, item)
        yield from person_busy(lookup, visit, stops[0])
        yield from meal_before_visit(visit, stops[0])
    yield from person_overlap(lookup, made)


def round_day(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> Iterator[Violation]:
    """`window`: a round belongs to the day on which its first visit starts."""
    for (worker, day), stops in rounds.items():
        actual = lookup.calendar.day_at(stops[0].start_s)
        if actual != day:
            yield _breach("window", lookup.visits[stops[0].visit], Made(worker, day, stops[0]), actual, day)


def once(visit: Visit, stops: list[Made]) -> Iterator[Violation]:
    """`once`: a visit is made once, by as many aides as it needs and no more."""
    if len(stops) > visit.team_size:
        yield _breach("once", visit, stops[-1], len(stops), visit.team_size)


def team(visit: Visit, stops: list[Made]) -> Iterator[Violation]:
    """`team`: a visit for two has two different aides who start together, or none."""
    if visit.team_size < 2:
        return
    if len({item.worker for item in stops}) < visit.team_size:
        yield _breach("team", visit, stops[0], len({item.worker for item in stops}), visit.team_size)
    starts = [item.stop.start_s for item in stops]
    if min(starts) != max(starts):
        yield _breach("team", visit, stops[0], max(starts) - min(starts), 0, unit="s")


def pin(visit: Visit, stops: list[Made]) -> Iterator[Violation]:
    """
    `pin`: what a coordinator fixed by hand stays: aides, start, day.

    Pinned aides fewer than the team are among those who come. A pinned visit that is left
    out is no violation: it is unserved, with its cause.
    """
    fixed = visit.pin
    if fixed is None:
        return
    present = {item.worker for item in stops}
    missing = set(fixed.workers or ()) - present
    if missing:
        yield _breach("pin", visit, stops[0], len(missing), 0)
    for item in stops:
        if fixed.start_s is not None and item.stop.start_s != fixed.start_s:
            yield _breach("pin", visit, item, abs(item.stop.start_s - fixed.start_s), 0, unit="s")
        if fixed.day is not None and _option_day(visit, item) != fixed.day:
            yield _breach("pin", visit, item, abs(item.day - fixed.day), 0, unit="days")


def _option_day(visit: Visit, item: Made) -> int:
    for option in visit.options:
        if option.earliest_s <= item.stop.start_s <= option.latest_s:
            return option.day
    return item.day


def window(visit: Visit, item: Made) -> Iterator[Violation]:
    """`window`: the start lies in the window of one option; the amount is the distance to the nearest."""
    start = item.stop.start_s
    miss = min(max(option.earliest_s - start, start - option.latest_s, 0) for option in visit.options)
    if miss:
        yield _breach("window", visit, item, miss, 0, unit="s")


def duration(visit: Visit, item: Made) -> Iterator[Violation]:
    """`duration`: the stop lasts as long as the visit."""
    length = item.stop.end_s - item.stop.start_s
    if length != visit.duration_s:
        yield _breach("duration", visit, item, length, visit.duration_s, unit="s")


def skill(visit: Visit, worker: Worker, item: Made) -> Iterator[Violation]:
    """`skill`: each aide holds every skill of the visit; the amount is how many are missing."""
    missing = len(set(visit.skills) - set(worker.skills))
    if missing:
        yield _breach("skill", visit, item, missing, 0)


def refused(visit: Visit, worker: Worker, item: Made) -> Iterator[Violation]:
    """`refused`: an aide refused by the person never comes."""
    if worker.id in visit.refused:
        yield _breach("refused", visit, item, 1, 0)


def disturbance_budget(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> Iterator[Violation]:
    """`disturbance_budget`: no more people than allowed get another aide or another hour than today."""
    stability = lookup.problem.stability
    if stability is None or stability.persons_max is None:
        return
    people = len(disturbed_rounds(lookup, rounds))
    if people > stability.persons_max:
        yield Violation(
            rule="disturbance_budget", severity="block", amount=people, limit=stability.persons_max
        )


def person_overlap(lookup: Lookup, made: dict[str, list[Made]]) -> Iterator[Violation]:
    """`person_overlap`: two visits to the same person do not overlap in time."""
    by_person: dict[str, list[Made]] = defaultdict(list)
    for visit_id, stops in made.items():
        by_person[lookup.visits[visit_id].person].append(stops[0])
    for items in by_person.values():
        items.sort(key=lambda item: (item.stop.start_s, item.stop.end_s, item.stop.visit))
        latest = items[0]
        for item in items[1:]:
            overlap = latest.stop.end_s - item.stop.start_s
            if overlap > 0:
                yield _breach("person_overlap", lookup.visits[item.stop.visit], item, overlap, 0, unit="s")
            if item.stop.end_s > latest.stop.end_s:
                latest = item


def person_busy(lookup: Lookup, visit: Visit, item: Made) -> Iterator[Violation]:
    """`person_busy`: nobody comes while the person is elsewhere; the amount is the longest time of both."""
    stop = item.stop
    both = [
        min(away.end_s, stop.end_s) - max(away.start_s, stop.start_s)
        for away in lookup.persons[visit.person].busy
    ]
    if max(both, default=0) > 0:
        yield _breach("person_busy", visit, item, max(both), 0, unit="s")


def meal_before_visit(visit: Visit, item: Made) -> Iterator[Violation]:
    """`meal_before_visit`: a visit that serves a meal starts when it is at the door, not sooner."""
    start = item.stop.start_s
    held = [option for option in visit.options if option.earliest_s <= start <= option.latest_s]
    if not held or any(option.meal_s is None or option.meal_s <= start for option in held):
        return
    soonest = min(option.meal_s for option in held if option.meal_s is not None)
    yield _breach("meal_before_visit", visit, item, soonest - start, 0, unit="s")


def _breach(
    rule: str, visit: Visit, item: Made, amount: int, limit: int, *, unit: Unit = "count"
) -> Violation:
    return Violation(
        rule=rule, severity="block", worker=item.worker, visit=visit.id, day=item.day,
        amount=amount, limit=limit, unit=unit,
    )  # fmt: skip
