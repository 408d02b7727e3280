"""
SQL of planning runs: request, claim, progress, documents, end.

What a worker writes carries its generation: a worker thought dead changes no row.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Date, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.rosters.domain import (
    ACTIVE_STATES,
    BestSoFar,
    KeyFigures,
    PlanningRun,
    ProgressPoint,
    RequestRun,
    TravelUsed,
)
from carecoord.rosters.keeping import Keep
from carecoord.rosters.tables import PlanningProgressRow, PlanningRunRow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('planning_run:' || :organisation_id, 0))")


class Documents(msgspec.Struct, frozen=True, kw_only=True):
    """The compressed problem and best solution of a run, where it has them."""

    problem: bytes | None
    solution: bytes | None


async def lock_requests(session: AsyncSession, organisation_id: UUID) -> None:
    """Let one request at a time look for overlapping runs and add its own."""
    await session.execute(_LOCK, {"organisation_id": str(organisation_id)})


async def add_run(
    session: AsyncSession, organisation_id: UUID, account_id: UUID | None, command: RequestRun
) -> PlanningRun:
    """A run waiting for a worker."""
    row = PlanningRunRow(
        id=new_id(),
        organisation_id=organisation_id,
        first_day=command.first_day,
        day_count=command.day_count,
        seconds=command.seconds,
        seed=command.seed,
        state="queued",
        phase="",
        attempts=0,
        requested_by=account_id,
        options={} if command.keep is None else {"keep": msgspec.to_builtins(command.keep)},
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["created_at"])
    return run_of(row)


async def active_overlapping(session: AsyncSession, first: date, last: date) -> UUID | None:
    """A run not over yet whose period shares a day with this one."""
    row_last = cast(PlanningRunRow.first_day + PlanningRunRow.day_count, Date) - 1
    statement = select(PlanningRunRow.id).where(
        PlanningRunRow.state.in_(ACTIVE_STATES),
        PlanningRunRow.first_day <= last,
        row_last >= cast(first, Date),
    )
    return (await session.execute(statement.limit(1))).scalar_one_or_none()


async def run_by_id(session: AsyncSession, run_id: UUID, *, lock: bool = False) -> PlanningRun | None:
    """One run, or None when the organisation has no such run."""
    statement = select(PlanningRunRow).where(PlanningRunRow.id == run_id)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()
    return None if row is None else run_of(row)


async def list_runs(session: AsyncSession, page: PageRequest) -> PageResult[PlanningRun]:
    """Runs, newest first."""
    total = (await session.execute(select(func.count()).select_from(PlanningRunRow))).scalar_one()
    rows = await session.execute(
        select(PlanningRunRow)
        .order_by(PlanningRunRow.created_at.desc(), PlanningRunRow.id.desc())
        .offset(page.offset)
        .limit(page.size)
    )
    return PageResult(
        items=[run_of(row) for row in rows.scalars()], total=total, page=page.page, size=page.size
    )


async def progress_of(session: AsyncSession, run_id: UUID) -> list[ProgressPoint]:
    """The curve of a run, oldest attempt first."""
    rows = await session.execute(
        select(PlanningProgressRow)
        .where(PlanningProgressRow.run_id == run_id)
        .order_by(PlanningProgressRow.attempt, PlanningProgressRow.elapsed_ms)
    )
    return [
        ProgressPoint(
            attempt=row.attempt,
            elapsed_ms=row.elapsed_ms,
            unserved={
                "vital": row.unserved_vital,
                "important": row.unserved_important,
                "comfort": row.unserved_comfort,
            },
            soft_cents=row.soft_cents,
            phase=row.phase,
        )
        for row in rows.scalars()
    ]


async def add_progress(
    session: AsyncSession, organisation_id: UUID, run_id: UUID, point: ProgressPoint
) -> None:
    """Add a point; one told twice stays one."""
    statement = insert(PlanningProgressRow).values(
        id=new_id(),
        organisation_id=organisation_id,
        run_id=run_id,
        attempt=point.attempt,
        elapsed_ms=point.elapsed_ms,
        unserved_vital=point.unserved.get("vital", 0),
        unserved_important=point.unserved.get("important", 0),
        unserved_comfort=point.unserved.get("comfort", 0),
        soft_cents=point.soft_cents,
        phase=point.phase,
    )
    await session.execute(statement.on_conflict_do_nothing())


async def documents_of(session: AsyncSession, run_id: UUID) -> Documents | None:
    """The documents of a run, which are large: read only where they are needed."""
    found = (
        await session.execute(
            select(PlanningRunRow.problem, PlanningRunRow.solution).where(PlanningRunRow.id == run_id)
        )
    ).one_or_none()
    return None if found is None else Documents(problem=found.problem, solution=found.solution)


async def spent_ms(session: AsyncSession, run_id: UUID) -> int:
    """Milliseconds of search of all attempts so far, as far as they were told."""
    by_attempt = (
        select(func.max(PlanningProgressRow.elapsed_ms).label("spent"))
        .where(PlanningProgressRow.run_id == run_id)
        .group_by(PlanningProgressRow.attempt)
        .subquery()
    )
    return int((await session.execute(select(func.coalesce(func.sum(by_attempt.c.spent), 0)))).scalar_one())


async def change_run(session: AsyncSession, run_id: UUID, **values: Any) -> None:
    """Set fields of a run whatever its generation: for requests, not for workers."""
    await session.execute(update(PlanningRunRow).where(PlanningRunRow.id == run_id).values(**values))


async def change_claimed(session: AsyncSession, run_id: UUID, generation: UUID, **values: Any) -> str | None:
    """
    Set fields of a run on behalf of the worker attempt that claimed it.

    Returns:
        The state of the run after that, or None when another attempt has claimed it or it is over.
    """
    changed = await session.execute(
        update(PlanningRunRow)
        .where(
            PlanningRunRow.id == run_id,
            PlanningRunRow.generation == generation,
            PlanningRunRow.state.in_(ACTIVE_STATES),
        )
        .values(**{name: _json(value) for name, value in values.items()})
        .returning(PlanningRunRow.state)
    )
    return changed.scalar_one_or_none()


def run_of(row: PlanningRunRow) -> PlanningRun:
    """The domain struct of a row."""
    return PlanningRun(
        id=row.id,
        first_day=row.first_day,
        day_count=row.day_count,
        seconds=row.seconds,
        seed=row.seed,
        state=row.state,  # type: ignore[arg-type] # kept to the states by a check constraint
        phase=row.phase,
        attempts=row.attempts,
        generation=row.generation,
        requested_by=row.requested_by,
        created_at=row.created_at,
        started_at=row.started_at,
        heartbeat_at=row.heartbeat_at,
        ended_at=row.ended_at,
        problem_digest=row.problem_digest,
        best=None if row.best is None else msgspec.convert(row.best, BestSoFar),
        naive=None if row.naive is None else msgspec.convert(row.naive, KeyFigures),
        travel=travel_of(row.travel),
        failure=row.failure,
        roster_id=row.roster_id,
        keep=msgspec.convert(row.options.get("keep"), Keep | None),
    )


def travel_of(stored: dict[str, Any] | None) -> list[TravelUsed]:
    """What a run or a roster keeps of its travel times."""
    return msgspec.convert((stored or {}).get("modes", []), list[TravelUsed])


def travel_json(used: list[TravelUsed]) -> dict[str, Any]:
    """The same as it is stored."""
    return {"modes": msgspec.to_builtins(used)}


def _json(value: Any) -> Any:
    return msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else value
