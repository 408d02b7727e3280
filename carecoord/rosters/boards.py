"""
Which roster counts for each day, totals of aides, and narrower views of a board: pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

import msgspec

from carecoord.careplans.domain import VisitToPlan
from carecoord.rosters.domain import AideDays, Board, Roster, RosterStop, Unserved
from carecoord.workforce.domain import Aide

PAID_WAIT_MAX_S = 900
"""A gap of at most this, travel taken off, counts as work (default of every regime known here)."""


def shown_by_day(days: Iterable[date], rosters: list[Roster]) -> dict[date, Roster]:
    """
    The roster that counts for each day: the first that covers it.

    Args:
        rosters: published ones, the latest published first; or one draft.
    """
    shown: dict[date, Roster] = {}
    for day in days:
        for roster in rosters:
            if roster.first_day <= day <= roster.last_day:
                shown[day] = roster
                break
    return shown


def unserved_on(
    left_out: list[Unserved], visits: dict[UUID, VisitToPlan], shown: dict[date, Roster]
) -> list[Unserved]:
    """Visits left out that could have fallen on one of the days, by the roster that counts for it."""
    kept = []
    for item in left_out:
        visit = visits.get(item.visit_id)
        if visit is None or visit.status == "cancelled":
            continue
        if any(day in shown and shown[day].id == item.roster_id for day in visit.allowed_dates):
            kept.append(item)
    return kept


def totals_of(aides: list[Aide], stops: list[RosterStop]) -> list[AideDays]:
    """
    What each aide's rounds amount to, for those who have any.

    Args:
        stops: by aide in order of time.
    """
    rounds: dict[UUID, dict[date, list[RosterStop]]] = defaultdict(lambda: defaultdict(list))
    for stop in stops:
        rounds[stop.aide_id][stop.on_date].append(stop)
    totals = []
    for aide in aides:
        days = rounds.get(aide.id)
        if days is None:
            continue
        mine = [stop for items in days.values() for stop in items]
        service_s = sum(_seconds(stop.starts_at, stop.ends_at) for stop in mine)
        travel_s = sum(stop.travel_s for stop in mine)
        totals.append(
            AideDays(
                aide_id=aide.id,
                stops=len(mine),
                service_s=service_s,
                travel_s=travel_s,
                travel_m=sum(stop.travel_m for stop in mine),
                work_s=service_s + travel_s + sum(_paid_waits_s(items) for items in days.values()),
                contract_s=aide.contract_minutes * 60,
            )
        )
    return totals


def narrowed(board: Board, visit_ids: Collection[UUID], aide_ids: Collection[UUID]) -> Board:
    """The part of a board about some visits and some aides, the colleagues at these visits included."""
    stops = [stop for stop in board.stops if stop.visit_id in visit_ids]
    kept = set(aide_ids) | {stop.aide_id for stop in stops}
    visits = {key: visit for key, visit in board.visits.items() if key in visit_ids}
    people = {visit.person_id for visit in visits.values()}
    aides = [aide for aide in board.aides if aide.id in kept]
    return msgspec.structs.replace(
        board,
        aides=aides,
        absences=[absence for absence in board.absences if absence.aide_id in kept],
        stops=stops,
        unserved=[item for item in board.unserved if item.visit_id in visit_ids],
        pins=[pin for pin in board.pins if pin.visit_id in visit_ids],
        visits=visits,
        people={key: person for key, person in board.people.items() if key in people},
        totals=[item for item in board.totals if item.aide_id in set(aide_ids)],
    )


def _paid_waits_s(stops: list[RosterStop]) -> int:
    free = (_seconds(a.ends_at, b.starts_at) - b.travel_s for a, b in pairwise(stops))
    return sum(gap for gap in free if 0 < gap <= PAID_WAIT_MAX_S)


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())
