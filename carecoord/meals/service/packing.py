"""
Use case of packing: the deliveries of a date cut by the published rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.meals.production import TripCut
from carecoord.meals.rounds_domain import DeliveryRound
from carecoord.meals.service.days import PackingDay, packing_day
from carecoord.meals.service.fleet import list_drivers
from carecoord.meals.service.rounds import rounds_of


def cuts_of(rounds: Sequence[DeliveryRound]) -> list[TripCut]:
    """Trips of rounds as packing takes them; a stop cancelled since is on none."""
    return [
        TripCut(
            round_id=one.id,
            number=number,
            kitchen_id=trip.kitchen_id,
            delivery_ids=[stop.delivery_id for stop in trip.stops if stop.change != "cancelled"],
        )
        for one in rounds
        for number, trip in enumerate(one.trips, start=1)
    ]


async def packing_of(uow: UnitOfWork, actor: Actor, deliver_on: date) -> tuple[PackingDay, dict[UUID, str]]:
    """
    Packing lists of a delivery date, and the driver of each round.

    Raises:
        Refused: the actor lacks `meal:read` or `person:read`.
    """
    rounds = await rounds_of(uow, actor, deliver_on)
    drivers = {driver.id: driver for driver in await list_drivers(uow, actor)} if rounds else {}
    names = {
        one.id: f"{drivers[one.driver_id].first_name} {drivers[one.driver_id].last_name}"
        for one in rounds
        if one.driver_id in drivers
    }
    return await packing_day(uow, actor, deliver_on, cuts_of(rounds)), names
