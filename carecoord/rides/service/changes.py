"""
Changes of a day's plan: moves by hand judged by the checker, repairs, what became of a ride.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_PLAN, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.explain import changed, left_out, unit_of
from carecoord.planning.rides.insert import answer_of, apply, best_spot
from carecoord.planning.rides.repair import Change, repair
from carecoord.rides.plan_domain import LegPlace, Outcome, RideChange
from carecoord.rides.service.days import OpenedDay, lock_day, open_day, violations, write_day
from carecoord.rides.service.requests import mark_legs
from carecoord.rides.store import days as store
from carecoord.rides.store import legs as leg_store
from carecoord.settings import Settings
from carecoord.vigilance.service.cases import open_case, withdraw_case

REPAIR_S = 3.0
"""Time a repair may take for rides that only fit when another makes room: somebody waits."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """
    A volunteer who could drive a ride instead.

    Args:
        places: of the ride and of those bound to it; empty when it is impossible, then `code` says why.
        cents: what it costs more than the cheapest.
        keeps_hour: whether everybody is fetched within a quarter of an hour of what was told.
    """

    volunteer_id: UUID
    name: str
    places: list[LegPlace] = []
    cents: int = 0
    keeps_hour: bool = True
    code: str = ""


class DayRepair(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a repair would do, or did.

    Args:
        changes: whom to call, the ride first.
        left: rides that nobody can drive then.
    """

    on: date
    version: int
    changes: list[RideChange]
    left: int


async def candidates(
    uow: UnitOfWork, actor: Actor, leg_id: UUID, settings: Settings | None = None
) -> list[Candidate]:
    """
    Who could drive a ride, cheapest first, then who could not with the reason; nothing is changed.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such ride, or it is not to be driven any more.
    """
    actor.require(RIDE_WRITE)
    opened = await _opened(uow, actor, leg_id, settings)
    return await asyncio.to_thread(_candidates, opened, leg_id.hex)


async def move_ride(
    uow: UnitOfWork,
    actor: Actor,
    leg_id: UUID,
    volunteer_id: UUID,
    *,
    version: int,
    settings: Settings | None = None,
) -> list[LegPlace]:
    """
    Give a ride, and those bound to it, to a volunteer chosen by hand; planning leaves it there.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such ride.
        Conflict: changed meanwhile; `no_place`: the checker refuses, with the rule; `person_taken`.
    """
    actor.require(RIDE_WRITE)
    legs = await leg_store.legs_by_id(uow.session, [leg_id])
    if not legs:
        raise NotFound("ride_unknown", "no such ride")
    await lock_day(uow, actor, legs[0].on, version)
    opened = await _opened(uow, actor, leg_id, settings)
    board, names = _loosened(opened, leg_id.hex)
    duties = [duty for duty in board.ground.duties_of.get(volunteer_id.hex, []) if duty in opened.duties]
    spot = best_spot(board, names, duties) if duties else None
    if spot is None:
        why = _why(board, leg_id.hex, volunteer_id.hex)
        raise Conflict("no_place", "the ride has no legal place with that volunteer", rule=why)
    found = answer_of(board, spot, names)
    apply(board, spot)
    if broken := violations(opened, board, board.ground.duties_of[volunteer_id.hex]):
        raise Conflict("no_place", "the checker refuses", rule=broken[0].rule)
    pinned = _pinned(opened, {UUID(name) for name in names})
    await write_day(uow, actor, pinned, board)
    await store.pin_trips(uow.session, [UUID(name) for name in names])
    record(uow, Tag.RIDE_MOVED, leg_id)
    return [
        LegPlace(
            leg_id=UUID(name),
            driver_id=volunteer_id,
            driver_name="",
            pickup_s=found.pickups[name],
            dropoff_s=found.dropoffs[name],
        )
        for name in names
    ]


async def preview_repair(
    uow: UnitOfWork, actor: Actor, on: date, settings: Settings | None = None
) -> DayRepair:
    """
    What repairing a day would change: tours of volunteers who are away are given to others.

    Raises:
        Refused: the actor lacks `ride:write`.
    """
    actor.require(RIDE_WRITE)
    opened, repaired_board, changes = await _repaired(uow, actor, on, settings)
    left = sum(1 for item in opened.problem.requests if item.id not in repaired_board.duty_of)
    return DayRepair(on=on, version=opened.version, changes=changes, left=left)


async def repair_day(
    uow: UnitOfWork, actor: Actor, on: date, *, version: int, settings: Settings | None = None
) -> DayRepair:
    """
    Repair a day: as few people as possible get another driver or another hour.

    Raises:
        Refused: the actor lacks `ride:plan`.
        Conflict: changed meanwhile; `person_taken`.
    """
    actor.require(RIDE_PLAN)
    await lock_day(uow, actor, on, version)
    opened, board, changes = await _repaired(uow, actor, on, settings)
    await write_day(uow, actor, opened, board)
    record(uow, Tag.RIDE_DAY_REPAIRED, None, {"changes": len(changes)})
    left = sum(1 for item in opened.problem.requests if item.id not in board.duty_of)
    return DayRepair(on=on, version=opened.version + 1, changes=changes, left=left)


