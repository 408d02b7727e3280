"""
Subscriptions, orders and late changes on a real database.

It is Monday 23 November 2026, 7:00. Meals handed over on Wednesday are cooked on Tuesday and
settled on Monday at 10:00.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meals import MealService, a_meal_service

from carecoord.beneficiaries.domain import ConfirmReturn, DeclareStay
from carecoord.beneficiaries.service import confirm_return, declare_stay
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.meals.book import next_meal_on
from carecoord.meals.commands import (
    AddAttendance,
    AddFoyer,
    ChangeMeals,
    ChangeSubscription,
    DecideLate,
    ResumeMeals,
    SendOrder,
    SuspendMeals,
)
from carecoord.meals.domain import SubscriptionFields
from carecoord.meals.order_jobs import SEND_ORDERS
from carecoord.meals.service.days import decide_late, kitchen_sheet, packing_day, today_of
from carecoord.meals.service.due import book_of, deliveries_due
from carecoord.meals.service.foyers import add_attendance, add_foyer
from carecoord.meals.service.sending import plan_sending, send_due, send_order
from carecoord.meals.service.subscriptions import (
    change_meals,
    change_subscription,
    get_subscription,
    resume_meals,
    suspend_meals,
)
from carecoord.wiring import constraints

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, FRIDAY = MONDAY + timedelta(1), MONDAY + timedelta(2), MONDAY + timedelta(4)
FOUR_HOURS = timedelta(hours=4)


async def _meals(uow: UnitOfWork, actor: Actor, on: date) -> int:
    return sum(delivery.meal_count for delivery in await deliveries_due(uow, actor, on))


async def _change(uow: UnitOfWork, actor: Actor, service: MealService, on: date, count: int) -> bool:
    """Change a date; whether the order had gone."""
    known = await get_subscription(uow, actor, service.subscription.id)
    command = ChangeMeals(subscription_id=known.id, version=known.version, consumed_on=on, count=count)
    return (await change_meals(uow, actor, command)).is_sent


async def test_what_is_due_at_the_door(uow: UnitOfWork, actor: Actor) -> None:
    """Wednesday one meal cooked on Tuesday; Friday three, with their days and use-by dates."""
    service = await a_meal_service(uow, actor, note="Clé chez Mme Roux")

    wednesday = await deliveries_due(uow, actor, WEDNESDAY)
    friday = await deliveries_due(uow, actor, FRIDAY)

    assert [(d.person_id, d.kitchen_id, d.meal_count) for d in wednesday] == [
        (service.person_id, service.kitchen.id, 1)
    ]
    assert (wednesday[0].earliest_s, wednesday[0].latest_s) == (9 * 3600 + 1800, 12 * 3600 + 1800)
    assert (wednesday[0].latitude, wednesday[0].longitude) == (48.6973, 2.5044)
    assert wednesday[0].note == "Clé chez Mme Roux"
    assert [(m.consumed_on, m.made_on, m.use_by) for m in friday[0].meals] == [
        (FRIDAY + timedelta(shift), FRIDAY - timedelta(1), FRIDAY + timedelta(2)) for shift in range(3)
    ]
    assert await deliveries_due(uow, actor, FRIDAY + timedelta(1)) == []


async def test_health_data_cannot_be_read_in_the_database(
    uow: UnitOfWork, actor: Actor, engine: AsyncEngine
) -> None:
    """Allergies and the note to the kitchen are stored encrypted, and come back as they were."""
    service = await a_meal_service(uow, actor, allergies=["nuts", "milk"], medical_note="Fausses routes")
    await uow.flush()

    raw = (await uow.session.execute(text("SELECT health FROM meal_subscription"))).scalar_one()
    back = await get_subscription(uow, actor, service.subscription.id)

    assert b"milk" not in bytes(raw)
    assert b"Fausses" not in bytes(raw)
    assert (back.allergies, back.medical_note) == (["milk", "nuts"], "Fausses routes")


async def test_what_the_kitchen_does_not_cook_is_refused_with_what_it_does(
    uow: UnitOfWork, actor: Actor
) -> None:
    """T16.10: without salt in mixed texture is not cooked: refused, with the list of what exists."""
    with pytest.raises(Invalid) as refused:
        await a_meal_service(uow, actor, diet="no_salt", texture="iddsi4")

    (defect,) = refused.value.defects
    assert defect.code == "meal_not_offered"
    assert defect.args["offered"] == "no_salt/iddsi7,no_sugar/iddsi7,normal/iddsi5,normal/iddsi7"


async def test_a_change_in_time_reaches_the_kitchen(uow: UnitOfWork, actor: Actor) -> None:
    """Cancelled before 10:00, Wednesday's meal is neither cooked nor delivered, and nothing is late."""
    service = await a_meal_service(uow, actor)

    was_sent = await _change(uow, actor, service, WEDNESDAY, 0)
    sheet = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)

    assert not was_sent
    assert await _meals(uow, actor, WEDNESDAY) == 0
    assert (sheet.meal_count, sheet.late) == (0, [])


