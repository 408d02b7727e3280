"""
Cells of an import: what people type, and what is read back from what we write.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecoord.exchange.cells import (
    CellError,
    moment_end,
    moment_start,
    read_date,
    read_days,
    read_hours,
    read_insee,
    read_last_day,
    read_moment,
    read_note,
    read_phone,
    read_reference,
    read_start_time,
    read_stretches,
    read_text,
    read_usual,
    write_days,
    write_moment,
    write_stretches,
)
from carecoord.workforce.domain import Availability


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("lundi", [0]),
        ("lun, mer, ven", [0, 2, 4]),
        ("Mardi et jeudi", [1, 3]),
        ("tous les jours", [0, 1, 2, 3, 4, 5, 6]),
        ("7j/7", [0, 1, 2, 3, 4, 5, 6]),
        ("du lundi au vendredi", [0, 1, 2, 3, 4]),
        ("samedi dimanche", [5, 6]),
        ("du samedi au lundi", [0, 5, 6]),
    ],
)
def test_days_as_people_type_them(text: str, days: list[int]):
    """Names, short names, ranges and the whole week."""
    assert read_days(text) == days


@pytest.mark.parametrize("text", ["dredi", "l", "lundi, funday", "12"])
def test_what_is_no_day_is_refused(text: str):
    """Nothing is guessed."""
    with pytest.raises(CellError, match="days"):
        read_days(text)


@given(st.sets(st.integers(0, 6), min_size=1))
def test_days_are_read_back(days: set[int]):
    """What is written is read as the same."""
    assert read_days(write_days(sorted(days))) == sorted(days)


@pytest.mark.parametrize(("text", "minutes"), [("28", 1680), ("28,5", 1710), ("28h30", 1710), ("35 h", 2100)])
def test_weekly_hours(text: str, minutes: int):
    """Hours with a decimal comma, or hours and minutes."""
    assert read_hours(text) == minutes


def test_hours_of_a_day_with_parity():
    """Two stretches, one of them in even weeks only, and back."""
    read = read_stretches("7h00-13h30, 16h30-20h45 (semaines paires)", 2)

    assert read == [
        Availability(weekday=2, start_minute=420, end_minute=810, week_parity=0),
        Availability(weekday=2, start_minute=990, end_minute=1245, week_parity=2),
    ]
    assert write_stretches(read) == "7h00-13h30, 16h30-20h45 (semaines paires)"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("7h00", "stretches"),
        ("9h-8h", "stretch_order"),
        ("7h-12h, 11h-13h", "stretch_overlap"),
        ("7h-12h (parfois)", "stretches"),
    ],
)
def test_hours_that_cannot_be(text: str, code: str):
    """Each kind of wrong hours has its own reason."""
    with pytest.raises(CellError, match=code):
        read_stretches(text, 0)


def test_same_hours_in_odd_and_even_weeks_do_not_overlap():
    """A stretch of odd weeks and one of even weeks may share hours."""
    assert len(read_stretches("7h-12h (semaines paires), 8h-12h (semaines impaires)", 5)) == 2


def test_absence_of_whole_days_ends_with_its_last_day():
    """A date alone as an end is included: Tuesday to Thursday is three days."""
    start, end = moment_start(read_moment("24/11/2026")), moment_end(read_moment("26/11/2026"))

    assert (end - start).total_seconds() == 3 * 86_400
    assert (write_moment(start), write_moment(end, is_end=True)) == ("24/11/2026", "26/11/2026")


def test_absence_over_the_night_when_clocks_change():
    """On 25 October 2026 the day has 25 hours."""
    moment = read_moment("25/10/2026")

    assert moment[0] == date(2026, 10, 25)
    assert (moment_end(moment) - moment_start(moment)).total_seconds() == 25 * 3600


def test_usual_aides():
    """Numbers of visits in brackets, one when not said."""
    assert read_usual("A001 (12), A004") == {"A001": 12, "A004": 1}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("24/11/26", "date_short_year"),
        ("46350", "date_serial"),
        ("46350,5", "date_serial"),
        ("31/12/9999", "date_bounds"),
        ("01/01/0001", "date_bounds"),
        ("31/02/2026", "date"),
        ("demain", "date"),
    ],
)
def test_dates_that_are_not_guessed(text: str, code: str):
    """Two-digit years, dates without their format and impossible ones have each their reason."""
    with pytest.raises(CellError) as caught:
        read_date(text)

    assert caught.value.code == code


def test_leading_zeros_dropped_by_a_spreadsheet_come_back():
    """01004 (Ambérieu-en-Bugey) read as 1004, 01 99 00 12 34 read as 199001234."""
    assert read_insee("1004") == "01004"
    assert read_phone("199001234") == "+33199001234"


def test_blanks_inside_a_reference_are_single_spaces():
    """`A 001` is the same number with a no-break space or with two spaces."""
    assert read_reference("A\u00a0001") == read_reference("A  001") == "A 001"


def test_texts_keep_the_limits_of_the_records():
    """What a record would refuse is refused at its line: 200 characters, 4,000 for a note."""
    assert read_text("x" * 200) == "x" * 200
    assert read_note("x" * 4000) == "x" * 4000
    for read, text, code in (
        (read_text, "x" * 201, "too_long"),
        (read_note, "x" * 4001, "too_long"),
        (read_text, "a\x01b", "control"),
    ):
        with pytest.raises(CellError) as caught:
            read(text)
        assert caught.value.code == code


def test_nothing_starts_at_midnight_of_the_day_after():
    """24h00 ends a day and starts none."""
    assert read_start_time("0h00") == 0
    with pytest.raises(CellError):
        read_start_time("24h00")


def test_end_without_end_is_kept():
    """31/12/9999 as a last day reads back as it was written; any other far year is refused."""
    assert read_last_day("31/12/9999") == date.max
    with pytest.raises(CellError):
        read_last_day("31/12/9998")