async def note_outcome(uow: UnitOfWork, actor: Actor, leg_id: UUID, outcome: Outcome) -> None:
    """
    Note that a ride was driven, that nobody was at the door, or that neither is known yet.

    Nobody at her own door opens a vigilance case: somebody must call. Taken back, the case goes.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: the ride has no driver.
    """
    actor.require(RIDE_WRITE)
    at = None if outcome == "planned" else uow.now
    legs = await leg_store.legs_by_id(uow.session, [leg_id])
    if legs:
        # Whoever changes the plan at the same moment writes its trips anew, with what was told of them.
        await lock_day(uow, actor, legs[0].on)
    if not await store.mark_trip(uow.session, leg_id, outcome, at):
        raise NotFound("ride_unknown", "no such ride in a plan")
    state: Literal["done", "placed"] = "done" if outcome == "done" else "placed"
    await mark_legs(uow, actor, [leg_id], state)
    (leg,) = await leg_store.legs_by_id(uow.session, [leg_id])
    if outcome == "absent" and leg.direction == "out":
        await open_case(uow, actor, leg.person_id, "ride", leg_id, happened_at=uow.now)
    else:
        await withdraw_case(uow, actor, "ride", leg_id)
    record(uow, Tag.RIDE_OUTCOME, leg_id, {"outcome": outcome})


async def _opened(uow: UnitOfWork, actor: Actor, leg_id: UUID, settings: Settings | None) -> OpenedDay:
    legs = await leg_store.legs_by_id(uow.session, [leg_id])
    if not legs:
        raise NotFound("ride_unknown", "no such ride")
    opened = await open_day(uow, actor, legs[0].on, settings)
    if leg_id.hex not in opened.board.ground.requests:
        raise NotFound("ride_unknown", "the ride is not to be driven any more")
    return opened


def _loosened(opened: OpenedDay, request: str) -> tuple[Board, list[str]]:
    """The plan without a ride and those bound to it, whose driver and hour may be others now."""
    ground = opened.board.ground
    names = unit_of(ground, request)
    free = [
        msgspec.structs.replace(ground.requests[name], pin=None, told=None, promise_s=None) for name in names
    ]
    board = changed(opened.board, free)
    board.remove(set(names))
    return board, names


def _candidates(opened: OpenedDay, request: str) -> list[Candidate]:
    board, names = _loosened(opened, request)
    told = {name: opened.board.ground.requests[name].promise_s for name in names}
    drivers = {item.id.hex: item.name for item in opened.day.volunteers}
    found: list[Candidate] = []
    for volunteer, duties in board.ground.duties_of.items():
        usable = [duty for duty in duties if duty in opened.duties]
        spot = best_spot(board, names, usable) if usable else None
        if spot is None:
            code = _why(board, request, volunteer) if usable else "availability"
            found.append(Candidate(volunteer_id=UUID(volunteer), name=drivers.get(volunteer, ""), code=code))
            continue
        answer = answer_of(board, spot, names)
        tolerance = opened.problem.promise_tolerance_s
        found.append(
            Candidate(
                volunteer_id=UUID(volunteer),
                name=drivers.get(volunteer, ""),
                places=[
                    LegPlace(
                        leg_id=UUID(name),
                        driver_id=UUID(volunteer),
                        driver_name=drivers.get(volunteer, ""),
                        pickup_s=answer.pickups[name],
                        dropoff_s=answer.dropoffs[name],
                    )
                    for name in names
                ],
                cents=answer.cents,
                keeps_hour=all(
                    hour is None or abs(answer.pickups[name] - hour) <= tolerance
                    for name, hour in told.items()
                ),
            )
        )
    least = min((item.cents for item in found if item.places), default=0)
    found = [msgspec.structs.replace(item, cents=item.cents - least) for item in found]
    return sorted(found, key=lambda item: (not item.places, item.cents if item.places else 0, item.name))


def _why(board: Board, request: str, volunteer: str) -> str:
    """The rule in the way of one volunteer."""
    why = left_out(board, request)
    return next((cause.code for cause in why.causes if cause.volunteer == volunteer), why.code)


def _pinned(opened: OpenedDay, legs: set[UUID]) -> OpenedDay:
    """The same day where nothing was told yet about some rides: they get new hours."""
    tours = [
        msgspec.structs.replace(tour, trips=[trip for trip in tour.trips if trip.leg_id not in legs])
        for tour in opened.day.tours
    ]
    return msgspec.structs.replace(opened, day=msgspec.structs.replace(opened.day, tours=tours))


async def _repaired(
    uow: UnitOfWork, actor: Actor, on: date, settings: Settings | None
) -> tuple[OpenedDay, Board, list[RideChange]]:
    opened = await open_day(uow, actor, on, settings, strict=True)
    found = await asyncio.to_thread(repair, opened.problem, opened.solution, seconds=REPAIR_S)
    board = changed(opened.board, found.problem.requests)
    fresh = Board.of(board.ground, found.solution)
    return opened, fresh, [_change(item) for item in found.changes]


def _change(item: Change) -> RideChange:
    return RideChange(
        leg_id=UUID(item.request),
        before_id=UUID(item.before) if item.before else None,
        after_id=UUID(item.after) if item.after else None,
        before_s=item.before_s,
        after_s=item.after_s,
    )