async def test_the_order_holds_what_was_wished_at_its_cut_off(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """
    No worker runs at 10:00; at 11:00 somebody cancels: the order is sent first, with the meal,
    and the cancellation is a late change that the kitchen does not see.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
    clock.advance(FOUR_HOURS)
    async with open_uow(engine, actor, clock=clock) as uow:
        was_sent = await _change(uow, actor, service, WEDNESDAY, 0)
    async with open_uow(engine, actor, clock=clock) as uow:
        sheet = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)
        delivered = await _meals(uow, actor, WEDNESDAY)

    assert was_sent
    assert [(line.number, line.meal_count, line.is_final) for line in sheet.sent] == [(1, 1, True)]
    assert [(item.change.direction, item.proposal.action) for item in sheet.late] == [
        ("fewer", "call_kitchen")
    ]
    assert delivered == 0
    assert [line.is_even for line in sheet.balance] == [True]


async def test_a_meal_added_too_late_waits_for_a_decision(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """One guest more after the cut-off: not promised until somebody takes it from the reserve."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor, kitchen={"spare_meals": 1})
    clock.advance(FOUR_HOURS)
    async with open_uow(engine, actor, clock=clock) as uow:
        await _change(uow, actor, service, WEDNESDAY, 2)
        before = await _meals(uow, actor, WEDNESDAY)
        sheet = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)
        (item,) = sheet.late
        after = await decide_late(
            uow,
            actor,
            DecideLate(
                kitchen_id=service.kitchen.id,
                made_on=TUESDAY,
                source_id=item.change.source_id,
                consumed_on=WEDNESDAY,
                wished_count=2,
                action="spare",
            ),
        )
        delivered = await _meals(uow, actor, WEDNESDAY)

    assert before == 1
    assert item.proposal.options == ["spare", "call_kitchen", "refuse"]
    assert delivered == 2
    assert (after.undecided, sum(after.reserve.values())) == ([], 0)
    assert all(line.is_even for line in after.balance)


async def test_the_reserve_cannot_be_given_twice(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """With one spare meal and two wanted, the reserve is not among what is possible."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor, kitchen={"spare_meals": 1})
    clock.advance(FOUR_HOURS)
    async with open_uow(engine, actor, clock=clock) as uow:
        await _change(uow, actor, service, WEDNESDAY, 3)
        sheet = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)
        with pytest.raises(Conflict) as refused:
            await decide_late(
                uow,
                actor,
                DecideLate(
                    kitchen_id=service.kitchen.id,
                    made_on=TUESDAY,
                    source_id=service.subscription.id,
                    consumed_on=WEDNESDAY,
                    wished_count=3,
                    action="spare",
                ),
            )

    assert (sheet.late[0].proposal.action, sheet.late[0].proposal.missing) == ("call_kitchen", 1)
    assert refused.value.code == "late_action_impossible"


async def test_an_allergy_told_too_late_keeps_the_meal_back(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """After the cut-off somebody learns of a milk allergy: the meal cooked with milk does not leave."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
    clock.advance(FOUR_HOURS)
    async with open_uow(engine, actor, clock=clock) as uow:
        known = await get_subscription(uow, actor, service.subscription.id)
        fields = {name: getattr(known, name) for name in SubscriptionFields.__struct_fields__}
        await change_subscription(
            uow,
            actor,
            ChangeSubscription(
                **{**fields, "allergies": ["milk"]},
                subscription_id=known.id,
                kitchen_id=known.kitchen_id,
                version=known.version,
            ),
        )
        delivered = await _meals(uow, actor, WEDNESDAY)
        sheet = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)

    assert delivered == 0
    (item,) = sheet.late
    assert item.change.direction == "other"
    assert "deliver_anyway" not in item.proposal.options


