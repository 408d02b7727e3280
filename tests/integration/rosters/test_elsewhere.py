"""
Rides and meals of other services in the plans of home help, and visits as promised time.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders.rosters import MONDAY, line, small_week
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week

from carecoord.beneficiaries.domain import ConfirmReturn, DeclareStay
from carecoord.beneficiaries.service import confirm_return, declare_stay, person_ids
from carecoord.bookings.domain import Booking
from carecoord.bookings.service import bookings_between, overlapping_bookings, set_bookings
from carecoord.careplans.service import produce_visits, settle_person, upsert_lines, visits_between
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock, local_instant
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rosters.offering import AskOffers
from carecoord.rosters.repairs import RepairEvent, RequestRepair
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.booked import book_visits
from carecoord.rosters.service.offers import slot_offers
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.repairs import request_repair
from carecoord.settings import load_settings

TUESDAY = MONDAY + timedelta(days=1)
SUNDAY = MONDAY + timedelta(days=6)
WEEK = (local_instant(MONDAY, 0), local_instant(SUNDAY, 1440))


async def _ride(uow: UnitOfWork, actor: Actor, reference: str, start: int, end: int) -> UUID:
    """Promise somebody a ride on Tuesday, between two minutes of the day."""
    person = (await person_ids(uow, actor, [reference]))[reference]
    ride = Booking(
        kind="ride",
        source_id=UUID(int=77),
        person_id=person,
        starts_at=local_instant(TUESDAY, start),
        ends_at=local_instant(TUESDAY, end),
    )
    await set_bookings(uow, actor, "ride", [], [ride])
    return person


async def _publish(uow: UnitOfWork, actor: Actor, roster_id: UUID) -> None:
    await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)


async def test_published_visits_are_promised_time(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Every visit of the rounds, one for two included, is booked once; people are taken once at a time."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        before = await bookings_between(uow, actor, *WEEK)
        await _publish(uow, actor, roster_id)
        after = await bookings_between(uow, actor, *WEEK)
        board = await board_of_week(uow, actor, MONDAY)

        assert before == []
        assert {item.source_id for item in after} == {stop.visit_id for stop in board.stops}
        assert await overlapping_bookings(uow, actor, *WEEK) == []


async def test_plan_goes_around_a_ride_promised_before(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """All of Tuesday morning on the way: no visit of the plan meets it, and it can be published."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        person = await _ride(uow, actor, "P1", 480, 560)

    roster_id = await drafted_week(engine, actor, clock, with_records=False)

    async with open_uow(engine, actor, clock=clock) as uow:
        await _publish(uow, actor, roster_id)
        mine = await bookings_between(uow, actor, *WEEK, person_ids=[person], kinds=["visit"])
        ride = (local_instant(TUESDAY, 480), local_instant(TUESDAY, 560))
    assert mine
    assert all(item.ends_at <= ride[0] or ride[1] <= item.starts_at for item in mine)


