"""
Planning runs of a day of rides: asked for, followed, stopped, worked through, applied.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_PLAN, RIDE_READ
from carecoord.jobs.queue import defer
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.codec import decode_solution, encode_problem, encode_solution
from carecoord.planning.rides.fill import fill
from carecoord.planning.rides.solution import Solution
from carecoord.rides.assemble import points_of
from carecoord.rides.orders import PLAN_RIDES, PlanRides, RideNews, RideOutcome, packed, unpacked
from carecoord.rides.plan_domain import MAX_ATTEMPTS, SECONDS_MAX, SECONDS_MIN, RideRun
from carecoord.rides.service.days import OpenedDay, gather, lock_day, open_day, violations, write_day
from carecoord.rides.store import days as day_store
from carecoord.rides.store import runs as store
from carecoord.rides.ways import pack
from carecoord.settings import Settings


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A run taken up by one worker attempt, which `generation` names in all it writes."""

    run: RideRun
    generation: UUID


async def request_run(uow: UnitOfWork, actor: Actor, on: date, *, seconds: int = 30, seed: int = 1) -> UUID:
    """
    Ask for a plan of a day: everybody told keeps driver where that costs little, and the hour within
    a quarter of an hour.

    Raises:
        Refused: the actor lacks `ride:plan`.
        Invalid: `seconds` out of bounds.
        Conflict: a plan of that day is being made.
    """
    actor.require(RIDE_PLAN)
    if not SECONDS_MIN <= seconds <= SECONDS_MAX:
        why = f"{seconds} is not in {SECONDS_MIN}..{SECONDS_MAX}"
        args: dict[str, str | int | float | None] = {"low": SECONDS_MIN, "high": SECONDS_MAX}
        raise Invalid([Defect(code="out_of_bounds", where="seconds", why=why, args=args)])
    await day_store.lock_day(uow.session, actor.organisation_id, on)
    active = await store.active_on(uow.session, on)
    if active is not None:
        raise Conflict("run_active", "a plan of that day is being made", run_id=str(active))
    run_id = await store.add_run(
        uow.session, actor.organisation_id, actor.account_id, on, seconds=seconds, seed=seed
    )
    await defer(uow, PLAN_RIDES, PlanRides(organisation_id=actor.organisation_id, run_id=run_id))
    record(uow, Tag.RIDE_RUN_REQUESTED, run_id, {"seconds": seconds})
    return run_id


async def get_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> RideRun:
    """
    One run.

    Raises:
        Refused: the actor lacks `ride:read`.
        NotFound: no such run.
    """
    actor.require(RIDE_READ)
    run = await store.run_by_id(uow.session, run_id)
    if run is None:
        raise NotFound("run_missing", f"no planning run {run_id}")
    return run


async def runs_of_day(uow: UnitOfWork, actor: Actor, on: date) -> list[RideRun]:
    """
    Runs of a day, newest first.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.runs_of(uow.session, on)


async def stop_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> None:
    """
    Stop early and keep the best plan found.

    Raises:
        Refused: the actor lacks `ride:plan`.
        NotFound: no such run.
        Conflict: the run is over.
    """
    actor.require(RIDE_PLAN)
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is None:
        raise NotFound("run_missing", f"no planning run {run_id}")
    if run.state == "queued":
        await store.change_run(uow.session, run_id, state="cancelled", ended_at=uow.now)
    elif run.state == "running":
        await store.change_run(uow.session, run_id, state="stopping")
    elif run.state != "stopping":
        raise Conflict("run_over", "the plan is already made or given up", state=run.state)
    record(uow, Tag.RIDE_RUN_STOPPED, run_id)


async def claim_run(uow: UnitOfWork, run_id: UUID) -> Claim | None:
    """Take a run up; None when there is nothing left to do. Crashed starts count as attempts."""
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is None or not run.is_active:
        return None
    if run.attempts >= MAX_ATTEMPTS:
        await fail_run(uow, run_id, "attempts_exhausted")
        return None
    generation = new_id()
    await store.change_run(
        uow.session,
        run_id,
        state="stopping" if run.state == "stopping" else "running",
        attempts=run.attempts + 1,
        generation=generation,
        started_at=run.started_at or uow.now,
        phase="gather",
    )
    return Claim(run=run, generation=generation)


async def points_to_measure(uow: UnitOfWork, actor: Actor, on: date) -> list[tuple[float, float]]:
    """Every place of the day, for whoever asks the road network."""
    return points_of(await gather(uow, actor, on))


async def save_ways(uow: UnitOfWork, actor: Actor, on: date, document: bytes) -> None:
    """Keep measured ways of a day in the place of estimated ones."""
    await day_store.save_travel(uow.session, actor.organisation_id, on, document)


async def prepare(uow: UnitOfWork, actor: Actor, claim: Claim, settings: Settings) -> tuple[bytes, bytes]:
    """
    The problem and the plan of today, compressed; the problem is kept with the run.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    opened = await open_day(uow, actor, claim.run.on, settings)
    if opened.is_ways_new:
        await day_store.save_travel(uow.session, actor.organisation_id, claim.run.on, pack(opened.ways))
    problem = packed(encode_problem(opened.problem))
    await _write(uow, claim, problem=problem, phase="construct")
    return problem, packed(encode_solution(opened.board.solution()))


