"""
Use cases of rides of every week: made from a request, asked for ahead, ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.domain import is_suspended
from carecoord.beneficiaries.service import stays_of
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.rides.asking import again
from carecoord.rides.service.desk import cancel_request, confirm_request
from carecoord.rides.service.requests import get_request, request_id_of
from carecoord.rides.standing import AHEAD_DAYS, Produced, Standing, dates_of, key_of, standing_defects
from carecoord.rides.store import standing as store
from carecoord.settings import Settings

AT_ONCE = 60
"""Most requests recorded in one go: a page waits for them."""

OVER = "trajet habituel arrêté"


async def make_standing(
    uow: UnitOfWork, actor: Actor, request_id: UUID, weekdays: Sequence[int], ends_on: date | None
) -> Standing:
    """
    A ride of every week like a request, from the day after it.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such request in this organisation.
        Invalid: no weekday, or an end before the start.
    """
    actor.require(RIDE_WRITE)
    model = await get_request(uow, actor, request_id)
    standing = Standing(
        id=new_id(),
        person_id=model.person_id,
        weekdays=sorted(set(weekdays)),
        starts_on=model.on + timedelta(days=1),
        ends_on=ends_on,
        ask=again(model, model.on),
    )
    if defects := standing_defects(standing):
        raise Invalid(defects)
    await store.add(uow.session, actor.organisation_id, standing)
    record(uow, Tag.RIDE_STANDING_SAVED, standing.id)
    return standing


async def list_standing(uow: UnitOfWork, actor: Actor) -> list[Standing]:
    """
    Rides of every week that have days to come, oldest first.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.running(uow.session, local_date(uow.now) + timedelta(days=1))


async def produce(
    uow: UnitOfWork, actor: Actor, settings: Settings, *, standing_id: UUID | None = None
) -> Produced:
    """
    Ask for the rides of every week of the next four weeks; those asked for already are not touched.

    Args:
        standing_id: of one alone; of all when None.

    Raises:
        Refused: the actor lacks `ride:write`.
    """
    actor.require(RIDE_WRITE)
    first = local_date(uow.now) + timedelta(days=1)
    last = first + timedelta(days=AHEAD_DAYS - 1)
    wanted = [
        (standing, on)
        for standing in await store.running(uow.session, first)
        if standing_id in (None, standing.id)
        for on in dates_of(standing, first, last)
    ]
    ids = {(item.id, on): request_id_of(actor, key_of(item, on)) for item, on in wanted}
    known = await store.known_requests(uow.session, ids.values())
    missing = [(item, on) for item, on in wanted if ids[item.id, on] not in known]
    people = {item.person_id for item, _ in missing}
    stays = await stays_of(uow, actor, people, first, last) if people else []
    there = [(item, on) for item, on in missing if not is_suspended(stays, item.person_id, on)]
    made = refused = 0
    for standing, on in there[:AT_ONCE]:
        if await _asked(uow, actor, standing, on, settings):
            made += 1
        else:
            refused += 1
    if made:
        record(uow, Tag.RIDES_PRODUCED, standing_id, {"count": made})
    return Produced(
        made=made,
        away=len(missing) - len(there),
        refused=refused,
        left=max(0, len(there) - AT_ONCE),
    )


async def _asked(uow: UnitOfWork, actor: Actor, standing: Standing, on: date, settings: Settings) -> bool:
    """Ask for one day; False when the rules refuse it or something about it must be answered."""
    ask = msgspec.structs.replace(standing.ask, on=on)
    try:
        await confirm_request(
            uow, actor, ask, settings, form_key=key_of(standing, on), standing_id=standing.id
        )
    except Invalid:
        return False
    return True


async def end_standing(uow: UnitOfWork, actor: Actor, standing_id: UUID, *, version: int) -> int:
    """
    End a ride of every week today; those still to come are cancelled. Returns how many.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such ride of every week in this organisation.
        Conflict: it was changed meanwhile.
    """
    actor.require(RIDE_WRITE)
    today = local_date(uow.now)
    if standing_id not in {item.id for item in await store.running(uow.session, today + timedelta(days=1))}:
        raise NotFound("ride_standing_unknown", "no such ride of every week")
    if not await store.end(uow.session, standing_id, version, today):
        raise Conflict("changed_meanwhile", "it was changed by somebody else meanwhile")
    coming = await store.open_after(uow.session, standing_id, today)
    for request_id, request_version in coming:
        await cancel_request(uow, actor, request_id, version=request_version, reason=OVER)
    record(uow, Tag.RIDE_STANDING_SAVED, standing_id, {"ended": len(coming)})
    return len(coming)
