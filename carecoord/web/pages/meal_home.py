"""
Meals, first page: what needs somebody now, the next cut-offs, today's doors.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import get
from litestar.response import Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE, PERSON_READ, VIGILANCE_READ
from carecoord.meals.book import handed_on
from carecoord.meals.rules import lacks_certificate
from carecoord.meals.service.days import Today, today_of
from carecoord.meals.service.rounds import rounds_of
from carecoord.vigilance.service.cases import count_waiting
from carecoord.web.layout import layout_of
from carecoord.web.pages.meal_tabs import ROUNDS_PATH, tabs_of
from carecoord.web.views.meal_addresses import HOME_PATH, PACKING_PATH, SUBSCRIPTIONS_PATH
from carecoord.web.views.meals import (
    blocked_rows,
    change_words,
    kitchen_href,
    person_name,
    status_of,
    until_decided,
)

BLOCKED_SHOWN = 20
DELIVERIES_SHOWN = 2
"""Today and the next day, or the next two: those whose rounds must be ready."""

DELIVERY_LOOK_DAYS = 7


@get(HOME_PATH)
async def show_meals(request: AnyRequest) -> Template:
    """Late changes without a decision first, then cut-offs, then what cannot be brought."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        today = await today_of(desk.uow, desk.actor)
        people = await people_by_id(
            desk.uow, desk.actor, {item.person_id for item in today.book.subscriptions}
        )
        running = [
            item for item in today.book.subscriptions if item.ends_on is None or item.ends_on >= desk.today
        ]
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "tabs": tabs_of(desk, HOME_PATH),
            "may_write": desk.actor.may(MEAL_WRITE),
            "has_kitchen": bool(today.book.kitchens),
            "late": [
                {
                    "who": person_name(people, item.change.person_id),
                    "what": change_words(item.change),
                    "until": until_decided(item.change),
                    "consumed_on": item.change.consumed_on,
                    "kitchen": sheet.kitchen.name,
                    "href": kitchen_href(sheet.kitchen.id, sheet.made_on) + "#tardifs",
                }
                for sheet in today.sheets
                for item in sheet.undecided
            ],
            "orders": _orders(today, desk.uow.now),
            "several_kitchens": len(today.book.kitchens) > 1,
            "deliveries": await _deliveries(desk, today),
            "absent": await count_waiting(desk.uow, desk.actor) if desk.actor.may(VIGILANCE_READ) else 0,
            "blocked": blocked_rows(today.blocked[:BLOCKED_SHOWN], people),
            "blocked_more": max(0, len(today.blocked) - BLOCKED_SHOWN),
            "certificates": [
                {
                    "who": person_name(people, item.person_id),
                    "href": f"{SUBSCRIPTIONS_PATH}/{item.id}",
                }
                for item in running
                if lacks_certificate(item)
            ],
            "returns": [
                {
                    "who": person_name(people, stay.person_id),
                    "href": f"/personnes/{stay.person_id}",
                    "until_on": stay.until_on,
                }
                for stay in today.book.stays
                if stay.may_return(desk.today) and any(item.person_id == stay.person_id for item in running)
            ],
        }
    return Template("meals/home.html", context=context)


def _orders(today: Today, now: Any) -> list[dict[str, Any]]:
    """Days of cooking from today on with where their order stands."""
    return [
        {
            "made_on": sheet.made_on,
            "kitchen": sheet.kitchen.name,
            "href": kitchen_href(sheet.kitchen.id, sheet.made_on),
            "count": sheet.meal_count,
            **status_of(sheet, now),
        }
        for sheet in today.sheets
        if sheet.made_on >= today.on
    ]


async def _deliveries(desk: Desk, today: Today) -> list[dict[str, Any]]:
    """The next days with something to deliver: how many doors, and whether somebody drives there."""
    shown: list[dict[str, Any]] = []
    for shift in range(DELIVERY_LOOK_DAYS):
        on = today.on + timedelta(days=shift)
        handed = handed_on(today.book, on)
        if not handed or len(shown) == DELIVERIES_SHOWN:
            continue
        rounds = await rounds_of(desk.uow, desk.actor, on)
        live = [stop for one in rounds for stop in one.stops if stop.change != "cancelled"]
        shown.append(
            {
                "on": on,
                "is_today": on == today.on,
                "doors": len({item.source_id for item in handed}),
                "meals": sum(item.portion.count for item in handed),
                "rounds": len(rounds),
                "told": sum(bool(stop.state) for stop in live),
                "href": f"{ROUNDS_PATH}?jour={on.isoformat()}",
                "packing_href": f"{PACKING_PATH}?jour={on.isoformat()}",
            }
        )
    return shown


ROUTES = (show_meals,)
