"""
A roster as it stands now, kept ready in this process: stamp first, then build only what changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.bookings.service import bookings_stamp
from carecoord.careplans.service import visits_by_id, visits_stamp
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.calendar import day_starts_s
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import NotFound
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.problem import Problem
from carecoord.rosters.apply import origin_of, solution_of
from carecoord.rosters.assemble import shifts_of
from carecoord.rosters.domain import Roster, days_of
from carecoord.rosters.resident import Residents
from carecoord.rosters.service.opened import OpenedRoster, open_roster
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import rosters as store
from carecoord.workforce.availability import working_windows
from carecoord.workforce.service import absences_between, all_aides, workforce_stamp

Windows = dict[UUID, list[tuple[datetime, datetime]]]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """
    A roster as it stands: what is stored, and the plan ready to be asked.

    Args:
        resident: its problem has the shifts of today, absences taken out, and no cancelled visit.
    """

    opened: OpenedRoster
    resident: Resident


RESIDENTS: Residents[Standing] = Residents()
"""Plans kept by this process."""


async def standing_of(uow: UnitOfWork, actor: Actor, roster_id: UUID) -> Standing:
    """
    A roster ready to be asked: the one kept when nothing it was built from changed, else built anew.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:read`, `careplan:read` or `aide:read`.
        Conflict: its plan is still being made, or no problem is kept for it.
    """
    actor.require("roster:read")
    roster = await store.roster_by_id(uow.session, roster_id)
    if roster is None:
        raise NotFound("roster_missing", f"no roster {roster_id}")
    # The stamp comes before what it stands for: what changes meanwhile makes it stale, never fresh.
    stamp = await stamp_of(uow, actor, roster)
    key = (actor.organisation_id, roster_id)
    found = RESIDENTS.get(key, stamp)
    if found is None:
        found = await build_standing(uow, actor, await open_roster(uow, roster_id, None))
        RESIDENTS.put(key, stamp, found, stops=len(found.opened.stops))
    return found


async def stamp_of(uow: UnitOfWork, actor: Actor, roster: Roster) -> str:
    """A text that changes with anything that a standing plan is built from; three cheap statements."""
    start, end = _period(roster)
    parts = (
        str(roster.version),
        roster.state,
        await visits_stamp(uow, actor, roster.first_day, roster.last_day),
        await workforce_stamp(uow, actor, start, end),
        await past_store.pins_stamp(uow.session),
        await bookings_stamp(uow, actor, start, end),
    )
    return "|".join(parts)


async def build_standing(uow: UnitOfWork, actor: Actor, opened: OpenedRoster) -> Standing:
    """Make a roster ready: its problem with the shifts of today, without visits cancelled since."""
    problem = opened.problem()
    windows = await windows_of(uow, actor, opened.roster)
    known = await visits_by_id(uow, actor, [UUID(visit.id) for visit in problem.visits])
    gone = {
        visit.id
        for visit in problem.visits
        if (found := known.get(UUID(visit.id))) is None or found.status == "cancelled"
    }
    resident = await asyncio.to_thread(_resident, opened, problem, windows, gone)
    return Standing(opened=opened, resident=resident)


async def windows_of(uow: UnitOfWork, actor: Actor, roster: Roster) -> Windows:
    """When each aide may work in a roster's period, by today's hours and absences."""
    start, end = _period(roster)
    aides = await all_aides(uow, actor)
    absences = await absences_between(uow, actor, start, end)
    days = days_of(roster.first_day, roster.day_count)
    return {aide.id: working_windows(aide, absences, days) for aide in aides}


def with_shifts(problem: Problem, windows: Windows) -> Problem:
    """The problem with other shifts; an aide without windows, because she left, has none."""
    origin = origin_of(problem)
    end_s = day_starts_s(problem.days[0].date, len(problem.days))[-1]
    workers = [
        msgspec.structs.replace(worker, shifts=shifts_of(windows.get(UUID(worker.id), []), origin, end_s))
        for worker in problem.workers
    ]
    return msgspec.structs.replace(problem, workers=workers)


def _resident(opened: OpenedRoster, problem: Problem, windows: Windows, gone: Collection[str]) -> Resident:
    visits = [visit for visit in problem.visits if visit.id not in gone]
    today = with_shifts(msgspec.structs.replace(problem, visits=visits), windows)
    return Resident(today, solution_of(today, opened.stops))


def _period(roster: Roster) -> tuple[datetime, datetime]:
    after = roster.last_day + timedelta(days=1)
    return local_instant(roster.first_day, 0), local_instant(after, 0)
