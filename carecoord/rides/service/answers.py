"""
The answer while the caller is on the line: who drives, at what hour, or why nobody can.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.explain import changed, has_place, left_out, other_hours
from carecoord.planning.rides.insert import Answer, Spot, answer_of, apply, best_spot
from carecoord.planning.rides.solution import LeftOut
from carecoord.rides.domain import Leg
from carecoord.rides.plan_domain import Cause, LegPlace, LiveAnswer, OtherTime
from carecoord.rides.service.days import OpenedDay, lock_day, open_day, violations, write_day
from carecoord.rides.store import legs as leg_store
from carecoord.settings import Settings

HOPELESS = frozenset({"ride_impossible", "person_busy", "no_volunteer"})
"""Causes that no volunteer can do anything about."""

ASKABLE = frozenset({"availability", "volunteer_limit", "window", "several", "ride_time", "apart"})
"""Causes about which a volunteer can be asked."""

NEAR: tuple[str, ...] = (
    "availability", "volunteer_limit", "window", "ride_time", "apart", "seats", "several", "refused", "pin",
)  # fmt: skip
"""Causes, those nearest to possible first."""

OTHERS = 3


async def answer_live(
    uow: UnitOfWork, actor: Actor, legs: list[Leg], settings: Settings | None = None
) -> LiveAnswer:
    """
    Where the ways of one request would go in the plan of their day; nothing is changed.

    Places are judged by the independent checker before they are told, other hours are tried, and each
    cause is tried as well.

    Args:
        legs: of one day, written or not.
        settings: where travel times come from; None for the crow's flight.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    if not legs:
        return LiveAnswer(outcome="no")
    opened = await open_day(uow, actor, legs[0].on, settings, extra=legs)
    return await asyncio.to_thread(answered, opened, legs)


async def place_legs(
    uow: UnitOfWork, actor: Actor, legs: list[Leg], answer: LiveAnswer, settings: Settings | None = None
) -> LiveAnswer:
    """
    Give ways the place that was told, in the plan of their day as it is now.

    Raises:
        Refused: the actor lacks `ride:write`.
        Conflict: `place_gone`: the plan changed meanwhile and the place told is no more;
            `person_taken`: the person has a visit then.
    """
    actor.require(RIDE_WRITE)
    if answer.outcome != "found" or not legs:
        raise Conflict("place_gone", "there is no place to take")
    await lock_day(uow, actor, legs[0].on)
    opened = await open_day(uow, actor, legs[0].on, settings, extra=legs)
    names = [leg.id.hex for leg in legs]
    board = _without(opened, names)
    spot = await asyncio.to_thread(_legal_spot, opened, board, names)
    found = None if spot is None else answer_of(board, spot, names)
    if spot is None or found is None or not _is_same(opened, found, answer):
        raise Conflict("place_gone", "the plan changed meanwhile: ask again")
    apply(board, spot)
    await write_day(uow, actor, opened, board)
    record(uow, Tag.RIDES_PLACED, legs[0].request_id, {"ways": len(legs)})
    return _found(opened, found, names)


async def drop_legs(uow: UnitOfWork, actor: Actor, leg_ids: Sequence[UUID]) -> None:
    """
    Take ways out of the plans they are in: the person does not ride; others keep their hours.

    Raises:
        Refused: the actor lacks `ride:write`.
    """
    actor.require(RIDE_WRITE)
    legs = await leg_store.legs_by_id(uow.session, leg_ids)
    for on in sorted({leg.on for leg in legs}):
        await lock_day(uow, actor, on)
        opened = await open_day(uow, actor, on)
        board = _without(opened, [key.hex for key in leg_ids])
        await write_day(uow, actor, opened, board)


