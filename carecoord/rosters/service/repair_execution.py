"""
Repairs as a worker searches them: claim, progress, end.

A repair that was applied or given up meanwhile stays as it is.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.rosters.repairs import Proposal
from carecoord.rosters.store import repairs as store


async def claim_repair(uow: UnitOfWork, repair_id: UUID) -> bytes | None:
    """
    What is to be searched; None when there is nothing left to do.

    A search that was asked to stop and whose worker died is over: its first repair holds.
    """
    if await store.state_of(uow.session, repair_id) == "stopping":
        await store.change_searching(uow.session, repair_id, state="done", ended_at=uow.now)
        return None
    state = await store.change_searching(
        uow.session, repair_id, state="running", started_at=uow.now, phase="start"
    )
    return None if state is None else await store.document_of(uow.session, repair_id)


async def tell(uow: UnitOfWork, repair_id: UUID, breadth: str | None) -> bool:
    """Note which repair is searched; returns whether somebody asked to stop, or the repair is over."""
    if breadth is not None:
        await store.change_searching(uow.session, repair_id, phase=breadth)
    return await store.state_of(uow.session, repair_id) != "running"


async def finish_repair(uow: UnitOfWork, repair_id: UUID, proposals: list[Proposal]) -> None:
    """Keep what was found beside the first repair."""
    repair = await store.repair_by_id(uow.session, repair_id, lock=True)
    if repair is None or not repair.is_searching:
        return
    first = [item for item in repair.proposals if item.breadth == "first"]
    await store.change_repair(
        uow.session,
        repair_id,
        state="done",
        ended_at=uow.now,
        proposals=[msgspec.to_builtins(item) for item in (*first, *proposals)],
    )


async def fail_repair(uow: UnitOfWork, repair_id: UUID, failure: str) -> None:
    """
    Give the search up.

    Args:
        failure: code, never personal data.
    """
    await store.change_searching(uow.session, repair_id, state="failed", ended_at=uow.now, failure=failure)
