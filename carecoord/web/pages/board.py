"""
The board of a day, as a table of time and as rounds to print.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import ROSTER_PLAN, ROSTER_PUBLISH, ROSTER_READ
from carecoord.rosters.domain import Roster
from carecoord.rosters.service.changes import changes_of
from carecoord.rosters.service.undo import last_move
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import Rounds, day_of, rounds_of_week, tried_now
from carecoord.web.pages.visit_facts import facts_of
from carecoord.web.views.addresses import BOARD
from carecoord.web.views.day import Look, day_board, sheets
from carecoord.web.views.left_out import left_out_views
from carecoord.web.views.names import title_of
from carecoord.web.views.summary import State, breach_lines, day_kpis, state_of

VIEWS = {"liste": "as-list", "tableau": "as-board"}
"""Value of `vue` -> class; without one, phones get the list and desks the board."""


@get(BOARD)
async def show_day(
    request: AnyRequest,
    jour: FromQuery[str] = "",
    vue: FromQuery[str] = "",
    visite: FromQuery[str] = "",
    plan: FromQuery[str] = "",
) -> Template:
    """The rounds of one day: today unless another one is asked for."""
    async with open_desk(request, ROSTER_READ) as desk:
        day = day_of(jour, desk.today)
        rounds = await rounds_of_week(desk, day, plan)
        context = await _frame(desk, rounds, day, vue)
        if context["roster"] is None:
            return Template("rosters/day_empty.html", context=context)
        context |= await _content(desk, rounds, day, visite)
    return Template("rosters/day.html", context=context)


async def _frame(desk: Desk, rounds: Rounds, day: date, view: str) -> dict[str, Any]:
    """What every state of the page shows."""
    roster = rounds.plan.rosters.get(day)
    links = rounds.links
    return {
        "layout": layout_of(desk.signed_in, BOARD),
        "title": title_of(day),
        "day": day,
        "view": view if view in VIEWS else "",
        "view_class": VIEWS.get(view, "as-auto"),
        "links": links,
        "previous": links.day(day - timedelta(days=1), view=view),
        "next": links.day(day + timedelta(days=1), view=view),
        "today": None if day == desk.today else links.day(desk.today, view=view),
        "roster": roster,
        "may_edit": rounds.may_edit,
        "may_plan": desk.actor.may(ROSTER_PLAN),
        "may_publish": desk.actor.may(ROSTER_PUBLISH),
        "newer_draft": rounds.plan.board.has_draft,
    }


async def _content(desk: Desk, rounds: Rounds, day: date, visit: str) -> dict[str, Any]:
    plan = rounds.plan
    roster = plan.rosters[day]
    left = plan.unserved_on(day)
    found = await tried_now(desk, left)
    selected = next((item.visit_id for item in plan.stops_on(day) if str(item.visit_id) == visit), None)
    look = Look(links=rounds.links, may_edit=rounds.may_edit, now=desk.uow.now, selected=selected)
    return {
        "board": day_board(plan, day, look),
        "sheets": sheets(plan, day, rounds.links),
        "kpis": day_kpis(plan, [day]),
        "state": await plan_state(desk, roster),
        "unserved": left_out_views(plan, left, found, rounds.links, may_edit=rounds.may_edit),
        "breaches": breach_lines(plan, [item for item in roster.warnings if item.on_date in (None, day)]),
        "undo": await last_move(desk.uow, desk.actor, roster) if rounds.may_edit else None,
        "visit": None if selected is None else await facts_of(desk, rounds, selected),
    }


async def plan_state(desk: Desk, roster: Roster) -> State:
    """Where a roster stands; a draft is compared with what is published."""
    changes = await changes_of(desk.uow, desk.actor, roster) if roster.state == "draft" else None
    return state_of(roster, None if changes is None else len(changes))


ROUTES = (show_day,)
