"""
What is asked for on the telephone, and the ways that follow from it. Pure.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.kernel.ids import derived_id
from carecoord.rides.domain import Leg, ReturnKind, RideRequest, Spot
from carecoord.rides.habits import Frailty, Habits, ride_max_s

PURPOSES = ("care", "shopping", "market", "visit", "leisure", "office", "station", "work", "other")
"""Kinds of destination; how care is paid for elsewhere is not this feature's business."""

COMPANIONS_MAX = 3
DAY_S = 86_400


class AskRide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One ride as it is asked for.

    Args:
        origin: where from; the person's home when None.
        arrive_minute, leave_minute: to be there by, or to leave at about; exactly one of them.
        back_minute: ready to go home from then on, with a return alone.
        caller: who calls, when not the person herself.
        price_cents: asked for all ways together; what the price a kilometre gives when None.
        distance_m: of one way, as somebody measured it by road; worked out when None.
    """

    person_id: UUID
    on: date
    destination: Spot
    origin: Spot | None = None
    purpose: str = "other"
    arrive_minute: int | None = None
    leave_minute: int | None = None
    back: ReturnKind = "none"
    back_minute: int | None = None
    companions: int = 0
    wheelchair: bool = False
    caller: str = ""
    note: str = ""
    price_cents: int | None = None
    distance_m: int | None = None


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """
    Direct ways between both ends, without detour.

    Args:
        straight_m: as the crow flies.
        is_estimated: no road network answered.
    """

    out_s: int
    back_s: int
    distance_m: int
    straight_m: int
    is_estimated: bool


def legs_of(
    request_id: UUID, ask: AskRide, origin: Spot, ways: Ways, carried: tuple[Frailty, Habits]
) -> list[Leg]:
    """
    The ways of a request, outbound first; their identifiers follow from the request's.

    Args:
        carried: how frail the person is, and the habits of the service.
    """
    out = _out(request_id, ask, origin, ways, carried)
    return [out] if ask.back == "none" else [out, _back(out, ask, ways, carried)]


def _out(request_id: UUID, ask: AskRide, origin: Spot, ways: Ways, carried: tuple[Frailty, Habits]) -> Leg:
    frailty, habits = carried
    boarding_s, alighting_s = _times(ask, habits)
    longest_s = ride_max_s(ways.out_s, frailty, habits)
    if ask.arrive_minute is not None:
        drop_latest_s = ask.arrive_minute * 60
        drop_earliest_s = drop_latest_s - habits.early_max_min * 60
        pick_earliest_s = drop_earliest_s - longest_s - boarding_s
        pick_latest_s = drop_latest_s - ways.out_s - boarding_s
    else:
        said_s = (ask.leave_minute or 0) * 60
        pick_earliest_s = said_s - habits.pickup_margin_min * 60
        pick_latest_s = said_s + habits.pickup_margin_min * 60
        drop_earliest_s = pick_earliest_s + boarding_s + ways.out_s
        drop_latest_s = pick_latest_s + boarding_s + longest_s
    wheelchairs = 1 if ask.wheelchair else 0
    return Leg(
        id=derived_id(request_id, "out"),
        request_id=request_id,
        person_id=ask.person_id,
        direction="out",
        on=ask.on,
        pick_latitude=origin.latitude,
        pick_longitude=origin.longitude,
        drop_latitude=ask.destination.latitude,
        drop_longitude=ask.destination.longitude,
        pick_earliest_s=max(0, pick_earliest_s),
        pick_latest_s=max(0, pick_latest_s),
        drop_earliest_s=max(0, drop_earliest_s),
        drop_latest_s=drop_latest_s,
        seats=1 - wheelchairs + ask.companions,
        wheelchairs=wheelchairs,
        companion=ask.companions > 0,
        boarding_s=boarding_s,
        alighting_s=alighting_s,
        ride_max_s=longest_s,
    )


def _back(out: Leg, ask: AskRide, ways: Ways, carried: tuple[Frailty, Habits]) -> Leg:
    frailty, habits = carried
    ready_s = (ask.back_minute or 0) * 60
    longest_s = ride_max_s(ways.back_s, frailty, habits)
    pick_latest_s = ready_s + habits.back_slack_min * 60
    return msgspec.structs.replace(
        out,
        id=derived_id(out.request_id, "back"),
        direction="back",
        pick_latitude=out.drop_latitude,
        pick_longitude=out.drop_longitude,
        drop_latitude=out.pick_latitude,
        drop_longitude=out.pick_longitude,
        pick_earliest_s=ready_s,
        pick_latest_s=pick_latest_s,
        drop_earliest_s=ready_s + out.boarding_s + ways.back_s,
        drop_latest_s=pick_latest_s + out.boarding_s + longest_s,
        ride_max_s=longest_s,
        same_driver_as=out.id if ask.back == "wait" else None,
    )


def _times(ask: AskRide, habits: Habits) -> tuple[int, int]:
    if ask.wheelchair:
        return habits.wheelchair_boarding_s, habits.wheelchair_alighting_s
    return habits.boarding_s, habits.alighting_s


def moved(ask: AskRide, minutes: int) -> AskRide:
    """The same ride so many minutes later, or earlier; hours stay within the day."""

    def later(minute: int | None) -> int | None:
        return None if minute is None else minute + minutes

    return msgspec.structs.replace(
        ask,
        arrive_minute=later(ask.arrive_minute),
        leave_minute=later(ask.leave_minute),
        back_minute=later(ask.back_minute),
    )


def is_within_day(ask: AskRide) -> bool:
    """Whether every hour of a ride lies within its day."""
    said = (ask.arrive_minute, ask.leave_minute, ask.back_minute)
    return all(minute is None or 0 <= minute < DAY_S // 60 for minute in said)


def next_like(on: date, today: date) -> date:
    """The next day after today that is the same day of the week."""
    return today + timedelta(days=(on.weekday() - today.weekday() - 1) % 7 + 1)


def again(request: RideRequest, on: date) -> AskRide:
    """The same ride on another day; the measured distance and the price are worked out anew."""
    is_home = request.origin.place_id is None and request.origin.label == HOME
    return AskRide(
        person_id=request.person_id,
        on=on,
        destination=request.destination,
        origin=None if is_home else request.origin,
        purpose=request.purpose,
        arrive_minute=request.arrive_minute,
        leave_minute=request.leave_minute,
        back=request.back,
        back_minute=request.back_minute,
        companions=request.companions,
        wheelchair=request.wheelchair,
        caller=request.caller,
        note=request.note,
    )


HOME = "Domicile"
"""Label of the end of a ride that is the person's home."""