async def tell(uow: UnitOfWork, claim: Claim, points: list[RideNews]) -> bool:
    """
    Note how far a run is; whether somebody asked to stop.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    if not points:
        return await _write(uow, claim, attempts=claim.run.attempts + 1) == "stopping"
    curve = [[point.elapsed_ms, point.left_out, point.soft_cents] for point in points]
    return await _write(uow, claim, progress=curve, phase=points[-1].phase) == "stopping"


async def finish_run(uow: UnitOfWork, claim: Claim, outcome: RideOutcome) -> None:
    """
    Store the end of a run; a plan that breaks a rule is a bug and never offered.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    if outcome.breaches:
        await fail_run(uow, claim.run.id, "plan_illegal")
        return
    await _write(
        uow,
        claim,
        state="done",
        phase="done",
        ended_at=uow.now,
        solution=outcome.solution,
        before=msgspec.json.decode(outcome.before),
        after=msgspec.json.decode(outcome.after),
    )


async def release_run(uow: UnitOfWork, claim: Claim) -> None:
    """
    Give a run back because its worker is asked to stop: the start is not counted.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(uow, claim, attempts=claim.run.attempts, phase="waiting")


async def fail_run(uow: UnitOfWork, run_id: UUID, failure: str) -> None:
    """Give a run up; `failure` is a code, never personal data."""
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is not None and run.is_active:
        await store.change_run(
            uow.session, run_id, state="failed", failure=failure, ended_at=uow.now, generation=None
        )


async def proposed(
    uow: UnitOfWork, actor: Actor, run: RideRun, settings: Settings | None
) -> tuple[OpenedDay, Board]:
    """
    The plan of a run laid over the day as it is now: rides asked for since are put where they fit, those
    given back are left out.

    Raises:
        Conflict: `run_not_done`; `plan_stale`: the day changed so much that a ride told would be lost.
    """
    documents = await store.documents_of(uow.session, run.id)
    if run.state not in ("done", "published") or documents.solution is None:
        raise Conflict("run_not_done", "there is no plan yet")
    solution = decode_solution(unpacked(documents.solution))
    opened = await open_day(uow, actor, run.on, settings)
    board = await asyncio.to_thread(_laid, opened, solution)
    lost = set(opened.board.duty_of) - set(board.duty_of)
    if lost or violations(opened, board):
        raise Conflict("plan_stale", "the day changed since: plan again", count=len(lost))
    return opened, board


async def apply_run(
    uow: UnitOfWork, actor: Actor, run_id: UUID, *, version: int, settings: Settings | None = None
) -> None:
    """
    Make the plan of a run the plan of the day.

    Args:
        version: of the plan of the day that was looked at.

    Raises:
        Refused: the actor lacks `ride:plan`.
        NotFound: no such run.
        Conflict: changed meanwhile, or see `proposed`.
    """
    actor.require(RIDE_PLAN)
    run = await get_run(uow, actor, run_id)
    await lock_day(uow, actor, run.on, version)
    opened, board = await proposed(uow, actor, run, settings)
    await write_day(uow, actor, opened, board)
    await store.change_run(uow.session, run_id, state="published")
    record(uow, Tag.RIDE_RUN_APPLIED, run_id)


def _laid(opened: OpenedDay, solution: Solution) -> Board:
    ground = opened.board.ground
    blocked = {tour.duty for tour in opened.kept}
    tours = []
    for tour in solution.tours:
        if tour.duty not in ground.duties or tour.duty in blocked:
            continue
        stops = [stop for stop in tour.stops if stop.request in ground.requests]
        names = {stop.request for stop in stops}
        whole = {name for name in names if ground.mates.get(name, set()) <= names}
        tours.append(msgspec.structs.replace(tour, stops=[s for s in stops if s.request in whole]))
    board = Board.of(ground, msgspec.structs.replace(solution, tours=[t for t in tours if t.stops]))
    fill(board)
    return board


async def _write(uow: UnitOfWork, claim: Claim, **values: Any) -> str:
    state = await store.change_claimed(uow.session, claim.run.id, claim.generation, **values)
    if state is None:
        raise Conflict("run_taken_over", f"planning run {claim.run.id} was taken up elsewhere or is over")
    return state
