"""
Remedies inside the plan: a pin lifted, a warning accepted, another visit moved, a larger budget.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from carecoord.planning.homecare.board import TOLERATED, Board
from carecoord.planning.homecare.explain import (
    Insertion,
    apply_insertion,
    insertion_on,
    insertion_with,
)
from carecoord.planning.homecare.remedy import Change, NewBudget, NewPin, Remedy
from carecoord.planning.homecare.remedy_trial import Case, remedy_of
from carecoord.planning.homecare.what_if import what_if
from carecoord.planning.problem import Pin, Visit, Worker
from carecoord.planning.solution import Round, Stop

NEAR_S = 2 * 3600
"""A visit further than this from the window is not in the way."""

HOURS_RULES = frozenset({"weekly_work", "average_work", "part_time_ceiling", "complementary_hours"})

_ASPECTS = (("start_s",), ("day",), ("workers",), ("start_s", "day"), ("workers", "start_s", "day"))
"""What of a pin may be loosened, the least first."""

MOVED_AIDE = 10
"""Burden of another aide for the visit that is moved away; its hour alone weighs half."""


def pins(case: Case) -> Iterator[Remedy]:
    """Loosen what was fixed by hand on this visit, or the hour fixed on another one in the way."""
    if case.visit.pin is not None and case.visit.id not in case.limits.locked:
        yield from _own_pin(case, case.visit.pin)
        return
    for worker in case.aides:
        for other in _pinned_near(case, worker):
            changes = [NewPin(visit=other.id, pin=_loosened(other.pin, ("start_s",)))]
            found = case.tried(changes, worker)
            if found is not None:
                yield remedy_of(case, "pin", found, changes, other=other.id)


def _own_pin(case: Case, fixed: Pin) -> Iterator[Remedy]:
    for aspects in _ASPECTS:
        if any(getattr(fixed, name) is None for name in aspects):
            continue
        changes: list[Change] = [NewPin(visit=case.visit.id, pin=_loosened(fixed, aspects))]
        board = what_if(case.board, changes)
        found = insertion_on(board, board.lookup.visits[case.visit.id])
        if found is not None:
            yield remedy_of(case, "pin", found, changes, more_burden=5 * len(aspects))
            return


def _loosened(fixed: Pin | None, aspects: tuple[str, ...]) -> Pin | None:
    """A pin without some of its aspects; nothing when none is left."""
    if fixed is None:
        return None
    left = msgspec.structs.replace(fixed, **dict.fromkeys(aspects))
    return left if left != Pin() else None


def _pinned_near(case: Case, worker: Worker) -> Iterator[Visit]:
    """Visits of an aide's rounds whose hour was fixed by hand, near the window."""
    visits = case.board.lookup.visits
    for stop, _ in _near(case, worker):
        visit = visits[stop.visit]
        fixed = visit.pin is not None and visit.pin.start_s is not None
        if fixed and visit.team_size == 1 and visit.id not in case.limits.locked:
            yield visit


def _near(case: Case, worker: Worker) -> list[tuple[Stop, int]]:
    """Stops of an aide on the days of the visit, the nearest to its windows first, with their day."""
    near: list[tuple[int, str, Stop, int]] = []
    for option in case.options:
        for stop in case.board.stops(worker.id, option.day):
            ends_s = option.latest_s + case.visit.duration_s
            away_s = max(option.earliest_s - stop.end_s, stop.start_s - ends_s, 0)
            if away_s <= NEAR_S:
                near.append((away_s, stop.visit, stop, option.day))
    return [(stop, day) for _, _, stop, day in sorted(near)]


def warnings(case: Case) -> Iterator[Remedy]:
    """Accept warnings, with a reason: the law allows it, somebody has to answer for it."""
    board = case.board.copy()
    board.warnings_allowed = True
    found = insertion_on(board, case.visit)
    if found is not None:
        rules = warned(case.board, found)
        yield remedy_of(case, "warning", found, rules=rules, more_burden=5 * len(rules))


