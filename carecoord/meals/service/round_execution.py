"""
Runs of meal rounds as a worker works through them: claim, gather, progress, end.

Each write carries the generation of the claim; `Conflict` (`run_taken_over`) tells a late worker to leave.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.identity.service import get_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.meals.elsewhere import made, with_doors
from carecoord.meals.round_assemble import RoundInput, distance_of, drivers_met, habits_of
from carecoord.meals.round_messages import RoundsPlan
from carecoord.meals.round_offers import standing
from carecoord.meals.round_tables import MealRoundRow, MealStopRow
from carecoord.meals.rounds_domain import (
    MAX_ATTEMPTS,
    DeliveryRound,
    MealRun,
    RepairFacts,
    RoundFigures,
    RunPoint,
)
from carecoord.meals.service.around import doors_of
from carecoord.meals.service.due import deliveries_due
from carecoord.meals.service.round_changes import problem_of
from carecoord.meals.store import fleet, records
from carecoord.meals.store import round_runs as store
from carecoord.meals.store import rounds as rounds_store
from carecoord.planning.meals.codec import pack, unpack_problem, unpack_solution
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Problem
from carecoord.planning.meals.solution import Round
from carecoord.workforce.service import absences_between

MET_DAYS = 28
"""How far back a driver that came makes a known face."""

WEEKEND = 5
CURVE_MOST = 400


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A run taken up by one worker attempt; `problem` and `solution` are what attempts before left."""

    run: MealRun
    organisation_id: UUID
    generation: UUID
    problem: bytes | None = None
    solution: bytes | None = None


async def claim_meal_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> Claim | None:
    """
    Take a run up; None when there is nothing left to do. The start is counted first.

    Raises:
        NotFound: no such run.
    """
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is None:
        raise NotFound("run_missing", f"no meal run {run_id}")
    if not run.is_active:
        return None
    if run.attempts >= MAX_ATTEMPTS:
        await fail_meal_run(uow, run_id, "attempts_exhausted")
        return None
    generation = new_id()
    await store.change_run(
        uow.session,
        run_id,
        state="stopping" if run.state == "stopping" else "running",
        attempts=run.attempts + 1,
        generation=generation,
        started_at=run.started_at or uow.now,
        heartbeat_at=uow.now,
        phase="gather",
    )
    documents = await store.documents_of(uow.session, run_id)
    taken = await store.run_by_id(uow.session, run_id)
    if taken is None or documents is None:
        raise NotFound("run_missing", f"no meal run {run_id}")
    return Claim(
        run=taken,
        organisation_id=actor.organisation_id,
        generation=generation,
        problem=documents.problem,
        solution=documents.solution,
    )


async def gather_rounds(uow: UnitOfWork, actor: Actor, on: date) -> tuple[RoundInput, date | None]:
    """Everything the rounds of a day are made from, and the day they stay close to."""
    compared_on = await comparable_day(uow, on)
    past = await rounds_store.published_between(
        uow.session, on - timedelta(days=MET_DAYS), on - timedelta(days=1)
    )
    reference = [item for item in past if item.deliver_on == compared_on]
    if compared_on is not None and not reference:
        reference = await rounds_store.published_on(uow.session, compared_on)
    drivers = await fleet.drivers(uow.session)
    deliveries = await deliveries_due(uow, actor, on)
    used = {item.kitchen_id for item in deliveries}
    given = RoundInput(
        on=on,
        organisation=await get_organisation(uow, actor),
        kitchens=[item for item in await records.kitchens(uow.session) if item.id in used],
        deliveries=deliveries,
        vehicles=await fleet.vehicles(uow.session),
        drivers=drivers,
        away=await _away(uow, actor, on),
        habits=habits_of(reference),
        known=drivers_met(past),
        last_ends=_last_ends(past, on),
        week_work=_week_work(past, on),
        doors=await doors_of(uow, actor, deliveries),
    )
    return given, compared_on


