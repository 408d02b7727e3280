"""
Papers of meals that leave the program: what is read for them, and the record that they were made.

Health data stands in most of them (diets, allergies): who made one, and when, is kept.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Defect, Invalid
from carecoord.meals.rounds_domain import DeliveryRound, Reading
from carecoord.meals.store import rounds as store

PaperName = Literal["production", "packing", "round", "register"]

REGISTER_DAYS_MAX = 92
"""A quarter: what an inspection asks for."""


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """
    Temperatures of some days.

    Args:
        rounds: the published ones and those a repair replaced, by day: what was measured stays.
        readings: their temperatures, in order of time.
    """

    first: date
    last: date
    rounds: list[DeliveryRound]
    readings: list[Reading]


def note_paper(
    uow: UnitOfWork, actor: Actor, name: PaperName, on: date, *, subject_id: UUID | None = None
) -> None:
    """
    Record that a paper was made.

    Args:
        on: its day; of a register, the last one.
        subject_id: the kitchen or the round it is about.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    record(uow, Tag.MEAL_EXPORTED, subject_id, {"paper": name, "on": on.isoformat()})


async def temperature_register(uow: UnitOfWork, actor: Actor, first: date, last: date) -> Register:
    """
    The register of temperatures of some days; the same number of statements however many there are.

    Raises:
        Refused: the actor lacks `meal:read`.
        Invalid: the end is before the start, or more than `REGISTER_DAYS_MAX` days.
    """
    actor.require(MEAL_READ)
    if last < first:
        raise Invalid([Defect(code="dates_order", where="au", why="is before the start")])
    if last - first >= timedelta(days=REGISTER_DAYS_MAX):
        why = f"is more than {REGISTER_DAYS_MAX} days after the start"
        raise Invalid([Defect(code="period_too_long", where="au", why=why, args={"days": REGISTER_DAYS_MAX})])
    rounds = await store.driven_between(uow.session, first, last)
    drivers = {one.id: one.driver_id for one in rounds}
    # A repair writes the readings of a driver's round again for the round that goes on: one line each.
    taken = {
        (
            drivers[item.round_id],
            item.stop_id,
            item.trip,
            item.chain,
            item.decidegrees,
            item.thermometer,
            item.taken_at,
        ): item
        for item in await store.readings_of(uow.session, list(drivers))
    }
    return Register(first=first, last=last, rounds=rounds, readings=list(taken.values()))
