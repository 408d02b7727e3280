"""
From draft to published, in one transaction; key figures of a roster.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.careplans.service import visits_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid
from carecoord.rosters.domain import KeyFigures, Roster, RuleBreach
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.booked import book_visits
from carecoord.rosters.service.opened import OpenedRoster, judged, open_roster
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import rosters as store


async def publish(uow: UnitOfWork, actor: Actor, roster_id: UUID, version: int) -> Roster:
    """
    Make a draft the rounds that count; what was published of its days before is replaced.

    Published rosters of other days stay; of two that share a day, the latest counts.

    Args:
        version: of the draft the coordinator looked at.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:publish`.
        Conflict: changed meanwhile, not a draft, or its run is not over.
            Or `person_taken`: a visit lies over a ride promised to the same person meanwhile.
        Invalid: `roster_breaks_rules`: blocking rules are broken; all are listed.
    """
    actor.require("roster:publish")
    opened = await open_roster(uow, roster_id, version)
    if opened.roster.state != "draft":
        raise Conflict("roster_not_draft", "only a draft can be published", state=opened.roster.state)
    judgement = await asyncio.to_thread(judged, opened)
    if blocking := [breach for breach in judgement.breaches if breach.severity == "block"]:
        raise Invalid([breach_defect(breach) for breach in blocking], code="roster_breaks_rules")
    await _replace_others(uow, actor, opened)
    await store.change_roster(
        uow.session,
        roster_id,
        facts=opened.facts(judgement),
        state="published",
        published_at=uow.now,
        published_by=actor.account_id,
    )
    await book_visits(uow, actor, opened.roster.first_day, opened.roster.last_day)
    facts = {"stops": len(opened.stops), "first_day": opened.roster.first_day.isoformat()}
    record(uow, Tag.ROSTER_PUBLISHED, roster_id, facts)
    return await get_roster(uow, actor, roster_id)


async def key_figures(uow: UnitOfWork, actor: Actor, roster_id: UUID) -> tuple[KeyFigures, KeyFigures | None]:
    """
    Key figures of a roster, and those of the same period dealt out naively.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`.
    """
    roster = await get_roster(uow, actor, roster_id)
    return roster.figures, roster.naive


async def _replace_others(uow: UnitOfWork, actor: Actor, opened: OpenedRoster) -> None:
    """Mark as replaced what is wholly covered, and let continuity follow."""
    roster = opened.roster
    before = await past_store.meetings(uow.session, roster.first_day, roster.last_day)
    after = [(stop.visit_id, stop.aide_id) for stop in opened.stops]
    visits = await visits_by_id(uow, actor, {visit_id for visit_id, _ in (*before, *after)})
    change = Counter[tuple[UUID, UUID]]()
    for sign, pairs in ((-1, before), (1, after)):
        for visit_id, aide_id in pairs:
            if visit_id in visits:
                change[visits[visit_id].person_id, aide_id] += sign
    await past_store.add_meetings(uow.session, actor.organisation_id, change)
    for other in await store.overlapping(uow.session, roster.first_day, roster.last_day, ("published",)):
        if roster.first_day <= other.first_day and other.last_day <= roster.last_day:
            await store.change_roster(uow.session, other.id, state="replaced")


def breach_defect(breach: RuleBreach) -> Defect:
    """A broken rule as a defect of the plan."""
    args: dict[str, str | int | float | None] = {
        "aide": breach.aide_id.hex if breach.aide_id else None,
        "visit": breach.visit_id.hex if breach.visit_id else None,
        "on_date": breach.on_date.isoformat() if breach.on_date else None,
        "amount": breach.amount,
        "limit": breach.limit,
        "unit": breach.unit,
        "source": breach.source,
    }
    where = f"aides.{breach.aide_id}" if breach.aide_id else f"visits.{breach.visit_id}"
    why = f"{breach.rule}: {breach.amount} {breach.unit}, limit {breach.limit}"
    return Defect(code=breach.rule, where=where, why=why, fix="move or take off a visit", args=args)
