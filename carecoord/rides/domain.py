"""
Solidarity transport: what was asked for, by whom, and each way of it.

Hours of a day are seconds, or minutes where somebody said them, after local midnight; distances metres;
money cents.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

Direction = Literal["out", "back"]
LegState = Literal["looking", "placed", "refused", "cancelled", "done"]
LEG_STATES: tuple[LegState, ...] = ("looking", "placed", "refused", "cancelled", "done")
ReturnKind = Literal["none", "wait", "other"]
RETURNS: tuple[ReturnKind, ...] = ("none", "wait", "other")


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way of a request, outbound or back: what a planner places.

    Args:
        on: civil date.
        pick_earliest_s, pick_latest_s: when the passenger may be picked up.
        drop_earliest_s, drop_latest_s: when the passenger may be set down.
        seats: of all who travel, the companion's included; a wheelchair is counted in `wheelchairs` alone.
        companion: whether somebody comes along.
        boarding_s, alighting_s: how long getting in and out takes.
        ride_max_s: longest time on board.
        same_driver_as: the leg whose driver waits and brings back; None when anybody may.
        shuttle_id: the collective shuttle it travels with; None for a ride of its own.
    """

    id: UUID
    request_id: UUID
    person_id: UUID
    direction: Direction
    on: date
    pick_latitude: float
    pick_longitude: float
    drop_latitude: float
    drop_longitude: float
    pick_earliest_s: int
    pick_latest_s: int
    drop_earliest_s: int
    drop_latest_s: int
    seats: int
    wheelchairs: int
    companion: bool
    boarding_s: int
    alighting_s: int
    ride_max_s: int
    same_driver_as: UUID | None = None
    shuttle_id: UUID | None = None
    state: LegState = "looking"


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """
    An end of a ride.

    Args:
        label: as said to the caller, "Centre hospitalier", "Domicile".
        insee: commune.
        place_id: the known destination it is; None for a home or an address given once.
        quality: how precise the point is, as for people; `commune` is the centre of the commune.
        is_hub: whether it is a multimodal hub, which users of location alone may reach.
    """

    label: str
    address: str
    insee: str
    latitude: float
    longitude: float
    place_id: UUID | None = None
    quality: str = "given"
    is_hub: bool = False


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """
    Why a request was refused.

    Args:
        code: a rule of `carecoord.rides.tus`, or `no_driver`, `asked_too_late`, `clash`.
        article: of the code des transports; empty when no rule of law refuses.
    """

    code: str
    article: str = ""
    args: dict[str, str | int] = {}


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """
    On what ground a ride is made, as it was judged that day.

    Args:
        regime: `tus`, or `own_service` for a service run on another ground.
        criterion: the criterion of the person that was held; empty for an own service.
        proof: what was shown.
        proof_seen_on: when.
        rules: version of the rules applied.
        warnings: codes of what was doubtful and did not refuse.
    """

    regime: Literal["tus", "own_service"]
    criterion: str = ""
    proof: str = ""
    proof_seen_on: date | None = None
    rules: str = ""
    warnings: list[str] = []


class RideRequest(msgspec.Struct, frozen=True, kw_only=True):
    """
    What somebody asked for on the telephone.

    Args:
        caller: who called, when not the person herself.
        purpose: kind of destination, a key of `PURPOSES`.
        arrive_minute: to be there by then; None when an hour of departure was asked for.
        leave_minute: to leave home at about then; None when an hour of arrival was asked for.
        back_minute: ready to go home from then on; None without a return.
        distance_m: of one way, by road.
        is_estimated: that distance was worked out as the crow flies.
        price_cents: share of the costs asked for all ways together.
        version: rises with each change.
    """

    id: UUID
    person_id: UUID
    on: date
    origin: Spot
    destination: Spot
    purpose: str
    arrive_minute: int | None
    leave_minute: int | None
    back: ReturnKind
    back_minute: int | None
    companions: int
    wheelchair: bool
    caller: str
    note: str
    distance_m: int
    is_estimated: bool
    price_cents: int
    basis: Basis
    state: LegState
    refusal: Refusal | None
    asked_at: datetime
    asked_by: UUID | None
    standing_id: UUID | None
    cancel_reason: str
    legs: list[Leg] = []
    version: int = 1