async def test_a_decision_no_longer_holds_when_the_wish_changes_again(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A second late change of the same date asks again."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
    clock.advance(FOUR_HOURS)
    async with open_uow(engine, actor, clock=clock) as uow:
        await _change(uow, actor, service, WEDNESDAY, 2)
        command = DecideLate(
            kitchen_id=service.kitchen.id,
            made_on=TUESDAY,
            source_id=service.subscription.id,
            consumed_on=WEDNESDAY,
            wished_count=2,
            action="call_kitchen",
        )
        decided = await decide_late(uow, actor, command)
        await _change(uow, actor, service, WEDNESDAY, 3)
        sheet = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)
        with pytest.raises(Conflict):
            await decide_late(uow, actor, command)

    assert [item.change.action for item in decided.late] == ["call_kitchen"]
    assert [item.change.action for item in sheet.late] == [None]


async def test_an_order_may_be_sent_again_until_its_cut_off(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Sent at 7:00 with one meal, again after a change with two, then closed by the cut-off."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
        send = SendOrder(kitchen_id=service.kitchen.id, made_on=TUESDAY)
        first = await send_order(uow, actor, send)
        await _change(uow, actor, service, WEDNESDAY, 2)
        early = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)
        with pytest.raises(Conflict) as stale:
            await send_order(uow, actor, send)
        second = await send_order(
            uow, actor, SendOrder(kitchen_id=service.kitchen.id, made_on=TUESDAY, after=1)
        )
    clock.advance(FOUR_HOURS)
    async with open_uow(engine, actor, clock=clock) as uow:
        sent = await send_due(uow, actor)
        again = await send_due(uow, actor)
        with pytest.raises(Conflict) as closed:
            await send_order(uow, actor, SendOrder(kitchen_id=service.kitchen.id, made_on=TUESDAY, after=3))

    assert (first.meal_count, early.late, early.is_final) == (1, [], False)
    assert stale.value.code == "changed_meanwhile"
    assert (second.number, second.meal_count) == (2, 2)
    assert [(line.made_on, line.number, line.meal_count) for line in sent] == [(TUESDAY, 3, 2)]
    assert again == []
    assert closed.value.code == "order_closed"


async def test_the_job_waits_for_the_next_cut_off_once(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Asked twice, one job waits, for Monday 10:00."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
        at = await plan_sending(uow, actor, service.kitchen.id)
        await plan_sending(uow, actor, service.kitchen.id)
        waiting = (
            await uow.session.execute(
                text("SELECT count(*) FROM pgqueuer WHERE entrypoint = :name"), {"name": SEND_ORDERS.name}
            )
        ).scalar_one()

    assert at is not None
    assert at.isoformat() == "2026-11-23T09:00:00+00:00"
    assert waiting == 1


async def test_suspended_then_resumed(uow: UnitOfWork, actor: Actor) -> None:
    """Away from Thursday without a return: no meals; resumed on Saturday: Friday brings two."""
    service = await a_meal_service(uow, actor)
    paused = await suspend_meals(
        uow,
        actor,
        SuspendMeals(subscription_id=service.subscription.id, version=1, starts_on=WEDNESDAY + timedelta(1)),
    )

    during = [await _meals(uow, actor, day) for day in (WEDNESDAY, WEDNESDAY + timedelta(1), FRIDAY)]
    await resume_meals(
        uow,
        actor,
        ResumeMeals(
            subscription_id=paused.id,
            suspension_id=paused.suspensions[0].id,
            version=2,
            on=FRIDAY + timedelta(1),
        ),
    )

    assert during == [1, 0, 0]
    assert await _meals(uow, actor, FRIDAY) == 2


async def test_a_hospital_stay_suspends_until_the_return_is_confirmed(uow: UnitOfWork, actor: Actor) -> None:
    """
    From Wednesday in hospital, home on Friday: nothing meanwhile; once confirmed on Monday
    morning, meals resume on Friday, which the kitchen can still be asked for.
    """
    service = await a_meal_service(uow, actor)
    stay = await declare_stay(
        uow,
        actor,
        DeclareStay(
            person_id=service.person_id, from_on=WEDNESDAY, until_on=FRIDAY - timedelta(1), kind="hospital"
        ),
    )

    expected = [await _meals(uow, actor, day) for day in (WEDNESDAY, FRIDAY)]
    await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=1, on=FRIDAY))
    book = await book_of(uow, actor, MONDAY, FRIDAY)

    assert expected == [0, 0]
    assert await _meals(uow, actor, FRIDAY) == 3
    assert next_meal_on(book, book.subscriptions[0], FRIDAY, uow.now) == FRIDAY
    # Home on Tuesday already, Tuesday's order is closed since Friday 10:00: Wednesday comes first.
    away = [await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=2, on=WEDNESDAY))]
    assert (
        next_meal_on(await book_of(uow, actor, MONDAY, FRIDAY), book.subscriptions[0], TUESDAY, uow.now)
        == WEDNESDAY
    )
    assert away[0].confirmed_return_on == WEDNESDAY


