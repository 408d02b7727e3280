"""
Rounds as they are read: a day, a week, one aide, one person; each with a fixed number of statements.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from carecoord.beneficiaries.service import get_person, people_by_id
from carecoord.careplans.service import visits_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import NotFound
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.rosters.boards import narrowed, shown_by_day, totals_of, unserved_on
from carecoord.rosters.domain import Board, Roster, days_of
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import rosters as store
from carecoord.workforce.domain import Absence
from carecoord.workforce.service import absences_between, all_aides, get_aide

WEEK_DAYS = 7


async def list_rosters(uow: UnitOfWork, actor: Actor, page: PageRequest) -> PageResult[Roster]:
    """
    Rosters, latest period first.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    return await store.list_rosters(uow.session, page)


async def get_roster(uow: UnitOfWork, actor: Actor, roster_id: UUID) -> Roster:
    """
    One roster with its key figures, without its stops.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    roster = await store.roster_by_id(uow.session, roster_id)
    if roster is None:
        raise NotFound("roster_missing", f"no roster {roster_id}")
    return roster


async def board_of_day(uow: UnitOfWork, actor: Actor, day: date, *, roster_id: UUID | None = None) -> Board:
    """
    The rounds of one day.

    Args:
        roster_id: a draft to look at; what is published when absent.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`.
    """
    return await board(uow, actor, day, 1, roster_id=roster_id)


async def board_of_week(uow: UnitOfWork, actor: Actor, day: date, *, roster_id: UUID | None = None) -> Board:
    """
    The rounds of the civil week of a day; arguments and errors as `board_of_day`.
    """
    return await board(uow, actor, monday_of(day), WEEK_DAYS, roster_id=roster_id)


async def board(
    uow: UnitOfWork, actor: Actor, first_day: date, day_count: int, *, roster_id: UUID | None = None
) -> Board:
    """
    The rounds of some days. Without any published plan, the newest draft is shown.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    days = days_of(first_day, day_count)
    rosters, draft = await _candidates(uow, actor, days, roster_id)
    shown = shown_by_day(days, rosters)
    stops = await store.stops_of(uow.session, [(roster.id, day) for day, roster in shown.items()])
    rosters = list({roster.id: roster for roster in shown.values()}.values())
    left_out = await store.unserved_of(uow.session, [roster.id for roster in rosters])
    wanted = {stop.visit_id for stop in stops} | {item.visit_id for item in left_out}
    visits = await visits_by_id(uow, actor, wanted)
    left_out = unserved_on(left_out, visits, shown)
    listed = {stop.visit_id for stop in stops} | {item.visit_id for item in left_out}
    visits = {visit_id: visit for visit_id, visit in visits.items() if visit_id in listed}
    busy = {stop.aide_id for stop in stops}
    # Somebody who left since is still shown where her rounds are.
    aides = [a for a in await all_aides(uow, actor, with_inactive=True) if a.active or a.id in busy]
    return Board(
        first_day=first_day,
        day_count=day_count,
        rosters=rosters,
        has_draft=draft,
        aides=aides,
        absences=await _absences(uow, actor, days),
        stops=stops,
        unserved=left_out,
        pins=await past_store.pins(uow.session, sorted(visits)),
        visits=visits,
        people=await people_by_id(uow, actor, {visit.person_id for visit in visits.values()}),
        totals=totals_of(aides, stops),
    )


async def aide_week(uow: UnitOfWork, actor: Actor, aide_id: UUID, day: date) -> Board:
    """
    One aide's rounds of a civil week, with the colleagues of visits for two.

    Raises:
        NotFound: no such aide.
        Refused: the actor lacks `roster:read`.
    """
    aide = await get_aide(uow, actor, aide_id)
    whole = await board_of_week(uow, actor, day)
    mine = {stop.visit_id for stop in whole.stops if stop.aide_id == aide.id}
    return narrowed(whole, mine, {aide.id})


async def person_week(uow: UnitOfWork, actor: Actor, person_id: UUID, day: date) -> Board:
    """
    One person's visits of a civil week, those left out included.

    Raises:
        NotFound: no such person.
        Refused: the actor lacks `roster:read`.
    """
    await get_person(uow, actor, person_id)
    whole = await board_of_week(uow, actor, day)
    theirs = {visit.id for visit in whole.visits.values() if visit.person_id == person_id}
    return narrowed(whole, theirs, frozenset())


async def person_day_crews(
    uow: UnitOfWork, actor: Actor, person_id: UUID, day: date
) -> dict[UUID, list[str]]:
    """
    Who makes the visits to one person on a day: visit -> names of aides.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    whole = await board_of_day(uow, actor, day)
    names = {aide.id: f"{aide.first_name} {aide.last_name}" for aide in whole.aides}
    crews: dict[UUID, list[str]] = {}
    for stop in sorted(whole.stops, key=lambda stop: stop.seat):
        visit = whole.visits.get(stop.visit_id)
        if visit is not None and visit.person_id == person_id:
            crews.setdefault(stop.visit_id, []).append(names.get(stop.aide_id, ""))
    return crews


async def _candidates(
    uow: UnitOfWork, actor: Actor, days: list[date], roster_id: UUID | None
) -> tuple[list[Roster], UUID | None]:
    """Rosters that may be shown, and a draft newer than what is published."""
    if roster_id is not None:
        return [await get_roster(uow, actor, roster_id)], None
    found = await store.overlapping(uow.session, days[0], days[-1], ("published", "draft"))
    published = [roster for roster in found if roster.state == "published"]
    drafts = [roster for roster in found if roster.state == "draft"]
    if not published:
        return drafts[:1], None
    latest = published[0].published_at
    newer = [draft.id for draft in drafts if latest is None or draft.created_at > latest]
    return published, newer[0] if newer else None


async def _absences(uow: UnitOfWork, actor: Actor, days: list[date]) -> list[Absence]:
    after = days[-1] + timedelta(days=1)
    return await absences_between(uow, actor, local_instant(days[0], 0), local_instant(after, 0))
