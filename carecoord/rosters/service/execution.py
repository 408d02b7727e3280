"""
Planning runs as a worker works through them: claim, gather, progress, end.

Each write carries the generation of the claim. When another worker has taken the run up
meanwhile, `Conflict` (`run_taken_over`) tells the late one to leave.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.beneficiaries.service import people_by_id
from carecoord.careplans.service import produce_visits, visits_between, visits_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.identity.service import get_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date, local_instant
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.kernel.ids import new_id
from carecoord.planning.problem import Regime
from carecoord.rosters.apply import PlanDraft
from carecoord.rosters.assemble import PlanInput
from carecoord.rosters.domain import (
    MAX_ATTEMPTS,
    BestSoFar,
    KeyFigures,
    PlanningRun,
    ProgressPoint,
    TravelUsed,
    days_of,
)
from carecoord.rosters.history import PAST_DAYS
from carecoord.rosters.reference import Habits, habits_of
from carecoord.rosters.repairs import KEPT_AFTER
from carecoord.rosters.service.booked import elsewhere_in
from carecoord.rosters.store import parts as parts_store
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import repairs as repairs_store
from carecoord.rosters.store import rosters as roster_store
from carecoord.rosters.store import runs as store
from carecoord.rosters.store.rosters import RosterFacts
from carecoord.workforce.availability import working_windows
from carecoord.workforce.domain import Absence, Aide
from carecoord.workforce.service import absences_between, all_aides


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """
    A run taken up by one worker attempt.

    Args:
        generation: names the attempt in everything it writes.
        spent_ms: search time of the attempts before.
        problem, solution: what they left, compressed.
    """

    run: PlanningRun
    organisation_id: UUID
    generation: UUID
    spent_ms: int = 0
    problem: bytes | None = None
    solution: bytes | None = None


async def claim_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> Claim | None:
    """
    Take a run up; None when there is nothing left to do.

    The start is counted first, so that a run that kills its worker is given up in the end.

    Raises:
        NotFound: no such run.
    """
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is None:
        raise NotFound("run_missing", f"no planning run {run_id}")
    if not run.is_active:
        return None
    # Whoever plans does so every week: a good moment to forget what past days were repaired from.
    await repairs_store.forget_documents(uow.session, local_date(uow.now) - KEPT_AFTER)
    if run.attempts >= MAX_ATTEMPTS:
        await _give_up(uow, run_id, "attempts_exhausted")
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
        raise NotFound("run_missing", f"no planning run {run_id}")
    return Claim(
        run=taken,
        organisation_id=actor.organisation_id,
        generation=generation,
        spent_ms=await store.spent_ms(uow.session, run_id),
        problem=documents.problem,
        solution=documents.solution,
    )


async def gather(uow: UnitOfWork, actor: Actor, run: PlanningRun) -> PlanInput:
    """
    Produce the visits of the period and read everything its plan is made from.
    """
    await produce_visits(uow, actor, run.first_day, run.day_count)
    visits = [v for v in await visits_between(uow, actor, run.first_day, run.last_day) if _wanted(v.status)]
    aides = await all_aides(uow, actor)
    people = await people_by_id(uow, actor, {visit.person_id for visit in visits})
    published = await roster_store.overlapping(uow.session, run.first_day, run.last_day, ("published",))
    return PlanInput(
        first_day=run.first_day,
        day_count=run.day_count,
        organisation=await get_organisation(uow, actor),
        visits=visits,
        people=people,
        aides=aides,
        windows=await _windows(uow, actor, run, aides),
        pins=await past_store.pins(uow.session, [visit.id for visit in visits]),
        continuity=await past_store.continuity(uow.session),
        past=await past_store.past_work(
            uow.session, run.first_day, days=PAST_DAYS, paid_wait_max_s=Regime(key="").paid_wait_max_s
        ),
        served_elsewhere=await past_store.served_outside(uow.session, published, run.first_day, run.last_day),
        keep=run.keep,
        habits=await _habits(uow, actor, run),
        elsewhere=await elsewhere_in(uow, run.first_day, run.day_count),
    )


async def _habits(uow: UnitOfWork, actor: Actor, run: PlanningRun) -> Habits:
    """Where recurring visits were in the week before a period, when its plan stays close to that."""
    if run.keep is None or run.keep.start_from != "last_week":
        return {}
    last = run.first_day - timedelta(days=1)
    stops = await past_store.stops_between(uow.session, run.first_day - timedelta(days=7), last)
    return habits_of(stops, await visits_by_id(uow, actor, {stop.visit_id for stop in stops}))


async def save_problem(uow: UnitOfWork, claim: Claim, problem: bytes, travel: list[TravelUsed]) -> None:
    """
    Keep the compressed problem, so that any plan can be replayed.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(
        uow,
        claim,
        problem=problem,
        problem_digest=hashlib.sha256(problem).hexdigest(),
        travel=store.travel_json(travel),
        heartbeat_at=uow.now,
        phase="construct",
    )


