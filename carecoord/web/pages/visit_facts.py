"""
Gathers what is said of one visit: acquaintance and margins beside the plan itself.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from carecoord.careplans.service import visits_by_id
from carecoord.edge.access import Desk
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.rosters.margins import AideHours
from carecoord.rosters.service.places import aides_hours
from carecoord.rosters.service.usual import usual_aides_of
from carecoord.web.pages.rounds import Rounds, rounds_of_week
from carecoord.web.views.visit import VisitView, visit_view


async def visit_rounds(desk: Desk, visit_id: UUID, plan: str) -> tuple[Rounds, date]:
    """
    The week that a visit belongs to, and the day it is on: where it is placed, or else its due day.

    Raises:
        NotFound: no such visit, or no plan has it.
    """
    visits = await visits_by_id(desk.uow, desk.actor, {visit_id})
    if visit_id not in visits:
        raise NotFound("visit_missing", "no such visit")
    due_on = visits[visit_id].due_on
    rounds = await rounds_of_week(desk, due_on, plan)
    if visit_id not in rounds.plan.board.visits:
        raise NotFound("visit_missing", "no plan has this visit")
    placed = [stop.on_date for stop in rounds.plan.board.stops if stop.visit_id == visit_id]
    return rounds, placed[0] if placed else due_on


async def facts_of(desk: Desk, rounds: Rounds, visit_id: UUID) -> VisitView:
    """What is said of a visit of the plan looked at."""
    visit = rounds.plan.visit(visit_id)
    usual = await usual_aides_of(desk.uow, desk.actor, visit.person_id)
    margins = await _margins(desk, rounds, visit_id)
    return visit_view(rounds.plan, visit_id, rounds.links, usual=usual, margins=margins)


async def _margins(desk: Desk, rounds: Rounds, visit_id: UUID) -> dict[UUID, AideHours]:
    """Working time of the aides of a visit; empty for a plan that is still being made."""
    stops = [stop for stop in rounds.plan.board.stops if stop.visit_id == visit_id]
    if not stops:
        return {}
    crew = {stop.aide_id for stop in stops}
    try:
        return await aides_hours(desk.uow, desk.actor, stops[0].roster_id, crew)
    except Conflict:
        return {}
