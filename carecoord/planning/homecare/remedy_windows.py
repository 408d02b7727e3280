"""
Remedies that move the hour or the day: the smallest widening of a window, another day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from carecoord.planning.homecare.explain import Insertion, able_alone, insertion_with, pair_at
from carecoord.planning.homecare.prices import cost_cents
from carecoord.planning.homecare.remedy import NewOption, Remedy
from carecoord.planning.homecare.remedy_trial import STEP_S, TIER_BURDEN, Case, down, remedy_of, up
from carecoord.planning.homecare.slots import Frame, Slot, frame_of, ranges
from carecoord.planning.homecare.trial import at_start, attempts_at
from carecoord.planning.homecare.what_if import what_if
from carecoord.planning.problem import Option, Visit


class _Room(NamedTuple):
    """A position of one aide's round, with the starts that travel and presence leave."""

    frame: Frame
    option: Option
    slot: Slot


def window(case: Case) -> Iterator[Remedy]:
    """The smallest widening to the earlier side and to the later one, the smaller first."""
    visit = case.visit
    if visit.pin is not None and visit.pin.start_s is not None:
        return
    sides = [
        (index, later)
        for index, option in enumerate(visit.options)
        if option in case.options
        for later in (False, True)
    ]
    found = [remedy for side in sides if (remedy := _widened(case, *side)) is not None]
    yield from sorted(found, key=_least)


def _least(item: Remedy) -> tuple[int, int]:
    return (item.amount_s, item.cost_cents)


def _widened(case: Case, index: int, later: bool) -> Remedy | None:
    """One option widened on one side as little as makes a place."""
    option = case.visit.options[index]
    starts = _starts(case, option, later)
    if not starts:
        return None
    far = msgspec.structs.replace(option, earliest_s=min(starts), latest_s=max(starts))
    place = _first_single if case.visit.team_size == 1 else _first_team
    found = place(case, far, starts)
    if found is None:
        return None
    wide = msgspec.structs.replace(
        option,
        earliest_s=min(option.earliest_s, found.start_s),
        latest_s=max(option.latest_s, found.start_s),
    )
    amount_s = option.earliest_s - wide.earliest_s + wide.latest_s - option.latest_s
    changes = [NewOption(visit=case.visit.id, option=wide, replaces=index)]
    return remedy_of(case, "window", found, changes, amount_s=amount_s, more_burden=tier_burden(case.visit))


def _starts(case: Case, option: Option, later: bool) -> list[int]:
    """Round hours outside the window on one side, the nearest first, inside the option's day."""
    day = case.board.lookup.problem.days[option.day]
    reach_s = case.limits.window_s
    if later:
        last = min(option.latest_s + reach_s, day.ends_s - 1)
        return list(range(down(option.latest_s) + STEP_S, last + 1, STEP_S))
    first = max(option.earliest_s - reach_s, day.starts_s)
    return list(range(up(option.earliest_s) - STEP_S, first - 1, -STEP_S))


def _first_single(case: Case, far: Option, starts: list[int]) -> Insertion | None:
    rooms = _rooms(case, far)
    for start_s in starts:
        best: tuple[int, str, Insertion] | None = None
        for frame, option, slot in rooms:
            if not slot.lo_s <= start_s <= slot.hi_s:
                continue
            narrow = Slot(slot.position, start_s, start_s)
            for attempt in attempts_at(frame, case.visit, at_start(option, start_s), narrow):
                if attempt.broken:
                    continue
                cents = cost_cents(case.board, case.visit, attempt)
                if best is None or (cents, attempt.worker) < best[:2]:
                    best = (cents, attempt.worker, Insertion.of(case.visit, [attempt], cents))
        if best is not None:
            return best[2]
    return None


def _rooms(case: Case, far: Option) -> list[_Room]:
    found: list[_Room] = []
    for worker in case.aides:
        windows = ranges(worker, case.visit, far)
        if not windows:
            continue
        frame = frame_of(case.board, worker, far.day)
        for lo_s, hi_s in windows:
            slots = frame.slots(case.visit, lo_s, hi_s)
            found.extend(_Room(frame, far, slot) for slot in slots if slot.lo_s <= slot.hi_s)
    return found


def _first_team(case: Case, far: Option, starts: list[int]) -> Insertion | None:
    """For two: the nearest start at which enough aides can."""
    able = able_alone(case.board, case.visit, [far])
    for start_s in starts:
        found = pair_at(case.board, case.visit, able, at_start(far, start_s))
        if found is not None:
            return found
    return None


def tier_burden(visit: Visit) -> int:
    """What it weighs to ask for another hour or day of a visit, by how much hangs on it."""
    return TIER_BURDEN[visit.tier]


def other_day(case: Case) -> Iterator[Remedy]:
    """The same hours on another day, the nearest first; never for what is vital, nor twice a day."""
    visit = case.visit
    if visit.tier == "vital" or (visit.pin is not None and visit.pin.day is not None):
        return
    for option in _other_days(case):
        changes = [NewOption(visit=visit.id, option=option)]
        board = what_if(case.board, changes)
        changed = board.lookup.visits[visit.id]
        partners = able_alone(board, changed, [option]) if visit.team_size > 1 else {}
        best: Insertion | None = None
        for worker in case.aides:
            found = insertion_with(board, changed, worker, partners, [option])
            if found is not None and (best is None or found.cost_cents < best.cost_cents):
                best = found
        if best is not None:
            days = abs(option.day - visit.options[0].day)
            burden = tier_burden(visit) + 3 * days
            yield remedy_of(case, "other_day", best, changes, more_burden=burden)


def _other_days(case: Case) -> Iterator[Option]:
    """Days near the visit's own on which nobody comes for the same thing, with the same wall-clock hours."""
    visit, days = case.visit, case.board.lookup.problem.days
    first = visit.options[0]
    taken = {option.day for option in visit.options} | _days_of_series(case)
    reach = case.limits.day_reach
    near = sorted(range(len(days)), key=lambda day: (abs(day - first.day), day))
    for day in near:
        if day in taken or abs(day - first.day) > reach:
            continue
        shift_s = days[day].starts_s - days[first.day].starts_s
        wished = first.preferred_s
        yield Option(
            day=day,
            earliest_s=first.earliest_s + shift_s,
            latest_s=first.latest_s + shift_s,
            preferred_s=None if wished is None else wished + shift_s,
        )


def _days_of_series(case: Case) -> set[int]:
    """Days on which the person has a visit of the same series, or, without one, any visit of its kind."""
    visit = case.visit
    days: set[int] = set()
    for other in case.board.lookup.problem.visits:
        if other.person != visit.person or other.id == visit.id:
            continue
        same = other.series == visit.series if visit.series else other.duration_s == visit.duration_s
        if same:
            days.update(option.day for option in other.options)
    return days
