"""
Use cases of requests: take one, follow it; what is to be driven on a day.
"""

from __future__ import annotations

from collections.abc import Collection
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
from carecoord.kernel.errors import Defect, Invalid, NotFound
from carecoord.kernel.ids import derived_id
from carecoord.rides.asking import AskRide
from carecoord.rides.domain import Basis, Leg, LegState, Refusal, RideRequest, Spot
from carecoord.rides.service.judging import Judged, judge_request
from carecoord.rides.store import legs as leg_store
from carecoord.rides.store import requests as store
from carecoord.settings import Settings

TO_DRIVE: tuple[LegState, ...] = ("looking", "placed")
"""States of the ways that still want a driver, or have one."""

LAST_READ = 40
LAST_SHOWN = 4
USES_DAYS = 365
FREQUENT = 3
"""A destination somebody went to so often in a year deserves a name."""

LATE = "asked_too_late"
NO_DRIVER = "no_driver"
CLASH = "clash"
GAVE_UP = (NO_DRIVER, LATE, CLASH)
"""Causes of a refusal that no rule of law gives."""


def request_id_of(actor: Actor, form_key: UUID) -> UUID:
    """The identifier of the request that a form makes: sent twice, it is one request."""
    return derived_id(actor.organisation_id, "ride_request", str(form_key))


async def book(
    uow: UnitOfWork,
    actor: Actor,
    ask: AskRide,
    settings: Settings,
    *,
    form_key: UUID,
    standing_id: UUID | None = None,
) -> RideRequest:
    """
    Record a request; its ways then look for a driver. The same form sent twice is one request.

    Args:
        standing_id: the ride of every week it is one of.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such person, or no such destination.
        Invalid: everything wrong with the request (`invalid`), somebody away from home that day, or what
            the rules refuse or leave to be answered (`ride_not_allowed`, one defect a finding).
    """
    actor.require(RIDE_WRITE)
    request_id = request_id_of(actor, form_key)
    await store.lock_request(uow.session, request_id)
    known = await store.request(uow.session, request_id)
    if known is not None:
        return known
    judged = await judge_request(uow, actor, ask, settings, request_id=request_id)
    if judged.basis is None:
        raise Invalid(_not_allowed(judged), code="ride_not_allowed")
    if judged.is_away:
        why = "is away from home that day: the return must be confirmed first"
        raise Invalid([Defect(code="ride_person_away", where="on", why=why)])
    request = msgspec.structs.replace(_request(uow, actor, request_id, judged), standing_id=standing_id)
    await store.add_request(uow.session, actor.organisation_id, request)
    record(uow, Tag.RIDE_ASKED, request.id, {"on": ask.on.isoformat(), "ways": len(request.legs)})
    return request


async def book_refused(
    uow: UnitOfWork, actor: Actor, ask: AskRide, settings: Settings, *, form_key: UUID, code: str = ""
) -> RideRequest:
    """
    Record a request that is refused, so that it counts: by the first rule that refuses it, else by `code`.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such person, or no such destination.
        Invalid: everything wrong with the request, or nothing refuses it and `code` is none of `GAVE_UP`.
    """
    actor.require(RIDE_WRITE)
    request_id = request_id_of(actor, form_key)
    await store.lock_request(uow.session, request_id)
    known = await store.request(uow.session, request_id)
    if known is not None:
        return known
    judged = await judge_request(uow, actor, ask, settings, request_id=request_id)
    refusing = judged.findings("refuse")
    if refusing:
        refusal = Refusal(code=refusing[0].code, article=refusing[0].article, args=refusing[0].args)
    elif code in GAVE_UP:
        refusal = Refusal(code=code)
    else:
        raise Invalid([Defect(code="value_unknown", where="cause", why=f"is none of {', '.join(GAVE_UP)}")])
    request = _request(uow, actor, request_id, judged)
    legs = [msgspec.structs.replace(leg, state="refused") for leg in request.legs]
    request = msgspec.structs.replace(request, refusal=refusal, state="refused", legs=legs)
    await store.add_request(uow.session, actor.organisation_id, request)
    record(uow, Tag.RIDE_REFUSED, request.id, {"code": refusal.code, "article": refusal.article})
    return request


def _not_allowed(judged: Judged) -> list[Defect]:
    return [
        Defect(
            code=f"ride_{finding.code}",
            where="",
            why=f"{finding.code} ({finding.article})",
            args={**finding.args, "article": finding.article},
        )
        for finding in (*judged.findings("refuse"), *judged.findings("ask"))
    ]