async def comparable_day(uow: UnitOfWork, on: date) -> date | None:
    """The latest day with rounds before one of the same kind: a working day, or that day of the weekend."""
    kinds = range(1, WEEKEND + 1) if on.weekday() < WEEKEND else (on.isoweekday(),)
    return await rounds_store.last_published_day(uow.session, on, list(kinds))


async def _away(uow: UnitOfWork, actor: Actor, on: date) -> dict[UUID, list[tuple[datetime, datetime]]]:
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    absences = await absences_between(
        uow, actor, local_instant(on, 0), local_instant(on + timedelta(days=1), 0)
    )
    for absence in absences:
        found.setdefault(absence.aide_id, []).append((absence.starts_at, absence.ends_at))
    return found


def _ends_s(item: DeliveryRound) -> int:
    return item.trips[-1].back_s


def _last_ends(past: list[DeliveryRound], on: date) -> dict[UUID, int]:
    """End of each driver's last round, seconds before the midnight of a day."""
    found: dict[UUID, int] = {}
    for item in past:
        end = _ends_s(item) - 86_400 * (on - item.deliver_on).days
        found[item.driver_id] = max(found.get(item.driver_id, end), end)
    return found


def _week_work(past: list[DeliveryRound], on: date) -> dict[UUID, int]:
    """Length of the rounds of each driver since Monday, seconds."""
    monday = on - timedelta(days=on.weekday())
    found: dict[UUID, int] = {}
    for item in past:
        if item.deliver_on >= monday:
            found[item.driver_id] = found.get(item.driver_id, 0) + _ends_s(item) - item.begins_s
    return found


async def save_problem(
    uow: UnitOfWork, claim: Claim, problem: bytes, compared_on: date | None, travel: dict[str, Any]
) -> None:
    """
    Keep the compressed problem, so that any plan can be replayed.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(
        uow, claim, problem=problem, compared_on=compared_on, travel=travel, phase="construct",
        heartbeat_at=uow.now,
    )  # fmt: skip


async def tell(uow: UnitOfWork, claim: Claim, curve: list[RunPoint], plan: RoundsPlan | None) -> bool:
    """
    Sign of life of the attempt, with its curve, and its best plan where there is a new one.

    Returns:
        Whether somebody asked to stop.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    values: dict[str, Any] = {"heartbeat_at": uow.now}
    if curve:
        values |= {"curve": curve[-CURVE_MOST:], "phase": curve[-1].phase}
    state = await _write(uow, claim, **values)
    if plan is not None:
        await save_plan(uow, claim, plan)
    return state == "stopping"


