"""
Use cases of collective shuttles: one run, several riders.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_PLAN, RIDE_READ, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.geo import Point, great_circle_m
from carecoord.kernel.texts import text_defects
from carecoord.rides.domain import Leg
from carecoord.rides.plan_domain import SaveShuttle, Shuttle
from carecoord.rides.service.answers import answer_live, drop_legs, place_legs
from carecoord.rides.service.days import TO_PLAN, lock_day
from carecoord.rides.service.requests import TO_DRIVE
from carecoord.rides.store import days as store
from carecoord.rides.store import drivers as driver_store
from carecoord.rides.store import legs as leg_store
from carecoord.settings import Settings

DAY_S = 86_400

NEAR_M = 1_500
"""From so far, people going somewhere may share a shuttle to it."""

LOADING_S = 1_800
"""How long a full shuttle may take to let everybody in for the way home."""


class ShuttleRiders(msgspec.Struct, frozen=True, kw_only=True):
    """
    A shuttle with its riders.

    Args:
        seats: passengers of the largest arrangement of its vehicle.
    """

    shuttle: Shuttle
    legs: list[Leg]
    seats: int

    @property
    def riders(self) -> int:
        """Seats and wheelchairs taken on the fuller of the two ways."""
        return max(
            (
                sum(leg.seats + leg.wheelchairs for leg in self.legs if leg.direction == direction)
                for direction in ("out", "back")
            ),
            default=0,
        )


async def shuttles_of(uow: UnitOfWork, actor: Actor, first: date, last: date) -> list[ShuttleRiders]:
    """
    Shuttles of some days with those who booked them.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    shuttles = await store.shuttles(uow.session, first, last)
    seats = {
        item.id: max(seats + wheelchairs for seats, wheelchairs in item.seatings)
        for item in await driver_store.vehicles(uow.session)
    }
    found = []
    for on in sorted({item.on for item in shuttles}):
        legs = await leg_store.legs_on(uow.session, on, TO_PLAN)
        found += [
            ShuttleRiders(
                shuttle=item,
                legs=[leg for leg in legs if leg.shuttle_id == item.id],
                seats=seats.get(item.vehicle_id, 0),
            )
            for item in shuttles
            if item.on == on
        ]
    return found


async def save_shuttle(uow: UnitOfWork, actor: Actor, command: SaveShuttle) -> UUID:
    """
    Add or change a shuttle.

    Raises:
        Refused: the actor lacks `ride:plan`.
        Invalid: every defect: hours out of order, a volunteer or vehicle that is not there.
        Conflict: changed meanwhile, or the volunteer or vehicle has another shuttle then.
    """
    actor.require(RIDE_PLAN)
    defects = [*text_defects(command.label, "label"), *text_defects(command.destination, "destination")]
    hours = (-1, command.leaves_s, command.arrives_s, command.back_s, command.ends_s, DAY_S + 1)
    if any(one >= other for one, other in pairwise(hours)):
        defects.append(Defect(code="hours_order", where="leaves_s", why="hours are not one after the other"))
    if command.volunteer_id not in {item.id for item in await driver_store.volunteers(uow.session)}:
        defects.append(Defect(code="value_unknown", where="volunteer_id", why="no such volunteer"))
    if command.vehicle_id not in {item.id for item in await driver_store.vehicles(uow.session)}:
        defects.append(Defect(code="value_unknown", where="vehicle_id", why="no such vehicle"))
    await lock_day(uow, actor, command.on)
    others = await store.shuttles(uow.session, command.on, command.on)
    if any(item.label == command.label and item.id != command.id for item in others):
        defects.append(Defect(code="ride_name_taken", where="label", why="another one has this name"))
    if defects:
        raise Invalid(defects)
    for other in others:
        shared = other.volunteer_id == command.volunteer_id or other.vehicle_id == command.vehicle_id
        overlap = other.leaves_s < command.ends_s and command.leaves_s < other.ends_s
        if other.id != command.id and shared and overlap:
            raise Conflict("shuttle_taken", "the volunteer or the vehicle has another shuttle then")
    saved = await store.save_shuttle(uow.session, actor.organisation_id, command)
    if saved is None:
        raise Conflict("changed_meanwhile", "the shuttle was changed by somebody else meanwhile")
    await uow.flush()
    record(uow, Tag.RIDE_SHUTTLE_SAVED, saved)
    return saved


