"""
SQL of rounds, their stops and temperatures.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.meals.round_tables import MealRoundRow, MealStopRow, TemperatureReadingRow
from carecoord.meals.rounds_domain import DeliveryRound, Reading, Stop, Trip

RoundDraft = tuple[MealRoundRow, list[MealStopRow]]


async def replace_rounds(session: AsyncSession, run_id: UUID, drafts: Sequence[RoundDraft]) -> None:
    """Make the draft rounds of a run these."""
    await session.execute(
        delete(MealRoundRow).where(MealRoundRow.run_id == run_id, MealRoundRow.state == "draft")
    )
    session.add_all([row for row, _ in drafts])
    await session.flush()
    session.add_all([stop for _, stops in drafts for stop in stops])
    await session.flush()


async def published_on(session: AsyncSession, on: date) -> list[DeliveryRound]:
    """The rounds that count on a day, by hour."""
    return await _rounds(session, MealRoundRow.deliver_on == on, MealRoundRow.state == "published")


async def published_between(session: AsyncSession, first: date, last: date) -> list[DeliveryRound]:
    """The rounds that count on several days, by day."""
    return await _rounds(
        session, MealRoundRow.deliver_on.between(first, last), MealRoundRow.state == "published"
    )


async def driven_between(session: AsyncSession, first: date, last: date) -> list[DeliveryRound]:
    """The rounds that count or counted on several days, by day: a repair replaces some on their way."""
    return await _rounds(
        session,
        MealRoundRow.deliver_on.between(first, last),
        MealRoundRow.state.in_(("published", "replaced")),
    )


async def rounds_of_run(session: AsyncSession, run_id: UUID) -> list[DeliveryRound]:
    """The rounds of a run, whatever became of them."""
    return await _rounds(session, MealRoundRow.run_id == run_id)


async def round_by_id(session: AsyncSession, round_id: UUID) -> DeliveryRound | None:
    """One round."""
    found = await _rounds(session, MealRoundRow.id == round_id)
    return found[0] if found else None


async def last_published_day(session: AsyncSession, before: date, weekdays: Collection[int]) -> date | None:
    """The latest day before one, on one of these ISO weekdays (1 Monday … 7), that has published rounds."""
    statement = select(func.max(MealRoundRow.deliver_on)).where(
        MealRoundRow.deliver_on < before,
        MealRoundRow.state == "published",
        func.extract("isodow", MealRoundRow.deliver_on).in_(weekdays),
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def set_state(session: AsyncSession, ids: Collection[UUID], state: str) -> None:
    """Publish or replace rounds."""
    if ids:
        await session.execute(
            update(MealRoundRow)
            .where(MealRoundRow.id.in_(ids))
            .values(state=state, version=MealRoundRow.version + 1)
        )


async def stop_row(session: AsyncSession, stop_id: UUID) -> MealStopRow | None:
    """One stop, locked, to be changed."""
    return (
        await session.execute(select(MealStopRow).where(MealStopRow.id == stop_id).with_for_update())
    ).scalar_one_or_none()


async def open_stops(
    session: AsyncSession, person_id: UUID, first: date, last: date
) -> list[tuple[date, MealStopRow]]:
    """Stops of a person on published rounds that nobody has told of, by day, locked, to be changed."""
    rows = await session.execute(
        select(MealRoundRow.deliver_on, MealStopRow)
        .join(MealRoundRow, MealRoundRow.id == MealStopRow.round_id)
        .where(
            MealRoundRow.state == "published",
            MealRoundRow.deliver_on.between(first, last),
            MealStopRow.person_id == person_id,
            MealStopRow.outcome == "",
            MealStopRow.change != "cancelled",
        )
        .order_by(MealRoundRow.deliver_on, MealStopRow.id)
        .with_for_update(of=MealStopRow)
    )
    return [(on, stop) for on, stop in rows]


async def round_row(session: AsyncSession, round_id: UUID) -> MealRoundRow | None:
    """One round, locked, to be changed."""
    return (
        await session.execute(select(MealRoundRow).where(MealRoundRow.id == round_id).with_for_update())
    ).scalar_one_or_none()


async def stop_rows(session: AsyncSession, round_id: UUID) -> list[MealStopRow]:
    """The stops of a round, in order, to be changed."""
    rows = await session.execute(
        select(MealStopRow)
        .where(MealStopRow.round_id == round_id)
        .order_by(MealStopRow.trip, MealStopRow.rank)
        .with_for_update()
    )
    return list(rows.scalars())


async def readings_of(session: AsyncSession, round_ids: Collection[UUID]) -> list[Reading]:
    """Temperatures of rounds, in order of time."""
    if not round_ids:
        return []
    rows = await session.execute(
        select(TemperatureReadingRow)
        .where(TemperatureReadingRow.round_id.in_(round_ids))
        .order_by(TemperatureReadingRow.taken_at, TemperatureReadingRow.id)
    )
    return [
        Reading(
            id=row.id,
            round_id=row.round_id,
            stop_id=row.stop_id,
            trip=row.trip,
            chain=row.chain,  # type: ignore[arg-type] # kept by a check constraint
            decidegrees=row.decidegrees,
            verdict=row.verdict,  # type: ignore[arg-type] # kept by a check constraint
            thermometer=row.thermometer,
            taken_at=row.taken_at,
        )
        for row in rows.scalars()
    ]


def add_reading(session: AsyncSession, values: dict[str, Any]) -> UUID:
    """A temperature."""
    row = TemperatureReadingRow(id=new_id(), **values)
    session.add(row)
    return row.id


async def remove_stop(session: AsyncSession, stop_id: UUID) -> None:
    """Take a stop of a draft away."""
    await session.execute(delete(MealStopRow).where(MealStopRow.id == stop_id))


def copy_reading(session: AsyncSession, reading: Reading, round_id: UUID, organisation_id: UUID) -> None:
    """Write a temperature again for the round that goes on from another."""
    values = {
        "organisation_id": organisation_id,
        "round_id": round_id,
        "stop_id": reading.stop_id,
        "trip": reading.trip,
        "chain": reading.chain,
        "decidegrees": reading.decidegrees,
        "verdict": reading.verdict,
        "thermometer": reading.thermometer,
        "taken_at": reading.taken_at,
    }
    add_reading(session, values)


async def _rounds(session: AsyncSession, *where: Any) -> list[DeliveryRound]:
    rows = (
        await session.execute(
            select(MealRoundRow)
            .where(*where)
            .order_by(MealRoundRow.deliver_on, MealRoundRow.begins_s, MealRoundRow.id)
            .execution_options(populate_existing=True)
        )
    ).scalars()
    found = list(rows)
    stops: dict[UUID, list[MealStopRow]] = {row.id: [] for row in found}
    if found:
        for stop in (
            await session.execute(
                select(MealStopRow)
                .where(MealStopRow.round_id.in_(stops))
                .order_by(MealStopRow.trip, MealStopRow.rank)
                .execution_options(populate_existing=True)
            )
        ).scalars():
            stops[stop.round_id].append(stop)
    return [_round(row, stops[row.id]) for row in found]


def _round(row: MealRoundRow, stops: list[MealStopRow]) -> DeliveryRound:
    return DeliveryRound(
        id=row.id,
        run_id=row.run_id,
        deliver_on=row.deliver_on,
        driver_id=row.driver_id,
        vehicle_id=row.vehicle_id,
        state=row.state,
        begins_s=row.begins_s,
        distance_m=row.distance_m,
        version=row.version,
        trips=[
            Trip(
                kitchen_id=UUID(trip["kitchen_id"]),
                loads_s=trip["loads_s"],
                leaves_s=trip["leaves_s"],
                back_s=trip["back_s"],
                stops=[_stop(stop) for stop in stops if stop.trip == number],
            )
            for number, trip in enumerate(row.trips)
        ],
    )


def _stop(row: MealStopRow) -> Stop:
    return Stop(
        id=row.id,
        delivery_id=row.delivery_id,
        subscription_id=row.subscription_id,
        person_id=row.person_id,
        eta_s=row.eta_s,
        cold=row.cold,
        hot=row.hot,
        state=row.outcome,  # type: ignore[arg-type] # kept by a check constraint
        told_at=row.outcome_at,
        change=row.change,  # type: ignore[arg-type] # kept by a check constraint
        destroyed=row.destroyed,
    )
