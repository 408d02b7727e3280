"""
What the pages of rounds share: days in addresses, the plan looked at, live causes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from carecoord.edge.access import Desk
from carecoord.identity.permissions import ROSTER_EDIT
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.rosters.domain import Board, Roster, Unserved
from carecoord.rosters.service.boards import board, board_of_week
from carecoord.rosters.service.places import LeftOut, left_out
from carecoord.territory.domain import Commune
from carecoord.territory.service import communes_by_code
from carecoord.web.forms import civil_day, identifier
from carecoord.web.views.addresses import Links
from carecoord.web.views.plan import Plan

TRIED_AT_ONCE = 20
"""Visits in no round for which places are tried while a page is made; others keep the cause of the plan."""


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """A plan looked at, and the links that stay with it."""

    plan: Plan
    links: Links
    may_edit: bool


def day_of(text: str, today: date) -> date:
    """The day that an address asks for; today when it makes no sense."""
    try:
        return civil_day(text)
    except ValueError:
        return today


def asked_plan(text: str) -> UUID | None:
    """The roster that an address asks for; None for what is published."""
    return identifier(text) if text else None


async def rounds_of_week(desk: Desk, day: date, plan: str) -> Rounds:
    """
    The plan of the civil week of a day.

    Raises:
        NotFound: the address names a roster that does not exist.
    """
    asked = asked_plan(plan)
    found = await board_of_week(desk.uow, desk.actor, day, roster_id=asked)
    return _rounds(desk, Plan(found, await communes_of(desk, found)), asked)


async def rounds_of_days(desk: Desk, first_day: date, day_count: int, plan: str) -> Rounds:
    """The plan of some days; arguments and errors as `rounds_of_week`."""
    asked = asked_plan(plan)
    found = await board(desk.uow, desk.actor, first_day, day_count, roster_id=asked)
    return _rounds(desk, Plan(found, await communes_of(desk, found)), asked)


async def communes_of(desk: Desk, found: Board) -> dict[str, Commune]:
    """The communes of the people of a board, by INSEE code; one statement."""
    return await communes_by_code(desk.uow, {person.insee for person in found.people.values()})


def _rounds(desk: Desk, plan: Plan, asked: UUID | None) -> Rounds:
    return Rounds(plan=plan, links=Links(plan=asked), may_edit=desk.actor.may(ROSTER_EDIT))


async def tried_now(desk: Desk, items: Iterable[Unserved]) -> dict[UUID, LeftOut]:
    """
    Causes and remedies of visits in no round, tried on the rounds as they are.

    Empty for a plan that is still being made, or of which no problem is kept.
    """
    found: dict[UUID, LeftOut] = {}
    by_roster: dict[UUID, list[UUID]] = {}
    for item in list(items)[:TRIED_AT_ONCE]:
        by_roster.setdefault(item.roster_id, []).append(item.visit_id)
    for roster_id, visit_ids in by_roster.items():
        try:
            found |= await left_out(desk.uow, desk.actor, roster_id, visit_ids)
        except Conflict:
            continue
    return found


def roster_on(rounds: Rounds, day: date) -> Roster:
    """
    The roster that counts for a day.

    Raises:
        NotFound: `roster_missing`: no plan has that day.
    """
    roster = rounds.plan.rosters.get(day)
    if roster is None:
        raise NotFound("roster_missing", "no plan has that day")
    return roster