def _request(uow: UnitOfWork, actor: Actor, request_id: UUID, judged: Judged) -> RideRequest:
    ask = judged.ask
    version = judged.verdict.rules if judged.verdict is not None else ""
    return RideRequest(
        id=request_id,
        person_id=ask.person_id,
        on=ask.on,
        origin=judged.origin,
        destination=ask.destination,
        purpose=ask.purpose,
        arrive_minute=ask.arrive_minute,
        leave_minute=ask.leave_minute,
        back=ask.back,
        back_minute=ask.back_minute,
        companions=ask.companions,
        wheelchair=ask.wheelchair,
        caller=ask.caller.strip(),
        note=ask.note.strip(),
        distance_m=judged.ways.distance_m,
        is_estimated=judged.ways.is_estimated,
        price_cents=judged.price_cents,
        basis=judged.basis or Basis(regime=judged.terms.regime, rules=version),
        state="looking",
        refusal=None,
        asked_at=uow.now,
        asked_by=actor.account_id,
        standing_id=None,
        cancel_reason="",
        legs=judged.legs,
    )


async def get_request(uow: UnitOfWork, actor: Actor, request_id: UUID) -> RideRequest:
    """
    One request with its ways.

    Raises:
        Refused: the actor lacks `ride:read`.
        NotFound: no such request in this organisation.
    """
    actor.require(RIDE_READ)
    found = await store.request(uow.session, request_id)
    if found is None:
        raise NotFound("ride_request_unknown", "no such request")
    return found


async def requests_between(
    uow: UnitOfWork, actor: Actor, first: date, last: date, *, person_id: UUID | None = None
) -> list[RideRequest]:
    """
    Requests for rides of a period, whatever became of them, by day and hour; two statements.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.requests_between(uow.session, first, last, person_id=person_id)


async def requests_looking(uow: UnitOfWork, actor: Actor) -> list[RideRequest]:
    """
    Requests from today on of which a way still has no driver, by day and hour; two statements.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.looking(uow.session, local_date(uow.now))


async def last_rides(
    uow: UnitOfWork, actor: Actor, person_ids: Collection[UUID]
) -> dict[UUID, list[RideRequest]]:
    """
    Person -> the different rides asked for last, to be asked for again; one statement.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    if not person_ids:
        return {}
    found = await store.last_of_people(uow.session, person_ids, LAST_READ)
    return {person_id: _different(requests) for person_id, requests in found.items()}


def _different(requests: list[RideRequest]) -> list[RideRequest]:
    """One request for each destination and way of coming back, the latest."""
    kept: dict[tuple[object, ...], RideRequest] = {}
    for request in requests:
        there = request.destination
        key = (
            there.place_id or (there.label, there.address, there.insee),
            request.back,
            request.origin.label,
        )
        kept.setdefault(key, request)
    return list(kept.values())[:LAST_SHOWN]


async def place_uses(uow: UnitOfWork, actor: Actor, person_id: UUID) -> dict[UUID, tuple[int, int]]:
    """
    Known destination -> how often this person went in the last year, and everybody.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.place_uses(uow.session, local_date(uow.now) - timedelta(days=USES_DAYS), person_id)


async def frequent_addresses(uow: UnitOfWork, actor: Actor) -> list[tuple[Spot, int]]:
    """
    Destinations without a name that somebody went to often in the last year, most often first.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    since = local_date(uow.now) - timedelta(days=USES_DAYS)
    return await store.frequent_addresses(uow.session, since, FREQUENT)


async def legs_of_day(uow: UnitOfWork, actor: Actor, on: date) -> list[Leg]:
    """
    The ways to drive on a day, by hour of pick-up; none of somebody who is away that day.

    Raises:
        Refused: the actor lacks `ride:read` or `person:read`.
    """
    actor.require(RIDE_READ)
    legs = await leg_store.legs_on(uow.session, on, TO_DRIVE)
    stays = await stays_of(uow, actor, {leg.person_id for leg in legs}, on, on) if legs else []
    return [leg for leg in legs if not is_suspended(stays, leg.person_id, on)]


async def leg_by_id(uow: UnitOfWork, actor: Actor, leg_id: UUID) -> Leg:
    """
    One way of a request.

    Raises:
        Refused: the actor lacks `ride:read`.
        NotFound: no such way.
    """
    actor.require(RIDE_READ)
    found = await leg_store.legs_by_id(uow.session, [leg_id])
    if not found:
        raise NotFound("ride_unknown", "no such ride")
    return found[0]


async def mark_legs(uow: UnitOfWork, actor: Actor, leg_ids: Collection[UUID], state: LegState) -> list[UUID]:
    """
    Put ways into a state: what placing, taking back and driving do; returns which were changed.

    A way that was refused or cancelled stays so.

    Raises:
        Refused: the actor lacks `ride:write`.
    """
    actor.require(RIDE_WRITE)
    if not leg_ids:
        return []
    return await leg_store.set_states(uow.session, leg_ids, state, only=("looking", "placed", "done"))
