"""
Places for somebody who is not a subscriber yet: while they are on the telephone.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Defect, Invalid
from carecoord.kernel.ids import new_id
from carecoord.meals.domain import CHAINS, Chain, DueMeal, MealDelivery
from carecoord.meals.service.round_changes import places_for
from carecoord.meals.store import fleet

MEALS_MOST = 20
DAY_S = 86_400


class AskPlaces(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Where could a household be served on a day that has published rounds?

    Args:
        latitude, longitude: WGS 84 degrees of the door.
        earliest_s, latest_s: wished hours, seconds after local midnight.
    """

    on: date
    kitchen_id: UUID
    latitude: float
    longitude: float
    earliest_s: int
    latest_s: int
    count: int = 1
    chain: Chain = "cold"


class RoundPlace(msgspec.Struct, frozen=True, kw_only=True):
    """
    A place on a round.

    Args:
        start_s: when the driver would come, seconds after local midnight.
        added_cents, added_s, added_m: what it adds; travel to the new door is estimated.
        shifted: other households whose hour would move by more than five minutes.
    """

    driver_id: UUID
    driver: str
    start_s: int
    added_cents: int
    added_s: int
    added_m: int
    shifted: int


async def ask_places(uow: UnitOfWork, actor: Actor, question: AskPlaces) -> list[RoundPlace]:
    """
    The three cheapest places on the published rounds of a day, one for each driver at most; nothing is kept.

    Raises:
        Refused: the actor lacks `meal:read`.
        Invalid: hours, number or chain out of bounds; all are listed.
    """
    actor.require(MEAL_READ)
    if defects := _defects(question):
        raise Invalid(defects)
    meal = DueMeal(
        consumed_on=question.on,
        count=question.count,
        diet="normal",
        texture="iddsi7",
        allergies=[],
        chain=question.chain,
    )
    delivery = MealDelivery(
        id=new_id(),
        subscription_id=new_id(),
        person_id=new_id(),
        kitchen_id=question.kitchen_id,
        deliver_on=question.on,
        earliest_s=question.earliest_s,
        latest_s=question.latest_s,
        latitude=question.latitude,
        longitude=question.longitude,
        note="",
        meals=[meal],
    )
    found = await places_for(uow, actor, question.on, delivery)
    names = {driver.id: driver.name for driver in await fleet.drivers(uow.session)}
    return [
        RoundPlace(
            driver_id=UUID(offer.driver),
            driver=names.get(UUID(offer.driver), ""),
            start_s=offer.start_s,
            added_cents=offer.added_cents,
            added_s=offer.added_s,
            added_m=offer.added_m,
            shifted=offer.shifted,
        )
        for offer in found
    ]


def _defects(question: AskPlaces) -> list[Defect]:
    found = []
    if not 0 <= question.earliest_s <= question.latest_s < DAY_S:
        found.append(Defect(code="window_empty", where="latest_s", why="closes before it opens"))
    if not 1 <= question.count <= MEALS_MOST:
        args: dict[str, str | int | float | None] = {"value": question.count, "low": 1, "high": MEALS_MOST}
        found.append(Defect(code="out_of_bounds", where="count", why="not a number of meals", args=args))
    if question.chain not in CHAINS:
        found.append(Defect(code="choice_unknown", where="chain", why="cold or hot"))
    return found
