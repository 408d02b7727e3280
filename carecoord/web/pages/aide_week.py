"""
One aide's week.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import AIDE_READ, AIDE_WRITE, ROSTER_READ
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.errors import Conflict
from carecoord.rosters.service.boards import aide_week
from carecoord.rosters.service.places import aides_hours
from carecoord.web.filters import week_of
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import asked_plan, communes_of, day_of
from carecoord.web.views.addresses import Links
from carecoord.web.views.aide_week import aide_week_view
from carecoord.web.views.names import MODES, aide_full
from carecoord.web.views.plan import Plan
from carecoord.web.views.summary import breach_lines
from carecoord.web.words import availability_words, skill_words
from carecoord.workforce.service import get_aide

PATH = "/equipe/{aide:uuid}"


@get(PATH)
async def show_aide_week(
    request: AnyRequest, aide: FromPath[UUID], jour: FromQuery[str] = "", plan: FromQuery[str] = ""
) -> Template:
    """Rounds of one aide over a civil week, with hours and margins."""
    async with open_desk(request, AIDE_READ, ROSTER_READ) as desk:
        day = day_of(jour, desk.today)
        links = Links(plan=asked_plan(plan))
        person = await get_aide(desk.uow, desk.actor, aide)
        board = await aide_week(desk.uow, desk.actor, aide, day)
        found = Plan(board, await communes_of(desk, board))
        roster = next((found.rosters[item] for item in found.days if item in found.rosters), None)
        margins = None
        if roster is not None:
            try:
                margins = (await aides_hours(desk.uow, desk.actor, roster.id, [aide])).get(aide)
            except Conflict:
                margins = None  # the plan is being made: margins come with it
        monday = monday_of(day)
        told = [item for item in roster.warnings if item.aide_id == aide] if roster is not None else []
        context = {
            "layout": layout_of(desk.signed_in, "/equipe"),
            "name": aide_full(person),
            "facts": [
                ("Compétences", skill_words(person.skills) or "aucune"),
                ("Déplacements", MODES[person.travel_mode]),
                ("Présences", " ; ".join(availability_words(person.availabilities)) or "aucune"),
            ],
            "title": week_of(monday),
            "aide_id": str(aide),
            "links": links,
            "previous": links.aide(aide, monday - timedelta(days=7)),
            "next": links.aide(aide, monday + timedelta(days=7)),
            "has_plan": roster is not None,
            "week": aide_week_view(found, person, links, margins, desk.today),
            "breaches": breach_lines(found, told),
            "may_write": desk.actor.may(AIDE_WRITE),
        }
    return Template("rosters/aide_week.html", context=context)


ROUTES = (show_aide_week,)
