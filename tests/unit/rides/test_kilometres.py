"""
Kilometre statement: the scale by lines of the year, months that add up to it, what is not refunded.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from carecoord.rides.kilometres import Car, scale_on, statement_of, year_cents
from carecoord.rides.plan_domain import DriverTour, Outcome, Trip

OWN, SHARED = UUID(int=1), UUID(int=2)
CARS = {
    OWN: Car(fiscal_power=5, electric=False, of_association=False),
    SHARED: Car(fiscal_power=6, electric=False, of_association=True),
}


def a_tour(on: date, km: int, vehicle: UUID = OWN, outcome: Outcome = "done") -> DriverTour:
    """One ride of so many kilometres from home to home."""
    trip = Trip(
        leg_id=UUID(int=on.toordinal()), promised_s=0, pickup_s=0, dropoff_s=60, pick_rank=0, drop_rank=1,
        outcome=outcome,
    )  # fmt: skip
    return DriverTour(
        id=UUID(int=9), on=on, duty="d", volunteer_id=UUID(int=5), vehicle_id=vehicle, shuttle_id=None,
        departs_s=9 * 3600, back_s=11 * 3600, distance_m=km * 1000, empty_m=4000, trips=[trip],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("km", "power", "euros"),
    [
        (100, 5, "63.60"),  # 100 × 0.636
        (5000, 3, "2645.00"),  # 5000 × 0.529
        (6000, 5, "3537.00"),  # 6000 × 0.357 + 1395
        (20001, 7, "9400.47"),  # 20001 × 0.470
        (100, 2, "52.90"),  # below the first line: as 3
        (100, 11, "69.70"),  # above the last: as 7
        (0, 5, "0.00"),
    ],
)
def test_the_scale(km: int, power: int, euros: str) -> None:
    """Amounts of the table, worked out by hand beside each case."""
    scale = scale_on(date(2026, 11, 30))
    assert scale is not None
    assert f"{year_cents(scale, power, km * 1000) / 100:.2f}" == euros


def test_electric_is_worth_a_fifth_more() -> None:
    """100 km of 5 CV: 63.60 × 1.2."""
    scale = scale_on(date(2026, 11, 30))
    assert scale is not None
    assert year_cents(scale, 5, 100_000, electric=True) == 7632


def test_a_month_is_worth_what_it_adds_to_the_year() -> None:
    """4,900 km before, 200 in the month: 5,100 × 0.357 + 1,395 less 4,900 × 0.636."""
    tours = [a_tour(date(2026, 3, 2), 4900), a_tour(date(2026, 11, 3), 200)]
    found = statement_of(tours, date(2026, 11, 1), date(2026, 11, 30), CARS)
    assert (found.distance_m, found.before_m, len(found.days)) == (200_000, 4_900_000, 1)
    assert found.cents == 321_570 - 311_640


def test_a_car_of_the_association_is_not_refunded() -> None:
    """Its kilometres are listed, worth nothing, and that is said."""
    tours = [a_tour(date(2026, 11, 3), 50, SHARED), a_tour(date(2026, 11, 4), 10)]
    found = statement_of(tours, date(2026, 11, 1), date(2026, 11, 30), CARS)
    assert (found.distance_m, found.cents) == (60_000, 636)
    assert "association_car" in found.warnings


def test_what_is_doubtful_is_said() -> None:
    """Rides nobody marked, an unknown power, a scale whose source is not certain."""
    tours = [a_tour(date(2026, 11, 3), 50, UUID(int=7), "planned")]
    found = statement_of(tours, date(2026, 11, 1), date(2026, 11, 30), CARS)
    assert found.cents is None
    assert set(found.warnings) == {"power_missing", "scale_doubtful", "unconfirmed"}
    assert "scale_missing" in statement_of(tours, date(2020, 1, 1), date(2020, 1, 31), CARS).warnings
