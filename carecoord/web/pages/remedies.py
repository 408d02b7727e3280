"""
What may be done for a visit in no round: remedies that were tried, each with its button.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import ROSTER_EDIT
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rosters.remedial import ApplyRemedy
from carecoord.rosters.service.remedies import found_remedy, make_remedy, remedies_of, wanted_remedy
from carecoord.web.forms import identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.moves import STALE
from carecoord.web.pages.rounds import roster_on
from carecoord.web.pages.visit_facts import facts_of, visit_rounds
from carecoord.web.views.addresses import BOARD, Links
from carecoord.web.views.left_out import left_out_views
from carecoord.web.views.remedies import remedy_views
from carecoord.web.wording import error_sentence

PATH = "/tournees/visite/{visit:str}/remedes"
GONE = "remedy_gone"


@get(PATH)
async def show_remedies(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Template:
    """Causes aide by aide, and remedies."""
    return await _page(request, identifier(visit), plan)


@post(PATH)
async def make(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Response[Any]:
    """Make the remedy that was looked at."""
    visit_id = identifier(visit)
    form = await read_form(request)
    links = Links(plan=identifier(plan) if plan else None)
    key = form.text("remede")
    command = ApplyRemedy(
        version=form.whole("version"), key=key, reason=form.text(f"motif-{key}", required=False)
    )
    try:
        async with open_desk(request, ROSTER_EDIT) as desk:
            roster_id = identifier(form.text("roster_id"))
            wanted = await wanted_remedy(desk.uow, desk.actor, roster_id, visit_id, command)
        # Seconds of search, with neither a lock nor a connection held.
        found = await found_remedy(wanted)
        async with open_desk(request, ROSTER_EDIT) as desk:
            await make_remedy(desk.uow, desk.actor, found)
    except Conflict as error:
        if error.code not in (*STALE, GONE):
            raise
        return await _conflict(request, error, again=links.remedies(visit_id), back=links.visit(visit_id))
    except Invalid as error:
        if error.code != "reason_missing":
            raise
        return await _page(request, visit_id, plan, missing=key)
    return Redirect(links.visit(visit_id), status_code=303)


async def _page(request: AnyRequest, visit_id: UUID, plan: str, *, missing: str = "") -> Template:
    """
    The page.

    Args:
        missing: key of the remedy whose reason was not written down.
    """
    async with open_desk(request, ROSTER_EDIT) as desk:
        rounds, day = await visit_rounds(desk, visit_id, plan)
        roster = roster_on(rounds, day)
        left = [item for item in rounds.plan.board.unserved if item.visit_id == visit_id]
        found = await remedies_of(desk.uow, desk.actor, roster.id, visit_id)
        told = {} if found.left is None else {visit_id: found.left}
        context: dict[str, Any] = {
            "layout": layout_of(desk.signed_in, BOARD),
            "visit": await facts_of(desk, rounds, visit_id),
            "is_served": found.is_served,
            "remedies": remedy_views(rounds.plan, found.found),
            "left": left_out_views(rounds.plan, left, told, rounds.links, may_edit=False),
            "roster": roster,
            "version": found.version,
            "action": rounds.links.remedies(visit_id),
            "back": rounds.links.visit(visit_id),
            "missing": missing,
            "errors": {f"motif-{missing}": "Écrivez qui a donné son accord, ou pourquoi."} if missing else {},
        }
    return Template("rosters/remedies.html", context=context, status_code=422 if missing else 200)


async def _conflict(request: AnyRequest, error: Conflict, *, again: str, back: str) -> Template:
    """A calm page: nothing was done, and what one can do."""
    async with open_desk(request, ROSTER_EDIT) as desk:
        context = {
            "layout": layout_of(desk.signed_in, BOARD),
            "sentence": error_sentence(error),
            "again": again,
            "back": back,
        }
    return Template("rosters/conflict.html", context=context, status_code=409)


ROUTES = (show_remedies, make)
