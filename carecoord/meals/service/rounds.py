"""
Published rounds of meals: read, published, and what changed since.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.bookings.domain import Booking
from carecoord.bookings.service import replace_bookings
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.meals.domain import MealDelivery
from carecoord.meals.rounds_domain import SERVICE_S, DeliveryRound, Reading
from carecoord.meals.service.due import deliveries_due
from carecoord.meals.store import round_runs as runs_store
from carecoord.meals.store import rounds as store


async def rounds_of(uow: UnitOfWork, actor: Actor, deliver_on: date) -> list[DeliveryRound]:
    """
    The published rounds of a day, by hour.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await store.published_on(uow.session, deliver_on)


async def draft_rounds(uow: UnitOfWork, actor: Actor, run_id: UUID) -> list[DeliveryRound]:
    """
    The rounds of a run, whether they count or not.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await store.rounds_of_run(uow.session, run_id)


async def get_round(uow: UnitOfWork, actor: Actor, round_id: UUID) -> DeliveryRound:
    """
    One round.

    Raises:
        NotFound: no such round.
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    found = await store.round_by_id(uow.session, round_id)
    if found is None:
        raise NotFound("round_missing", f"no round {round_id}")
    return found


async def readings(uow: UnitOfWork, actor: Actor, round_ids: list[UUID]) -> list[Reading]:
    """
    Temperatures of rounds, in order of time.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await store.readings_of(uow.session, round_ids)


async def publish_rounds(uow: UnitOfWork, actor: Actor, run_id: UUID) -> list[DeliveryRound]:
    """
    Make the rounds of a finished run those that count on their day; earlier ones are replaced.

    Raises:
        NotFound: no such run.
        Refused: the actor lacks `meal:plan`.
        Conflict: the run is not over, failed, or its rounds count already; or a round of the day has
            been begun, which only a repair may change.
    """
    actor.require(MEAL_PLAN)
    run = await runs_store.run_by_id(uow.session, run_id, lock=True)
    if run is None:
        raise NotFound("run_missing", f"no meal run {run_id}")
    if run.state != "done" or run.published_at is not None:
        raise Conflict("run_not_ready", "only a finished plan can be published, once", state=run.state)
    await runs_store.lock_rounds(uow.session, actor.organisation_id, run.deliver_on)
    before = await store.published_on(uow.session, run.deliver_on)
    if run.situation is None and any(stop.state for item in before for stop in item.stops):
        raise Conflict("rounds_begun", "a round of that day has begun")
    drafts = [item for item in await store.rounds_of_run(uow.session, run_id) if item.state == "draft"]
    if run.situation is not None:
        await _carry_over(uow, actor, before, drafts)
    await store.set_state(uow.session, [item.id for item in before], "replaced")
    await store.set_state(uow.session, [item.id for item in drafts], "published")
    await runs_store.change_run(uow.session, run_id, published_at=uow.now, published_by=actor.account_id)
    await book(uow, actor, run.deliver_on)
    record(uow, Tag.MEAL_ROUNDS_PUBLISHED, run_id, {"on": run.deliver_on.isoformat(), "rounds": len(drafts)})
    return await rounds_of(uow, actor, run.deliver_on)


async def _carry_over(
    uow: UnitOfWork, actor: Actor, before: list[DeliveryRound], drafts: list[DeliveryRound]
) -> None:
    """
    Stops keep their identity through a repair: what was told of them, and cases of vigilance, stay theirs.

    Temperatures go with the driver's round, for they are never changed, only written again.
    """
    planned = {
        stop.delivery_id: (item.id, number, rank, stop)
        for item in drafts
        for number, trip in enumerate(item.trips)
        for rank, stop in enumerate(trip.stops)
    }
    for item in before:
        for row in await store.stop_rows(uow.session, item.id):
            found = planned.get(row.delivery_id)
            if found is None or row.change == "cancelled":
                continue
            round_id, number, rank, stop = found
            await store.remove_stop(uow.session, stop.id)
            row.round_id, row.trip, row.rank = round_id, number, rank
            row.eta_s = row.eta_s if row.outcome else stop.eta_s
    await uow.flush()
    by_driver = {item.driver_id: item.id for item in drafts}
    old = {item.id: item.driver_id for item in before}
    for reading in await store.readings_of(uow.session, list(old)):
        target = by_driver.get(old[reading.round_id])
        if target is not None:
            store.copy_reading(uow.session, reading, target, actor.organisation_id)


async def book(uow: UnitOfWork, actor: Actor, on: date) -> None:
    """Tell the other services when meals come to people on a day."""
    due = {item.id: item for item in await deliveries_due(uow, actor, on)}
    bookings = [
        _booking(on, stop.delivery_id, stop.person_id, stop.eta_s, due.get(stop.delivery_id))
        for item in await store.published_on(uow.session, on)
        for stop in item.stops
        if stop.change != "cancelled"
    ]
    span = (local_instant(on, 0), local_instant(on + timedelta(days=1), 0))
    await replace_bookings(uow, actor, "meal", span, bookings)


def _booking(
    on: date, delivery_id: UUID, person_id: UUID, eta_s: int, delivery: MealDelivery | None
) -> Booking:
    starts_at = local_instant(on, 0) + timedelta(seconds=eta_s)
    return Booking(
        kind="meal",
        source_id=delivery_id,
        person_id=person_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(seconds=SERVICE_S),
        for_dates=[] if delivery is None else sorted({meal.consumed_on for meal in delivery.meals}),
    )