async def tell(uow: UnitOfWork, claim: Claim, point: ProgressPoint | None) -> bool:
    """
    Sign of life of the attempt, with a point of the curve where there is a new one.

    Returns:
        Whether somebody asked to stop.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    if point is None:
        return await _write(uow, claim, heartbeat_at=uow.now) == "stopping"
    best = BestSoFar(unserved=point.unserved, soft_cents=point.soft_cents)
    state = await _write(uow, claim, heartbeat_at=uow.now, phase=point.phase, best=best)
    await store.add_progress(uow.session, claim.organisation_id, claim.run.id, point)
    return state == "stopping"


async def mark_phase(uow: UnitOfWork, claim: Claim, phase: str) -> None:
    """
    Say what a run is at.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(uow, claim, phase=phase, heartbeat_at=uow.now)


async def save_best(uow: UnitOfWork, claim: Claim, solution: bytes) -> None:
    """
    Keep the best plan so far, from which another attempt may start.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(uow, claim, solution=solution, heartbeat_at=uow.now)


async def save_draft(
    uow: UnitOfWork, claim: Claim, draft: PlanDraft, naive: KeyFigures | None = None
) -> UUID:
    """
    Keep a plan and its rounds as the draft roster of the run, the same one each time.

    Returns:
        Identifier of the roster.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(uow, claim, solution=draft.solution, best=draft.best, heartbeat_at=uow.now)
    run = await store.run_by_id(uow.session, claim.run.id)
    if run is None:
        raise NotFound("run_missing", f"no planning run {claim.run.id}")
    facts = RosterFacts(figures=draft.figures, naive=naive, travel=run.travel, warnings=draft.breaches)
    roster_id = run.roster_id
    if roster_id is None:
        roster_id = await roster_store.add_roster(
            uow.session,
            claim.organisation_id,
            run_id=run.id,
            first_day=run.first_day,
            day_count=run.day_count,
            facts=facts,
        )
        await store.change_run(uow.session, run.id, roster_id=roster_id)
    else:
        await roster_store.change_roster(uow.session, roster_id, facts=facts)
    await roster_store.replace_stops(
        uow.session, claim.organisation_id, roster_id, draft.stops, draft.unserved
    )
    return roster_id


async def finish_run(uow: UnitOfWork, claim: Claim, draft: PlanDraft, naive: KeyFigures) -> UUID:
    """
    The end of a run: plan, rounds, figures and state in one transaction.

    Raises:
        Conflict: another attempt has taken the run up; nothing is written then.
    """
    roster_id = await save_draft(uow, claim, draft, naive)
    await _write(uow, claim, state="done", phase="done", ended_at=uow.now, naive=naive)
    return roster_id


async def release_run(uow: UnitOfWork, claim: Claim) -> None:
    """
    Give a run back because its worker is asked to stop: the start is not counted.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await _write(uow, claim, attempts=claim.run.attempts - 1, phase="waiting")


async def fail_run(uow: UnitOfWork, run_id: UUID, failure: str) -> None:
    """
    Give a run up.

    Args:
        failure: code, never personal data.
    """
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is not None and run.is_active:
        await _give_up(uow, run_id, failure)


async def _give_up(uow: UnitOfWork, run_id: UUID, failure: str) -> None:
    await store.change_run(
        uow.session, run_id, state="failed", failure=failure, ended_at=uow.now, generation=None
    )
    await parts_store.forget_documents(uow.session, run_id)


async def _write(uow: UnitOfWork, claim: Claim, **values: object) -> str:
    state = await store.change_claimed(uow.session, claim.run.id, claim.generation, **values)
    if state is None:
        raise Conflict("run_taken_over", f"planning run {claim.run.id} was taken up elsewhere or is over")
    return state


async def _windows(
    uow: UnitOfWork, actor: Actor, run: PlanningRun, aides: list[Aide]
) -> dict[UUID, list[tuple[datetime, datetime]]]:
    after = run.last_day + timedelta(days=1)
    absences = await absences_between(uow, actor, local_instant(run.first_day, 0), local_instant(after, 0))
    by_aide: dict[UUID, list[Absence]] = {}
    for absence in absences:
        by_aide.setdefault(absence.aide_id, []).append(absence)
    days = days_of(run.first_day, run.day_count)
    return {aide.id: working_windows(aide, by_aide.get(aide.id, []), days) for aide in aides}


def _wanted(status: str) -> bool:
    return status != "cancelled"
