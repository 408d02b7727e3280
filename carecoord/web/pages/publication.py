"""
Publish a draft: what it would do is shown first, then one press does it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import ROSTER_PUBLISH
from carecoord.kernel.errors import Conflict, Defect, Invalid
from carecoord.kernel.page import PageRequest
from carecoord.rosters.domain import Roster
from carecoord.rosters.service.boards import get_roster, list_rosters
from carecoord.rosters.service.publication import publish
from carecoord.web.forms import read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.plans import PATH
from carecoord.web.planning_words import period_words, unserved_words
from carecoord.web.wording import error_sentence
from carecoord.web.wording_planning import SHORT

LATEST = PageRequest(size=50)


@get(f"{PATH}/publier/{{roster_id:uuid}}")
async def show_publication(request: AnyRequest, roster_id: FromPath[UUID]) -> Template:
    """What publishing this draft would do."""
    async with open_desk(request, ROSTER_PUBLISH) as desk:
        return await _page(desk, roster_id)


@post(f"{PATH}/publier/{{roster_id:uuid}}")
async def submit_publication(request: AnyRequest, roster_id: FromPath[UUID]) -> Response[Any]:
    """Make the draft the rounds that count; pressing twice publishes once."""
    form = await read_form(request)
    version = form.whole("version")
    try:
        async with open_desk(request, ROSTER_PUBLISH) as desk:
            roster = await publish(desk.uow, desk.actor, roster_id, version)
    except Invalid as error:
        async with open_desk(request, ROSTER_PUBLISH) as desk:
            return await _page(desk, roster_id, defects=error.defects, status_code=422)
    except Conflict as error:
        async with open_desk(request, ROSTER_PUBLISH) as desk:
            return await _page(desk, roster_id, sentence=error_sentence(error), status_code=409)
    return Redirect(f"/tournees?jour={roster.first_day.isoformat()}&publie=oui", status_code=303)


async def _page(
    desk: Desk,
    roster_id: UUID,
    *,
    defects: list[Defect] | None = None,
    sentence: str = "",
    status_code: int = 200,
) -> Template:
    roster = await get_roster(desk.uow, desk.actor, roster_id)
    others = await list_rosters(desk.uow, desk.actor, LATEST)
    rules = list(dict.fromkeys(SHORT.get(defect.code, defect.code) for defect in defects or []))
    context = {
        "layout": layout_of(desk.signed_in, PATH),
        "sentence": sentence,
        "broken": rules,
        "broken_count": len(defects or []),
        "plan": {
            "href": f"{PATH}/publier/{roster.id}",
            "back_href": f"{PATH}/{roster.run_id}" if roster.run_id else PATH,
            "board_href": f"/tournees?jour={roster.first_day.isoformat()}&plan={roster.id}",
            "period": period_words(roster.first_day, roster.day_count),
            "state": roster.state,
            "version": roster.version,
            "served": sum(roster.figures.served.values()),
            "aides": roster.figures.aides,
            "unserved": unserved_words(roster.figures.unserved),
            "vital": roster.figures.unserved.get("vital", 0),
            "warnings": sum(roster.figures.warnings.values()),
            "blocking": sum(roster.figures.blocking.values()),
            "replaced": [_replaced(other) for other in others.items if _shares_days(other, roster)],
        },
    }
    return Template("plans/publish.html", context=context, status_code=status_code)


def _shares_days(other: Roster, roster: Roster) -> bool:
    return (
        other.state == "published"
        and other.id != roster.id
        and other.first_day <= roster.last_day
        and roster.first_day <= other.last_day
    )


def _replaced(other: Roster) -> dict[str, Any]:
    return {"period": period_words(other.first_day, other.day_count), "published_at": other.published_at}


ROUTES = (show_publication, submit_publication)
