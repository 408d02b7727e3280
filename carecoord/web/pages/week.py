"""
The week of everybody, and what a draft changes in it.
"""

from __future__ import annotations

from datetime import timedelta

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.careplans.recurrence import department_of
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import ROSTER_PLAN, ROSTER_PUBLISH, ROSTER_READ
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.errors import NotFound
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.changes import changes_of
from carecoord.web.filters import week_of
from carecoord.web.layout import layout_of
from carecoord.web.pages.board import plan_state
from carecoord.web.pages.rounds import asked_plan, day_of, rounds_of_days, rounds_of_week, tried_now
from carecoord.web.views.addresses import BOARD, WEEK
from carecoord.web.views.changes import change_lines, compared
from carecoord.web.views.left_out import left_out_views
from carecoord.web.views.summary import breach_lines, day_kpis
from carecoord.web.views.week import week_table


@get(WEEK)
async def show_week(request: AnyRequest, jour: FromQuery[str] = "", plan: FromQuery[str] = "") -> Template:
    """Hours of each aide, day by day, against the contract."""
    async with open_desk(request, ROSTER_READ) as desk:
        day = day_of(jour, desk.today)
        rounds = await rounds_of_week(desk, day, plan)
        monday, links, found = monday_of(day), rounds.links, rounds.plan
        roster = next((found.rosters[item] for item in found.days if item in found.rosters), None)
        left = [item for item_day in found.days for item in found.unserved_on(item_day)]
        tried = await tried_now(desk, left)
        planned = [item for item in found.days if item in found.rosters]
        context = {
            "layout": layout_of(desk.signed_in, BOARD),
            "title": week_of(monday).capitalize(),
            "day": day,
            "links": links,
            "previous": links.week(monday - timedelta(days=7)),
            "next": links.week(monday + timedelta(days=7)),
            "this_week": "" if monday == monday_of(desk.today) else links.week(desk.today),
            "state": None if roster is None else await plan_state(desk, roster),
            "newer_draft": found.board.has_draft,
            "may_plan": desk.actor.may(ROSTER_PLAN),
            "may_publish": desk.actor.may(ROSTER_PUBLISH),
            "kpis": day_kpis(found, planned) if planned else [],
            "week": week_table(found, links, desk.today, department_of(desk.signed_in.organisation.insee)),
            "unserved": left_out_views(found, left, tried, links, may_edit=rounds.may_edit),
            "breaches": breach_lines(found, roster.warnings) if roster is not None else [],
        }
    return Template("rosters/week.html", context=context)


@get("/tournees/changements")
async def show_changes(request: AnyRequest, plan: FromQuery[str] = "") -> Template:
    """What a draft changes in what is published, visit by visit, and its key figures."""
    roster_id = asked_plan(plan)
    if roster_id is None:
        raise NotFound("roster_missing", "no draft was named")
    async with open_desk(request, ROSTER_READ) as desk:
        roster = await get_roster(desk.uow, desk.actor, roster_id)
        rounds = await rounds_of_days(desk, roster.first_day, roster.day_count, plan)
        published = await rounds_of_days(desk, roster.first_day, roster.day_count, "")
        changes = await changes_of(desk.uow, desk.actor, roster)
        context = {
            "layout": layout_of(desk.signed_in, BOARD),
            "state": await plan_state(desk, roster),
            "may_publish": desk.actor.may(ROSTER_PUBLISH),
            "changes": None
            if changes is None
            else change_lines(rounds.plan, published.plan, changes, rounds.links),
            "figures": compared(roster, published.plan.board.roster if changes is not None else None),
            "back": rounds.links.day(roster.first_day),
        }
    return Template("rosters/changes.html", context=context)


ROUTES = (show_week, show_changes)
