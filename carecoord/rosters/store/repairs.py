"""
SQL of repairs: requests, proposals, calls.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.rosters.repairs import (
    SEARCHING,
    CallTold,
    Proposal,
    Repair,
    RepairCall,
    RepairEvent,
    RequestRepair,
)
from carecoord.rosters.tables import RepairCallRow, RepairRow


async def add_repair(
    session: AsyncSession,
    organisation_id: UUID,
    roster_id: UUID,
    command: RequestRepair,
    *,
    account_id: UUID | None,
    document: bytes,
    first: Proposal,
    asked_at: datetime,
) -> UUID:
    """A request waiting for a worker, with the repair found at once."""
    row = RepairRow(
        id=new_id(),
        organisation_id=organisation_id,
        roster_id=roster_id,
        roster_version=command.version,
        on_date=command.on_date,
        at=command.at,
        state="queued",
        people_max=command.people_max,
        tolerance_minutes=command.tolerance_minutes,
        events=msgspec.to_builtins(command.events),
        proposals=[msgspec.to_builtins(first)],
        document=document,
        requested_by=account_id,
        created_at=asked_at,
    )
    session.add(row)
    await session.flush()
    return row.id


async def repair_by_id(session: AsyncSession, repair_id: UUID, *, lock: bool = False) -> Repair | None:
    """One repair with its calls, or None."""
    statement = select(RepairRow).where(RepairRow.id == repair_id)
    if lock:
        statement = statement.with_for_update()
    found = await session.execute(statement.execution_options(populate_existing=True))
    row = found.scalar_one_or_none()
    return None if row is None else repair_of(row, await calls_of(session, repair_id))


async def document_of(session: AsyncSession, repair_id: UUID) -> bytes | None:
    """What the repairs are worked out from, compressed; None once it is forgotten."""
    return await session.scalar(select(RepairRow.document).where(RepairRow.id == repair_id)) or None


async def forget_documents(session: AsyncSession, before: date) -> None:
    """Drop what the repairs of days before one were worked out from, and what undoing them would put back."""
    await session.execute(
        update(RepairRow)
        .where(RepairRow.on_date < before, func.length(RepairRow.document) > 0)
        .values(document=b"", problem_before=None)
    )


async def same_asked(
    session: AsyncSession, roster_id: UUID, whole: RequestRepair, since: datetime
) -> UUID | None:
    """A repair asked for since an instant about the same rounds, moment and situation."""
    return await session.scalar(
        select(RepairRow.id)
        .where(
            RepairRow.roster_id == roster_id,
            RepairRow.roster_version == whole.version,
            RepairRow.on_date == whole.on_date,
            RepairRow.at == whole.at,
            RepairRow.people_max.is_not_distinct_from(whole.people_max),
            RepairRow.tolerance_minutes == whole.tolerance_minutes,
            RepairRow.events == msgspec.to_builtins(whole.events),
            RepairRow.created_at >= since,
            RepairRow.state.in_((*SEARCHING, "done")),
        )
        .order_by(RepairRow.created_at.desc())
        .limit(1)
    )


async def problem_before(session: AsyncSession, repair_id: UUID) -> bytes | None:
    """The roster's own problem before the repair; None where it had none."""
    return await session.scalar(select(RepairRow.problem_before).where(RepairRow.id == repair_id))


async def repairs_on(session: AsyncSession, day: date) -> list[Repair]:
    """Repairs of a day, newest first, without calls."""
    rows = await session.execute(
        select(RepairRow).where(RepairRow.on_date == day).order_by(RepairRow.created_at.desc()).limit(20)
    )
    return [repair_of(row, []) for row in rows.scalars()]


async def change_repair(session: AsyncSession, repair_id: UUID, **values: Any) -> None:
    """Set fields of a repair."""
    await session.execute(update(RepairRow).where(RepairRow.id == repair_id).values(**values))


async def change_searching(session: AsyncSession, repair_id: UUID, **values: Any) -> str | None:
    """Set fields of a repair that is still searched; its state, or None when it is over."""
    changed = await session.execute(
        update(RepairRow)
        .where(RepairRow.id == repair_id, RepairRow.state.in_(SEARCHING))
        .values(**values)
        .returning(RepairRow.state)
    )
    return changed.scalar_one_or_none()


async def state_of(session: AsyncSession, repair_id: UUID) -> str | None:
    """The state of a repair."""
    return await session.scalar(select(RepairRow.state).where(RepairRow.id == repair_id))


async def add_calls(
    session: AsyncSession, organisation_id: UUID, repair_id: UUID, calls: list[CallTold]
) -> None:
    """The list of calls of an applied repair."""
    if not calls:
        return
    await session.execute(
        insert(RepairCallRow),
        [
            {
                "id": new_id(),
                "organisation_id": organisation_id,
                "repair_id": repair_id,
                **msgspec.structs.asdict(call),
            }
            for call in calls
        ],
    )


async def calls_of(session: AsyncSession, repair_id: UUID) -> list[RepairCall]:
    """The list of calls, next start first."""
    rows = await session.execute(
        select(RepairCallRow)
        .where(RepairCallRow.repair_id == repair_id)
        .order_by(RepairCallRow.before_at, RepairCallRow.kind, RepairCallRow.who)
        .execution_options(populate_existing=True)
    )
    return [
        RepairCall(
            id=row.id,
            kind="aide" if row.kind == "aide" else "person",
            who=row.who,
            before_at=row.before_at,
            visit_ids=list(row.visit_ids),
            called_at=row.called_at,
            called_by=row.called_by,
        )
        for row in rows.scalars()
    ]


async def mark_call(
    session: AsyncSession, repair_id: UUID, call_id: UUID, called_at: datetime | None, called_by: UUID | None
) -> bool:
    """Note a call, or that it was not made after all; whether there is such a line."""
    changed = await session.execute(
        update(RepairCallRow)
        .where(RepairCallRow.repair_id == repair_id, RepairCallRow.id == call_id)
        .values(called_at=called_at, called_by=called_by)
        .returning(RepairCallRow.id)
    )
    return changed.scalar_one_or_none() is not None


def repair_of(row: RepairRow, calls: list[RepairCall]) -> Repair:
    """The domain struct of a row."""
    return Repair(
        id=row.id,
        roster_id=row.roster_id,
        roster_version=row.roster_version,
        on_date=row.on_date,
        at=row.at,
        state=row.state,  # type: ignore[arg-type] # kept to the states by a check constraint
        phase=row.phase,
        people_max=row.people_max,
        tolerance_minutes=row.tolerance_minutes,
        events=msgspec.convert(row.events, list[RepairEvent]),
        proposals=msgspec.convert(row.proposals, list[Proposal]),
        requested_by=row.requested_by,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        failure=row.failure,
        applied=row.applied,
        applied_at=row.applied_at,
        applied_by=row.applied_by,
        calls=calls,
    )
