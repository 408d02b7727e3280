"""
Working windows, without a database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from builders.workforce import an_absence, an_aide
from hypothesis import given
from hypothesis import strategies as st

from carecoord.workforce.availability import merged, parity_of, without, working_windows
from carecoord.workforce.domain import EVEN_WEEKS, ODD_WEEKS, Availability

TUESDAY = date(2026, 11, 24)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """An instant of 2026, UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def hours(weekday: int, start: int, end: int, parity: int = 0) -> Availability:
    """A stretch in whole hours."""
    return Availability(weekday=weekday, start_minute=start * 60, end_minute=end * 60, week_parity=parity)


def test_winter_hours() -> None:
    """In winter Paris is one hour ahead: 7:00 to 20:00 is 6:00 to 19:00 UTC."""
    assert working_windows(an_aide(), [], [TUESDAY]) == [(at(24, 6), at(24, 19))]


def test_day_without_hours() -> None:
    """A Sunday without hours gives no window."""
    assert working_windows(an_aide(), [], [date(2026, 11, 29)]) == []


def test_absence_in_the_middle() -> None:
    """An absence from 8:00 to 12:00 leaves what comes before and after it."""
    windows = working_windows(an_aide(), [an_absence()], [TUESDAY])

    assert windows == [(at(24, 6), at(24, 7)), (at(24, 11), at(24, 19))]


def test_absence_of_somebody_else() -> None:
    """The absence of another aide changes nothing."""
    windows = working_windows(an_aide(), [an_absence(aide_id=UUID(int=999))], [TUESDAY])

    assert windows == [(at(24, 6), at(24, 19))]


def test_absence_over_several_days() -> None:
    """A long absence empties whole days and cuts the first and the last."""
    away = an_absence(starts_at=at(24, 12), ends_at=at(26, 8))

    windows = working_windows(an_aide(), [away], [TUESDAY, date(2026, 11, 25), date(2026, 11, 26)])

    assert windows == [(at(24, 6), at(24, 12)), (at(26, 8), at(26, 19))]


def test_overlapping_absences() -> None:
    """Absences that overlap are taken out once."""
    away = [
        an_absence(starts_at=at(24, 8), ends_at=at(24, 12)),
        an_absence(starts_at=at(24, 10), ends_at=at(24, 15)),
    ]

    windows = working_windows(an_aide(), away, [TUESDAY])

    assert windows == [(at(24, 6), at(24, 8)), (at(24, 15), at(24, 19))]


def test_weekend_in_two() -> None:
    """Hours of odd weeks hold in ISO week 49 and not in ISO week 48."""
    aide = an_aide(availabilities=[hours(5, 8, 12, ODD_WEEKS)])
    saturdays = [date(2026, 11, 28), date(2026, 12, 5)]

    windows = working_windows(aide, [], saturdays)

    assert windows == [(at(5, 7, month=12), at(5, 11, month=12))]


def test_parity_after_a_long_year() -> None:
    """2026 has 53 ISO weeks: its last week and the first of 2027 are both odd."""
    assert parity_of(date(2026, 12, 31)) == ODD_WEEKS
    assert parity_of(date(2027, 1, 4)) == ODD_WEEKS
    assert parity_of(date(2027, 1, 11)) == EVEN_WEEKS


def test_touching_stretches_are_one() -> None:
    """Morning and afternoon that touch, and a night across midnight, are one window."""
    aide = an_aide(availabilities=[hours(1, 8, 12), hours(1, 12, 24), hours(2, 0, 6)])

    windows = working_windows(aide, [], [TUESDAY, date(2026, 11, 25)])

    assert windows == [(at(24, 7), at(25, 5))]


def test_night_of_autumn() -> None:
    """On 25 October 2026 the hour from 2 to 3 comes twice: 0:00 to 6:00 lasts seven hours."""
    aide = an_aide(availabilities=[hours(6, 0, 6)])

    [(start, end)] = working_windows(aide, [], [date(2026, 10, 25)])

    assert (start, end) == (at(24, 22, month=10), at(25, 5, month=10))
    assert end - start == timedelta(hours=7)


def test_night_of_spring() -> None:
    """On 29 March 2026 the hour from 2 to 3 does not exist: 0:00 to 6:00 lasts five hours."""
    aide = an_aide(availabilities=[hours(6, 0, 6)])

    [(start, end)] = working_windows(aide, [], [date(2026, 3, 29)])

    assert end - start == timedelta(hours=5)


def test_stretch_that_vanishes_in_spring() -> None:
    """Hours from 2:00 to 3:00 do not exist on the night of spring: no window, not an empty one."""
    aide = an_aide(availabilities=[hours(6, 2, 3)])

    windows = working_windows(aide, [], [date(2026, 3, 29)])

    assert all(start < end for start, end in windows)


INSTANTS = st.integers(0, 200).map(lambda hour: datetime(2026, 3, 25, tzinfo=UTC) + timedelta(hours=hour))
WINDOWS = st.lists(st.tuples(INSTANTS, INSTANTS), max_size=8)


@given(wanted=WINDOWS, away=WINDOWS)
def test_time_is_neither_lost_nor_made(
    wanted: list[tuple[datetime, datetime]], away: list[tuple[datetime, datetime]]
) -> None:
    """Windows are disjoint and in order, and hold exactly the hours wanted and not taken out."""

    def whole_hours(windows: list[tuple[datetime, datetime]]) -> set[datetime]:
        return {
            start + timedelta(hours=hour)
            for start, end in windows
            for hour in range(int((end - start) / timedelta(hours=1)))
        }

    result = without(merged(wanted), merged(away))

    assert all(start < end for start, end in result)
    assert all(before[1] < after[0] for before, after in pairwise(merged(wanted)))
    assert all(before[1] <= after[0] for before, after in pairwise(result))
    assert whole_hours(result) == whole_hours(wanted) - whole_hours(away)
