"""
Matrices kept in the database.
"""

from datetime import timedelta

import numpy as np
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.travel.cache import unpack
from carecoord.travel.domain import Mode, TravelMatrix
from carecoord.travel.store import DatabaseCache, delete_matrices

MATRIX = TravelMatrix(
    seconds=np.array([[0, 601], [599, 0]], dtype=np.int32),
    metres=np.array([[0, 9001], [8999, 0]], dtype=np.int32),
    provider="roads",
    dataset="v1",
    snaps_m=(4, 7),
)


async def test_kept_once_and_read_by_everybody(engine: AsyncEngine, actor: Actor, other_actor: Actor) -> None:
    """What one organisation asked serves the other; keeping twice is harmless."""
    async with open_uow(engine, actor) as uow:
        await DatabaseCache(uow).put("a" * 64, MATRIX, Mode.CAR)
        await DatabaseCache(uow).put("a" * 64, MATRIX, Mode.CAR)

    async with open_uow(engine, other_actor, read_only=True) as uow:
        payload = await DatabaseCache(uow).get("a" * 64)
        unknown = await DatabaseCache(uow).get("b" * 64)

    assert payload is not None
    kept = unpack(payload, size=2, provider="roads", dataset="v1")
    assert kept.seconds.tolist() == [[0, 601], [599, 0]]
    assert kept.snaps_m == (4, 7)
    assert unknown is None


async def test_a_reader_keeps_nothing(uow: UnitOfWork) -> None:
    """A page that must not write can still use what is kept."""
    await DatabaseCache(uow, keeps=False).put("a" * 64, MATRIX, Mode.CAR)

    assert await DatabaseCache(uow).get("a" * 64) is None


async def test_old_answers_are_deleted(uow: UnitOfWork) -> None:
    """Only those kept before the instant given go."""
    await DatabaseCache(uow).put("a" * 64, MATRIX, Mode.CAR)
    await DatabaseCache(uow).put("b" * 64, MATRIX, Mode.CAR)
    await uow.session.execute(
        text("UPDATE travel_matrix SET created_at = :at WHERE digest = :digest"),
        {"at": uow.now - timedelta(days=400), "digest": "a" * 64},
    )

    gone = await delete_matrices(uow, uow.now - timedelta(days=365))

    assert gone == 1
    assert await DatabaseCache(uow).get("b" * 64) is not None
