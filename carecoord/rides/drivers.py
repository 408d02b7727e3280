"""
Volunteers and vehicles: structs, commands, and what makes them valid.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_insee, parse_phone
from carecoord.kernel.geo import Point
from carecoord.kernel.texts import text_defects
from carecoord.planning.rides.problem import PASSENGERS_MAX
from carecoord.workforce.domain import Availability
from carecoord.workforce.rules import availability_defects

MINUTES_MIN, MINUTES_MAX = 30, 720
KM_MIN, KM_MAX = 5, 600
DAY_MINUTES, DAY_KM = 270, 150
"""Usual limits of a volunteer's day: four hours and a half, 150 km; none has force of law."""


class VehicleFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    A car or minibus.

    Args:
        seatings: `(seats, wheelchairs)` beside the driver's seat, one per arrangement.
        of_association: it stands at `latitude`, `longitude`; else at its volunteer's home.
        fiscal_power: chevaux fiscaux, for the kilometre scale.
    """

    label: str
    seatings: list[tuple[int, int]]
    of_association: bool = False
    latitude: float | None = None
    longitude: float | None = None
    fiscal_power: int | None = None
    electric: bool = False
    active: bool = True


class RideVehicle(VehicleFields, frozen=True, kw_only=True):
    """A vehicle; `version` rises with each change."""

    id: UUID
    version: int


class SaveVehicle(VehicleFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a vehicle, or change the one of that identifier and version."""

    id: UUID | None = None
    version: int | None = None


class VolunteerFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    A volunteer driver.

    Args:
        insee, latitude, longitude: home, where tours begin and end.
        day_minutes_max, day_km_max: most of a day, from home to home.
        areas: INSEE codes of communes preferred; empty for none.
        vehicle_id: the vehicle driven, of one's own or of the association.
    """

    last_name: str
    first_name: str
    phone: str | None = None
    insee: str
    latitude: float
    longitude: float
    day_minutes_max: int = DAY_MINUTES
    day_km_max: int = DAY_KM
    areas: list[str] = []
    vehicle_id: UUID
    active: bool = True
    availabilities: list[Availability] = []


class VolunteerDriver(VolunteerFields, frozen=True, kw_only=True):
    """A volunteer with weekly hours; `version` rises with each change."""

    id: UUID
    version: int

    @property
    def name(self) -> str:
        """`Jean Morel`."""
        return f"{self.first_name} {self.last_name}"


class SaveVolunteer(VolunteerFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a volunteer, or change the one of that identifier and version, weekly hours included."""

    id: UUID | None = None
    version: int | None = None


class DriverAbsence(msgspec.Struct, frozen=True, kw_only=True):
    """When a volunteer cannot drive, aware instants; nobody asks why."""

    id: UUID
    volunteer_id: UUID
    starts_at: datetime
    ends_at: datetime


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """A volunteer and a person: `preferred`, or `refused`."""

    volunteer_id: UUID
    person_id: UUID
    kind: str


def vehicle_defects(vehicle: VehicleFields) -> list[Defect]:
    """Everything wrong with a vehicle."""
    defects = text_defects(vehicle.label, "label")
    if not vehicle.seatings:
        defects.append(Defect(code="field_missing", where="seatings", why="has no arrangement of seats"))
    for seats, wheelchairs in vehicle.seatings:
        if min(seats, wheelchairs) < 0 or not 1 <= seats + wheelchairs <= PASSENGERS_MAX:
            defects.append(
                Defect(
                    code="nine_seats",
                    where="seatings",
                    why=f"one to {PASSENGERS_MAX} passengers (code des transports, R3133-2)",
                    args={"high": PASSENGERS_MAX},
                )
            )
    if vehicle.of_association and vehicle.latitude is None:
        defects.append(Defect(code="field_missing", where="latitude", why="where it stands is unknown"))
    if vehicle.fiscal_power is not None:
        defects += _range("fiscal_power", vehicle.fiscal_power, 1, 60)
    return defects


def volunteer_defects(volunteer: VolunteerFields) -> list[Defect]:
    """Everything wrong with a volunteer."""
    defects = [
        defect
        for name in ("last_name", "first_name")
        for defect in text_defects(getattr(volunteer, name), name)
    ]
    for where, code in (("insee", volunteer.insee), *(("areas", code) for code in volunteer.areas)):
        try:
            parse_insee(code)
        except ValueError as error:
            defects.append(Defect(code="insee_malformed", where=where, why=str(error)))
    try:
        Point(lat=volunteer.latitude, lon=volunteer.longitude)
    except ValueError as error:
        defects.append(Defect(code="point_malformed", where="latitude", why=str(error)))
    if volunteer.phone is not None:
        try:
            parse_phone(volunteer.phone)
        except ValueError as error:
            defects.append(Defect(code="phone_malformed", where="phone", why=str(error)))
    defects += _range("day_minutes_max", volunteer.day_minutes_max, MINUTES_MIN, MINUTES_MAX)
    defects += _range("day_km_max", volunteer.day_km_max, KM_MIN, KM_MAX)
    return defects + availability_defects(volunteer.availabilities)


def _range(where: str, value: int, low: int, high: int) -> list[Defect]:
    if low <= value <= high:
        return []
    return [
        Defect(
            code="number_range", where=where, why=f"is not in {low}..{high}", args={"low": low, "high": high}
        )
    ]
