"""
Rounds of meals: vehicles, drivers, planning runs, published rounds, what happens at doors.

Seconds (`_s`) are counted from local midnight of the day of delivery; temperatures are tenths
of a degree Celsius.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from carecoord.meals.domain import Chain

RunState = Literal["queued", "running", "stopping", "done", "failed", "cancelled"]
ACTIVE_STATES: tuple[RunState, ...] = ("queued", "running", "stopping")

StopOutcome = Literal["", "handed", "left", "absent", "refused"]
OUTCOMES: tuple[StopOutcome, ...] = ("handed", "left", "absent", "refused")
"""At the door: handed over; left by agreement; nobody there; refused."""

StopChange = Literal["", "added", "cancelled"]
Verdict = Literal["good", "watch", "refuse"]

SECONDS_MIN, SECONDS_MAX = 1, 600
MAX_ATTEMPTS = 3
SERVICE_S = 180
"""Time at a door: 2 to 3 minutes in services that tell it."""


class VehicleFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        cold, hot: meals that each compartment holds; either may be 0.
        loading_minutes: time to load at each trip.
        keeps_cold, keeps_hot: the compartment makes its own cold or heat.
    """

    name: str
    cold: int
    hot: int = 0
    loading_minutes: int = 10
    keeps_cold: bool = False
    keeps_hot: bool = False
    active: bool = True


class MealVehicle(VehicleFields, frozen=True, kw_only=True):
    """A vehicle for meals."""

    id: UUID
    version: int


class DriverHours(msgspec.Struct, frozen=True, kw_only=True, order=True, forbid_unknown_fields=True):
    """Wall-clock hours of a weekday, 0 Monday … 6 Sunday, minutes after midnight."""

    weekday: int
    start_minute: int
    end_minute: int


class DriverFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        aide_id: the same person in the workforce, whose absences then count.
        volunteer: bound by no working-time regime.
        vehicle_ids: vehicles this driver may take.
        base_latitude, base_longitude: where the vehicle is taken and left, WGS 84 degrees.
        planned_minutes: working time due on a day; more is overtime.
        away_on: days off.
    """

    first_name: str
    last_name: str
    phone: str | None = None
    aide_id: UUID | None = None
    volunteer: bool = False
    hours: list[DriverHours] = []
    vehicle_ids: list[UUID] = []
    base_latitude: float
    base_longitude: float
    planned_minutes: int | None = None
    trips_max: int = 4
    away_on: list[date] = []
    active: bool = True


class MealDriver(DriverFields, frozen=True, kw_only=True):
    """A driver of meal rounds."""

    id: UUID
    version: int

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class RequestMealRun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Plan the rounds of a day; `seconds` is the time of the search."""

    deliver_on: date
    seconds: int = 45
    seed: int = 1


class RequestRepair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Repair the published rounds of a day.

    Args:
        at_s: when the drivers dropped out or the vehicles broke down, seconds after midnight.
    """

    deliver_on: date
    at_s: int
    away: list[UUID] = []
    broken: list[UUID] = []
    seconds: int = 10


class RepairFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a repair is about, and whom it changes something for (`planning.meals.repair.Change`)."""

    at_s: int
    away: list[UUID] = []
    broken: list[UUID] = []
    changes: list[dict[str, Any]] = []


class RunPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A point of the curve of a search."""

    elapsed_ms: int
    left: int
    warnings: int
    soft_cents: int
    phase: str


class RoundFigures(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a plan is worth.

    Args:
        deliveries: made; `left` are not.
        driver_changes: households with a usual driver to whom another one comes.
        hour_changes: households whose hour differs by more than the tolerance.
        terms: cost in cents by name.
    """

    deliveries: int
    left: int
    warnings: int
    rounds: int
    trips: int
    meals: int
    distance_m: int
    work_s: int
    driver_changes: int
    hour_changes: int
    soft_cents: int
    terms: dict[str, int] = {}


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery in no round: the cause in one word, and each driver's (`driver`, `code`, figures)."""

    delivery_id: UUID
    person_id: UUID
    code: str
    causes: list[dict[str, Any]] = []


class MealRun(msgspec.Struct, frozen=True, kw_only=True):
    """
    A planning run of a delivery day.

    Args:
        compared_on: day whose rounds it stays close to; None when there was none.
        naive: figures of the same day dealt out by hand.
        travel: who answered for travel times.
    """

    id: UUID
    deliver_on: date
    seconds: int
    seed: int
    state: RunState
    phase: str
    attempts: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    compared_on: date | None
    best: RoundFigures | None
    naive: RoundFigures | None
    curve: list[RunPoint]
    left_out: list[LeftOut]
    warnings: list[dict[str, Any]]
    travel: dict[str, Any] | None
    failure: str | None
    published_at: datetime | None
    situation: RepairFacts | None = None

    @property
    def is_active(self) -> bool:
        """Whether it is still being worked on."""
        return self.state in ACTIVE_STATES


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """
    A door on a round.

    Args:
        eta_s: when the driver is at the door.
        state: outcome told by the driver, empty until then.
        change: `added` or `cancelled` after publication.
        destroyed: meals thrown away.
    """

    id: UUID
    delivery_id: UUID
    subscription_id: UUID
    person_id: UUID
    eta_s: int
    cold: int
    hot: int
    state: StopOutcome = ""
    told_at: datetime | None = None
    change: StopChange = ""
    destroyed: int = 0


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """One load of the vehicle."""

    kitchen_id: UUID
    loads_s: int
    leaves_s: int
    back_s: int
    stops: list[Stop]


class DeliveryRound(msgspec.Struct, frozen=True, kw_only=True):
    """What one driver does on a day; `state`: draft, published or replaced."""

    id: UUID
    run_id: UUID
    deliver_on: date
    driver_id: UUID
    vehicle_id: UUID
    state: str
    begins_s: int
    distance_m: int
    version: int
    trips: list[Trip]

    @property
    def stops(self) -> list[Stop]:
        """Every stop, in order."""
        return [stop for trip in self.trips for stop in trip.stops]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A temperature taken at loading (no stop) or at a door."""

    id: UUID
    round_id: UUID
    stop_id: UUID | None
    trip: int
    chain: Chain
    decidegrees: int
    verdict: Verdict
    thermometer: str
    taken_at: datetime


class TellStop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What happened at a door.

    Args:
        destroyed: meals that come back: they are never delivered again.
    """

    stop_id: UUID
    outcome: StopOutcome
    destroyed: int = 0


class TakeTemperature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A temperature in tenths of a degree; at loading when no stop is given."""

    round_id: UUID
    trip: int = 0
    stop_id: UUID | None = None
    chain: Chain
    decidegrees: int
    thermometer: str = ""
