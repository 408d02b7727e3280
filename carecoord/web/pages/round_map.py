"""
The map of a round, beside the table that says the same.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.edge.access import AnyRequest, open_desk, settings_of
from carecoord.identity.permissions import ROSTER_READ
from carecoord.web.forms import identifier
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import day_of, rounds_of_days
from carecoord.web.views.addresses import BOARD, MAP
from carecoord.web.views.circuit import map_data, people_of, places_of_round, vague_people, way_note
from carecoord.web.views.day import sheet_of
from carecoord.web.views.names import by_name, title_of
from carecoord.web.ways import Ways
from carecoord.workforce.domain import Aide

ALL = "toutes"
AT_ONCE = 12
"""Rounds whose way is followed along the roads on one map; others are straight lines, which is said."""

WAYS = Ways()


@get(MAP)
async def show_map(
    request: AnyRequest, jour: FromQuery[str] = "", aide: FromQuery[str] = "", plan: FromQuery[str] = ""
) -> Template:
    """One aide's round; the first of the day unless one is chosen."""
    async with open_desk(request, ROSTER_READ) as desk:
        day = day_of(jour, desk.today)
        rounds = await rounds_of_days(desk, day, 1, plan)
        found, links = rounds.plan, rounds.links
        busy = sorted((item for item in found.aides.values() if found.round(item.id, day)), key=by_name)
        shown = _chosen(busy, aide)
        codes = {person.insee for person in people_of(found, shown, day)}
        communes = [found.communes[code] for code in sorted(codes) if code in found.communes]
        context = {
            "layout": layout_of(desk.signed_in, BOARD),
            "title": title_of(day),
            "day": day,
            "links": links,
            "previous": links.map(day - timedelta(days=1), _one(shown)),
            "next": links.map(day + timedelta(days=1), _one(shown)),
            "aides": [(str(item.id), found.names[item.id]) for item in busy],
            "chosen": str(shown[0].id) if len(shown) == 1 else ALL,
            "plan_id": str(links.plan or ""),
            "sheets": [sheet_of(found, item, day, links) for item in shown],
            "vague": vague_people(found, shown, day),
        }
    # outside the transaction: roads may take seconds to answer
    asked = {
        item.id: (item.travel_mode, tuple(places_of_round(found, item, day))) for item in shown[:AT_ONCE]
    }
    ways = await WAYS.along_roads(settings_of(request), asked)
    context["data"] = map_data(found, day, shown, links=links, ways=ways, communes=communes)
    context["way_note"] = way_note(len(shown), ways)
    return Template("rosters/map.html", context=context)


def _chosen(busy: list[Aide], text: str) -> list[Aide]:
    if text == ALL:
        return busy
    wanted = identifier(text) if text else None
    return [item for item in busy if item.id == wanted] or busy[:1]


def _one(shown: list[Aide]) -> UUID | None:
    return shown[0].id if len(shown) == 1 else None


ROUTES = (show_map,)
