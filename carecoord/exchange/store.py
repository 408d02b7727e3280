"""
Statements of exchange: imports and their reports.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from carecoord.exchange.domain import CheckImport, ImportFile, ImportReport
from carecoord.exchange.tables import ImportRow
from carecoord.kernel.actor import Actor
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest


def _struct(row: ImportRow) -> ImportFile:
    return msgspec.convert(
        {
            "id": row.id,
            "kind": row.kind,
            "file_name": row.file_name,
            "state": row.state,
            "report": row.report,
            "created_at": row.created_at,
            "applied_at": row.applied_at,
        },
        ImportFile,
    )


async def add(session: AsyncSession, actor: Actor, command: CheckImport, report: ImportReport) -> ImportFile:
    """Keep a file with the report of its dry run."""
    row = ImportRow(
        id=new_id(),
        organisation_id=actor.organisation_id,
        kind=command.kind,
        file_name=command.file_name[:200],
        digest=hashlib.sha256(command.content).hexdigest(),
        content=command.content if report.is_clean else None,
        state="checked",
        report=msgspec.to_builtins(report),
        requested_by=actor.account_id,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["created_at"])
    return _struct(row)


async def get(session: AsyncSession, import_id: UUID) -> ImportFile | None:
    """One import, without its content."""
    row = await session.get(ImportRow, import_id)
    return _struct(row) if row else None


async def locked(session: AsyncSession, import_id: UUID) -> tuple[ImportFile, bytes | None] | None:
    """One import with its content, kept from anybody else until the end of the transaction."""
    row = await session.scalar(
        select(ImportRow)
        .where(ImportRow.id == import_id)
        .options(undefer(ImportRow.content))
        .with_for_update()
    )
    return (_struct(row), row.content) if row else None


async def close(
    session: AsyncSession, import_id: UUID, state: str, report: ImportReport, at: datetime | None
) -> None:
    """Note what became of an import and drop its file: it holds personal data and is needed no more."""
    row = await session.get_one(ImportRow, import_id)
    row.state = state
    row.report = msgspec.to_builtins(report)
    row.applied_at = at
    row.content = None
    await session.flush()


async def forget(session: AsyncSession, before: datetime) -> None:
    """Abandon files tried before an instant and never applied: content, refused values and all."""
    await session.execute(
        update(ImportRow)
        .where(ImportRow.state == "checked", ImportRow.created_at < before)
        .values(state="abandoned", content=None, report=msgspec.to_builtins(ImportReport()))
    )


async def page(session: AsyncSession, request: PageRequest) -> tuple[list[ImportFile], int]:
    """Imports, newest first."""
    total = await session.scalar(select(func.count()).select_from(ImportRow)) or 0
    rows = await session.scalars(
        select(ImportRow)
        .order_by(ImportRow.created_at.desc(), ImportRow.id.desc())
        .offset(request.offset)
        .limit(request.size)
    )
    return [_struct(row) for row in rows], total
