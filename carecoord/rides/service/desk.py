"""
The desk's part of a ride: the answer on the line, recorded and placed at once, who drives, and its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid
from carecoord.kernel.texts import text_defects
from carecoord.rides.asking import AskRide
from carecoord.rides.domain import Refusal, RideRequest
from carecoord.rides.plan_domain import LiveAnswer
from carecoord.rides.service.answers import answer_live, drop_legs, place_legs
from carecoord.rides.service.days import lock_day
from carecoord.rides.service.drivers import volunteers_by_id
from carecoord.rides.service.judging import Judged
from carecoord.rides.service.requests import GAVE_UP, TO_DRIVE, book, get_request
from carecoord.rides.store import days as day_store
from carecoord.rides.store import legs as leg_store
from carecoord.rides.store import requests as store
from carecoord.settings import Settings

CHANGED = ("changed_meanwhile", "the request was changed or ended meanwhile")


class Drive(msgspec.Struct, frozen=True, kw_only=True):
    """Who drives a way, and when, in seconds after local midnight."""

    leg_id: UUID
    driver_id: UUID
    driver_name: str
    driver_phone: str
    pickup_s: int
    dropoff_s: int


async def answer_request(uow: UnitOfWork, actor: Actor, judged: Judged, settings: Settings) -> LiveAnswer:
    """
    Who can drive a request, and when, or why nobody can and at what other hours somebody could.

    Changes nothing.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    return await answer_live(uow, actor, judged.legs, settings)


async def confirm_request(
    uow: UnitOfWork,
    actor: Actor,
    ask: AskRide,
    settings: Settings,
    *,
    form_key: UUID,
    standing_id: UUID | None = None,
) -> RideRequest:
    """
    Record a request and place it if somebody can drive it now; else it is looked for.

    The driver is asked for anew: rides taken meanwhile count.

    Args:
        standing_id: the ride of every week it is one of.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such person, or no such destination.
        Invalid: everything wrong with the request, or what the rules refuse (`ride_not_allowed`).
        Conflict: the person has a visit or another ride then.
    """
    request = await book(uow, actor, ask, settings, form_key=form_key, standing_id=standing_id)
    return await place_request(uow, actor, request, settings)


async def place_request(
    uow: UnitOfWork, actor: Actor, request: RideRequest, settings: Settings
) -> RideRequest:
    """
    Place the ways of a request that still look for a driver, as far as somebody can drive them.

    Raises:
        Refused: the actor lacks `ride:write`.
        Conflict: the person has a visit or another ride then.
    """
    # Held from before the answer: two desks that place at the same moment do so one after the other.
    await lock_day(uow, actor, request.on)
    request = await get_request(uow, actor, request.id)
    looking = [leg for leg in request.legs if leg.state == "looking"]
    answer = await answer_live(uow, actor, looking, settings)
    if answer.outcome == "found":
        await place_legs(uow, actor, looking, answer, settings)
    return await get_request(uow, actor, request.id)


async def drives_of(uow: UnitOfWork, actor: Actor, requests: Sequence[RideRequest]) -> dict[UUID, Drive]:
    """
    Way -> who drives it and when; ways without a driver are left out. Two statements.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    wanted = {leg.id for request in requests for leg in request.legs if leg.state in ("placed", "done")}
    if not wanted:
        return {}
    days = [request.on for request in requests]
    tours = await day_store.tours(uow.session, min(days), max(days))
    drivers = await volunteers_by_id(uow, actor, {tour.volunteer_id for tour in tours})
    found = {}
    for tour in tours:
        driver = drivers.get(tour.volunteer_id)
        for trip in tour.trips:
            if trip.leg_id in wanted:
                found[trip.leg_id] = Drive(
                    leg_id=trip.leg_id,
                    driver_id=tour.volunteer_id,
                    driver_name=driver.name if driver is not None else "",
                    driver_phone=driver.phone or "" if driver is not None else "",
                    pickup_s=trip.pickup_s,
                    dropoff_s=trip.dropoff_s,
                )
    return found


async def cancel_request(
    uow: UnitOfWork, actor: Actor, request_id: UUID, *, version: int, reason: str
) -> RideRequest:
    """
    Cancel a request: its ways leave the plan of their day, where the others keep their hours.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such request in this organisation.
        Invalid: no reason.
        Conflict: it was changed or ended meanwhile.
    """
    actor.require(RIDE_WRITE)
    request = await get_request(uow, actor, request_id)
    await lock_day(uow, actor, request.on)
    request = await get_request(uow, actor, request_id)
    if defects := text_defects(reason, "reason"):
        raise Invalid(defects)
    if not await store.cancel(uow.session, request_id, version, reason.strip()):
        raise Conflict(*CHANGED)
    await _leave_plan(uow, actor, request)
    await leg_store.set_states(uow.session, [leg.id for leg in request.legs], "cancelled", only=TO_DRIVE)
    record(uow, Tag.RIDE_CANCELLED, request_id)
    return await get_request(uow, actor, request_id)


async def give_up(uow: UnitOfWork, actor: Actor, request_id: UUID, *, version: int, code: str) -> RideRequest:
    """
    Refuse a request that was being looked for: no driver, asked too late, or a clash.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such request in this organisation.
        Invalid: `code` is none of `GAVE_UP`.
        Conflict: it was changed or ended meanwhile.
    """
    actor.require(RIDE_WRITE)
    request = await get_request(uow, actor, request_id)
    await lock_day(uow, actor, request.on)
    request = await get_request(uow, actor, request_id)
    if code not in GAVE_UP:
        raise Invalid([Defect(code="value_unknown", where="cause", why=f"is none of {', '.join(GAVE_UP)}")])
    if not await store.refuse(uow.session, request_id, version, Refusal(code=code)):
        raise Conflict(*CHANGED)
    await _leave_plan(uow, actor, request)
    await leg_store.set_states(uow.session, [leg.id for leg in request.legs], "refused", only=TO_DRIVE)
    record(uow, Tag.RIDE_REFUSED, request_id, {"code": code, "article": ""})
    return await get_request(uow, actor, request_id)


async def _leave_plan(uow: UnitOfWork, actor: Actor, request: RideRequest) -> None:
    if any(leg.state == "placed" for leg in request.legs):
        await drop_legs(uow, actor, [leg.id for leg in request.legs])
