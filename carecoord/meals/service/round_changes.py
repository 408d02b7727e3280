"""
What changed since rounds were published: found by comparison, taken over on demand.

A delivery that is not due any more is marked cancelled and stays readable; one that is new goes to the
cheapest place that breaks no rule; nobody else is moved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.ids import new_id
from carecoord.meals.domain import MealDelivery
from carecoord.meals.elsewhere import Door, made, missed, with_doors
from carecoord.meals.round_offers import counts_of, standing, widened
from carecoord.meals.round_tables import MealStopRow
from carecoord.meals.rounds_domain import DeliveryRound, Stop
from carecoord.meals.service.around import doors_of
from carecoord.meals.service.due import deliveries_due
from carecoord.meals.service.rounds import book
from carecoord.meals.store import round_runs as runs_store
from carecoord.meals.store import rounds as store
from carecoord.planning.meals.codec import unpack_problem
from carecoord.planning.meals.offers import Offer, offers
from carecoord.planning.meals.problem import Problem

ChangeKind = Literal["added", "cancelled", "count"]


class RoundChange(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between what is due and what rounds bring; `stop_id` is absent for what is new."""

    kind: ChangeKind
    delivery_id: UUID
    person_id: UUID
    stop_id: UUID | None = None


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """
    Differences of a day.

    Args:
        due, meals: deliveries and meals of the day, whatever the rounds.
    """

    all: list[RoundChange]
    due: int
    meals: int
    unplaced: list[UUID] = []


async def pending_changes(uow: UnitOfWork, actor: Actor, on: date) -> Changes:
    """
    What published rounds of a day do not know yet; nothing where no round is published.

    Raises:
        Refused: the actor lacks `meal:read` or `person:read`.
    """
    actor.require(MEAL_READ)
    rounds = await store.published_on(uow.session, on)
    due = await deliveries_due(uow, actor, on)
    found = differences(rounds, due) if rounds else []
    return Changes(all=found, due=len(due), meals=sum(item.meal_count for item in due))


def differences(rounds: Sequence[DeliveryRound], due: Sequence[MealDelivery]) -> list[RoundChange]:
    """Deliveries that are new, gone, or of another number of meals; stops already made are left alone."""
    stops = {stop.delivery_id: stop for item in rounds for stop in item.stops if stop.change != "cancelled"}
    wanted = {item.id: item for item in due}
    found = [
        RoundChange(kind="added", delivery_id=item.id, person_id=item.person_id)
        for item in due
        if item.id not in stops
    ]
    for name, stop in stops.items():
        if stop.state:
            continue
        if name not in wanted:
            found.append(_change("cancelled", stop))
        elif counts_of(wanted[name]) != (stop.cold, stop.hot):
            found.append(_change("count", stop))
    return found


def _change(kind: ChangeKind, stop: Stop) -> RoundChange:
    return RoundChange(kind=kind, delivery_id=stop.delivery_id, person_id=stop.person_id, stop_id=stop.id)


async def take_changes(uow: UnitOfWork, actor: Actor, on: date) -> Changes:
    """
    Take what changed over into the published rounds of a day.

    Returns:
        What was taken over; `unplaced` are new deliveries that fit nowhere.

    Raises:
        Refused: the actor lacks `meal:write`.
    """
    actor.require(MEAL_WRITE)
    await runs_store.lock_rounds(uow.session, actor.organisation_id, on)
    pending = await pending_changes(uow, actor, on)
    due = {item.id: item for item in await deliveries_due(uow, actor, on)}
    for change in pending.all:
        if change.stop_id is None:
            continue
        row = await store.stop_row(uow.session, change.stop_id)
        if row is None:
            continue
        if change.kind == "cancelled":
            row.change = "cancelled"
        else:
            row.cold, row.hot = counts_of(due[change.delivery_id])
    await uow.flush()
    unplaced = [
        change.delivery_id
        for change in pending.all
        if change.kind == "added" and not await _placed(uow, actor, on, due[change.delivery_id])
    ]
    await book(uow, actor, on)
    record(uow, Tag.MEAL_ROUNDS_CHANGED, None, {"on": on.isoformat(), "changes": len(pending.all)})
    return msgspec.structs.replace(pending, unplaced=unplaced)


async def follow_stay(uow: UnitOfWork, actor: Actor, person_id: UUID, first: date, last: date) -> int:
    """
    Take off the published rounds what is not due any more to one person; drivers read it at once.

    What a stay gave back comes into a round again by planning only, or by `take_changes`.

    Returns:
        How many stops are not made, or bring less.

    Raises:
        Refused: the actor lacks `meal:write` or `meal:read`.
    """
    actor.require(MEAL_WRITE)
    by_day: dict[date, list[MealStopRow]] = {}
    for on, row in await store.open_stops(uow.session, person_id, first, last):
        by_day.setdefault(on, []).append(row)
    found = 0
    for on, rows in by_day.items():
        due = {item.id: item for item in await deliveries_due(uow, actor, on)}
        changed = sum(_lessened(row, due.get(row.delivery_id)) for row in rows)
        if changed:
            await uow.flush()
            record(uow, Tag.MEAL_ROUNDS_CHANGED, None, {"on": on.isoformat(), "changes": changed})
        found += changed
    return found


