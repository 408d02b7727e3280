"""
What makes a line of a care plan or an exception valid: every defect, with where and why.
"""

from __future__ import annotations

from datetime import date

import msgspec

from carecoord.careplans.domain import (
    CHANGEABLE,
    EXCEPTION_KINDS,
    HOLIDAY_RULES,
    TIERS,
    AddException,
    Intervention,
    LineFields,
    UpsertLine,
)
from carecoord.careplans.recurrence import is_within
from carecoord.kernel.errors import Defect
from carecoord.kernel.texts import text_defects

DURATION_RANGE = (5, 720)
INTERVAL_RANGE = (1, 8)
TEAM_RANGE = (1, 2)
LAST_MINUTE = 1439
YEAR_RANGE = (2000, 2100)
"""Years whose public holidays are known with certainty enough to plan."""
LONGEST_PERIOD_DAYS = 92


def line_defects(line: UpsertLine, where: str = "") -> list[Defect]:
    """
    Everything wrong with one line.

    Args:
        where: put before the name of the field, such as `lines[3].`.
    """
    defects = [
        defect
        for name in ("reference", "label", "person_reference")
        for defect in text_defects(getattr(line, name), where + name)
    ]
    defects += [
        defect
        for index, skill in enumerate(line.skills)
        for defect in text_defects(skill, f"{where}skills[{index}]")
    ]
    for name, allowed in (("tier", TIERS), ("holidays", HOLIDAY_RULES)):
        if getattr(line, name) not in allowed:
            defects.append(
                Defect(code="value_unknown", where=where + name, why=f"is none of {', '.join(allowed)}")
            )
    defects += _pattern_defects(line, where)
    defects += time_defects(line, where)
    both = sorted(set(line.wanted_aides) & set(line.refused_aides))
    if both:
        defects.append(
            Defect(
                code="aide_wanted_and_refused",
                where=where + "refused_aides",
                why=f"{', '.join(both)} cannot be wanted and refused",
                args={"reference": both[0]},
            )
        )
    return defects


def _pattern_defects(line: LineFields, where: str) -> list[Defect]:
    defects = [
        Defect(code="weekday_malformed", where=where + name, why="has days outside 0 (Monday) … 6 (Sunday)")
        for name in ("weekdays", "alternative_days")
        if not all(0 <= day <= 6 for day in getattr(line, name))
    ]
    if not line.weekdays:
        defects.append(Defect(code="weekdays_missing", where=where + "weekdays", why="names no day"))
    for name, (low, high) in (("interval_weeks", INTERVAL_RANGE), ("team_size", TEAM_RANGE)):
        defects += _range_defects(getattr(line, name), low, high, where + name)
    if line.ends_on is not None and line.ends_on < line.starts_on:
        defects.append(Defect(code="dates_order", where=where + "ends_on", why="is before starts_on"))
    return defects


def time_defects(line: LineFields, where: str = "") -> list[Defect]:
    """Defects of window, wished hour and duration."""
    defects = _range_defects(line.duration_minutes, *DURATION_RANGE, where + "duration_minutes")
    defects += _range_defects(line.earliest_start_minute, 0, LAST_MINUTE, where + "earliest_start_minute")
    defects += _range_defects(line.latest_start_minute, 0, LAST_MINUTE, where + "latest_start_minute")
    if line.latest_start_minute < line.earliest_start_minute:
        defects.append(
            Defect(
                code="window_empty",
                where=where + "latest_start_minute",
                why="is before the earliest start",
                args={"earliest": line.earliest_start_minute, "latest": line.latest_start_minute},
            )
        )
    elif line.preferred_start_minute is not None and not (
        line.earliest_start_minute <= line.preferred_start_minute <= line.latest_start_minute
    ):
        defects.append(
            Defect(
                code="preference_outside",
                where=where + "preferred_start_minute",
                why="lies outside the window",
                args={"preferred": line.preferred_start_minute},
            )
        )
    return defects


def _range_defects(value: int, low: int, high: int, where: str) -> list[Defect]:
    if low <= value <= high:
        return []
    return [
        Defect(
            code="number_range",
            where=where,
            why=f"{value} is not in {low}..{high}",
            args={"low": low, "high": high},
        )
    ]


def stripped(line: UpsertLine) -> UpsertLine:
    """A line whose references have no blanks around them, as they are kept and compared."""
    return msgspec.structs.replace(
        line,
        reference=line.reference.strip(),
        label=line.label.strip(),
        person_reference=line.person_reference.strip(),
        wanted_aides=[reference.strip() for reference in line.wanted_aides],
        refused_aides=[reference.strip() for reference in line.refused_aides],
    )


def period_defects(first_day: date, day_count: int) -> list[Defect]:
    """Defects of a period for which visits are to be made."""
    low, high = YEAR_RANGE
    defects = _range_defects(first_day.year, low, high, "first_day")
    return defects + _range_defects(day_count, 1, LONGEST_PERIOD_DAYS, "day_count")


def exception_defects(command: AddException, intervention: Intervention) -> list[Defect]:
    """Everything wrong with one exception, given the line it is about."""
    defects = []
    if command.kind not in EXCEPTION_KINDS:
        defects.append(
            Defect(code="value_unknown", where="kind", why=f"is none of {', '.join(EXCEPTION_KINDS)}")
        )
    if not is_within(intervention, command.on_date):
        defects.append(
            Defect(code="date_outside", where="on_date", why="is outside the dates of the line or its plan")
        )
    if (command.kind == "moved") != (command.moved_to is not None):
        defects.append(
            Defect(code="moved_to_mismatch", where="moved_to", why="is needed when moved, and only then")
        )
    elif command.moved_to is not None and not is_within(intervention, command.moved_to):
        defects.append(
            Defect(code="date_outside", where="moved_to", why="is outside the dates of the line or its plan")
        )
    if unknown := sorted(set(command.changes) - set(CHANGEABLE)):
        defects.append(
            Defect(code="change_unknown", where="changes", why=f"{', '.join(unknown)} cannot be changed")
        )
    else:
        new = msgspec.structs.replace(intervention, **command.changes)
        if "preferred_start_minute" not in command.changes:
            new = msgspec.structs.replace(new, preferred_start_minute=None)
        defects += time_defects(new, "changes.")
    if command.kind == "cancelled" and command.changes:
        defects.append(Defect(code="change_useless", where="changes", why="has no meaning when cancelled"))
    if command.kind == "changed" and not command.changes:
        defects.append(Defect(code="change_missing", where="changes", why="says nothing"))
    return defects
