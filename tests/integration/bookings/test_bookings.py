"""
Time of people promised by several services, on a real database.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest
from builders.beneficiaries import a_person_command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.bookings.domain import Booking, BookingKind
from carecoord.bookings.service import (
    bookings_between,
    bookings_stamp,
    overlapping_bookings,
    replace_bookings,
    set_bookings,
)
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.identity.permissions import actor_of
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Refused
from carecoord.wiring import constraints


def hour(number: int, minute: int = 0) -> datetime:
    """A time of Tuesday 24 November 2026, Paris, as UTC."""
    return datetime(2026, 11, 24, number - 1, minute, tzinfo=UTC)


DAY = (hour(1), hour(24))


def a_booking(person: UUID, kind: BookingKind, start: datetime, end: datetime, number: int) -> Booking:
    """A booking of a person."""
    return Booking(kind=kind, source_id=UUID(int=number), person_id=person, starts_at=start, ends_at=end)


async def _odette(uow: UnitOfWork, actor: Actor) -> UUID:
    await upsert_people(uow, actor, [a_person_command()])
    return (await person_ids(uow, actor, ["P-001"]))["P-001"]


async def test_ride_over_a_visit_is_refused_with_both(uow: UnitOfWork, actor: Actor) -> None:
    """The conflict tells the visit and the ride with their hours, and nothing of the ride is kept."""
    person = await _odette(uow, actor)
    visit = a_booking(person, "visit", hour(9), hour(10), 1)
    await replace_bookings(uow, actor, "visit", DAY, [visit])

    with pytest.raises(Conflict) as caught:
        await replace_bookings(
            uow, actor, "ride", DAY, [a_booking(person, "ride", hour(9, 45), hour(10, 30), 2)]
        )

    told = caught.value.args_by_name
    assert caught.value.code == "person_taken"
    assert (told["one"], told["one_from_minute"], told["one_to_minute"]) == ("visit", 540, 600)
    assert (told["other"], told["other_from_minute"], told["other_to_minute"]) == ("ride", 585, 630)
    assert await bookings_between(uow, actor, *DAY) == [visit]


async def test_replacing_is_what_is_said_and_no_more(uow: UnitOfWork, actor: Actor) -> None:
    """A new plan of visits takes the place of the old one; rides and meals stay."""
    person = await _odette(uow, actor)
    ride = a_booking(person, "ride", hour(14), hour(15), 2)
    meal = a_booking(person, "meal", hour(9, 30), hour(9, 32), 3)
    await replace_bookings(uow, actor, "visit", DAY, [a_booking(person, "visit", hour(9), hour(10), 1)])
    await set_bookings(uow, actor, "ride", [], [ride])
    await set_bookings(uow, actor, "meal", [], [meal])
    moved = a_booking(person, "visit", hour(15), hour(16), 1)

    await replace_bookings(uow, actor, "visit", DAY, [moved])

    assert await bookings_between(uow, actor, *DAY) == [meal, ride, moved]
    assert await bookings_between(uow, actor, *DAY, kinds=["ride"], person_ids=[person]) == [ride]


async def test_cancelled_leg_leaves_its_time(uow: UnitOfWork, actor: Actor) -> None:
    """Naming a source without a booking takes its booking off, and the stamp tells."""
    person = await _odette(uow, actor)
    await set_bookings(uow, actor, "ride", [], [a_booking(person, "ride", hour(9), hour(10), 2)])
    before = await bookings_stamp(uow, actor, *DAY)

    await set_bookings(uow, actor, "ride", [UUID(int=2)], [])

    assert await bookings_between(uow, actor, *DAY) == []
    assert await bookings_stamp(uow, actor, *DAY) != before


async def test_each_service_is_written_by_those_who_plan_it(uow: UnitOfWork, actor: Actor) -> None:
    """A CCAS agent takes rides; she cannot promise visits."""
    agent = actor_of(organisation_id=actor.organisation_id, account_id=UUID(int=9), role="agent")

    await replace_bookings(uow, agent, "ride", DAY, [])
    with pytest.raises(Refused):
        await replace_bookings(uow, agent, "visit", DAY, [])


async def test_database_refuses_what_two_requests_do_at_once(engine: AsyncEngine, actor: Actor) -> None:
    """A visit and a ride promised at the same moment by two people: one stays, one is told why not."""
    constraints.connect()
    async with open_uow(engine, actor) as uow:
        person = await _odette(uow, actor)

    async def promise(kind: BookingKind, number: int) -> str:
        try:
            async with open_uow(engine, actor) as uow:
                await set_bookings(uow, actor, kind, [], [a_booking(person, kind, hour(9), hour(10), number)])
                await asyncio.sleep(0.05)
        except Conflict as error:
            return error.code
        return "promised"

    assert sorted(await asyncio.gather(promise("visit", 1), promise("ride", 2))) == [
        "person_taken",
        "promised",
    ]
    async with open_uow(engine, actor) as uow:
        assert await overlapping_bookings(uow, actor, *DAY) == []


async def test_database_refuses_an_overlap_written_by_hand(engine: AsyncEngine, actor: Actor) -> None:
    """Not even SQL past the service lets one person be in two places; a meal in between may."""
    async with open_uow(engine, actor) as uow:
        person = await _odette(uow, actor)
        await set_bookings(uow, actor, "visit", [], [a_booking(person, "visit", hour(9), hour(10), 1)])
    insert = (
        "INSERT INTO person_booking (id, organisation_id, kind, source_id, person_id, starts_at, ends_at)"
        " SELECT gen_random_uuid(), organisation_id, '{kind}', gen_random_uuid(), person_id,"
        " starts_at + interval '10 min', ends_at FROM person_booking"
    )

    with pytest.raises(DBAPIError, match="ex_person_booking_apart"):
        async with engine.connect() as connection:
            await connection.execute(
                text(f"SELECT set_config('carecoord.organisation_id', '{actor.organisation_id}', true)")
            )
            await connection.execute(text(insert.format(kind="meal")))
            await connection.execute(text(insert.format(kind="ride") + " WHERE kind = 'visit'"))


async def test_another_organisation_sees_no_booking(
    engine: AsyncEngine, actor: Actor, other_actor: Actor
) -> None:
    """Who works elsewhere finds nothing, and takes nothing off."""
    async with open_uow(engine, actor) as uow:
        person = await _odette(uow, actor)
        await set_bookings(uow, actor, "visit", [], [a_booking(person, "visit", hour(9), hour(10), 1)])

    async with open_uow(engine, other_actor) as uow:
        assert await bookings_between(uow, other_actor, *DAY) == []
        await replace_bookings(uow, other_actor, "visit", DAY, [])
    async with open_uow(engine, actor) as uow:
        assert len(await bookings_between(uow, actor, *DAY)) == 1
