"""
Who drives whom on a day: tours, trips, answers, planning runs, shuttles.

Hours are seconds after local midnight of the day, distances metres.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from carecoord.planning.rides.solution import Score
from carecoord.rides.domain import Leg
from carecoord.rides.drivers import RideVehicle, VolunteerDriver

Outcome = Literal["planned", "done", "absent"]
RunState = Literal["queued", "running", "stopping", "done", "failed", "cancelled", "published"]
ACTIVE_STATES: tuple[RunState, ...] = ("queued", "running", "stopping")
SECONDS_MIN, SECONDS_MAX = 2, 300
MAX_ATTEMPTS = 3


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way of a request with its driver.

    Args:
        promised_s: beginning of boarding that was told to the person.
        pickup_s, dropoff_s: beginning of boarding and of alighting as planned.
        pick_rank, drop_rank: positions among the stops of the tour.
        pinned: the volunteer was chosen by hand; planning leaves him there.
    """

    leg_id: UUID
    promised_s: int
    pickup_s: int
    dropoff_s: int
    pick_rank: int
    drop_rank: int
    pinned: bool = False
    outcome: Outcome = "planned"


class DriverTour(msgspec.Struct, frozen=True, kw_only=True):
    """What a volunteer drives within one duty, from home and back."""

    id: UUID
    on: date
    duty: str
    volunteer_id: UUID
    vehicle_id: UUID
    shuttle_id: UUID | None
    departs_s: int
    back_s: int
    distance_m: int
    empty_m: int
    trips: list[Trip] = []


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """What a way is for, and the communes of its ends."""

    purpose: str
    origin: str
    destination: str


class RidePlan(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of a day; `version` rises with each change, whoever makes it."""

    id: UUID
    on: date
    version: int
    published_at: datetime | None


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """
    Why a volunteer cannot drive a ride, tried for real.

    Args:
        volunteer_id, name: who; None for a cause that concerns everybody.
        code: name of the rule (docs/planning/constraints.md).
    """

    code: str
    volunteer_id: UUID | None = None
    name: str = ""
    args: dict[str, int] = {}


class LegPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where one way would go, or goes."""

    leg_id: UUID
    driver_id: UUID
    driver_name: str
    pickup_s: int
    dropoff_s: int


class OtherTime(msgspec.Struct, frozen=True, kw_only=True):
    """A place found when every hour asked for is shifted alike."""

    shift_s: int
    places: list[LegPlace]


class LiveAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is told to the caller.

    Args:
        outcome: `found`; `looking` when nobody can as things are, but some volunteer could be asked for
            more; `no` when no volunteer ever could that day.
        driver_id, driver_name, pickup_s, dropoff_s: of the first way.
        places: of every way, in the order asked.
        extra_distance_m, extra_s: what it adds to what volunteers drive and give.
        causes: for all first, then by volunteer, those that are nearest to possible first.
        others: other hours at which there is a place.
        version: of the plan that was looked at; 0 when the day has none yet.
        is_estimated: some of its travel times are as the crow flies.
    """

    outcome: Literal["found", "looking", "no"]
    driver_id: UUID | None = None
    driver_name: str = ""
    pickup_s: int | None = None
    dropoff_s: int | None = None
    extra_distance_m: int = 0
    extra_s: int = 0
    places: list[LegPlace] = []
    causes: list[Cause] = []
    others: list[OtherTime] = []
    version: int = 0
    is_estimated: bool = False


class ShuttleFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    A collective run: everybody fetched between `leaves_s` and `arrives_s`, brought home from `back_s` on.

    Args:
        ends_s: latest return of the vehicle.
    """

    on: date
    label: str
    destination: str
    insee: str
    latitude: float
    longitude: float
    volunteer_id: UUID
    vehicle_id: UUID
    leaves_s: int
    arrives_s: int
    back_s: int
    ends_s: int


class Shuttle(ShuttleFields, frozen=True, kw_only=True):
    """A shuttle; `version` rises with each change."""

    id: UUID
    state: Literal["open", "cancelled"] = "open"
    version: int = 1


class SaveShuttle(ShuttleFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Add a shuttle, or change the one of that identifier and version."""

    id: UUID | None = None
    version: int | None = None


class RideRun(msgspec.Struct, frozen=True, kw_only=True):
    """
    One request to plan a day anew.

    Args:
        progress: points `[elapsed_ms, left out, cents]`, oldest first.
        before, after: cost of the plan of the day when it began, and of the plan found.
    """

    id: UUID
    on: date
    seconds: int
    seed: int
    state: RunState
    phase: str
    attempts: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    progress: list[list[int]]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    failure: str | None

    @property
    def is_active(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.state in ACTIVE_STATES


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that the plan of a day breaks, from the independent checker."""

    rule: str
    volunteer_id: UUID | None = None
    leg_id: UUID | None = None
    amount: int = 0
    limit: int = 0
    unit: str = "s"


class RideChange(msgspec.Struct, frozen=True, kw_only=True):
    """A way that is driven otherwise after a repair; None where nobody drives it."""

    leg_id: UUID
    before_id: UUID | None
    after_id: UUID | None
    before_s: int | None
    after_s: int | None


class DayBoard(msgspec.Struct, frozen=True, kw_only=True):
    """
    A day as it is looked at.

    Args:
        plan: None where nothing was placed yet.
        available: volunteer -> stretches in which he may drive, seconds.
        left_out: ways without driver, with their causes.
        score: cost of the plan by term.
    """

    on: date
    plan: RidePlan | None
    legs: list[Leg]
    tours: list[DriverTour]
    volunteers: list[VolunteerDriver]
    vehicles: list[RideVehicle]
    shuttles: list[Shuttle]
    available: dict[UUID, list[tuple[int, int]]]
    left_out: dict[UUID, list[Cause]]
    breaches: list[Breach]
    score: Score | None
    is_estimated: bool = False
