"""
All SQL of travel.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from carecoord.db.uow import UnitOfWork
from carecoord.travel.cache import pack
from carecoord.travel.domain import Mode, TravelMatrix
from carecoord.travel.tables import TravelMatrixRow


class DatabaseCache:
    """
    Answers kept in the database, shared by every process and organisation.

    Args:
        uow: the unit of work in which the question is asked; it may be read-only if `keeps` is false.
        keeps: whether new answers are kept.
    """

    def __init__(self, uow: UnitOfWork, *, keeps: bool = True) -> None:
        self._uow = uow
        self._keeps = keeps

    async def get(self, key: str) -> bytes | None:
        """The packed answer, or None."""
        wanted = select(TravelMatrixRow.payload).where(TravelMatrixRow.digest == key)
        return (await self._uow.session.execute(wanted)).scalar_one_or_none()

    async def put(self, key: str, matrix: TravelMatrix, mode: Mode) -> None:
        """Keep an answer; two processes may keep the same one at once."""
        if not self._keeps:
            return
        row = {
            "digest": key,
            "provider": matrix.provider,
            "dataset": matrix.dataset,
            "mode": mode.value,
            "size": matrix.size,
            "payload": pack(matrix),
        }
        await self._uow.session.execute(insert(TravelMatrixRow).values(row).on_conflict_do_nothing())


async def delete_matrices(uow: UnitOfWork, before: datetime) -> int:
    """Delete answers kept before an instant; returns how many."""
    gone = delete(TravelMatrixRow).where(TravelMatrixRow.created_at < before)
    kept = await uow.session.execute(gone.returning(TravelMatrixRow.digest))
    return len(kept.all())
