"""
Where visits are today: last week's rounds, or usual aides at the wished hours. Pure.

A visit is known again by its intervention and the weekday of its nominal date. What cannot hold any
more (an aide who left, is refused or does not work then, an hour outside the window) is nobody's habit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.careplans.domain import VisitToPlan
from carecoord.kernel.calendar import elapsed_s
from carecoord.kernel.clock import PARIS
from carecoord.planning.problem import Interval, Option, Reference, Stability, Visit
from carecoord.rosters.keeping import Keep
from carecoord.rosters.past import PastStop

Habits = dict[tuple[UUID, int], "Habit"]
"""Intervention and nominal weekday -> what is usual."""


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where a recurring visit was.

    Args:
        weekday: on which it took place, 0 Monday … 6 Sunday.
        minute: of its start, wall clock.
    """

    aide_ids: list[UUID]
    weekday: int
    minute: int


def habits_of(stops: Iterable[PastStop], visits: dict[UUID, VisitToPlan]) -> Habits:
    """
    What was usual in a week, from the stops that counted and the visits they served.
    """
    crews: dict[UUID, list[PastStop]] = defaultdict(list)
    for stop in stops:
        if stop.visit_id in visits:
            crews[stop.visit_id].append(stop)
    found: Habits = {}
    for visit_id, crew in crews.items():
        visit, local = visits[visit_id], crew[0].starts_at.astimezone(PARIS)
        found[visit.intervention_id, visit.nominal_on.weekday()] = Habit(
            aide_ids=sorted(stop.aide_id for stop in crew),
            weekday=crew[0].on_date.weekday(),
            minute=local.hour * 60 + local.minute,
        )
    return found


def references(
    visits: Iterable[Visit],
    nominal: dict[str, VisitToPlan],
    habits: Habits,
    *,
    first_day: date,
    able: dict[str, set[str]],
    on_duty: dict[str, list[Interval]],
) -> list[Reference]:
    """
    References of the visits that have a habit which may still hold.

    Args:
        nominal: planned visit -> what its line says.
        able: aide -> her skills.
        on_duty: aide -> when she may work, absences taken out.
    """
    found = []
    for visit in visits:
        record = nominal[visit.id]
        habit = habits.get((record.intervention_id, record.nominal_on.weekday()))
        if habit is None:
            continue
        start_s = _start_s(visit, habit, first_day)
        aides = _present(visit, [aide.hex for aide in habit.aide_ids], able)
        if start_s is None or not aides:
            continue
        end_s = start_s + visit.duration_s
        if all(_works(on_duty.get(aide, []), start_s, end_s) for aide in aides):
            found.append(Reference(visit=visit.id, workers=aides, start_s=start_s))
    return found


def usual_references(
    visits: Iterable[Visit], known: dict[str, dict[str, int]], able: dict[str, set[str]]
) -> list[Reference]:
    """
    The aides who come most often, at the hour that the line wishes; visits without a wish have none.

    Args:
        known: person -> aide -> recent visits.
        able: aide -> her skills.
    """
    found = []
    for visit in visits:
        wish = next((option.preferred_s for option in visit.options if option.preferred_s is not None), None)
        often = sorted(known.get(visit.person, {}).items(), key=lambda pair: (-pair[1], pair[0]))
        aides = _present(visit, [name for name, _ in often], able)[: visit.team_size]
        if wish is not None and len(aides) == visit.team_size:
            found.append(Reference(visit=visit.id, workers=sorted(aides), start_s=wish))
    return found


def stability_of(keep: Keep, found: list[Reference]) -> Stability:
    """References with the prices of changes."""
    usual = Stability(reference=[])
    return Stability(
        reference=found,
        aide_change_cents=usual.aide_change_cents * keep.weight_percent // 100,
        hour_change_cents_per_h=usual.hour_change_cents_per_h * keep.weight_percent // 100,
        persons_max=keep.persons_max,
    )


def _works(shifts: list[Interval], start_s: int, end_s: int) -> bool:
    return any(shift.start_s <= start_s and end_s <= shift.end_s for shift in shifts)


def _present(visit: Visit, names: list[str], able: dict[str, set[str]]) -> list[str]:
    """Those who are planned, hold the skills and are not refused."""
    return [
        name
        for name in names
        if name in able and name not in visit.refused and set(visit.skills) <= able[name]
    ]


def _start_s(visit: Visit, habit: Habit, first_day: date) -> int | None:
    """The usual hour, on the option of the usual weekday; None where no window holds it."""

    def start(option: Option) -> int:
        return elapsed_s(first_day, first_day + timedelta(days=option.day), habit.minute)

    fitting = [option for option in visit.options if option.earliest_s <= start(option) <= option.latest_s]
    for option in fitting:
        if (first_day + timedelta(days=option.day)).weekday() == habit.weekday:
            return start(option)
    return start(fitting[0]) if fitting else None
