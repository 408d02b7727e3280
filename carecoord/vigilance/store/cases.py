"""
SQL of cases and their journal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.vigilance.domain import Call, Case, LogCall
from carecoord.vigilance.tables import VigilanceCallRow, VigilanceCaseRow


async def add_case(session: AsyncSession, row: VigilanceCaseRow) -> UUID:
    """A case, or the one of the same event, open again if it was closed as a mistake; its identifier."""
    values = {
        name: getattr(row, name)
        for name in (
            "id", "organisation_id", "person_id", "source", "source_id", "happened_at", "due_at", "opened_by"
        )
    }  # fmt: skip
    added = await session.execute(
        insert(VigilanceCaseRow)
        .values(**values, version=1)
        .on_conflict_do_nothing(index_elements=["organisation_id", "source", "source_id"])
        .returning(VigilanceCaseRow.id)
    )
    found = added.scalar_one_or_none()
    if found is not None:
        return found
    existing = (
        await session.execute(
            select(VigilanceCaseRow)
            .where(VigilanceCaseRow.source == row.source, VigilanceCaseRow.source_id == row.source_id)
            .with_for_update()
        )
    ).scalar_one()
    if existing.outcome == "mistake":
        # Told again after it was taken back: the clock begins anew, the journal stays.
        existing.happened_at, existing.due_at = row.happened_at, row.due_at
        existing.closed_at = existing.closed_by = existing.first_call_at = None
        existing.outcome = ""
        await session.flush()
    return existing.id


async def row_by_id(session: AsyncSession, case_id: UUID) -> VigilanceCaseRow | None:
    """One row, to be changed."""
    return (
        await session.execute(
            select(VigilanceCaseRow).where(VigilanceCaseRow.id == case_id).with_for_update()
        )
    ).scalar_one_or_none()


async def case_by_id(session: AsyncSession, case_id: UUID) -> Case | None:
    """One case with its journal."""
    row = (
        await session.execute(select(VigilanceCaseRow).where(VigilanceCaseRow.id == case_id))
    ).scalar_one_or_none()
    return None if row is None else (await _with_calls(session, [row]))[0]


async def case_of_source(session: AsyncSession, source: str, source_id: UUID) -> UUID | None:
    """The open case of an event, if any."""
    return (
        await session.execute(
            select(VigilanceCaseRow.id).where(
                VigilanceCaseRow.source == source,
                VigilanceCaseRow.source_id == source_id,
                VigilanceCaseRow.closed_at.is_(None),
            )
        )
    ).scalar_one_or_none()


async def open_cases(session: AsyncSession) -> list[Case]:
    """What waits, soonest due first."""
    rows = await session.execute(
        select(VigilanceCaseRow)
        .where(VigilanceCaseRow.closed_at.is_(None))
        .order_by(VigilanceCaseRow.due_at, VigilanceCaseRow.id)
    )
    return await _with_calls(session, rows.scalars().all())


async def count_open(session: AsyncSession) -> int:
    """How many wait."""
    statement = select(func.count()).select_from(VigilanceCaseRow).where(VigilanceCaseRow.closed_at.is_(None))
    return int((await session.execute(statement)).scalar_one())


async def closed_since(session: AsyncSession, since: datetime, most: int) -> list[Case]:
    """What was closed lately, newest first."""
    rows = await session.execute(
        select(VigilanceCaseRow)
        .where(VigilanceCaseRow.closed_at >= since)
        .order_by(VigilanceCaseRow.closed_at.desc(), VigilanceCaseRow.id)
        .limit(most)
    )
    return await _with_calls(session, rows.scalars().all())


async def add_call(
    session: AsyncSession, organisation_id: UUID, account_id: UUID | None, command: LogCall, at: datetime
) -> None:
    """A line of the journal."""
    session.add(
        VigilanceCallRow(
            id=new_id(),
            organisation_id=organisation_id,
            case_id=command.case_id,
            whom=command.whom,
            answer=command.answer,
            note=command.note.encode(),
            called_at=at,
            called_by=account_id,
        )
    )


async def _with_calls(session: AsyncSession, rows: Sequence[VigilanceCaseRow]) -> list[Case]:
    calls = await _calls(session, [row.id for row in rows])
    return [
        Case(
            id=row.id,
            person_id=row.person_id,
            source=row.source,  # type: ignore[arg-type] # kept by a check constraint
            source_id=row.source_id,
            happened_at=row.happened_at,
            due_at=row.due_at,
            first_call_at=row.first_call_at,
            closed_at=row.closed_at,
            outcome=row.outcome,  # type: ignore[arg-type] # kept by a check constraint
            version=row.version,
            calls=calls.get(row.id, []),
        )
        for row in rows
    ]


async def _calls(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[Call]]:
    if not ids:
        return {}
    rows = await session.execute(
        select(VigilanceCallRow)
        .where(VigilanceCallRow.case_id.in_(ids))
        .order_by(VigilanceCallRow.called_at, VigilanceCallRow.id)
    )
    found: dict[UUID, list[Call]] = {}
    for row in rows.scalars():
        call = Call(
            id=row.id,
            case_id=row.case_id,
            whom=row.whom,  # type: ignore[arg-type] # kept by a check constraint
            answer=row.answer,  # type: ignore[arg-type] # kept by a check constraint
            note=row.note.decode(),
            called_at=row.called_at,
            called_by=row.called_by,
        )
        found.setdefault(row.case_id, []).append(call)
    return found