def answered(opened: OpenedDay, legs: Sequence[Leg]) -> LiveAnswer:
    """The answer, from a day that was read; pure, a fraction of a second."""
    names = [leg.id.hex for leg in legs]
    board = _without(opened, names)
    spot = _legal_spot(opened, board, names)
    if spot is not None:
        return _found(opened, answer_of(board, spot, names), names)
    missing = next((item for item in names if best_spot(board, [item], opened.duties) is None), names[0])
    why = left_out(board, missing)
    others = [
        OtherTime(shift_s=item.shift_s, places=_places(opened, item.answer, names))
        for item in other_hours(board, names, OTHERS)
        if item.answer.duties and set(item.answer.duties.values()) <= set(opened.duties)
    ]
    return LiveAnswer(
        outcome="looking" if others or _may_be_asked(why) else "no",
        causes=_causes(opened, why),
        others=others,
        version=opened.version,
        is_estimated=opened.problem.travel.estimated_pairs > 0,
    )


def causes_of(opened: OpenedDay, board: Board, request: str) -> list[Cause]:
    """Why a way has no driver: for all first, then volunteer by volunteer; or that somebody can drive it."""
    if has_place(board, request):
        return [Cause(code="has_place")]
    return _causes(opened, left_out(board, request))


def _without(opened: OpenedDay, names: Sequence[str]) -> Board:
    """The plan without these ways, in which nothing was told about them."""
    requests = opened.board.ground.requests
    free = [
        msgspec.structs.replace(requests[name], promise_s=None, told=None, pin=None)
        for name in names
        if name in requests
    ]
    board = changed(opened.board, free)
    board.remove(set(names))
    return board


def _legal_spot(opened: OpenedDay, board: Board, names: Sequence[str]) -> Spot | None:
    """The best place, if the independent checker lets it pass."""
    spot = best_spot(board, names, opened.duties)
    if spot is None:
        return None
    trial = changed(board, [])
    apply(trial, spot)
    # Limits of a volunteer's day are about all of his tours: they are judged together.
    drivers = {opened.board.ground.duties[duty].volunteer for duty in spot.tours}
    judged = [duty for driver in drivers for duty in board.ground.duties_of[driver]]
    return None if violations(opened, trial, judged) else spot


def _is_same(opened: OpenedDay, found: Answer, told: LiveAnswer) -> bool:
    """Whether the place is still the one that was told: same drivers, hours within the tolerance."""
    tolerance = opened.problem.promise_tolerance_s
    for place in told.places:
        name = place.leg_id.hex
        if found.volunteers.get(name) != place.driver_id.hex:
            return False
        if abs(found.pickups[name] - place.pickup_s) > tolerance:
            return False
    return True


def _found(opened: OpenedDay, answer: Answer, names: Sequence[str]) -> LiveAnswer:
    places = _places(opened, answer, names)
    first = places[0]
    return LiveAnswer(
        outcome="found",
        driver_id=first.driver_id,
        driver_name=first.driver_name,
        pickup_s=first.pickup_s,
        dropoff_s=first.dropoff_s,
        places=places,
        extra_distance_m=answer.extra_distance_m,
        extra_s=answer.extra_s,
        version=opened.version,
        is_estimated=opened.problem.travel.estimated_pairs > 0,
    )


def _places(opened: OpenedDay, answer: Answer, names: Sequence[str]) -> list[LegPlace]:
    drivers = {item.id: item.name for item in opened.day.volunteers}
    return [
        LegPlace(
            leg_id=UUID(name),
            driver_id=UUID(answer.volunteers[name]),
            driver_name=drivers.get(UUID(answer.volunteers[name]), ""),
            pickup_s=answer.pickups[name],
            dropoff_s=answer.dropoffs[name],
        )
        for name in names
    ]


def _may_be_asked(why: LeftOut) -> bool:
    """Whether some volunteer could be asked for more than he offered."""
    return why.code not in HOPELESS and any(cause.code in ASKABLE for cause in why.causes)


def _causes(opened: OpenedDay, why: LeftOut) -> list[Cause]:
    drivers = {item.id: item.name for item in opened.day.volunteers}
    near = {code: rank for rank, code in enumerate(NEAR)}
    ordered = sorted(why.causes, key=lambda item: (near.get(item.code, len(near)), item.volunteer))
    return [
        Cause(code=why.code),
        *(
            Cause(
                code=item.code,
                volunteer_id=UUID(item.volunteer),
                name=drivers.get(UUID(item.volunteer), ""),
                args=item.args,
            )
            for item in ordered
        ),
    ]
