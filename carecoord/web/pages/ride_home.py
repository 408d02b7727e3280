"""
Transport, first page: whom to call back, what has no driver yet, the rides of the day.
"""

from __future__ import annotations

from litestar import get
from litestar.response import Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_READ, RIDE_WRITE
from carecoord.rides.service.requests import requests_between, requests_looking
from carecoord.web.layout import layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.views.rides import request_rows


@get(HOME_PATH)
async def show_home(request: AnyRequest) -> Template:
    """What waits first: requests without a driver, soonest first; then today's rides."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        looking = await requests_looking(desk.uow, desk.actor)
        today = await requests_between(desk.uow, desk.actor, desk.today, desk.today)
        people = await people_by_id(desk.uow, desk.actor, {item.person_id for item in (*looking, *today)})
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "tabs": tabs_of(desk, HOME_PATH),
            "may_ask": desk.actor.may(RIDE_WRITE),
            "looking": request_rows(looking, people, desk.today),
            "rides": request_rows(
                [item for item in today if item.state in ("placed", "done")], people, desk.today
            ),
            "today": desk.today,
            "now": desk.uow.now,
        }
    return Template("rides/home.html", context=context)


ROUTES = (show_home,)
