"""
Where a visit could go, and what each place would cost: asked before anything is changed.

Every place told here was tried: the rules are those of the checker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import NotFound
from carecoord.planning.homecare.explain import (
    Insertion,
    board_of,
    compatible,
    explain_on,
    find_insertion,
)
from carecoord.planning.homecare.move import price_moves
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution, Unassigned
from carecoord.rosters.apply import origin_of, solution_of
from carecoord.rosters.commands import MoveVisit
from carecoord.rosters.domain import AideCause, MovePreview
from carecoord.rosters.effects import Effects, Telling
from carecoord.rosters.margins import AideHours, hours_of
from carecoord.rosters.service.moves import planned_move, preview_of
from carecoord.rosters.service.opened import OpenedRoster, open_roster


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A move that is looked at: its price and its effects on hours."""

    preview: MovePreview
    effects: Effects


class Remedy(msgspec.Struct, frozen=True, kw_only=True):
    """A way to serve a visit that breaks nothing new, found by trying."""

    aide_ids: list[UUID]
    on_date: date
    starts_at: datetime


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """Why a visit is in no round, tried on the rounds as they are now."""

    visit_id: UUID
    cause: str
    causes: list[AideCause] = []
    remedy: Remedy | None = None


async def examine_move(uow: UnitOfWork, actor: Actor, roster_id: UUID, command: MoveVisit) -> Examined:
    """
    What a move would break, mend, cost and shift; nothing is changed.

    Raises:
        NotFound: no such roster, or a visit, aide or day that its plan does not have.
        Refused: the actor lacks `roster:edit`.
        Conflict: the plan is still being made.
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, None)
    return (await asyncio.to_thread(_examined, opened, [command]))[0]


async def places_of(
    uow: UnitOfWork, actor: Actor, roster_id: UUID, visit_id: UUID, *, on_date: date | None = None
) -> list[Examined]:
    """
    Each aide who could take a visit for one, at the best hour: legal places first, cheapest first.

    Aides who lack a skill or are refused are left out. For a visit for two, the others of
    its present team stay, and each aide is tried in the place of the first.

    Raises:
        NotFound: no such roster, or its plan does not have the visit.
        Refused: the actor lacks `roster:edit`.
        Conflict: the plan is still being made.
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, None)
    return await asyncio.to_thread(_ranked, opened, visit_id, on_date)


async def left_out(
    uow: UnitOfWork, actor: Actor, roster_id: UUID, visit_ids: Collection[UUID]
) -> dict[UUID, LeftOut]:
    """
    Causes and remedies of visits in no round; those that the plan does not have are absent.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`.
        Conflict: the plan is still being made.
    """
    actor.require("roster:read")
    if not visit_ids:
        return {}
    opened = await open_roster(uow, roster_id, None)
    return await asyncio.to_thread(_left_out, opened, sorted(visit_ids))


async def aides_hours(
    uow: UnitOfWork, actor: Actor, roster_id: UUID, aide_ids: Collection[UUID]
) -> dict[UUID, AideHours]:
    """
    Working time of some aides within a roster, with the limits that hold.

    Aides whom the plan does not have are absent.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`.
        Conflict: the plan is still being made.
    """
    actor.require("roster:read")
    opened = await open_roster(uow, roster_id, None)
    return await asyncio.to_thread(_hours, opened, sorted(aide_ids))


def _examined(opened: OpenedRoster, commands: Sequence[MoveVisit]) -> list[Examined]:
    problem = opened.problem()
    return _priced(problem, solution_of(problem, opened.stops), commands)


def _priced(problem: Problem, before: Solution, commands: Sequence[MoveVisit]) -> list[Examined]:
    prices = price_moves(problem, before, [planned_move(problem, command) for command in commands])
    effects = Telling(problem, before)
    return [
        Examined(
            preview=preview_of(problem, command, price),
            effects=effects.of(price, command.visit_id.hex),
        )
        for command, price in zip(commands, prices, strict=True)
    ]


def _ranked(opened: OpenedRoster, visit_id: UUID, on_date: date | None) -> list[Examined]:
    problem = opened.problem()
    before = solution_of(problem, opened.stops)
    visit = next((item for item in problem.visits if item.id == visit_id.hex), None)
    if visit is None:
        raise NotFound("visit_unknown", f"no visit {visit_id} in this plan")
    present = sorted({stop.aide_id for stop in opened.stops if stop.visit_id == visit_id})
    staying = present[1 : visit.team_size]
    if len(staying) < visit.team_size - 1:
        return _found_team(problem, before, opened, visit_id)
    commands = [
        MoveVisit(
            version=opened.roster.version,
            visit_id=visit_id,
            aide_ids=[UUID(worker.id), *staying],
            on_date=on_date,
        )
        for worker in problem.workers
        if compatible(msgspec.structs.replace(visit, pin=None), worker) and UUID(worker.id) not in staying
    ]
    return sorted(_priced(problem, before, commands), key=_rank)


def _found_team(problem: Problem, before: Solution, opened: OpenedRoster, visit_id: UUID) -> list[Examined]:
    """A visit for two that nobody makes has no team to start from: the one found by trying, if any."""
    found = find_insertion(problem, before, visit_id.hex)
    if found is None:
        return []
    command = MoveVisit(
        version=opened.roster.version,
        visit_id=visit_id,
        aide_ids=[UUID(worker) for worker in found.workers],
        on_date=problem.days[found.day].date,
        starts_at=origin_of(problem) + timedelta(seconds=found.start_s),
    )
    return _priced(problem, before, [command])


def _rank(item: Examined) -> tuple[bool, bool, int, int, list[UUID]]:
    preview = item.preview
    left = sum(preview.unserved_delta.values())
    return (not preview.allowed, preview.needs_reason, left, preview.soft_delta_cents, preview.aide_ids)


def _left_out(opened: OpenedRoster, visit_ids: list[UUID]) -> dict[UUID, LeftOut]:
    problem = opened.problem()
    solution = solution_of(problem, opened.stops)
    lookup = Lookup(problem)
    # laid out once: every visit is tried on the same rounds
    board, _ = board_of(lookup, stops_by_round(lookup, solution))
    found: dict[UUID, LeftOut] = {}
    for visit_id in visit_ids:
        visit = lookup.visits.get(visit_id.hex)
        if visit is not None:
            found[visit_id] = left_out_of(problem, visit_id, *explain_on(board, visit))
    return found


def left_out_of(problem: Problem, visit_id: UUID, told: Unassigned, found: Insertion | None) -> LeftOut:
    """What trying one visit gave, with our own identifiers."""
    if found is None:
        causes = [AideCause(aide_id=UUID(c.worker), code=c.code, args=c.args) for c in told.causes]
        return LeftOut(visit_id=visit_id, cause=told.code, causes=causes)
    remedy = Remedy(
        aide_ids=[UUID(worker) for worker in found.workers],
        on_date=problem.days[found.day].date,
        starts_at=origin_of(problem) + timedelta(seconds=found.start_s),
    )
    return LeftOut(visit_id=visit_id, cause="insertable", remedy=remedy)


def _hours(opened: OpenedRoster, aide_ids: list[UUID]) -> dict[UUID, AideHours]:
    problem = opened.problem()
    solution = solution_of(problem, opened.stops)
    found = {aide_id: hours_of(problem, solution, aide_id) for aide_id in aide_ids}
    return {aide_id: hours for aide_id, hours in found.items() if hours is not None}
