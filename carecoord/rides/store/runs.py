"""
SQL of planning runs of a day; what a worker writes carries the generation of its claim.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.rides.plan_domain import ACTIVE_STATES, RideRun
from carecoord.rides.plan_tables import RideRunRow

_RUN = [
    (RideRunRow.on_date if name == "on" else getattr(RideRunRow, name)).label(name)
    for name in RideRun.__struct_fields__
]


class Documents(NamedTuple):
    """Compressed problem and plan of a run, where it has them."""

    problem: bytes | None
    solution: bytes | None


async def add_run(
    session: AsyncSession,
    organisation_id: UUID,
    account_id: UUID | None,
    on: date,
    *,
    seconds: int,
    seed: int,
) -> UUID:
    """A run waiting for a worker."""
    row = RideRunRow(
        id=new_id(),
        organisation_id=organisation_id,
        on_date=on,
        seconds=seconds,
        seed=seed,
        state="queued",
        phase="",
        attempts=0,
        progress=[],
        requested_by=account_id,
    )
    session.add(row)
    await session.flush()
    return row.id


async def run_by_id(session: AsyncSession, run_id: UUID, *, lock: bool = False) -> RideRun | None:
    """One run, or None."""
    statement = select(*_RUN).where(RideRunRow.id == run_id)
    if lock:
        statement = statement.with_for_update()
    line = (await session.execute(statement)).one_or_none()
    return None if line is None else RideRun(**line._mapping)


async def runs_of(session: AsyncSession, on: date) -> list[RideRun]:
    """Runs of a day, newest first."""
    lines = await session.execute(
        select(*_RUN).where(RideRunRow.on_date == on).order_by(RideRunRow.id.desc()).limit(10)
    )
    return [RideRun(**line._mapping) for line in lines]


async def active_on(session: AsyncSession, on: date) -> UUID | None:
    """A run of that day that is not over."""
    found: UUID | None = await session.scalar(
        select(RideRunRow.id).where(RideRunRow.on_date == on, RideRunRow.state.in_(ACTIVE_STATES)).limit(1)
    )
    return found


async def change_run(session: AsyncSession, run_id: UUID, **values: Any) -> None:
    """Write columns of a run."""
    await session.execute(update(RideRunRow).where(RideRunRow.id == run_id).values(**values))


async def change_claimed(session: AsyncSession, run_id: UUID, generation: UUID, **values: Any) -> str | None:
    """Write columns of a run as long as this attempt holds it; its state, or None when it does not."""
    changed = await session.execute(
        update(RideRunRow)
        .where(
            RideRunRow.id == run_id,
            RideRunRow.generation == generation,
            RideRunRow.state.in_(ACTIVE_STATES),
        )
        .values(**values)
        .returning(RideRunRow.state)
    )
    return changed.scalar_one_or_none()


async def documents_of(session: AsyncSession, run_id: UUID) -> Documents:
    """The documents of a run, which are large: read only where they are needed."""
    line = (
        await session.execute(select(RideRunRow.problem, RideRunRow.solution).where(RideRunRow.id == run_id))
    ).one_or_none()
    return Documents(None, None) if line is None else Documents(line.problem, line.solution)
