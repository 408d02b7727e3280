"""
A day of rides as it is looked at, and one volunteer's own day.
"""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_PLAN, RIDE_READ
from carecoord.kernel.actor import Actor
from carecoord.planning.rides.check import check
from carecoord.planning.rides.explain import changed
from carecoord.planning.rides.score import score
from carecoord.rides.assemble import free_stretches
from carecoord.rides.plan_domain import Breach, DayBoard, DriverTour, Shuttle
from carecoord.rides.service.answers import causes_of
from carecoord.rides.service.days import OpenedDay, lock_day, open_day
from carecoord.rides.store import days as store
from carecoord.settings import Settings

EXPLAINED_MAX = 12
"""Rides whose causes are worked out for a page; those of the others when they are asked about."""


async def board_of_day(uow: UnitOfWork, actor: Actor, on: date, settings: Settings | None = None) -> DayBoard:
    """
    Tours, rides without driver with their causes, rules broken, cost.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    opened = await open_day(uow, actor, on, settings)
    return await asyncio.to_thread(_board, opened)


def _board(opened: OpenedDay) -> DayBoard:
    day, ground = opened.day, opened.board.ground
    known = {item.id for item in opened.problem.requests}
    tours = [
        msgspec.structs.replace(tour, trips=[trip for trip in tour.trips if trip.leg_id.hex in known])
        for tour in day.tours
    ]
    placed = {trip.leg_id for tour in tours for trip in tour.trips}
    missing = [leg.id for leg in day.legs if leg.id not in placed and leg.state != "done"]
    trial = changed(opened.board, [])
    causes = {leg_id: causes_of(opened, trial, leg_id.hex) for leg_id in missing[:EXPLAINED_MAX]}
    stands = msgspec.structs.replace(
        opened.solution, tours=[tour for tour in opened.solution.tours if tour.duty in ground.duties]
    )
    return DayBoard(
        on=day.on,
        plan=opened.plan,
        legs=day.legs,
        tours=[tour for tour in tours if tour.trips],
        volunteers=day.volunteers,
        vehicles=day.vehicles,
        shuttles=day.shuttles,
        available=free_stretches(day),
        left_out={leg_id: causes.get(leg_id, []) for leg_id in missing},
        breaches=_breaches(opened, tours),
        score=score(opened.problem, stands),
        is_estimated=opened.problem.travel.estimated_pairs > 0,
    )


def _breaches(opened: OpenedDay, tours: list[DriverTour]) -> list[Breach]:
    """What the checker says of the plan as it was told, and tours whose volunteer is not there that day."""
    known = set(opened.board.ground.duties)
    plan = msgspec.structs.replace(
        opened.solution, tours=[tour for tour in opened.solution.tours if tour.duty in known]
    )
    found = [
        Breach(
            rule=item.rule,
            volunteer_id=UUID(item.worker) if item.worker else None,
            leg_id=UUID(item.visit) if item.visit else None,
            amount=item.amount,
            limit=item.limit,
            unit=item.unit,
        )
        for item in check(opened.problem, plan)
    ]
    free = free_stretches(opened.day)
    absent = [
        tour.volunteer_id
        for tour in tours
        if tour.trips and tour.shuttle_id is None and not _is_free(tour, free)
    ]
    return found + [Breach(rule="availability", volunteer_id=volunteer) for volunteer in absent]


def _is_free(tour: DriverTour, free: dict[UUID, list[tuple[int, int]]]) -> bool:
    return any(
        start <= tour.departs_s and tour.back_s <= end for start, end in free.get(tour.volunteer_id, [])
    )


async def tours_between(
    uow: UnitOfWork, actor: Actor, first: date, last: date, volunteer_id: UUID | None = None
) -> list[DriverTour]:
    """
    Tours of some days, of one volunteer or of all.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.tours(uow.session, first, last, volunteer_id)


async def shuttles_between(uow: UnitOfWork, actor: Actor, first: date, last: date) -> list[Shuttle]:
    """
    Shuttles that run on some days.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.shuttles(uow.session, first, last)


async def publish_day(uow: UnitOfWork, actor: Actor, on: date, *, version: int) -> None:
    """
    Note that volunteers were told their tours of a day.

    Raises:
        Refused: the actor lacks `ride:plan`.
        Conflict: changed meanwhile.
    """
    actor.require(RIDE_PLAN)
    await lock_day(uow, actor, on, version)
    await store.mark_published(uow.session, on, uow.now, actor.account_id)
    record(uow, Tag.RIDE_PLAN_PUBLISHED, None, {"on": on.isoformat()})
