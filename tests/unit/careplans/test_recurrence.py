"""
Weekly pattern, dates, holidays and exceptions, without a database.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from builders.careplans import an_exception, an_intervention
from hypothesis import given
from hypothesis import strategies as st

from carecoord.careplans.domain import Intervention, InterventionException
from carecoord.careplans.recurrence import department_of, occurrences
from carecoord.kernel.calendar import is_public_holiday

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)


def due(intervention: Intervention, first: date = MONDAY, last: date = SUNDAY, **exception: Any) -> list[int]:
    """Days of the month on which something is due, in November 2026 by default."""
    exceptions = [an_exception(**exception)] if exception else []
    found = occurrences(intervention, exceptions, first, last, "91")
    return [occurrence.due_on.day for occurrence in found]


def test_weekly_pattern() -> None:
    """One visit for each weekday named, in the window of the line."""
    [monday, wednesday, friday] = occurrences(an_intervention(), [], MONDAY, SUNDAY, "91")

    assert [monday.nominal_on.day, wednesday.nominal_on.day, friday.nominal_on.day] == [23, 25, 27]
    assert (monday.earliest_start_minute, monday.latest_start_minute) == (480, 540)
    assert (monday.preferred_start_minute, monday.duration_minutes) == (510, 45)
    assert monday.allowed_dates == [date(2026, 11, 23)]


def test_every_other_week() -> None:
    """An interval of two weeks counts from the week of the anchor, whatever its weekday."""
    line = an_intervention(weekdays=[1], interval_weeks=2, anchor_on=date(2026, 11, 29))

    # The week of Sunday 29 November has its Tuesday on the 24th; then 8 and 22 December.
    assert due(line, MONDAY, date(2026, 12, 31)) == [24, 8, 22]


def test_anchor_in_the_future() -> None:
    """An anchor later than the period counts backwards just as well."""
    line = an_intervention(weekdays=[0], interval_weeks=3, anchor_on=date(2026, 12, 14))

    assert due(line, date(2026, 11, 2), date(2026, 11, 30)) == [2, 23]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"starts_on": date(2026, 11, 24)}, [25, 27]),
        ({"ends_on": date(2026, 11, 25)}, [23, 25]),
        ({"plan_starts_on": date(2026, 11, 26)}, [27]),
        ({"plan_ends_on": date(2026, 11, 24)}, [23]),
        ({"ends_on": date(2026, 11, 22)}, []),
    ],
)
def test_dates_of_line_and_plan(dates: dict[str, date], expected: list[int]) -> None:
    """Nothing before the first day or after the last one, of the line or of its plan."""
    assert due(an_intervention(**dates)) == expected


def test_alternative_days() -> None:
    """Each visit may fall on its own day or on any alternative of the same civil week."""
    line = an_intervention(weekdays=[2], alternative_days=[1, 3, 6])

    [visit] = occurrences(line, [], MONDAY, SUNDAY, "91")

    assert [day.day for day in visit.allowed_dates] == [24, 25, 26, 29]
    assert (visit.nominal_on.day, visit.due_on.day) == (25, 25)


def test_alternatives_within_dates() -> None:
    """An alternative outside the dates of the line is no alternative."""
    line = an_intervention(weekdays=[2], alternative_days=[1, 3], starts_on=date(2026, 11, 25))

    [visit] = occurrences(line, [], MONDAY, SUNDAY, "91")

    assert [day.day for day in visit.allowed_dates] == [25, 26]


def test_holidays() -> None:
    """A line that skips holidays has no visit on 25 December; one that keeps them has."""
    days = {"first": date(2026, 12, 21), "last": date(2026, 12, 27)}

    assert due(an_intervention(holidays="skip"), **days) == [21, 23]
    assert due(an_intervention(holidays="keep"), **days) == [21, 23, 25]


def test_holiday_of_alsace_moselle() -> None:
    """Good Friday (3 April 2026) is a holiday in Strasbourg, not in Brunoy."""
    line = an_intervention(weekdays=[4], holidays="skip")
    good_friday = date(2026, 4, 3)

    assert occurrences(line, [], good_friday, good_friday, "67") == []
    assert len(occurrences(line, [], good_friday, good_friday, "91")) == 1


def test_holiday_with_alternatives() -> None:
    """A nominal day that is a holiday leaves the other days of the week, and is due on the first."""
    line = an_intervention(weekdays=[4], alternative_days=[2, 3], holidays="skip")

    [visit] = occurrences(line, [], date(2026, 12, 21), date(2026, 12, 27), "91")

    assert visit.nominal_on == date(2026, 12, 25)
    assert visit.allowed_dates == [date(2026, 12, 23), date(2026, 12, 24)]
    assert visit.due_on == date(2026, 12, 23)


def test_cancelled() -> None:
    """A cancelled date has no visit; the others stay."""
    assert due(an_intervention(), kind="cancelled", on_date=date(2026, 11, 25)) == [23, 27]


def test_moved_within_the_week() -> None:
    """A moved visit takes place on its new day only, and keeps the name of its old one."""
    moved = an_exception(kind="moved", on_date=date(2026, 11, 25), moved_to=date(2026, 11, 26))

    visits = occurrences(an_intervention(alternative_days=[1]), [moved], MONDAY, SUNDAY, "91")

    [visit] = [one for one in visits if one.nominal_on == date(2026, 11, 25)]
    assert (visit.due_on, visit.allowed_dates) == (date(2026, 11, 26), [date(2026, 11, 26)])


def test_moved_to_another_week() -> None:
    """A visit moved to another week is due there and no longer here."""
    line = an_intervention()
    move = {"kind": "moved", "on_date": date(2026, 11, 25), "moved_to": date(2026, 12, 1)}

    assert due(line, **move) == [23, 27]
    assert due(line, date(2026, 11, 30), date(2026, 12, 6), **move) == [30, 1, 2, 4]


def test_moved_onto_a_holiday() -> None:
    """A day chosen by hand stands even on a public holiday."""
    line = an_intervention(weekdays=[3], holidays="skip")
    move = {"kind": "moved", "on_date": date(2026, 12, 24), "moved_to": date(2026, 12, 25)}

    assert due(line, date(2026, 12, 21), date(2026, 12, 27), **move) == [25]


def test_moved_from_a_day_outside_the_pattern() -> None:
    """A move of a day that the pattern no longer names does nothing."""
    assert due(an_intervention(), kind="moved", on_date=date(2026, 11, 24), moved_to=SUNDAY) == [23, 25, 27]


def test_added() -> None:
    """An added date has a visit; adding a date of the pattern does not double it."""
    assert due(an_intervention(), kind="added", on_date=date(2026, 11, 28)) == [23, 25, 27, 28]
    assert due(an_intervention(), kind="added", on_date=date(2026, 11, 27)) == [23, 25, 27]


def test_changed() -> None:
    """A changed date has its own window and duration; a wished hour outside the new window is dropped."""
    afternoon = {"earliest_start_minute": 840, "latest_start_minute": 900, "duration_minutes": 60}
    change = an_exception(kind="changed", on_date=date(2026, 11, 25), changes=afternoon)

    [monday, wednesday, _] = occurrences(an_intervention(), [change], MONDAY, SUNDAY, "91")

    assert (monday.earliest_start_minute, monday.duration_minutes) == (480, 45)
    assert (wednesday.earliest_start_minute, wednesday.latest_start_minute) == (840, 900)
    assert (wednesday.duration_minutes, wednesday.preferred_start_minute) == (60, None)


@pytest.mark.parametrize(
    ("insee", "department"), [("91114", "91"), ("2A004", "2A"), ("97105", "971"), ("67482", "67")]
)
def test_department(insee: str, department: str) -> None:
    """The department is two characters of the commune code, three overseas."""
    assert department_of(insee) == department


DAYS = st.dates(date(2026, 10, 1), date(2027, 2, 1))


@st.composite
def lines(draw: st.DrawFn) -> tuple[Intervention, list[InterventionException]]:
    """An intervention with dates around the end of a year, and a few exceptions."""
    starts_on = draw(DAYS)
    line = an_intervention(
        weekdays=draw(st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True)),
        alternative_days=draw(st.lists(st.integers(0, 6), max_size=3, unique=True)),
        interval_weeks=draw(st.integers(1, 4)),
        anchor_on=draw(DAYS),
        holidays=draw(st.sampled_from(["keep", "skip"])),
        starts_on=starts_on,
        ends_on=draw(st.none() | st.integers(0, 90).map(lambda days: starts_on + timedelta(days=days))),
        plan_starts_on=draw(DAYS),
        plan_ends_on=draw(st.none() | DAYS),
    )
    exceptions = []
    for day in draw(st.lists(DAYS, max_size=6, unique=True)):
        kind = draw(st.sampled_from(["cancelled", "moved", "added", "changed"]))
        moved_to = draw(DAYS) if kind == "moved" else None
        changes = {"duration_minutes": 60} if kind == "changed" else {}
        exceptions.append(an_exception(on_date=day, kind=kind, moved_to=moved_to, changes=changes))
    return line, exceptions


@given(line=lines(), first=DAYS, length=st.integers(0, 40), cut=st.integers(0, 40))
def test_splitting_a_period(
    line: tuple[Intervention, list[InterventionException]], first: date, length: int, cut: int
) -> None:
    """Two halves of a period give exactly what the whole gives."""
    last = first + timedelta(days=length)
    middle = first + timedelta(days=min(cut, length))

    whole = occurrences(*line, first, last, "91")
    halves = occurrences(*line, first, middle - timedelta(days=1), "91") + occurrences(
        *line, middle, last, "91"
    )

    assert whole == halves


@given(line=lines(), first=DAYS, length=st.integers(0, 60))
def test_every_occurrence_is_legal(
    line: tuple[Intervention, list[InterventionException]], first: date, length: int
) -> None:
    """Every date lies within line, plan and period, each occurrence has one name, holidays are skipped."""
    intervention, exceptions = line
    last = first + timedelta(days=length)
    chosen = {one.on_date for one in exceptions if one.kind in ("moved", "added")}

    found = occurrences(intervention, exceptions, first, last, "91")

    assert len({one.nominal_on for one in found}) == len(found)
    for one in found:
        assert first <= one.due_on <= last
        assert one.due_on in one.allowed_dates
        assert one.allowed_dates == sorted(set(one.allowed_dates))
        for day in one.allowed_dates:
            assert max(intervention.starts_on, intervention.plan_starts_on) <= day
            assert day <= min(intervention.ends_on or date.max, intervention.plan_ends_on or date.max)
            if intervention.holidays == "skip" and one.nominal_on not in chosen:
                assert not is_public_holiday(day, "91")