async def cancel_shuttle(uow: UnitOfWork, actor: Actor, shuttle_id: UUID) -> Shuttle:
    """
    Let a shuttle not run; its riders are without driver until somebody calls them.

    Raises:
        Refused: the actor lacks `ride:plan`.
        NotFound: no such shuttle.
    """
    actor.require(RIDE_PLAN)
    found = await store.shuttle_by_id(uow.session, shuttle_id)
    if found is None:
        raise NotFound("shuttle_unknown", "no such shuttle")
    await store.cancel_shuttle(uow.session, shuttle_id)
    record(uow, Tag.RIDE_SHUTTLE_CANCELLED, shuttle_id)
    return found


async def may_join(uow: UnitOfWork, actor: Actor, shuttle: Shuttle) -> list[Leg]:
    """
    Ways of that day to or from near the destination of a shuttle, in no shuttle yet: who could share it.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    there = Point(lat=shuttle.latitude, lon=shuttle.longitude)
    legs = await leg_store.legs_on(uow.session, shuttle.on, ("looking", "placed"))
    found = []
    for leg in legs:
        ends = (
            (leg.drop_latitude, leg.drop_longitude)
            if leg.direction == "out"
            else (leg.pick_latitude, leg.pick_longitude)
        )
        near = great_circle_m(there, Point(lat=ends[0], lon=ends[1])) <= NEAR_M
        if leg.shuttle_id is None and near:
            found.append(leg)
    return found


async def join_shuttle(
    uow: UnitOfWork, actor: Actor, shuttle_id: UUID, request_id: UUID, settings: Settings | None = None
) -> None:
    """
    Let the ways of a request travel with a shuttle, at its hours; they are placed at once.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such shuttle or request.
        Conflict: the request is over; `shuttle_full`: no seat, or the run would take somebody too long.
    """
    actor.require(RIDE_WRITE)
    shuttle = await store.shuttle_by_id(uow.session, shuttle_id)
    legs = (await leg_store.legs_of_requests(uow.session, [request_id]))[request_id]
    if shuttle is None or shuttle.state != "open" or not legs or legs[0].on != shuttle.on:
        raise NotFound("shuttle_unknown", "no such shuttle or request")
    await lock_day(uow, actor, shuttle.on)
    legs = (await leg_store.legs_of_requests(uow.session, [request_id]))[request_id]
    if any(leg.state not in TO_DRIVE for leg in legs):
        raise Conflict("changed_meanwhile", "the request was cancelled, refused or driven meanwhile")
    await drop_legs(uow, actor, [leg.id for leg in legs])
    moved = [_at_hours_of(shuttle, leg) for leg in legs]
    for leg in moved:
        await store.move_leg(uow.session, leg)
    await uow.flush()
    answer = await answer_live(uow, actor, moved, settings)
    if answer.outcome != "found":
        raise Conflict("shuttle_full", "no seat is left, or the run would take too long")
    await place_legs(uow, actor, moved, answer, settings)


def _at_hours_of(shuttle: Shuttle, leg: Leg) -> Leg:
    """A way at the hours of a shuttle: fetched on the way there, brought home after `back_s`."""
    boarded = leg.boarding_s
    if leg.direction == "out":
        return msgspec.structs.replace(
            leg,
            shuttle_id=shuttle.id,
            same_driver_as=None,
            pick_earliest_s=shuttle.leaves_s,
            pick_latest_s=shuttle.arrives_s,
            drop_earliest_s=shuttle.leaves_s + boarded,
            drop_latest_s=shuttle.arrives_s,
        )
    return msgspec.structs.replace(
        leg,
        shuttle_id=shuttle.id,
        same_driver_as=None,
        pick_earliest_s=shuttle.back_s,
        pick_latest_s=min(shuttle.back_s + LOADING_S, shuttle.ends_s),
        drop_earliest_s=shuttle.back_s + boarded,
        drop_latest_s=shuttle.ends_s,
    )
