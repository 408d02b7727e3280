"""
When a delivery can be handed over, around rides and around the visit that serves it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from carecoord.bookings.domain import Booking, BookingKind
from carecoord.meals.domain import DueMeal, MealDelivery
from carecoord.meals.elsewhere import Door, door_between, doors

H, MIN = 3_600, 60
DAY = date(2026, 11, 25)
ODETTE, SUBSCRIPTION, KITCHEN = UUID(int=1), UUID(int=2), UUID(int=3)
VISIT = UUID(int=20)


def a_delivery(*, eaten_on: date = DAY) -> MealDelivery:
    """Odette's meal, from 9:30 to 12:30."""
    meal = DueMeal(consumed_on=eaten_on, count=1, diet="normal", texture="iddsi7", allergies=[], chain="cold")
    return MealDelivery(
        id=UUID(int=10), subscription_id=SUBSCRIPTION, person_id=ODETTE, kitchen_id=KITCHEN, deliver_on=DAY,
        earliest_s=9 * H + 30 * MIN, latest_s=12 * H + 30 * MIN, latitude=48.7, longitude=2.5, note="",
        meals=[meal],
    )  # fmt: skip


def a_booking(kind: BookingKind, start: tuple[int, int], end: tuple[int, int], *, number: int) -> Booking:
    """Something promised to Odette, Paris hours of a winter day."""
    return Booking(
        kind=kind,
        source_id=UUID(int=number),
        person_id=ODETTE,
        starts_at=datetime(DAY.year, DAY.month, DAY.day, start[0] - 1, start[1], tzinfo=UTC),
        ends_at=datetime(DAY.year, DAY.month, DAY.day, end[0] - 1, end[1], tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("outings", "before_s", "expected"),
    [
        ([], None, Door(earliest_s=9 * H, latest_s=12 * H)),
        # Handing over takes three minutes: it is over when she boards.
        ([(11 * H, 14 * H)], None, Door(earliest_s=9 * H, latest_s=11 * H - 180)),
        # Half an hour before against an hour and a half after.
        ([(9 * H + 33 * MIN, 10 * H + 30 * MIN)], None, Door(earliest_s=10 * H + 30 * MIN, latest_s=12 * H)),
        ([(8 * H, 13 * H)], None, Door(earliest_s=9 * H, latest_s=12 * H, closed="meal_absent")),
        ([], 11 * H, Door(earliest_s=9 * H, latest_s=11 * H)),
        ([], 9 * H, Door(earliest_s=9 * H, latest_s=9 * H)),
        ([], 9 * H - 60, Door(earliest_s=9 * H, latest_s=12 * H, closed="meal_before_visit")),
        # Home at eleven, served at half past ten: no moment, because she is out.
        ([(8 * H, 11 * H)], 10 * H + 30 * MIN, Door(earliest_s=9 * H, latest_s=12 * H, closed="meal_absent")),
    ],
)
def test_what_is_left_of_a_window(
    outings: list[tuple[int, int]], before_s: int | None, expected: Door
) -> None:
    """Nine to noon, cut by outings and by the visit that serves the meal."""
    assert door_between(9 * H, 12 * H, outings=outings, before_s=before_s) == expected


def test_only_the_visit_that_serves_todays_meal_counts() -> None:
    """A visit at eleven cuts the window when it serves the meal, and not when the meal is for tomorrow."""
    visit = a_booking("visit", (11, 0), (12, 0), number=20)
    cut = Door(earliest_s=9 * H + 30 * MIN, latest_s=11 * H)
    tomorrow = date(2026, 11, 26)
    assert doors([a_delivery()], [visit], {VISIT}) == {UUID(int=10): cut}
    assert doors([a_delivery()], [visit], set()) == {}
    assert doors([a_delivery(eaten_on=tomorrow)], [visit], {VISIT}) == {}


def test_an_outing_is_from_boarding_until_home_again() -> None:
    """The way there is promised until the way back, the way back until the door: both close the window."""
    there = a_booking("ride", (9, 0), (11, 40), number=30)
    back = a_booking("ride", (11, 40), (12, 10), number=31)
    assert doors([a_delivery()], [there, back], set()) == {
        UUID(int=10): Door(earliest_s=12 * H + 10 * MIN, latest_s=12 * H + 30 * MIN)
    }
