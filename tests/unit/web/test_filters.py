"""
French display, with the expected text in sight. `~` stands for the narrow no-break space.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from carecoord.web import filters


def shown(text: str) -> str:
    """Expected text, with `~` for the narrow no-break space."""
    return text.replace("~", "\u202f")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 11, 24), "mar. 24 novembre"),
        (date(2026, 8, 1), "sam. 1er août"),
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "mer. 25 novembre"),
    ],
)
def test_day_is_short_and_local(value: date, expected: str) -> None:
    """A day names weekday and month; an instant counts by the clock in Paris."""
    assert filters.day(value) == expected


def test_other_dates() -> None:
    """Long and numeric dates of the same day."""
    day = date(2026, 11, 24)

    assert filters.day_long(day) == "mardi 24 novembre 2026"
    assert filters.day_numeric(day) == "24/11/2026"
    assert filters.weekday(day) == "mardi"


@pytest.mark.parametrize(
    ("monday", "expected"),
    [
        (date(2026, 11, 23), "semaine du 23 au 29 novembre 2026"),
        (date(2026, 6, 1), "semaine du 1er au 7 juin 2026"),
        (date(2026, 11, 30), "semaine du 30 novembre au 6 décembre 2026"),
        (date(2026, 12, 28), "semaine du 28 décembre 2026 au 3 janvier 2027"),
    ],
)
def test_week(monday: date, expected: str) -> None:
    """A week says month and year once, unless they change within it."""
    assert filters.week_of(monday) == expected


def test_hours_follow_summer_and_winter_time() -> None:
    """Half past seven UTC is half past eight in winter and half past nine in summer."""
    assert filters.hour(datetime(2026, 11, 24, 7, 30, tzinfo=UTC)) == shown("8~h~30")
    assert filters.hour(datetime(2026, 7, 14, 7, 30, tzinfo=UTC)) == shown("9~h~30")
    assert filters.hour(time(9, 5)) == shown("9~h~05")
    assert filters.hour_of_minutes(560) == shown("9~h~20")
    assert filters.hour_of_minutes(1470) == shown("0~h~30")
    assert filters.moment(datetime(2026, 11, 24, 8, 20, tzinfo=UTC)) == shown("mar. 24 novembre, 9~h~20")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0~min"),
        (29, "0~min"),
        (30, "1~min"),
        (2700, "45~min"),
        (3570, "1~h"),
        (5400, "1~h~30"),
        (7500, "2~h~05"),
        (-720, "−12~min"),
        (126_000, "35~h"),
    ],
)
def test_duration(seconds: int, expected: str) -> None:
    """Durations are rounded to the minute and written as people say them."""
    assert filters.duration(seconds) == shown(expected)


def test_signed_amounts() -> None:
    """The price of a change always has a sign."""
    assert filters.signed(filters.duration(720)) == shown("+12~min")
    assert filters.signed(filters.duration(-720)) == shown("−12~min")


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (2050, 0, "2~050"),
        (1_234_567.891, 2, "1~234~567,89"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-3.14, 1, "−3,1"),
        (-0.04, 1, "0,0"),
    ],
)
def test_number(value: float, decimals: int, expected: str) -> None:
    """Numbers have a decimal comma, groups of three, and no minus zero."""
    assert filters.number(value, decimals) == shown(expected)


def test_units() -> None:
    """Percentages, distances and money keep number and unit together."""
    assert filters.percent(0.142) == shown("14,2~%")
    assert filters.percent(0.91, 0) == shown("91~%")
    assert filters.km(0) == shown("0~m")
    assert filters.km(846) == shown("850~m")
    assert filters.km(8_449) == shown("8,4~km")
    assert filters.km(1_234_500) == shown("1~235~km")
    assert filters.euros(123_450) == shown("1~234,50~€")
    assert filters.euros(1200) == shown("12~€")
    assert filters.euros(-5) == shown("−0,05~€")


def test_phone() -> None:
    """French numbers are read by pairs; others are shown as they were given."""
    assert filters.phone("+33612345678") == shown("06~12~34~56~78")
    assert filters.phone("+3221234567") == "+3221234567"
    assert filters.phone(None) == ""


def test_counts() -> None:
    """In French, nought and one are singular."""
    assert filters.counted(0, "visite") == shown("0~visite")
    assert filters.counted(2050, "visite") == shown("2~050~visites")
    assert filters.counted(3, "travail", "travaux") == shown("3~travaux")


def test_initials() -> None:
    """Initials fit in a short visit."""
    assert filters.initials("Mme Berthier") == "MB"
    assert filters.initials("Anne-Marie Le Gall") == "AML"


@pytest.mark.parametrize(
    ("minute", "expected"),
    [(0, "à l’instant"), (5, "il y a 5~min"), (125, "il y a 2~h"), (800, "lun. 23 novembre, 20~h~40")],
)
def test_ago(minute: int, expected: str) -> None:
    """What happened lately is told from now; older things by their day."""
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    then = datetime.fromtimestamp(now.timestamp() - minute * 60, tz=UTC)

    assert filters.ago(then, now) == shown(expected)
