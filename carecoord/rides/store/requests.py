"""
SQL of requests.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Text, cast, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.rides.domain import Basis, Leg, LegState, Refusal, RideRequest, Spot
from carecoord.rides.store import legs as leg_store
from carecoord.rides.tables import RideLegRow, RideRequestRow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('ride_request:' || :request_id, 0))")

READ_MAX = 2000
"""Most requests a list may hold: a year of a small service, a month of a large one."""

_DOCUMENTS = {"origin": Spot, "destination": Spot, "basis": Basis}
_PLAIN = [
    name
    for name in RideRequest.__struct_fields__
    if name not in {*_DOCUMENTS, "refusal", "legs", "on", "state"}
]


async def add_request(session: AsyncSession, organisation_id: UUID, request: RideRequest) -> None:
    """Insert a request with its ways."""
    values: dict[str, Any] = {name: getattr(request, name) for name in _PLAIN if name != "version"}
    values |= {name: msgspec.to_builtins(getattr(request, name)) for name in _DOCUMENTS}
    values["refusal"] = None if request.refusal is None else msgspec.to_builtins(request.refusal)
    state = "refused" if request.refusal is not None else "open"
    session.add(RideRequestRow(organisation_id=organisation_id, on_date=request.on, state=state, **values))
    await session.flush()
    leg_store.add_legs(session, organisation_id, request.legs)
    await session.flush()


async def lock_request(session: AsyncSession, request_id: UUID) -> None:
    """Let one recording of a form go on at a time: the second one finds what the first made."""
    await session.execute(_LOCK, {"request_id": str(request_id)})


async def request(session: AsyncSession, request_id: UUID) -> RideRequest | None:
    """One request with its ways."""
    found = await _read(session, RideRequestRow.id == request_id)
    return found[0] if found else None


async def requests_by_id(session: AsyncSession, ids: Collection[UUID]) -> list[RideRequest]:
    """Several requests with their ways, by day and hour."""
    return await _read(session, among(RideRequestRow.id, ids)) if ids else []


async def requests_between(
    session: AsyncSession, first: date, last: date, *, person_id: UUID | None = None
) -> list[RideRequest]:
    """Requests for rides of a period with their ways, by day and hour, whatever became of them."""
    conditions: list[ColumnElement[bool]] = [RideRequestRow.on_date.between(first, last)]
    if person_id is not None:
        conditions.append(RideRequestRow.person_id == person_id)
    return await _read(session, *conditions)


async def last_of_person(session: AsyncSession, person_id: UUID, limit: int) -> list[RideRequest]:
    """The last requests of a person that nothing refused, latest asked first, without their ways."""
    lines = await session.execute(
        select(RideRequestRow)
        .where(RideRequestRow.person_id == person_id, RideRequestRow.state != "refused")
        .order_by(RideRequestRow.asked_at.desc(), RideRequestRow.on_date.desc())
        .limit(limit)
    )
    return [_request(row, []) for row in lines.scalars()]


async def last_of_people(
    session: AsyncSession, person_ids: Collection[UUID], limit: int
) -> dict[UUID, list[RideRequest]]:
    """Person -> last requests that nothing refused, latest asked first, without their ways; one statement."""
    rank = func.row_number().over(
        partition_by=RideRequestRow.person_id, order_by=RideRequestRow.asked_at.desc()
    )
    ranked = (
        select(RideRequestRow.id, rank.label("rank"))
        .where(among(RideRequestRow.person_id, person_ids), RideRequestRow.state != "refused")
        .subquery()
    )
    lines = await session.execute(
        select(RideRequestRow)
        .join(ranked, ranked.c.id == RideRequestRow.id)
        .where(ranked.c.rank <= limit)
        .order_by(RideRequestRow.asked_at.desc())
    )
    found: dict[UUID, list[RideRequest]] = {person_id: [] for person_id in person_ids}
    for row in lines.scalars():
        found[row.person_id].append(_request(row, []))
    return found


async def looking(session: AsyncSession, first: date) -> list[RideRequest]:
    """Requests from a day on of which a way still has no driver, by day and hour."""
    wanted = (
        select(RideLegRow.request_id)
        .where(RideLegRow.on_date >= first, RideLegRow.state == "looking")
        .distinct()
    )
    return await _read(session, RideRequestRow.id.in_(wanted), RideRequestRow.state == "open")


async def place_uses(session: AsyncSession, since: date, person_id: UUID) -> dict[UUID, tuple[int, int]]:
    """Known destination -> how often this person went since a day, and everybody."""
    place = RideRequestRow.destination["place_id"].astext
    lines = await session.execute(
        select(
            place,
            func.count().filter(RideRequestRow.person_id == person_id),
            func.count(),
        )
        .where(RideRequestRow.on_date >= since, place.is_not(None), RideRequestRow.state != "refused")
        .group_by(place)
    )
    return {UUID(line[0]): (line[1], line[2]) for line in lines}


async def frequent_addresses(session: AsyncSession, since: date, least: int) -> list[tuple[Spot, int]]:
    """Destinations that are no known place, with how often somebody went since a day, most often first."""
    document = RideRequestRow.destination
    key = (document["label"].astext, document["address"].astext, document["insee"].astext)
    lines = await session.execute(
        select(func.min(cast(document, Text)), func.count())
        .where(
            RideRequestRow.on_date >= since,
            document["place_id"].astext.is_(None),
            RideRequestRow.state != "refused",
        )
        .group_by(*key)
        .having(func.count() >= least)
        .order_by(func.count().desc())
        .limit(20)
    )
    return [(msgspec.json.decode(line[0], type=Spot), line[1]) for line in lines]


async def cancel(session: AsyncSession, request_id: UUID, version: int, reason: str) -> bool:
    """Cancel a request of that version; False when it is gone, ended, or was changed meanwhile."""
    return await _change(
        session, request_id, version, {"state": "cancelled", "cancel_reason": reason}, was="open"
    )


async def refuse(session: AsyncSession, request_id: UUID, version: int, refusal: Refusal) -> bool:
    """Refuse a request of that version; False when it is gone, ended, or was changed meanwhile."""
    values = {"state": "refused", "refusal": msgspec.to_builtins(refusal)}
    return await _change(session, request_id, version, values, was="open")


async def _change(
    session: AsyncSession, request_id: UUID, version: int, values: dict[str, Any], *, was: str
) -> bool:
    changing = (
        update(RideRequestRow)
        .where(
            RideRequestRow.id == request_id, RideRequestRow.version == version, RideRequestRow.state == was
        )
        .values(**values, version=version + 1)
        .returning(RideRequestRow.id)
    )
    return (await session.execute(changing)).scalar_one_or_none() is not None


async def _read(session: AsyncSession, *conditions: Any) -> list[RideRequest]:
    hour = func.coalesce(RideRequestRow.arrive_minute, RideRequestRow.leave_minute)
    rows = list(
        (
            await session.execute(
                select(RideRequestRow)
                .where(*conditions)
                .order_by(RideRequestRow.on_date, hour, RideRequestRow.id)
                .limit(READ_MAX)
                .execution_options(populate_existing=True)
            )
        ).scalars()
    )
    legs = await leg_store.legs_of_requests(session, [row.id for row in rows]) if rows else {}
    return [_request(row, legs[row.id]) for row in rows]


def _request(row: RideRequestRow, legs: list[Leg]) -> RideRequest:
    return RideRequest(
        on=row.on_date,
        state=state_of(row.state, legs),
        refusal=None if row.refusal is None else msgspec.convert(row.refusal, Refusal),
        legs=legs,
        **{name: msgspec.convert(getattr(row, name), kind) for name, kind in _DOCUMENTS.items()},
        **{name: getattr(row, name) for name in _PLAIN},
    )


def state_of(state: str, legs: list[Leg]) -> LegState:
    """What became of a request: its own end, else that of the way that is least far."""
    return state_by_ways(state, {leg.state for leg in legs})


def state_by_ways(state: str, ways: set[LegState]) -> LegState:
    """The same from the states of its ways alone."""
    if state == "refused":
        return "refused"
    if state == "cancelled":
        return "cancelled"
    left = ways - {"cancelled"}
    order: tuple[LegState, ...] = ("looking", "refused", "placed", "done")
    return next((step for step in order if step in left), "cancelled" if ways else "looking")
