"""
What a draft changes in the rounds that count today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.rosters.boards import shown_by_day
from carecoord.rosters.domain import Roster, RosterStop, days_of
from carecoord.rosters.store import rosters as store


class VisitPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a visit and when."""

    aide_ids: list[UUID]
    starts_at: datetime


class VisitChange(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that is elsewhere in two plans; None where a plan leaves it out."""

    visit_id: UUID
    before: VisitPlace | None
    after: VisitPlace | None


async def changes_of(uow: UnitOfWork, actor: Actor, roster: Roster) -> list[VisitChange] | None:
    """
    The visits that a draft puts elsewhere than what is published, in order of time.

    None when nothing is published on its days: then there is nothing to compare with.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    published = await store.overlapping(uow.session, roster.first_day, roster.last_day, ("published",))
    published = [item for item in published if item.id != roster.id]
    if not published:
        return None
    shown = shown_by_day(days_of(roster.first_day, roster.day_count), published)
    before = _places(await store.stops_of(uow.session, [(item.id, day) for day, item in shown.items()]))
    after = _places(await store.all_stops(uow.session, roster.id))
    changes = [
        VisitChange(visit_id=visit_id, before=before.get(visit_id), after=after.get(visit_id))
        for visit_id in before.keys() | after.keys()
        if before.get(visit_id) != after.get(visit_id)
    ]
    return sorted(changes, key=_when)


def _places(stops: Iterable[RosterStop]) -> dict[UUID, VisitPlace]:
    crews: dict[UUID, list[RosterStop]] = defaultdict(list)
    for stop in stops:
        crews[stop.visit_id].append(stop)
    return {
        visit_id: VisitPlace(
            aide_ids=sorted(stop.aide_id for stop in crew), starts_at=min(stop.starts_at for stop in crew)
        )
        for visit_id, crew in crews.items()
    }


def _when(change: VisitChange) -> tuple[datetime, UUID]:
    place = change.after or change.before
    if place is None:
        raise ValueError("a change without a place on either side")
    return place.starts_at, change.visit_id
