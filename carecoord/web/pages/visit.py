"""
One visit: its page, the panel beside the board, pins.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import ROSTER_EDIT, ROSTER_READ
from carecoord.rosters.commands import PinVisit
from carecoord.rosters.service.pins import pin_visit, unpin_visit
from carecoord.web.forms import identifier, read_form, safe_path
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import Rounds, tried_now
from carecoord.web.pages.visit_facts import facts_of, visit_rounds
from carecoord.web.views.addresses import BOARD
from carecoord.web.views.left_out import left_out_views
from carecoord.web.views.summary import breach_lines

PATH = "/tournees/visite/{visit:str}"
ASPECTS = (("aide", "l’aide"), ("heure", "l’heure"), ("jour", "le jour"))


@get(PATH)
async def show_visit(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Template:
    """Everything known of one visit in the plan looked at."""
    visit_id = identifier(visit)
    async with open_desk(request, ROSTER_READ) as desk:
        rounds, day = await visit_rounds(desk, visit_id, plan)
        left = [item for item in rounds.plan.board.unserved if item.visit_id == visit_id]
        found = await tried_now(desk, left)
        roster = rounds.plan.rosters.get(day)
        told = [item for item in roster.warnings if item.visit_id == visit_id] if roster else []
        context: dict[str, Any] = {
            "layout": layout_of(desk.signed_in, BOARD),
            "visit": await facts_of(desk, rounds, visit_id),
            "left": left_out_views(rounds.plan, left, found, rounds.links, may_edit=rounds.may_edit),
            "breaches": breach_lines(rounds.plan, told),
            "may_edit": rounds.may_edit,
            "remedies_href": rounds.links.remedies(visit_id) if left else "",
            "aspects": ASPECTS,
            "back": rounds.links.day(day, visit=visit_id),
        }
    return Template("rosters/visit.html", context=context)


@get(f"{PATH}/resume")
async def show_summary(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Template:
    """The panel beside the board."""
    visit_id = identifier(visit)
    async with open_desk(request, ROSTER_READ) as desk:
        rounds, _ = await visit_rounds(desk, visit_id, plan)
        view = await facts_of(desk, rounds, visit_id)
    context = {"visit": view, "may_edit": rounds.may_edit}
    return Template("rosters/visit_panel.html", context=context)


@post(f"{PATH}/epingle")
async def pin(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Redirect:
    """Fix aide, hour or day of a visit as they are in the plan looked at."""
    visit_id = identifier(visit)
    form = await read_form(request)
    chosen = {name for name, _ in ASPECTS if form.text(name, required=False)} | {
        form.text("quoi", required=False)
    }
    async with open_desk(request, ROSTER_EDIT) as desk:
        rounds, day = await visit_rounds(desk, visit_id, plan)
        command = _pin_of(rounds, visit_id, chosen, form.text("motif", required=False))
        await pin_visit(desk.uow, desk.actor, visit_id, command)
        target = rounds.links.visit(visit_id)
        if form.text("quoi", required=False):
            target = rounds.links.day(day, visit=visit_id)
    return Redirect(safe_path(target), status_code=303)


@post(f"{PATH}/promettre")
async def promise(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Redirect:
    """Note that the person was told the hour of the plan looked at; what was pinned stays so."""
    visit_id = identifier(visit)
    async with open_desk(request, ROSTER_EDIT) as desk:
        rounds, _ = await visit_rounds(desk, visit_id, plan)
        pinned = rounds.plan.pins.get(visit_id)
        aspects = {"heure", "jour"} | ({"aide"} if pinned is not None and pinned.aide_ids else set())
        command = _pin_of(rounds, visit_id, aspects, "" if pinned is None else pinned.reason)
        await pin_visit(desk.uow, desk.actor, visit_id, msgspec.structs.replace(command, promised=True))
        target = rounds.links.visit(visit_id)
    return Redirect(safe_path(target), status_code=303)


@post(f"{PATH}/liberer")
async def unpin(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Redirect:
    """Lift what was fixed by hand."""
    visit_id = identifier(visit)
    async with open_desk(request, ROSTER_EDIT) as desk:
        target = await _after(desk, visit_id, plan)
        await unpin_visit(desk.uow, desk.actor, visit_id)
    return Redirect(target, status_code=303)


async def _after(desk: Desk, visit_id: UUID, plan: str) -> str:
    rounds, day = await visit_rounds(desk, visit_id, plan)
    return rounds.links.day(day, visit=visit_id)


def _pin_of(rounds: Rounds, visit_id: UUID, chosen: set[str], reason: str) -> PinVisit:
    stops = sorted(
        (stop for stop in rounds.plan.board.stops if stop.visit_id == visit_id), key=lambda stop: stop.seat
    )
    return PinVisit(
        aide_ids=[stop.aide_id for stop in stops] if "aide" in chosen and stops else None,
        starts_at=stops[0].starts_at if "heure" in chosen and stops else None,
        on_date=stops[0].on_date if "jour" in chosen and stops else None,
        reason=reason,
    )


ROUTES = (show_visit, show_summary, pin, promise, unpin)
