"""
SQL of the ways of requests: what a planner places.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.rides.domain import Leg, LegState
from carecoord.rides.tables import RideLegRow

_COLUMNS = [
    (RideLegRow.on_date if name == "on" else getattr(RideLegRow, name)).label(name)
    for name in Leg.__struct_fields__
]


def add_legs(session: AsyncSession, organisation_id: UUID, legs: Sequence[Leg]) -> None:
    """Add ways; written at the next flush."""
    session.add_all(RideLegRow(organisation_id=organisation_id, **_columns(leg)) for leg in legs)


async def legs_on(session: AsyncSession, on: date, states: Collection[LegState]) -> list[Leg]:
    """The ways of a day in these states, by hour of pick-up."""
    return await _read(session, RideLegRow.on_date == on, among(RideLegRow.state, states))


async def legs_by_id(session: AsyncSession, ids: Collection[UUID]) -> list[Leg]:
    """Several ways, by hour of pick-up."""
    return await _read(session, among(RideLegRow.id, ids))


async def legs_of_requests(session: AsyncSession, request_ids: Collection[UUID]) -> dict[UUID, list[Leg]]:
    """Request -> its ways, outbound first."""
    found: dict[UUID, list[Leg]] = {request_id: [] for request_id in request_ids}
    for leg in await _read(session, among(RideLegRow.request_id, request_ids)):
        found[leg.request_id].append(leg)
    return {key: sorted(legs, key=lambda leg: leg.direction != "out") for key, legs in found.items()}


async def set_states(
    session: AsyncSession, ids: Collection[UUID], state: LegState, *, only: Collection[LegState] = ()
) -> list[UUID]:
    """Put ways into a state, those in `only` states when given; returns which were changed."""
    changing = update(RideLegRow).where(among(RideLegRow.id, ids)).values(state=state)
    if only:
        changing = changing.where(among(RideLegRow.state, only))
    return list((await session.execute(changing.returning(RideLegRow.id))).scalars())


async def _read(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Leg]:
    lines = await session.execute(
        select(*_COLUMNS)
        .where(*conditions)
        .order_by(RideLegRow.on_date, RideLegRow.pick_earliest_s, RideLegRow.id)
    )
    return [Leg(**line._mapping) for line in lines]


def _columns(leg: Leg) -> dict[str, Any]:
    values = msgspec.structs.asdict(leg)
    return {("on_date" if name == "on" else name): value for name, value in values.items()}
