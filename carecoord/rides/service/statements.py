"""
Kilometre statement of a volunteer's month.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.rides.kilometres import Car, Statement, statement_of
from carecoord.rides.store import days as store
from carecoord.rides.store import drivers as driver_store


async def statement(
    uow: UnitOfWork, actor: Actor, volunteer_id: UUID, month: date, *, kept: bool = False
) -> Statement:
    """
    Kilometres from home to home, day by day, and what they are worth; days to come are not in it.

    Args:
        month: any day of it.
        kept: it leaves the program as a file, which is recorded.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    first = month.replace(day=1)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    until = min(last, local_date(uow.now))
    tours = await store.tours(uow.session, first.replace(month=1), until, volunteer_id)
    cars = {
        item.id: Car(
            fiscal_power=item.fiscal_power, electric=item.electric, of_association=item.of_association
        )
        for item in await driver_store.vehicles(uow.session)
    }
    if kept:
        record(uow, Tag.RIDE_STATEMENT_MADE, volunteer_id, {"month": f"{first:%Y-%m}"})
    return statement_of(tours, first, last, cars)


def note_sheet(uow: UnitOfWork, actor: Actor, volunteer_id: UUID, on: date) -> None:
    """
    Record that the round sheet of a volunteer's day was made: addresses and telephones stand in it.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    record(uow, Tag.RIDE_SHEET_MADE, volunteer_id, {"on": on.isoformat()})
