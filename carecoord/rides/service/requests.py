"""
Use cases of requests: what is to be driven on a day, and what became of it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.rides.domain import Leg, LegState
from carecoord.rides.store import legs as leg_store

TO_DRIVE: tuple[LegState, ...] = ("looking", "placed")
"""States of the ways that still want a driver, or have one."""


async def legs_of_day(uow: UnitOfWork, actor: Actor, on: date) -> list[Leg]:
    """
    The ways to drive on a day, by hour of pick-up.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await leg_store.legs_on(uow.session, on, TO_DRIVE)


async def mark_legs(uow: UnitOfWork, actor: Actor, leg_ids: Collection[UUID], state: LegState) -> list[UUID]:
    """
    Put ways into a state: what placing, taking back and driving do; returns which were changed.

    A way that was refused or cancelled stays so.

    Raises:
        Refused: the actor lacks `ride:write`.
    """
    actor.require(RIDE_WRITE)
    if not leg_ids:
        return []
    return await leg_store.set_states(uow.session, leg_ids, state, only=("looking", "placed", "done"))
