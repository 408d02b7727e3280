"""
The day of three services at once: what each has planned, whose day does not hold, in which order to plan.
"""

from __future__ import annotations

from datetime import date, timedelta

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.daybook.service.whole import whole_day
from carecoord.daybook.whole import WholeDay
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import (
    MEAL_PLAN,
    MEAL_READ,
    PERSON_READ,
    RIDE_PLAN,
    RIDE_READ,
    ROSTER_PLAN,
)
from carecoord.meals.service import round_runs as meal_runs
from carecoord.rides.service import runs as ride_runs
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import day_of
from carecoord.web.views.names import person_full
from carecoord.web.views.whole_day import PATH, RunLink, broken_views, meal_run_link, ride_run_link, steps_of


@get(PATH)
async def show_whole_day(request: AnyRequest, jour: FromQuery[str] = "") -> Template:
    """What three services do on a day, today by default."""
    async with open_desk(request, PERSON_READ) as desk:
        on = day_of(jour, desk.today)
        found = await whole_day(desk.uow, desk.actor, on)
        people = await people_by_id(desk.uow, desk.actor, {one.person_id for one in found.broken})
        names = {key: person_full(person) for key, person in people.items()}
        broken = broken_views(found, names)
        context = {
            "layout": layout_of(desk.signed_in, "/tournees"),
            "day": on,
            "iso": on.isoformat(),
            "previous": f"{PATH}?jour={on - timedelta(days=1)}",
            "next": f"{PATH}?jour={on + timedelta(days=1)}",
            "today": "" if on == desk.today else PATH,
            "shared": found.shared,
            "broken": broken,
            "clashes": sum(len(one.clashes) for one in broken),
            "steps": await _steps(desk, found, on),
        }
    return Template("daybook/whole.html", context=context)


async def _steps(desk: Desk, found: WholeDay, on: date) -> object:
    """Services in the order in which they are planned, with what the latest calculation of each left."""
    links: dict[str, RunLink] = {}
    if desk.actor.may(RIDE_READ) and (rides := await ride_runs.runs_of_day(desk.uow, desk.actor, on)):
        links["ride"] = ride_run_link(rides[0])
    if desk.actor.may(MEAL_READ) and (meals := await meal_runs.runs_of_day(desk.uow, desk.actor, on)):
        links["meal"] = meal_run_link(meals[0])
    is_open = on >= desk.today
    may = {
        "visit": is_open and desk.actor.may(ROSTER_PLAN),
        "ride": is_open and desk.actor.may(RIDE_PLAN),
        "meal": is_open and desk.actor.may(MEAL_PLAN),
    }
    return steps_of(found, links, may)


ROUTES = (show_whole_day,)