async def save_plan(uow: UnitOfWork, claim: Claim, plan: RoundsPlan) -> None:
    """
    Keep a plan as the draft rounds of the run.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(
        uow, claim, solution=plan.solution, best=plan.figures, left_out=plan.left_out, warnings=plan.warnings,
        heartbeat_at=uow.now,
    )  # fmt: skip
    documents = await store.documents_of(uow.session, claim.run.id)
    if documents is None or documents.problem is None:
        raise NotFound("run_missing", f"no meal run {claim.run.id}")
    problem = unpack_problem(documents.problem)
    due = {item.id: item.subscription_id for item in await deliveries_due(uow, _actor(uow), problem.on)}
    rounds = unpack_solution(plan.solution).rounds
    drafts = [round_rows(problem, due, item, claim.organisation_id, claim.run.id) for item in rounds]
    await rounds_store.replace_rounds(uow.session, claim.run.id, drafts)


def _actor(uow: UnitOfWork) -> Actor:
    if uow.actor is None:
        raise RuntimeError("a worker has an actor")
    return uow.actor


def round_rows(
    problem: Problem, subscriptions: dict[UUID, UUID], item: Round, organisation_id: UUID, run_id: UUID
) -> tuple[MealRoundRow, list[MealStopRow]]:
    """A planned round as rows; deliveries that are not due any more are left out."""
    facts = Facts(problem)
    row = MealRoundRow(
        id=new_id(),
        organisation_id=organisation_id,
        run_id=run_id,
        deliver_on=problem.on,
        driver_id=UUID(item.driver),
        vehicle_id=UUID(item.vehicle),
        state="draft",
        begins_s=item.begins_s,
        trips=[
            {
                "kitchen_id": str(UUID(trip.kitchen)),
                "loads_s": trip.loads_s,
                "leaves_s": trip.leaves_s,
                "back_s": trip.back_s,
            }
            for trip in item.trips
        ],
        distance_m=distance_of(facts, item),
    )
    stops = []
    for number, trip in enumerate(item.trips):
        for rank, stop in enumerate(trip.stops):
            delivery = facts.delivery[stop.delivery]
            subscription = subscriptions.get(UUID(delivery.id))
            if subscription is not None:
                stops.append(
                    MealStopRow(
                        id=new_id(),
                        organisation_id=organisation_id,
                        round_id=row.id,
                        trip=number,
                        rank=rank,
                        delivery_id=UUID(delivery.id),
                        subscription_id=subscription,
                        person_id=UUID(delivery.person),
                        eta_s=stop.start_s,
                        cold=delivery.cold,
                        hot=delivery.hot,
                        change="",
                        outcome="",
                        destroyed=0,
                    )
                )
    return row, stops


async def standing_rounds(uow: UnitOfWork, actor: Actor, on: date) -> tuple[bytes, bytes]:
    """
    The published rounds of a day as compressed problem and plan, around what others have promised since.

    Raises:
        Invalid: `nothing_to_repair`: no round of the day is published.
    """
    rounds = await rounds_store.published_on(uow.session, on)
    problem = await problem_of(uow, actor, rounds) if rounds else None
    if problem is None:
        raise Invalid([], code="nothing_to_repair")
    asked = await deliveries_due(uow, actor, on)
    around = with_doors(problem, asked, await doors_of(uow, actor, asked), but=made(rounds))
    wider, plan = standing(around, rounds)
    due = {item.id.hex for item in asked}
    kept = {stop.delivery for _, _, stop in plan.stops()} | due
    wider = msgspec.structs.replace(
        wider, deliveries=[item for item in wider.deliveries if item.id in kept], pins=[]
    )
    return pack(wider), pack(plan)


async def finish_repair(uow: UnitOfWork, claim: Claim, plan: RoundsPlan, facts: RepairFacts) -> None:
    """
    The end of a repair: proposed rounds, whom they change something for, state, in one transaction.

    Raises:
        Conflict: another attempt has taken the run up; nothing is written then.
    """
    await save_plan(uow, claim, plan)
    await _write(uow, claim, state="done", phase="done", ended_at=uow.now, situation=facts)


async def finish_meal_run(uow: UnitOfWork, claim: Claim, plan: RoundsPlan, naive: RoundFigures) -> None:
    """
    The end of a run: rounds, figures and state in one transaction.

    Raises:
        Conflict: another attempt has taken the run up; nothing is written then.
    """
    await save_plan(uow, claim, plan)
    await _write(uow, claim, state="done", phase="done", ended_at=uow.now, naive=naive)


async def release_meal_run(uow: UnitOfWork, claim: Claim) -> None:
    """
    Give a run back because its worker is asked to stop: the start is not counted.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(uow, claim, attempts=claim.run.attempts - 1, phase="waiting")


async def fail_meal_run(uow: UnitOfWork, run_id: UUID, failure: str) -> None:
    """Give a run up; `failure` is a code, never personal data."""
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is not None and run.is_active:
        await store.change_run(
            uow.session, run_id, state="failed", failure=failure, ended_at=uow.now, generation=None
        )


async def _write(uow: UnitOfWork, claim: Claim, **values: object) -> str:
    state = await store.change_claimed(uow.session, claim.run.id, claim.generation, **values)
    if state is None:
        raise Conflict("run_taken_over", f"meal run {claim.run.id} was taken up elsewhere or is over")
    return state
