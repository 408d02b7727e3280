"""
What is packed for a delivery date, round by round, and checked against what is cooked.
"""

from __future__ import annotations

from datetime import timedelta

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import MEAL_READ, PERSON_READ
from carecoord.meals.service.packing import packing_of
from carecoord.web.layout import layout_of
from carecoord.web.pages.meal_kitchen import asked_day
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.views.meal_addresses import HOME_PATH, PACKING_PATH
from carecoord.web.views.meals import day_rows, packing_rows


@get(PACKING_PATH)
async def show_packing(request: AnyRequest, jour: FromQuery[str] = "") -> Template:
    """Packing lists of a date; today when nothing is said."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        on = asked_day(jour, desk.today)
        packing, names = await packing_of(desk.uow, desk.actor, on)
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "tabs": tabs_of(desk, PACKING_PATH),
            "on": on,
            "previous": f"{PACKING_PATH}?jour={(on - timedelta(days=1)).isoformat()}",
            "next": f"{PACKING_PATH}?jour={(on + timedelta(days=1)).isoformat()}",
            "grid": day_rows(packing.order),
            "doors": len(packing.deliveries),
            "lists": packing_rows(packing, names),
            "is_wrong": bool(packing.wrong),
            "files": f"{PACKING_PATH}/{on.isoformat()}",
        }
    return Template("meals/packing.html", context=context)


ROUTES = (show_packing,)
