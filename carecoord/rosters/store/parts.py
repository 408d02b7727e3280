"""
SQL of the parts of a run: add, claim, progress, end.

What a worker writes carries its generation: a worker thought dead changes no row.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.rosters.domain import BestSoFar, KeyFigures, TravelUsed
from carecoord.rosters.parts import PlanningPart
from carecoord.rosters.store.runs import travel_of
from carecoord.rosters.tables import PlanningPartRow, PlanningRunRow


class NewPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that is not stored yet; `document` is compressed."""

    id: UUID
    index: int
    visits: int
    aides: int
    document: bytes


async def keep_territory(session: AsyncSession, run_id: UUID, territory: bytes) -> None:
    """Keep what the parts of a run are cut from."""
    await session.execute(
        update(PlanningRunRow).where(PlanningRunRow.id == run_id).values(territory=territory)
    )


async def territory_of(session: AsyncSession, run_id: UUID) -> bytes | None:
    """What the parts of a run are cut from; None for a run in one piece."""
    found = await session.execute(select(PlanningRunRow.territory).where(PlanningRunRow.id == run_id))
    return found.scalar_one_or_none()


async def add_parts(
    session: AsyncSession, organisation_id: UUID, run_id: UUID, stage: int, parts: list[NewPart]
) -> None:
    """The parts of a stage, waiting for workers."""
    session.add_all(
        PlanningPartRow(
            id=part.id,
            organisation_id=organisation_id,
            run_id=run_id,
            stage=stage,
            index=part.index,
            state="queued",
            visits=part.visits,
            aides=part.aides,
            attempts=0,
            document=part.document,
        )
        for part in parts
    )
    await session.flush()


async def parts_of(session: AsyncSession, run_id: UUID) -> list[PlanningPart]:
    """The parts of a run, sectors first."""
    rows = await session.execute(
        select(PlanningPartRow)
        .where(PlanningPartRow.run_id == run_id)
        .order_by(PlanningPartRow.stage, PlanningPartRow.index)
        .execution_options(populate_existing=True)
    )
    return [part_of(row) for row in rows.scalars()]


async def forget_documents(session: AsyncSession, run_id: UUID) -> None:
    """Drop what the parts of a run were worked out from and led to: once it is over, its draft has it all."""
    await session.execute(
        update(PlanningPartRow)
        .where(PlanningPartRow.run_id == run_id)
        .values(document=b"", solution=None, outcome=None)
    )
    await session.execute(update(PlanningRunRow).where(PlanningRunRow.id == run_id).values(territory=None))


async def part_by_id(session: AsyncSession, part_id: UUID, *, lock: bool = False) -> PlanningPart | None:
    """One part, or None when the organisation has no such part."""
    statement = select(PlanningPartRow).where(PlanningPartRow.id == part_id)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()
    return None if row is None else part_of(row)


async def documents_of_part(session: AsyncSession, part_id: UUID) -> tuple[bytes, bytes | None]:
    """What is to be planned, and the best plan so far."""
    found = await session.execute(
        select(PlanningPartRow.document, PlanningPartRow.solution).where(PlanningPartRow.id == part_id)
    )
    document, solution = found.one()
    return document, solution


async def documents_of_stage(session: AsyncSession, run_id: UUID, stage: int) -> list[tuple[bytes, bytes]]:
    """Document and outcome of each part of a stage that is done, in order."""
    rows = await session.execute(
        select(PlanningPartRow.document, PlanningPartRow.outcome)
        .where(
            PlanningPartRow.run_id == run_id,
            PlanningPartRow.stage == stage,
            PlanningPartRow.outcome.is_not(None),
        )
        .order_by(PlanningPartRow.index)
    )
    return [(document, outcome) for document, outcome in rows if outcome is not None]


async def waiting_in_stage(session: AsyncSession, run_id: UUID, stage: int) -> int:
    """How many parts of a stage are not done."""
    return (
        await session.execute(
            select(func.count())
            .select_from(PlanningPartRow)
            .where(
                PlanningPartRow.run_id == run_id,
                PlanningPartRow.stage == stage,
                PlanningPartRow.state != "done",
            )
        )
    ).scalar_one()


async def naive_of_parts(session: AsyncSession, run_id: UUID) -> list[KeyFigures]:
    """Figures of the naive plans of the sectors."""
    rows = await session.execute(
        select(PlanningPartRow.naive).where(
            PlanningPartRow.run_id == run_id, PlanningPartRow.naive.is_not(None)
        )
    )
    return [msgspec.convert(value, KeyFigures) for value in rows.scalars()]


async def travel_of_parts(session: AsyncSession, run_id: UUID) -> list[TravelUsed]:
    """Who answered for the parts that asked for travel themselves."""
    rows = await session.execute(
        select(PlanningPartRow.travel)
        .where(PlanningPartRow.run_id == run_id, PlanningPartRow.travel.is_not(None))
        .order_by(PlanningPartRow.stage, PlanningPartRow.index)
    )
    return [used for value in rows.scalars() for used in travel_of(value)]


async def change_part(session: AsyncSession, part_id: UUID, **values: Any) -> None:
    """Set fields of a part whatever its generation: by its claim alone."""
    await session.execute(update(PlanningPartRow).where(PlanningPartRow.id == part_id).values(**values))


async def change_claimed_part(session: AsyncSession, part_id: UUID, generation: UUID, **values: Any) -> bool:
    """Set fields of a part on behalf of the attempt that claimed it; False when another has it."""
    changed = await session.execute(
        update(PlanningPartRow)
        .where(
            PlanningPartRow.id == part_id,
            PlanningPartRow.generation == generation,
            PlanningPartRow.state == "running",
        )
        .values(
            **{
                name: msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else value
                for name, value in values.items()
            }
        )
        .returning(PlanningPartRow.id)
    )
    return changed.scalar_one_or_none() is not None


def part_of(row: PlanningPartRow) -> PlanningPart:
    """The domain struct of a row."""
    return PlanningPart(
        id=row.id,
        run_id=row.run_id,
        stage=row.stage,
        index=row.index,
        state=row.state,  # type: ignore[arg-type] # kept to the states by a check constraint
        visits=row.visits,
        aides=row.aides,
        attempts=row.attempts,
        generation=row.generation,
        started_at=row.started_at,
        ended_at=row.ended_at,
        best=None if row.best is None else msgspec.convert(row.best, BestSoFar),
    )
