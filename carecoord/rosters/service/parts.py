"""
A run in parts, as workers go through it: divide, claim a part, tell, end it, stitch a stage.

Whoever ends the last part of a stage asks for the stitching, in the same transaction; who
stitches asks for the next stage or ends the run. So nothing waits for a process that holds it all.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.jobs.queue import defer
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.kernel.ids import new_id
from carecoord.rosters.apply import PlanDraft
from carecoord.rosters.domain import BestSoFar, KeyFigures, PlanningRun, ProgressPoint, TravelUsed
from carecoord.rosters.orders import PLAN_PART, STITCH_PARTS, PlanPart, StitchParts
from carecoord.rosters.parts import BORDERS, SECTORS, PlanningPart, joined_travel, summed
from carecoord.rosters.service import execution
from carecoord.rosters.service.execution import Claim
from carecoord.rosters.store import parts as store
from carecoord.rosters.store import runs as run_store
from carecoord.rosters.store.parts import NewPart

PHASES = {SECTORS: "sectors", BORDERS: "borders"}
"""Stage -> phase of its run."""


class PartClaim(msgspec.Struct, frozen=True, kw_only=True):
    """
    A part taken up by one worker attempt.

    Args:
        generation: names the attempt in everything it writes.
        is_stopping: somebody asked to stop: a quick plan is enough.
        document, solution: what is to be planned, and what attempts before found; compressed.
    """

    part: PlanningPart
    run: PlanningRun
    generation: UUID
    is_stopping: bool
    document: bytes
    solution: bytes | None


class PartFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What a part is told by: the score of its plan, and the naive plan of a sector."""

    best: BestSoFar
    naive: KeyFigures | None = None


class StageClaim(msgspec.Struct, frozen=True, kw_only=True):
    """
    A stage to be stitched.

    Args:
        territory: what parts are cut from, compressed.
        sectors, borders: document and outcome of each part.
    """

    claim: Claim
    territory: bytes
    sectors: list[tuple[bytes, bytes]]
    borders: list[tuple[bytes, bytes]]

    @property
    def is_stopping(self) -> bool:
        """Whether somebody asked to stop: the borders are not planned again then."""
        return self.claim.run.state == "stopping"