def warned(board: Board, found: Insertion) -> list[str]:
    """Warnings that a place adds, too short a day left out; by name, once each."""
    rules: dict[str, None] = {}
    for item in found.rounds:
        law = board.law_added(board.lookup.workers[item.worker], item.day, item.stops)
        rules.update((v.rule, None) for v in law if v.severity == "warn" and v.rule not in TOLERATED)
    return list(rules)


def budget(case: Case) -> Iterator[Remedy]:
    """Let one more person, or two, be disturbed than the budget allows."""
    stability = case.board.lookup.problem.stability
    if stability is None or stability.persons_max is None:
        return
    for more in (1, 2, 3):
        changes: list[Change] = [NewBudget(persons_max=stability.persons_max + more)]
        found = insertion_on(what_if(case.board, changes), case.visit)
        if found is not None:
            yield remedy_of(case, "budget", found, changes, more_burden=5 * more)
            return


def swaps(case: Case) -> Iterator[Remedy]:
    """Move one other visit, whose people and hours allow it, to make room."""
    for worker in case.aides:
        for stop, day in _movable(case, worker):
            found = _swapped(case, worker, stop, day)
            if found is not None:
                yield found


def _movable(case: Case, worker: Worker) -> Iterator[tuple[Stop, int]]:
    """Stops that may be moved away: near the window, or anywhere in a week that is full."""
    seen: set[str] = set()
    for stop, day in [*_near(case, worker), *_of_full_week(case, worker)]:
        visit = case.board.lookup.visits[stop.visit]
        free = visit.pin is None and visit.team_size == 1 and visit.id not in case.limits.locked
        if free and visit.id not in seen:
            seen.add(visit.id)
            yield stop, day


def _of_full_week(case: Case, worker: Worker) -> Iterator[tuple[Stop, int]]:
    """Every stop of the week, the longest first, where hours are all that is in the way."""
    if case.visit.team_size > 1 or not _hours_alone(case, worker):
        return
    calendar = case.board.lookup.calendar
    weeks = {calendar.week_of[option.day] for option in case.options}
    days = [day for name, day in case.board.rounds if name == worker.id and calendar.week_of[day] in weeks]
    stops = [(stop, day) for day in sorted(days) for stop in case.board.stops(worker.id, day)]
    yield from sorted(stops, key=_longest_first)


def _longest_first(item: tuple[Stop, int]) -> tuple[int, int]:
    return (item[0].start_s - item[0].end_s, item[0].start_s)


def _hours_alone(case: Case, worker: Worker) -> bool:
    outcome = case.outcome(worker)
    return outcome.nearest is not None and set(outcome.nearest.rules) <= HOURS_RULES


def _swapped(case: Case, worker: Worker, stop: Stop, day: int) -> Remedy | None:
    """The visit with one aide, and the visit in its way somewhere else."""
    board = case.board.copy()
    left = [item for item in board.stops(worker.id, day) if item.visit != stop.visit]
    board.put(worker.id, day, left)
    mine = insertion_with(board, case.visit, worker, case.partners, case.options)
    if mine is None:
        return None
    apply_insertion(board, mine)
    other = board.lookup.visits[stop.visit]
    if other.id == case.visit.id:
        return None
    elsewhere = insertion_on(board, other)
    if elsewhere is None:
        return None
    apply_insertion(board, elsewhere)
    touched = {(worker.id, day)} | {(item.worker, item.day) for item in [*mine.rounds, *elsewhere.rounds]}
    rounds = [Round(worker=name, day=on, stops=board.stops(name, on)) for name, on in sorted(touched)]
    merged = msgspec.structs.replace(mine, rounds=rounds, cost_cents=mine.cost_cents + elsewhere.cost_cents)
    burden = MOVED_AIDE if elsewhere.workers != [worker.id] else MOVED_AIDE // 2
    return remedy_of(case, "swap", merged, other=other.id, more_burden=burden)
