"""
SQL of the figures: requests of a period, ways of a year.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.rides.figures import Asked, Made
from carecoord.rides.store.requests import state_by_ways
from carecoord.rides.tables import RideLegRow, RideRequestRow


async def asked_between(session: AsyncSession, first: date, last: date) -> list[Asked]:
    """Requests for rides of a period, whatever became of them; one statement."""
    lines = await session.execute(
        select(
            RideRequestRow.on_date,
            RideRequestRow.state,
            RideRequestRow.purpose,
            RideRequestRow.destination["insee"].astext.label("insee"),
            RideRequestRow.refusal["code"].astext.label("code"),
            RideRequestRow.refusal["article"].astext.label("article"),
            func.array_agg(RideLegRow.state).label("ways"),
        )
        .outerjoin(RideLegRow, RideLegRow.request_id == RideRequestRow.id)
        .where(RideRequestRow.on_date.between(first, last))
        .group_by(RideRequestRow.id)
    )
    return [
        Asked(
            on=line.on_date,
            state=state_by_ways(line.state, {way for way in line.ways if way}),
            insee=line.insee,
            purpose=line.purpose,
            refusal=line.code or "",
            article=line.article or "",
        )
        for line in lines
    ]


async def made_between(session: AsyncSession, first: date, last: date) -> list[Made]:
    """Ways of social-use transport that were driven in a period, or were to be; one statement."""
    ways = func.count().over(partition_by=RideLegRow.request_id)
    lines = await session.execute(
        select(
            RideLegRow.person_id,
            RideLegRow.state,
            RideRequestRow.basis["criterion"].astext.label("criterion"),
            RideRequestRow.distance_m,
            RideRequestRow.is_estimated,
            (RideRequestRow.price_cents / ways).label("cents"),
        )
        .join(RideRequestRow, RideRequestRow.id == RideLegRow.request_id)
        .where(
            RideLegRow.on_date.between(first, last),
            RideLegRow.state.in_(("placed", "done")),
            RideRequestRow.basis["regime"].astext == "tus",
        )
    )
    return [
        Made(
            person_id=line.person_id,
            criterion=line.criterion or "",
            distance_m=line.distance_m,
            is_estimated=line.is_estimated,
            price_cents=int(line.cents),
            is_confirmed=line.state == "done",
        )
        for line in lines
    ]
