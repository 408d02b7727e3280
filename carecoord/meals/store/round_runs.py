"""
SQL of planning runs of meal rounds. What a worker writes carries its generation.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.meals.round_tables import MealRunRow
from carecoord.meals.rounds_domain import (
    ACTIVE_STATES,
    LeftOut,
    MealRun,
    RepairFacts,
    RequestMealRun,
    RoundFigures,
    RunPoint,
)

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('meal_run:' || :organisation_id, 0))")


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """The compressed problem and plan of a run, where it has them."""

    problem: bytes | None
    solution: bytes | None


async def lock_requests(session: AsyncSession, organisation_id: UUID) -> None:
    """Let one request at a time look for an active run and add its own."""
    await session.execute(_LOCK, {"organisation_id": str(organisation_id)})


async def lock_rounds(session: AsyncSession, organisation_id: UUID, on: date) -> None:
    """Let one change at a time make or widen the published rounds of a day."""
    await session.execute(_LOCK, {"organisation_id": f"{organisation_id} {on.isoformat()}"})


async def add_run(
    session: AsyncSession,
    organisation_id: UUID,
    account_id: UUID | None,
    command: RequestMealRun,
    situation: RepairFacts | None = None,
) -> MealRun:
    """A run waiting for a worker; with a situation, a repair."""
    row = MealRunRow(
        id=new_id(),
        organisation_id=organisation_id,
        deliver_on=command.deliver_on,
        seconds=command.seconds,
        seed=command.seed,
        state="queued",
        phase="",
        attempts=0,
        requested_by=account_id,
        curve=[],
        left_out=[],
        warnings=[],
        situation=None if situation is None else msgspec.to_builtins(situation),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["created_at"])
    return run_of(row)


async def active_on(session: AsyncSession, on: date) -> UUID | None:
    """A run of that day that is not over."""
    statement = select(MealRunRow.id).where(MealRunRow.deliver_on == on, MealRunRow.state.in_(ACTIVE_STATES))
    return (await session.execute(statement.limit(1))).scalar_one_or_none()


async def run_by_id(session: AsyncSession, run_id: UUID, *, lock: bool = False) -> MealRun | None:
    """One run, or None."""
    statement = select(MealRunRow).where(MealRunRow.id == run_id)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()
    return None if row is None else run_of(row)


async def runs_of_day(session: AsyncSession, on: date) -> list[MealRun]:
    """Runs of a day, newest first."""
    rows = await session.execute(
        select(MealRunRow)
        .where(MealRunRow.deliver_on == on)
        .order_by(MealRunRow.created_at.desc(), MealRunRow.id.desc())
        .limit(10)
    )
    return [run_of(row) for row in rows.scalars()]


async def documents_of(session: AsyncSession, run_id: UUID) -> Documents | None:
    """The documents of a run, which are large."""
    found = (
        await session.execute(select(MealRunRow.problem, MealRunRow.solution).where(MealRunRow.id == run_id))
    ).one_or_none()
    return None if found is None else Documents(problem=found.problem, solution=found.solution)


async def change_run(session: AsyncSession, run_id: UUID, **values: Any) -> None:
    """Set fields of a run whatever its generation: for requests, not for workers."""
    await session.execute(update(MealRunRow).where(MealRunRow.id == run_id).values(**_plain(values)))


async def change_claimed(session: AsyncSession, run_id: UUID, generation: UUID, **values: Any) -> str | None:
    """Set fields for the attempt that claimed the run; its state, or None when that is not so any more."""
    changed = await session.execute(
        update(MealRunRow)
        .where(
            MealRunRow.id == run_id,
            MealRunRow.generation == generation,
            MealRunRow.state.in_(ACTIVE_STATES),
        )
        .values(**_plain(values))
        .returning(MealRunRow.state)
    )
    return changed.scalar_one_or_none()


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: msgspec.to_builtins(value) if isinstance(value, msgspec.Struct | list) else value
        for name, value in values.items()
    }


def run_of(row: MealRunRow) -> MealRun:
    """The domain struct of a row."""
    return MealRun(
        id=row.id,
        deliver_on=row.deliver_on,
        seconds=row.seconds,
        seed=row.seed,
        state=row.state,  # type: ignore[arg-type] # kept to the states by a check constraint
        phase=row.phase,
        attempts=row.attempts,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        compared_on=row.compared_on,
        best=None if row.best is None else msgspec.convert(row.best, RoundFigures),
        naive=None if row.naive is None else msgspec.convert(row.naive, RoundFigures),
        curve=msgspec.convert(row.curve, list[RunPoint]),
        left_out=msgspec.convert(row.left_out, list[LeftOut]),
        warnings=row.warnings,
        travel=row.travel,
        failure=row.failure,
        published_at=row.published_at,
        situation=msgspec.convert(row.situation, RepairFacts | None),
    )