async def parts_of_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> list[PlanningPart]:
    """
    The parts of a run, sectors first; none for a run in one piece, nor for one that does not exist.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    return await store.parts_of(uow.session, run_id)


async def divide(uow: UnitOfWork, claim: Claim, territory: bytes, parts: list[NewPart]) -> None:
    """
    Keep the sectors of a run and ask for each of them.

    Raises:
        Conflict: another attempt has taken the run up.
    """
    await execution.mark_phase(uow, claim, PHASES[SECTORS])
    await store.keep_territory(uow.session, claim.run.id, territory)
    await _ask(uow, claim, SECTORS, parts)


async def has_parts(uow: UnitOfWork, run_id: UUID) -> bool:
    """Whether a run is divided already, by an attempt before."""
    return await store.territory_of(uow.session, run_id) is not None


async def _ask(uow: UnitOfWork, claim: Claim, stage: int, parts: list[NewPart]) -> None:
    organisation_id, run_id = claim.organisation_id, claim.run.id
    await store.add_parts(uow.session, organisation_id, run_id, stage, parts)
    for part in parts:
        await defer(uow, PLAN_PART, PlanPart(organisation_id=organisation_id, run_id=run_id, part_id=part.id))


async def claim_part(uow: UnitOfWork, part_id: UUID) -> PartClaim | None:
    """
    Take a part up; None when there is nothing left to do.

    Raises:
        NotFound: no such part.
    """
    part = await store.part_by_id(uow.session, part_id, lock=True)
    run = None if part is None else await run_store.run_by_id(uow.session, part.run_id)
    if part is None or run is None:
        raise NotFound("part_missing", f"no part {part_id}")
    if part.state == "done" or not run.is_active:
        return None
    generation = new_id()
    await store.change_part(
        uow.session,
        part_id,
        state="running",
        attempts=part.attempts + 1,
        generation=generation,
        started_at=part.started_at or uow.now,
        heartbeat_at=uow.now,
    )
    document, solution = await store.documents_of_part(uow.session, part_id)
    return PartClaim(
        part=part,
        run=run,
        generation=generation,
        is_stopping=run.state == "stopping",
        document=document,
        solution=solution,
    )


async def tell_part(
    uow: UnitOfWork, claim: PartClaim, best: BestSoFar | None, solution: bytes | None
) -> bool:
    """
    Sign of life of an attempt, with its best plan where it is new.

    Returns:
        Whether somebody asked to stop.

    Raises:
        Conflict: another attempt has the part, or its run is over.
    """
    values: dict[str, object] = {"heartbeat_at": uow.now}
    if best is not None:
        values["best"] = best
    if solution is not None:
        values["solution"] = solution
    await _write(uow, claim, **values)
    run = await run_store.run_by_id(uow.session, claim.run.id)
    if run is None or not run.is_active:
        raise Conflict("run_taken_over", f"planning run {claim.run.id} is over")
    return run.state == "stopping"


async def keep_document(uow: UnitOfWork, claim: PartClaim, document: bytes, travel: list[TravelUsed]) -> None:
    """Keep a part whose travel times were asked for, so that another attempt need not ask again."""
    await _write(uow, claim, document=document, travel=run_store.travel_json(travel))


async def finish_part(
    uow: UnitOfWork, actor: Actor, claim: PartClaim, outcome: bytes, figures: PartFigures
) -> None:
    """
    The end of a part; the last one of its stage asks for the stitching.

    Raises:
        Conflict: another attempt has the part, or its run is over.
    """
    run = await run_store.run_by_id(uow.session, claim.run.id, lock=True)
    if run is None or not run.is_active:
        raise Conflict("run_taken_over", f"planning run {claim.run.id} is over")
    values: dict[str, object] = {"outcome": outcome, "best": figures.best, "solution": None}
    if figures.naive is not None:
        values["naive"] = figures.naive
    await _write(uow, claim, **values, state="done", ended_at=uow.now)
    if await store.waiting_in_stage(uow.session, run.id, claim.part.stage) == 0:
        payload = StitchParts(organisation_id=actor.organisation_id, run_id=run.id, stage=claim.part.stage)
        await defer(uow, STITCH_PARTS, payload)


async def release_part(uow: UnitOfWork, claim: PartClaim) -> None:
    """Give a part back because its worker is asked to stop: the start is not counted."""
    await _write(uow, claim, attempts=claim.part.attempts)


async def _write(uow: UnitOfWork, claim: PartClaim, **values: object) -> None:
    if not await store.change_claimed_part(uow.session, claim.part.id, claim.generation, **values):
        raise Conflict("run_taken_over", f"part {claim.part.id} was taken up elsewhere or is done")


async def claim_stage(uow: UnitOfWork, actor: Actor, run_id: UUID, stage: int) -> StageClaim | None:
    """
    Take up the stitching of a stage; None when it is done already or the run is over.

    Raises:
        NotFound: no such run.
    """
    run = await run_store.run_by_id(uow.session, run_id, lock=True)
    if run is None:
        raise NotFound("run_missing", f"no planning run {run_id}")
    if not run.is_active or run.phase != PHASES[stage]:
        return None
    territory = await store.territory_of(uow.session, run_id)
    if territory is None:
        raise NotFound("run_missing", f"no planning run {run_id} in parts")
    generation = new_id()
    await run_store.change_run(uow.session, run_id, generation=generation, heartbeat_at=uow.now)
    return StageClaim(
        claim=Claim(run=run, organisation_id=actor.organisation_id, generation=generation),
        territory=territory,
        sectors=await store.documents_of_stage(uow.session, run_id, SECTORS),
        borders=await store.documents_of_stage(uow.session, run_id, BORDERS) if stage == BORDERS else [],
    )


async def open_borders(uow: UnitOfWork, stage: StageClaim, draft: PlanDraft, parts: list[NewPart]) -> None:
    """
    Keep the plan of the sectors as a draft that can be looked at, and ask for the border parts.

    Raises:
        Conflict: another attempt has taken the stitching up.
    """
    await _join_travel(uow, stage.claim)
    await execution.save_draft(uow, stage.claim, draft)
    await _tell(uow, stage.claim, draft)
    await execution.mark_phase(uow, stage.claim, PHASES[BORDERS])
    await _ask(uow, stage.claim, BORDERS, parts)


async def end_parts(uow: UnitOfWork, stage: StageClaim, draft: PlanDraft) -> None:
    """
    The end of a run in parts: one draft, like that of any run.

    Raises:
        Conflict: another attempt has taken the stitching up.
    """
    await _join_travel(uow, stage.claim)
    await _tell(uow, stage.claim, draft)
    naive = summed(await store.naive_of_parts(uow.session, stage.claim.run.id))
    await execution.finish_run(uow, stage.claim, draft, naive)
    await store.forget_documents(uow.session, stage.claim.run.id)


async def _join_travel(uow: UnitOfWork, claim: Claim) -> None:
    used = await store.travel_of_parts(uow.session, claim.run.id)
    if used:
        await run_store.change_run(
            uow.session, claim.run.id, travel=run_store.travel_json(joined_travel(used))
        )


async def _tell(uow: UnitOfWork, claim: Claim, draft: PlanDraft) -> None:
    """A point of the curve, at the time since the run was taken up."""
    began = claim.run.started_at or uow.now
    point = ProgressPoint(
        attempt=1,
        elapsed_ms=max(0, round((uow.now - began).total_seconds() * 1000)),
        unserved=draft.best.unserved,
        soft_cents=draft.best.soft_cents,
        phase=claim.run.phase,
    )
    await execution.tell(uow, claim, point)
