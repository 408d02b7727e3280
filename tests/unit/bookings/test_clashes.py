"""
Which bookings of a person cannot both hold, and when meals are there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from carecoord.bookings.domain import Booking, BookingKind, clashes, meal_times

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def a_booking(kind: BookingKind, start: int, end: int, *, person: int = 1, number: int = 1) -> Booking:
    """A booking between two minutes of Monday."""
    return Booking(
        kind=kind,
        source_id=UUID(int=number),
        person_id=UUID(int=person),
        starts_at=MONDAY + timedelta(minutes=start),
        ends_at=MONDAY + timedelta(minutes=end),
    )


def test_ride_over_visit_is_a_clash() -> None:
    """A ride from 9:30 over a visit until 9:45 clashes for fifteen minutes."""
    visit, ride = a_booking("visit", 540, 585), a_booking("ride", 570, 620, number=2)

    [found] = clashes([ride, visit])

    assert (found.one, found.other, found.overlap_s) == (visit, ride, 900)


def test_touching_ends_other_people_and_meals_clash_with_nothing() -> None:
    """A ride that starts when the visit ends, a visit to somebody else, a meal in the midst of a visit."""
    bookings = [
        a_booking("visit", 540, 600),
        a_booking("ride", 600, 660, number=2),
        a_booking("visit", 550, 580, person=2, number=3),
        a_booking("meal", 560, 562, number=4),
    ]

    assert clashes(bookings) == []


def test_three_at_once_are_three_pairs() -> None:
    """A long visit over two others that overlap each other: every pair is told."""
    bookings = [
        a_booking("visit", 0, 100),
        a_booking("ride", 10, 30, number=2),
        a_booking("visit", 20, 40, number=3),
    ]

    assert [(c.one.source_id.int, c.other.source_id.int) for c in clashes(bookings)] == [
        (1, 2),
        (1, 3),
        (2, 3),
    ]


def test_latest_meal_of_a_day_counts() -> None:
    """Two deliveries for the same lunch: the visit waits for the later one."""
    lunch = date(2026, 11, 23)
    early = a_booking("meal", 600, 602)
    late = a_booking("meal", 700, 702, number=2)
    bookings = [
        Booking(**{name: getattr(one, name) for name in one.__struct_fields__} | {"for_dates": [lunch]})
        for one in (late, early)
    ]

    assert meal_times(bookings) == {(UUID(int=1), lunch): late.starts_at}


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40), st.integers(1, 15), st.integers(1, 2), st.sampled_from(["visit", "ride"])
        ),
        max_size=8,
    )
)
def test_every_pair_that_overlaps_is_found(given_: list[tuple[int, int, int, BookingKind]]) -> None:
    """The sweep finds exactly the pairs that comparing all with all finds."""
    bookings = [
        a_booking(kind, start, start + length, person=person, number=number)
        for number, (start, length, person, kind) in enumerate(given_)
    ]

    expected = {
        frozenset((one.source_id, two.source_id))
        for one in bookings
        for two in bookings
        if one.source_id < two.source_id
        and one.person_id == two.person_id
        and one.starts_at < two.ends_at
        and two.starts_at < one.ends_at
    }
    assert {frozenset((c.one.source_id, c.other.source_id)) for c in clashes(bookings)} == expected
