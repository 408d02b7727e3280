"""
Weekly pattern, dates, holidays and exceptions -> dated occurrences. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from carecoord.careplans.domain import Intervention, InterventionException, Occurrence
from carecoord.kernel.calendar import is_public_holiday, monday_of

ONE_DAY = timedelta(days=1)


def occurrences(
    intervention: Intervention,
    exceptions: Iterable[InterventionException],
    first: date,
    last: date,
    department: str,
) -> list[Occurrence]:
    """
    Every occurrence due in a period, in order of due date and nominal date.

    What is due on a date does not depend on the period asked for: two halves of a period
    give what the whole gives. Nothing takes place outside the dates of the line and of
    its plan. A date chosen by hand (moved to, added) stands even on a public holiday.

    Args:
        first: first day of the period.
        last: last day, included.
        department: of the person's commune; two more holidays in Alsace-Moselle.
    """
    by_date = {exception.on_date: exception for exception in exceptions}
    nominal = set(_pattern(intervention, first, last))
    # What is due here may have its nominal date elsewhere: moved from another week, or
    # fallen on a holiday of this week and served on another day of it.
    nominal |= set(_pattern(intervention, monday_of(first), first - ONE_DAY))
    nominal |= set(_pattern(intervention, last + ONE_DAY, monday_of(last) + 6 * ONE_DAY))
    for exception in by_date.values():
        if exception.kind == "added" or _is_nominal(intervention, exception.on_date):
            nominal.add(exception.on_date)
    found = [
        occurrence
        for day in nominal
        if (occurrence := _occurrence(intervention, by_date.get(day), day, department)) is not None
        and first <= occurrence.due_on <= last
    ]
    return sorted(found, key=lambda occurrence: (occurrence.due_on, occurrence.nominal_on))


def department_of(insee: str) -> str:
    """Department of a commune: two characters, three overseas; `2A` and `2B` for Corsica."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]


def is_within(intervention: Intervention, day: date) -> bool:
    """Whether a day lies within the dates of the line and of its plan."""
    ends = [end for end in (intervention.ends_on, intervention.plan_ends_on) if end is not None]
    return max(intervention.starts_on, intervention.plan_starts_on) <= day and all(day <= end for end in ends)


def _pattern(intervention: Intervention, first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if _is_nominal(intervention, day):
            yield day


def _is_nominal(intervention: Intervention, day: date) -> bool:
    """Whether the weekly pattern, within its dates, names this day."""
    if day.weekday() not in intervention.weekdays or not is_within(intervention, day):
        return False
    weeks = (monday_of(day) - monday_of(intervention.anchor_on)).days // 7
    return weeks % intervention.interval_weeks == 0


def _occurrence(
    intervention: Intervention, exception: InterventionException | None, day: date, department: str
) -> Occurrence | None:
    """What becomes of a nominal date; None when nothing takes place."""
    kind = exception.kind if exception else None
    if kind == "cancelled":
        return None
    if exception is not None and kind == "moved" and exception.moved_to is not None:
        allowed = [exception.moved_to]
    elif kind == "added":
        allowed = [day]
    else:
        allowed = _allowed_dates(intervention, day, department)
    allowed = [one for one in allowed if is_within(intervention, one)]
    if not allowed:
        return None
    occurrence = Occurrence(
        nominal_on=day,
        due_on=day if day in allowed else allowed[0],
        allowed_dates=allowed,
        earliest_start_minute=intervention.earliest_start_minute,
        latest_start_minute=intervention.latest_start_minute,
        preferred_start_minute=intervention.preferred_start_minute,
        duration_minutes=intervention.duration_minutes,
    )
    return changed(occurrence, exception.changes) if exception else occurrence


def changed(occurrence: Occurrence, changes: dict[str, int]) -> Occurrence:
    """An occurrence with other times; a wished hour that its window no longer holds is dropped."""
    new = msgspec.structs.replace(occurrence, **changes)
    wished = new.preferred_start_minute
    if wished is None or new.earliest_start_minute <= wished <= new.latest_start_minute:
        return new
    return msgspec.structs.replace(new, preferred_start_minute=None)


def _allowed_dates(intervention: Intervention, day: date, department: str) -> list[date]:
    """The day itself and its alternatives of the same civil week, holidays left out if so wished."""
    monday = monday_of(day)
    dates = sorted({day, *(monday + timedelta(days=other) for other in intervention.alternative_days)})
    if intervention.holidays == "skip":
        return [one for one in dates if not is_public_holiday(one, department)]
    return dates