async def test_a_stay_told_after_the_cut_off_is_a_late_change(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """The order sent, somebody goes to hospital: nothing is delivered, the meal is left over."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
    clock.advance(FOUR_HOURS)
    async with open_uow(engine, actor, clock=clock) as uow:
        await send_due(uow, actor)
        await declare_stay(
            uow, actor, DeclareStay(person_id=service.person_id, from_on=TUESDAY, kind="hospital")
        )
        sheet = await kitchen_sheet(uow, actor, service.kitchen.id, TUESDAY)
        delivered = await _meals(uow, actor, WEDNESDAY)

    assert delivered == 0
    (item,) = sheet.late
    assert item.change.is_stay
    assert item.proposal.options == ["call_kitchen", "cancel_charged", "cancel_free"]


async def test_foyer_meals_are_cooked_and_stay_off_the_packing_list(uow: UnitOfWork, actor: Actor) -> None:
    """Twelve guests on Wednesday: the kitchen cooks twelve hot meals, nobody packs them."""
    service = await a_meal_service(uow, actor)
    foyer = await add_foyer(
        uow, actor, AddFoyer(kitchen_id=service.kitchen.id, name="Foyer des Tilleuls", seats=12)
    )
    await add_attendance(uow, actor, AddAttendance(foyer_id=foyer.id, on_date=WEDNESDAY, count=12))

    sheet = await kitchen_sheet(uow, actor, service.kitchen.id, WEDNESDAY)
    packing = await packing_day(uow, actor, WEDNESDAY, [])
    with pytest.raises(Conflict) as full:
        await add_attendance(uow, actor, AddAttendance(foyer_id=foyer.id, on_date=WEDNESDAY))

    # Besides, Thursday's cold meal is cooked on Wednesday.
    assert [(line.delivered, line.foyer) for line in sheet.lines] == [(0, 12), (1, 0)]
    assert [trip.meal_count for trip in packing.packed] == [1]
    assert packing.wrong == []
    assert full.value.code == "foyer_full"


async def test_nothing_leaks_to_another_organisation(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    """Another organisation sees no kitchen, no subscription, no delivery."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
    async with open_uow(engine, other_actor, clock=clock) as uow:
        today = await today_of(uow, other_actor)
        due = await deliveries_due(uow, other_actor, WEDNESDAY)

    assert service.kitchen.id not in today.book.kitchens
    assert (today.book.subscriptions, due) == ([], [])


async def test_two_people_cannot_change_a_subscription_unseen(uow: UnitOfWork, actor: Actor) -> None:
    """A change of a version that was overtaken is a conflict."""
    constraints.connect()
    service = await a_meal_service(uow, actor)
    await suspend_meals(
        uow, actor, SuspendMeals(subscription_id=service.subscription.id, version=1, starts_on=WEDNESDAY)
    )

    with pytest.raises(Conflict) as refused:
        await change_meals(
            uow,
            actor,
            ChangeMeals(subscription_id=service.subscription.id, version=1, consumed_on=FRIDAY, count=2),
        )

    assert refused.value.code == "changed_meanwhile"


async def test_a_meal_past_its_use_by_is_refused_with_the_reason(uow: UnitOfWork, actor: Actor) -> None:
    """T16.3: a meal added for Easter Monday 2027, cooked on Thursday, could be eaten until Sunday."""
    service = await a_meal_service(uow, actor, meals=[0, 1, 1, 1, 1, 0, 0])

    with pytest.raises(Invalid) as refused:
        await change_meals(
            uow,
            actor,
            ChangeMeals(
                subscription_id=service.subscription.id,
                version=1,
                consumed_on=date(2027, 3, 29),
                count=1,
            ),
        )

    (defect,) = refused.value.defects
    assert (defect.code, defect.args) == (
        "meal_past_use_by",
        {"consumed_on": "2027-03-29", "made_on": "2027-03-25", "use_by": "2027-03-28"},
    )