async def test_visit_over_a_ride_promised_meanwhile_is_not_published(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A ride taken between the plan and its publication is told, whichever wall it meets first."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await _ride(uow, actor, "P1", 0, 1439)

    with pytest.raises(Invalid) as caught:
        async with open_uow(engine, actor, clock=clock) as uow:
            await _publish(uow, actor, roster_id)

    assert caught.value.code == "roster_breaks_rules"
    assert {defect.code for defect in caught.value.defects} == {"person_busy"}


async def test_ride_over_a_published_visit_is_refused(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Once visits are promised, a ride over one of them is a conflict."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await _publish(uow, actor, roster_id)

    with pytest.raises(Conflict) as caught:
        async with open_uow(engine, actor, clock=clock) as uow:
            await _ride(uow, actor, "P1", 0, 1439)

    assert caught.value.code == "person_taken"


async def test_stay_frees_visits_and_return_brings_them_back(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """In hospital from Tuesday: visits are cancelled, none is promised or offered; then all return."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await _publish(uow, actor, roster_id)
        person = (await person_ids(uow, actor, ["P1"]))["P1"]
        planned = await visits_between(uow, actor, TUESDAY, SUNDAY, person_id=person)
        stay = await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=TUESDAY, kind="hospital"))
        freed = await settle_person(uow, actor, person, TUESDAY)
        await book_visits(uow, actor, MONDAY, SUNDAY)
        away = await bookings_between(uow, actor, local_instant(TUESDAY, 0), WEEK[1], person_ids=[person])
        ask = AskOffers(
            person_id=person, first_day=TUESDAY, duration_minutes=60, earliest_minute=600, latest_minute=780
        )
        answer = await slot_offers(uow, actor, ask, load_settings({"CARECOORD_HOME": str(tmp_path)}))

        assert (freed, away, answer.offers) == (len(planned), [], [])
        assert {cause.code for cause in answer.causes} == {"person_busy"}

        await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=1, on=TUESDAY))
        back = await settle_person(uow, actor, person, TUESDAY)
        await book_visits(uow, actor, MONDAY, SUNDAY)
        again = await bookings_between(uow, actor, local_instant(TUESDAY, 0), WEEK[1], person_ids=[person])

    assert back == len(planned) > 0
    assert {item.source_id for item in again} == {visit.id for visit in planned}


async def test_visit_waits_for_the_meal_it_serves(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Lunch comes at 12:05 on Tuesday: the visit that serves it starts then, on other days when it likes."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        serves = line(
            "L5", label="Déjeuner", tier="important", earliest_start_minute=690, latest_start_minute=780,
            preferred_start_minute=None, duration_minutes=30, serves_meal=True,
        )  # fmt: skip
        await upsert_lines(uow, actor, [serves])
        person = (await person_ids(uow, actor, ["P1"]))["P1"]
        at = local_instant(TUESDAY, 725)
        meal = Booking(
            kind="meal",
            source_id=UUID(int=5),
            person_id=person,
            starts_at=at,
            ends_at=at + timedelta(minutes=2),
            for_dates=[TUESDAY],
        )
        await set_bookings(uow, actor, "meal", [], [meal])

    roster_id = await drafted_week(engine, actor, clock, with_records=False)

    async with open_uow(engine, actor, clock=clock) as uow:
        await _publish(uow, actor, roster_id)
        visits = {v.id for v in await visits_between(uow, actor, TUESDAY, TUESDAY) if v.serves_meal}
        [lunch] = [item for item in await bookings_between(uow, actor, *WEEK) if item.source_id in visits]
    assert lunch.starts_at >= at


async def test_visit_added_in_a_repair_waits_for_its_meal(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """
    Lunch is asked for after publication, the meal comes at 12:05 on Tuesday: whatever the repair proposes,
    nobody serves it before.
    """
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await _publish(uow, actor, roster_id)
        serves = line(
            "L5", label="Déjeuner", tier="important", earliest_start_minute=690, latest_start_minute=780,
            preferred_start_minute=None, duration_minutes=30, serves_meal=True,
        )  # fmt: skip
        await upsert_lines(uow, actor, [serves])
        await produce_visits(uow, actor, TUESDAY, 1)
        [lunch] = [v for v in await visits_between(uow, actor, TUESDAY, TUESDAY) if v.serves_meal]
        at = local_instant(TUESDAY, 725)
        meal = Booking(
            kind="meal",
            source_id=UUID(int=5),
            person_id=lunch.person_id,
            starts_at=at,
            ends_at=at + timedelta(minutes=2),
            for_dates=[TUESDAY],
        )
        await set_bookings(uow, actor, "meal", [], [meal])
        added = RepairEvent(kind="added", visit_id=lunch.id)
        version = (await get_roster(uow, actor, roster_id)).version
        asked = RequestRepair(
            version=version, on_date=TUESDAY, at=local_instant(TUESDAY, 480), events=[added]
        )
        repair = await request_repair(uow, actor, roster_id, asked)

    [told] = [change for change in repair.proposals[0].changes if change.visit_id == lunch.id]
    assert told.after_at is not None
    assert told.after_at >= at
