"""
What a plan changes against the rounds it was to stay close to, and the price of each change.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.planning.homecare.move import Move, price_move
from carecoord.planning.homecare.stability import changes
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import Problem, Reference
from carecoord.planning.solution import Solution, Stop
from carecoord.rosters.apply import breach_of, origin_of, solution_of
from carecoord.rosters.domain import RuleBreach
from carecoord.rosters.service.opened import OpenedRoster, open_roster


class KeptChange(msgspec.Struct, frozen=True, kw_only=True):
    """
    A visit that is not where it was, or not made any more.

    Args:
        after_aides, after: None of them for a visit left out.
        saved_cents: what the plan would cost more were this visit alone put back; negative where that
            would be cheaper; None where it cannot be put back.
        blocked: rules that keep it from being put back alone.
    """

    visit_id: UUID
    person_id: UUID
    before_aides: list[UUID]
    before: datetime
    after_aides: list[UUID]
    after: datetime | None
    saved_cents: int | None = None
    blocked: list[RuleBreach] = []


async def kept_changes(
    uow: UnitOfWork, actor: Actor, roster_id: UUID, page: PageRequest
) -> PageResult[KeptChange]:
    """
    Every visit whose aide or hour changes, in order of its hour before; prices are worked out for the page.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`.
        Conflict: the plan is still being made.
    """
    actor.require("roster:read")
    opened = await open_roster(uow, roster_id, None)
    return await asyncio.to_thread(_page, opened, page)


def _page(opened: OpenedRoster, page: PageRequest) -> PageResult[KeptChange]:
    problem = opened.problem()
    plan = solution_of(problem, opened.stops)
    found = _changed(problem, plan)
    shown = found[page.offset : page.offset + page.size]
    # The price is that of the plan alone: what stability itself is worth is no reason for a change.
    bare = msgspec.structs.replace(problem, stability=None)
    items = [_priced(bare, plan, reference, crew) for reference, crew in shown]
    return PageResult(items=items, total=len(found), page=page.page, size=page.size)


def _changed(problem: Problem, plan: Solution) -> list[tuple[Reference, list[tuple[str, Stop]]]]:
    """References that the plan does not keep, with who comes instead."""
    stability = problem.stability
    if stability is None:
        return []
    lookup = Lookup(problem)
    crews: dict[str, list[tuple[str, Stop]]] = {}
    for (worker, _), stops in stops_by_round(lookup, plan).items():
        for stop in stops:
            crews.setdefault(stop.visit, []).append((worker, stop))
    found = []
    for item in stability.reference:
        if item.visit not in lookup.visits:
            continue
        crew = crews.get(item.visit, [])
        if not crew or any(any(changes(lookup, worker, stop)) for worker, stop in crew):
            found.append((item, crew))
    return sorted(found, key=lambda pair: (pair[0].start_s, pair[0].visit))


def _priced(
    problem: Problem, plan: Solution, reference: Reference, crew: list[tuple[str, Stop]]
) -> KeptChange:
    """A change, and what putting the visit back alone would do."""
    visit = next(item for item in problem.visits if item.id == reference.visit)
    origin = origin_of(problem)
    day = next(
        (
            index
            for index, item in enumerate(problem.days)
            if item.starts_s <= reference.start_s < item.ends_s
        ),
        None,
    )
    back = Move(visit=reference.visit, workers=reference.workers, day=day, start_s=reference.start_s)
    price = price_move(problem, plan, back)
    blocking = [item for item in price.violations_new if item.severity == "block"]
    return KeptChange(
        visit_id=UUID(visit.id),
        person_id=UUID(visit.person),
        before_aides=[UUID(worker) for worker in reference.workers],
        before=origin + timedelta(seconds=reference.start_s),
        after_aides=sorted(UUID(worker) for worker, _ in crew),
        after=origin + timedelta(seconds=crew[0][1].start_s) if crew else None,
        saved_cents=None if blocking else price.soft_cents,
        blocked=[breach_of(problem, item) for item in blocking],
    )
