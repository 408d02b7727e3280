"""
Hours of a ride and what it clashes with, worked out by hand.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from carecoord.careplans.domain import VisitToPlan
from carecoord.rides.ask_rules import ask_defects
from carecoord.rides.asking import AskRide, Ways, is_within_day, legs_of, moved, next_like
from carecoord.rides.clashes import away_of, ride_clashes, visit_clashes
from carecoord.rides.domain import Spot
from carecoord.rides.habits import habits_with

DAY = date(2026, 12, 1)
HOME = Spot(label="Domicile", address="", insee="91414", latitude=48.3, longitude=2.0)
THERE = Spot(label="Marché", address="", insee="91016", latitude=48.4, longitude=2.1)
WAYS = Ways(out_s=1200, back_s=1500, distance_m=18_000, straight_m=13_000, is_estimated=False)
CARRIED = ("none", habits_with())


def ask(**changes: object) -> AskRide:
    """To be there by 10 h, ready at 11 h, the driver waits."""
    usual = AskRide(
        person_id=UUID(int=1),
        on=DAY,
        destination=THERE,
        arrive_minute=600,
        back="wait",
        back_minute=660,
    )
    return msgspec.structs.replace(usual, **changes)


def minutes(value_s: int) -> int:
    """Whole minutes of a number of seconds."""
    return value_s // 60


def test_an_appointment_fixes_the_way_there() -> None:
    """Direct 20 min, on board 40 at most, 4 min to get in: fetched from 8 h 56 to 9 h 36."""
    out, back = legs_of(UUID(int=7), ask(), HOME, WAYS, CARRIED)  # type: ignore[arg-type] # literal

    assert (minutes(out.drop_earliest_s), minutes(out.drop_latest_s)) == (580, 600)
    assert minutes(out.pick_earliest_s) == 580 - 40 - 4
    assert minutes(out.pick_latest_s) == 600 - 20 - 4
    assert (minutes(back.pick_earliest_s), minutes(back.pick_latest_s)) == (660, 690)
    assert minutes(back.drop_earliest_s) == 660 + 4 + 25
    assert minutes(back.ride_max_s) == 50  # twice 25


def test_an_hour_of_departure_fixes_it_too() -> None:
    """At 9 h, a quarter of an hour either side; no return, no second way."""
    (out,) = legs_of(
        UUID(int=7),
        ask(arrive_minute=None, leave_minute=540, back="none", back_minute=None),
        HOME,
        WAYS,
        CARRIED,  # type: ignore[arg-type] # literal
    )

    assert (minutes(out.pick_earliest_s), minutes(out.pick_latest_s)) == (525, 555)
    assert minutes(out.drop_latest_s) == 555 + 4 + 40
    assert out.same_driver_as is None


@given(
    start=some.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31)),
    today=some.dates(min_value=date(2026, 1, 1), max_value=date(2027, 12, 31)),
)
def test_the_next_same_day_is_within_a_week_after_today(start: date, today: date) -> None:
    """Always to come, always the same day of the week, never later than needed."""
    found = next_like(start, today)

    assert found.weekday() == start.weekday()
    assert timedelta(days=1) <= found - today <= timedelta(days=7)


def test_other_hours_stay_within_the_day() -> None:
    """Half an hour later moves every hour; past midnight is another day."""
    assert moved(ask(), 30).arrive_minute == 630
    assert moved(ask(), 30).back_minute == 690
    assert not is_within_day(moved(ask(), 800))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"on": date(2026, 11, 22)}, "date_past"),
        ({"on": date(2028, 1, 1)}, "date_far"),
        ({"leave_minute": 500}, "ride_hour_one"),
        ({"back_minute": None}, "ride_back_hour"),
        ({"back_minute": 590}, "ride_back_before"),
        ({"back": "none"}, "ride_back_none"),
        ({"companions": 4}, "number_range"),
        ({"purpose": "golf"}, "value_unknown"),
    ],
)
def test_what_is_wrong_with_a_request_is_told(changes: dict[str, object], code: str) -> None:
    """One fault, one sentence."""
    assert [defect.code for defect in ask_defects(ask(**changes), date(2026, 11, 23))] == [code]


def visit(earliest: int, latest: int, duration: int = 60) -> VisitToPlan:
    """A visit at home that day."""
    return VisitToPlan(
        id=UUID(int=20),
        intervention_id=UUID(int=21),
        person_id=UUID(int=1),
        nominal_on=DAY,
        due_on=DAY,
        allowed_dates=[DAY],
        earliest_start_minute=earliest,
        latest_start_minute=latest,
        preferred_start_minute=None,
        duration_minutes=duration,
        status="planned",
        reference="L1",
        label="Ménage",
        tier="important",
        team_size=1,
        skills=[],
        wanted_aides=[],
        refused_aides=[],
        essential=True,
    )


@pytest.mark.parametrize(
    ("earliest", "latest", "kinds"),
    [
        (420, 450, []),  # over by 8 h 30, before the first pick-up at 8 h 56
        (540, 660, ["visit"]),  # from 9 h to 11 h at the latest: away from 9 h 36 to 11 h 29
        (420, 560, ["visit_tight"]),  # done by 9 h 36 when it starts at 8 h 30
        (600, 720, ["visit_tight"]),  # after 11 h 29 when it starts at 12 h
        (780, 840, []),
    ],
)
def test_visits_beside_a_ride(earliest: int, latest: int, kinds: list[str]) -> None:
    """Certain only when no start of its window leaves room."""
    away = away_of(legs_of(UUID(int=7), ask(), HOME, WAYS, CARRIED))  # type: ignore[arg-type] # literal

    assert [clash.kind for clash in visit_clashes(away, [visit(earliest, latest)], DAY)] == kinds


def test_two_rides_at_the_same_hour() -> None:
    """Another request of the same person at that hour clashes; another person's does not."""
    legs = legs_of(UUID(int=7), ask(), HOME, WAYS, CARRIED)  # type: ignore[arg-type] # literal
    same = legs_of(UUID(int=8), ask(arrive_minute=630, back_minute=640), HOME, WAYS, CARRIED)  # type: ignore[arg-type] # literal
    other = legs_of(UUID(int=9), ask(person_id=UUID(int=2)), HOME, WAYS, CARRIED)  # type: ignore[arg-type] # literal
    later = legs_of(UUID(int=10), ask(arrive_minute=900, back_minute=960), HOME, WAYS, CARRIED)  # type: ignore[arg-type] # literal

    assert len(ride_clashes(legs, [*same, *other, *later])) == 1
    assert ride_clashes(legs, legs) == []