def _lessened(row: MealStopRow, wanted: MealDelivery | None) -> bool:
    """Let a stop bring no more than what is due; whether that changed it."""
    if wanted is None:
        row.change = "cancelled"
        return True
    cold, hot = counts_of(wanted)
    lower = (min(cold, row.cold), min(hot, row.hot))
    if lower == (row.cold, row.hot):
        return False
    row.cold, row.hot = lower
    return True


async def _placed(uow: UnitOfWork, actor: Actor, on: date, delivery: MealDelivery) -> bool:
    found = await places_for(uow, actor, on, delivery, most=1)
    if not found:
        return False
    await take_place(uow, actor, on, delivery, found[0])
    return True


async def places_for(
    uow: UnitOfWork, actor: Actor, on: date, delivery: MealDelivery, *, most: int = 3
) -> list[Offer]:
    """
    The cheapest places of a delivery on the published rounds of a day, one for each driver at most.

    Travel to a door that the plan did not know is estimated from the straight line. Nobody is served while
    out, nor after the visit that serves the meal; who would be already, as things stand, is no obstacle.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    rounds = await store.published_on(uow.session, on)
    if not rounds:
        return []
    problem = await problem_of(uow, actor, rounds)
    if problem is None:
        return []
    asked = [item for item in await deliveries_due(uow, actor, on) if item.id != delivery.id]
    today = _Today(asked=[*asked, delivery], doors=await doors_of(uow, actor, [*asked, delivery]))
    return (await asyncio.to_thread(_places, problem, rounds, delivery, today))[:most]


class _Today(msgspec.Struct, frozen=True, kw_only=True):
    """What is due, and the doors that others have cut."""

    asked: list[MealDelivery]
    doors: Mapping[UUID, Door]


async def problem_of(uow: UnitOfWork, actor: Actor, rounds: Sequence[DeliveryRound]) -> Problem | None:
    """The problem that published rounds came from, with what was added to them since."""
    documents = await runs_store.documents_of(uow.session, rounds[0].run_id)
    if documents is None or documents.problem is None:
        return None
    problem = await asyncio.to_thread(unpack_problem, documents.problem)
    known = {item.id for item in problem.deliveries}
    added = {s.delivery_id for r in rounds for s in r.stops if s.delivery_id.hex not in known}
    if not added:
        return problem
    due = await deliveries_due(uow, actor, rounds[0].deliver_on)
    return widened(problem, [item for item in due if item.id in added])


def _places(
    problem: Problem, rounds: Sequence[DeliveryRound], delivery: MealDelivery, today: _Today
) -> list[Offer]:
    left = made(rounds) | missed(rounds, today.doors)
    known = with_doors(widened(problem, [delivery]), today.asked, today.doors, but=left)
    wider, plan = standing(known, rounds)
    driving = {item.driver_id.hex for item in rounds}
    found = offers(wider, plan, delivery.id.hex, len(problem.drivers))
    return [offer for offer in found if offer.driver in driving]


async def take_place(uow: UnitOfWork, actor: Actor, on: date, delivery: MealDelivery, offer: Offer) -> None:
    """Put a delivery into the published round of an offer; the hours of its trip follow."""
    rounds = await store.published_on(uow.session, on)
    item = next((r for r in rounds if r.driver_id == UUID(offer.driver)), None)
    if item is None:
        return
    row = await store.round_row(uow.session, item.id)
    if row is None:
        return
    rows = {stop.delivery_id: stop for stop in await store.stop_rows(uow.session, item.id)}
    row.begins_s = offer.changed.begins_s
    row.trips = [
        {
            "kitchen_id": str(UUID(trip.kitchen)),
            "loads_s": trip.loads_s,
            "leaves_s": trip.leaves_s,
            "back_s": trip.back_s,
        }
        for trip in offer.changed.trips
    ]
    row.distance_m += offer.added_m
    gone = [s for s in rows.values() if s.change == "cancelled" and s.delivery_id != delivery.id]
    for number, trip in enumerate(offer.changed.trips):
        for rank, stop in enumerate(trip.stops):
            name = UUID(stop.delivery)
            if name == delivery.id and name not in rows:
                uow.session.add(_new_stop(actor, delivery, item.id, (number, rank, stop.start_s)))
                continue
            known = rows[name]
            if name == delivery.id:  # taken off before, by a stay that has ended
                known.change, (known.cold, known.hot) = "added", counts_of(delivery)
            known.trip, known.rank = number, rank
            known.eta_s = stop.start_s if not known.outcome else known.eta_s
    for stop_row in gone:
        stop_row.trip = min(stop_row.trip, len(offer.changed.trips) - 1)
    await uow.flush()


def _new_stop(
    actor: Actor, delivery: MealDelivery, round_id: UUID, where: tuple[int, int, int]
) -> MealStopRow:
    cold, hot = counts_of(delivery)
    return MealStopRow(
        id=new_id(),
        organisation_id=actor.organisation_id,
        round_id=round_id,
        trip=where[0],
        rank=where[1],
        delivery_id=delivery.id,
        subscription_id=delivery.subscription_id,
        person_id=delivery.person_id,
        eta_s=where[2],
        cold=cold,
        hot=hot,
        change="added",
        outcome="",
        destroyed=0,
    )
