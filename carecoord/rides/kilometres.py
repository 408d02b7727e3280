"""
Kilometres of a volunteer's month and what they are worth by the scale in force. Pure.

The scale is read once from the table beside this file. Its lines rise with what was driven in the year:
a month is worth what it adds to the year.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib import resources
from uuid import UUID

import msgspec

from carecoord.rides.plan_domain import DriverTour

HUNDREDTHS = 100
"""Amounts of the table are in hundredths of a cent, so that 0.529 € stays whole."""


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Kilometres of a year up to a limit: so much each, with a sum added to the whole."""

    per_km: int
    fixed_cents: int = 0
    until_km: int | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cars of a fiscal power; those below the first and above the last line count as these."""

    power: int
    bands: list[Band]


class Scale(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_on": "from"}
):
    """
    A scale from a date on.

    Args:
        doubtful: its source was not certain when it was written down: a warning goes with every figure.
        electric_permille: what an electric car is worth, in thousandths of the line.
    """

    from_on: date
    source: str
    confidence: float
    doubtful: bool
    electric_permille: int
    line: list[Line]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    scale: list[Scale]


class StatementDay(msgspec.Struct, frozen=True, kw_only=True):
    """
    One tour.

    Args:
        rides: single rides driven; `absent` of them nobody came to.
        unconfirmed: rides of which nobody noted what became.
    """

    on: date
    vehicle_id: UUID
    departs_s: int
    back_s: int
    rides: int
    absent: int
    unconfirmed: int
    distance_m: int
    empty_m: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """
    A volunteer's month.

    Args:
        before_m: driven in the year before the month.
        cents: worth by the scale; None where the fiscal power is not known or no scale is.
        warnings: codes: `scale_doubtful`, `scale_missing`, `power_missing`, `unconfirmed`, `association_car`.
    """

    first: date
    last: date
    days: list[StatementDay]
    distance_m: int
    before_m: int
    cents: int | None
    source: str
    warnings: list[str]


@functools.cache
def scales() -> tuple[Scale, ...]:
    """Every scale shipped, oldest first."""
    text = (resources.files("carecoord.rides") / "kilometres.toml").read_text(encoding="utf-8")
    table = msgspec.convert(tomllib.loads(text), _Table)
    return tuple(sorted(table.scale, key=lambda item: item.from_on))


def scale_on(on: date) -> Scale | None:
    """The scale in force on a day."""
    return next((item for item in reversed(scales()) if item.from_on <= on), None)


def year_cents(scale: Scale, power: int, distance_m: int, *, electric: bool = False) -> int:
    """What the kilometres of a year are worth, rounded to the nearest cent."""
    lines = sorted(scale.line, key=lambda item: item.power)
    line = next((item for item in lines if item.power >= power), lines[-1])
    km = distance_m / 1000
    band = next((item for item in line.bands if item.until_km is None or km <= item.until_km), line.bands[-1])
    hundredths = distance_m * band.per_km // 1000 + band.fixed_cents * HUNDREDTHS
    if distance_m == 0:
        hundredths = 0
    if electric:
        hundredths = hundredths * scale.electric_permille // 1000
    return (hundredths + HUNDREDTHS // 2) // HUNDREDTHS


class Car(msgspec.Struct, frozen=True, kw_only=True):
    """What the scale needs to know of a vehicle."""

    fiscal_power: int | None
    electric: bool
    of_association: bool


def statement_of(
    year_tours: Sequence[DriverTour], first: date, last: date, cars: dict[UUID, Car]
) -> Statement:
    """
    The month of one volunteer.

    Kilometres in a vehicle of the association are listed and worth nothing: the association pays them.

    Args:
        year_tours: the volunteer's tours from the first of January to `last`, driven.
        cars: of every vehicle named in them.
    """
    days = [_day(tour) for tour in year_tours if first <= tour.on <= last and tour.trips]
    own = [tour for tour in year_tours if tour.trips and not _car(cars, tour).of_association]
    before_m = sum(tour.distance_m for tour in own if tour.on < first)
    month_m = sum(tour.distance_m for tour in own if first <= tour.on <= last)
    scale = scale_on(last)
    car = next((_car(cars, tour) for tour in reversed(own)), None)
    warnings = []
    cents: int | None = None
    if len(own) < len([tour for tour in year_tours if tour.trips]):
        warnings.append("association_car")
    if scale is None:
        warnings.append("scale_missing")
    elif car is None:
        cents = 0
    elif car.fiscal_power is None:
        warnings.append("power_missing")
    else:
        cents = year_cents(scale, car.fiscal_power, before_m + month_m, electric=car.electric)
        cents -= year_cents(scale, car.fiscal_power, before_m, electric=car.electric)
    if scale is not None and scale.doubtful:
        warnings.append("scale_doubtful")
    if any(day.unconfirmed for day in days):
        warnings.append("unconfirmed")
    return Statement(
        first=first,
        last=last,
        days=days,
        distance_m=sum(day.distance_m for day in days),
        before_m=before_m,
        cents=cents,
        source=scale.source if scale is not None else "",
        warnings=warnings,
    )


def _car(cars: dict[UUID, Car], tour: DriverTour) -> Car:
    return cars.get(tour.vehicle_id, Car(fiscal_power=None, electric=False, of_association=False))


def _day(tour: DriverTour) -> StatementDay:
    outcomes = [trip.outcome for trip in tour.trips]
    return StatementDay(
        on=tour.on,
        vehicle_id=tour.vehicle_id,
        departs_s=tour.departs_s,
        back_s=tour.back_s,
        rides=len(outcomes),
        absent=outcomes.count("absent"),
        unconfirmed=outcomes.count("planned"),
        distance_m=tour.distance_m,
        empty_m=tour.empty_m,
    )
