"""
Undo the last move of a roster: the rounds it changed become again what they were.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from carecoord.audit.reader import last_entry
from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict
from carecoord.planning.solution import Solution
from carecoord.rosters.apply import solution_of
from carecoord.rosters.domain import Pin, Roster
from carecoord.rosters.past_rounds import rounds_of_json
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.moves import Moved, pin_on, store_move, with_pin
from carecoord.rosters.service.opened import Judgement, OpenedRoster, judge, open_roster


async def last_move(uow: UnitOfWork, actor: Actor, roster: Roster) -> UUID | None:
    """
    The visit whose move can be undone; None when the roster changed since, or was never changed.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    entry = await last_entry(uow, Tag.VISIT_MOVED, {"roster": str(roster.id), "version": roster.version})
    return None if entry is None else entry.subject_id


async def undo_move(uow: UnitOfWork, actor: Actor, roster_id: UUID, version: int) -> Roster:
    """
    Put the rounds back as they were before the last move.

    Args:
        version: of the roster the coordinator looked at.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:edit`.
        Conflict: changed meanwhile, replaced, nothing to undo, or going back would break a rule
            that was not broken before, such as after an absence (`undo_blocked`).
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, version)
    if opened.roster.state == "replaced":
        raise Conflict("roster_replaced", "these rounds were replaced by others")
    entry = await last_entry(uow, Tag.VISIT_MOVED, {"roster": str(roster_id), "version": version})
    if entry is None or entry.subject_id is None:
        raise Conflict("nothing_to_undo", "the roster was not changed by a move since")
    restored, judgement = await asyncio.to_thread(_restored, opened, entry.subject_id, entry.facts)
    if sum(judgement.figures.blocking.values()) > sum(opened.roster.figures.blocking.values()):
        raise Conflict("undo_blocked", "going back would break a rule that is kept now")
    await store_move(uow, actor, opened, restored, judgement)
    record(uow, Tag.MOVE_UNDONE, entry.subject_id, {"roster": str(roster_id)})
    return await get_roster(uow, actor, roster_id)


def _restored(opened: OpenedRoster, visit_id: UUID, facts: Mapping[str, Any]) -> tuple[Moved, Judgement]:
    kept = facts.get("pin")
    pin = None if kept is None else msgspec.convert(kept, Pin)
    problem = with_pin(opened.problem(), opened, visit_id, pin)
    before = solution_of(problem, opened.stops)
    rounds = {(item.worker, item.day): item for item in before.rounds}
    for item in rounds_of_json(problem, facts["before"]):
        rounds[item.worker, item.day] = item
    after = Solution(rounds=[rounds[key] for key in sorted(rounds) if rounds[key].stops])
    pins = {"pin_before": pin_on(opened, visit_id), "pin_after": pin}
    return Moved(problem=problem, after=after, before=[], **pins), judge(problem, after)
