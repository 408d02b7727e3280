"""
Move a visit: places with their price, effect before confirmation, the move, undo.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import ROSTER_EDIT
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rosters.commands import MoveVisit
from carecoord.rosters.domain import Roster, days_of
from carecoord.rosters.service.moves import apply_move
from carecoord.rosters.service.places import examine_move, places_of
from carecoord.rosters.service.undo import undo_move
from carecoord.rosters.service.usual import usual_aides_of
from carecoord.web.forms import Form, identifier, read_form, safe_path
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import Rounds, day_of, roster_on, tried_now
from carecoord.web.pages.visit_facts import facts_of, visit_rounds
from carecoord.web.views.addresses import BOARD, Links
from carecoord.web.views.left_out import left_out_views
from carecoord.web.views.moves import NOBODY, aide_options, day_options, effect_view, place_rows
from carecoord.web.wording import defect_sentence, error_sentence

PATH = "/tournees/visite/{visit:str}/deplacer"
STALE = (
    "changed_meanwhile",
    "concurrent_change",
    "roster_replaced",
    "run_active",
    "nothing_to_undo",
    "undo_blocked",
)
"""Conflicts after which looking again is what helps."""

NO_HOUR = re.compile(r"(?!\d{1,2}:\d{2}$)")


@get(PATH)
async def show_move(
    request: AnyRequest,
    visit: FromPath[str],
    *,
    aide: FromQuery[str] = "",
    aide2: FromQuery[str] = "",
    jour: FromQuery[str] = "",
    heure: FromQuery[str] = "",
    plan: FromQuery[str] = "",
) -> Template:
    """Places with their price; once an aide is chosen, the effect of the move and its confirmation."""
    visit_id = identifier(visit)
    async with open_desk(request, ROSTER_EDIT) as desk:
        rounds, day = await visit_rounds(desk, visit_id, plan)
        typed = Typed(aides=(aide, aide2), day=day_of(jour, day), hour=heure)
        context = await _context(desk, rounds, visit_id, typed)
    return Template("rosters/move.html", context=context)


@post(PATH)
async def confirm_move(request: AnyRequest, visit: FromPath[str], plan: FromQuery[str] = "") -> Response[Any]:
    """Make the move that was looked at."""
    visit_id = identifier(visit)
    form = await read_form(request)
    links = Links(plan=identifier(plan) if plan else None)
    typed = _typed(form)
    try:
        async with open_desk(request, ROSTER_EDIT) as desk:
            command = _command(visit_id, typed, form.whole("version"), form.text("motif", required=False))
            await apply_move(desk.uow, desk.actor, identifier(form.text("roster_id")), command)
            target = links.day(typed.day, visit=visit_id if command.aide_ids else None)
    except Conflict as error:
        if error.code not in STALE:
            raise
        return await _conflict(
            request, error, again=_again(links, visit_id, typed), back=links.day(typed.day)
        )
    except Invalid as error:
        return await _refused(request, plan, visit_id, typed, error)
    return Redirect(target, status_code=303)


@post("/tournees/annuler")
async def undo(request: AnyRequest, plan: FromQuery[str] = "") -> Response[Any]:
    """Put the rounds back as they were before the last move."""
    form = await read_form(request)
    back = safe_path(form.text("suite", required=False) or BOARD)
    links = Links(plan=identifier(plan) if plan else None)
    try:
        async with open_desk(request, ROSTER_EDIT) as desk:
            await undo_move(desk.uow, desk.actor, identifier(form.text("roster_id")), form.whole("version"))
    except Conflict as error:
        return await _conflict(request, error, again="", back=back if back != "/" else links.week(date.min))
    return Redirect(back, status_code=303)


class Typed:
    """What was chosen in the form: aides, day, hour."""

    def __init__(self, *, aides: tuple[str, ...], day: date, hour: str) -> None:
        self.aides = [item for item in aides if item]
        self.day = day
        self.hour = "" if NO_HOUR.match(hour) else hour

    @property
    def is_chosen(self) -> bool:
        """Whether there is a move to look at."""
        return bool(self.aides)

    @property
    def aide_ids(self) -> list[UUID]:
        """The aides; none when the visit is taken off."""
        return [identifier(item) for item in self.aides if item != NOBODY]

    @property
    def starts_at(self) -> datetime | None:
        """The hour; None for the best one."""
        if not self.hour:
            return None
        hours, minutes = self.hour.split(":")
        return local_instant(self.day, min(1439, int(hours) * 60 + int(minutes)))


def _typed(form: Form) -> Typed:
    aides = (form.text("aide", required=False), form.text("aide2", required=False))
    return Typed(aides=aides, day=form.day("jour"), hour=form.text("heure", required=False))


def _command(visit_id: UUID, typed: Typed, version: int, reason: str = "") -> MoveVisit:
    return MoveVisit(
        version=version,
        visit_id=visit_id,
        aide_ids=typed.aide_ids,
        on_date=typed.day,
        starts_at=typed.starts_at,
        reason=reason,
    )


async def _context(
    desk: Desk, rounds: Rounds, visit_id: UUID, typed: Typed, errors: dict[str, str] | None = None
) -> dict[str, Any]:
    plan = rounds.plan
    stops = [stop for stop in plan.board.stops if stop.visit_id == visit_id]
    day = stops[0].on_date if stops else plan.visit(visit_id).due_on
    roster = roster_on(rounds, day)
    view = await facts_of(desk, rounds, visit_id)
    usual = await usual_aides_of(desk.uow, desk.actor, plan.visit(visit_id).person_id)
    context: dict[str, Any] = {
        "layout": layout_of(desk.signed_in, BOARD),
        "visit": view,
        "roster": roster,
        "action": rounds.links.move(visit_id),
        "plan_id": str(rounds.links.plan or ""),
        "typed": typed,
        "nobody": NOBODY,
        "team_size": plan.visit(visit_id).team_size,
        "aides": aide_options(plan, visit_id),
        "days": day_options(plan, visit_id, day, days_of(roster.first_day, roster.day_count)),
        "crew": [str(item) for item in plan.crews.get(visit_id, [])],
        "errors": errors or {},
        "effect": None,
        "places": [],
        "blocked": [],
        "left": [],
        "remedies_href": rounds.links.remedies(visit_id),
        "back": rounds.links.day(day, visit=visit_id),
    }
    if typed.is_chosen:
        context["effect"] = await _effect(desk, rounds, roster, visit_id, typed)
        return context
    found = await places_of(desk.uow, desk.actor, roster.id, visit_id, on_date=typed.day)
    rows = place_rows(plan, found, rounds.links, usual)
    context["places"] = [row for row in rows if row.allowed]
    context["blocked"] = [row for row in rows if not row.allowed]
    if not rows:
        # a visit for two that nobody makes has no team to start from: what keeps each aide is told instead
        left = [item for item in plan.board.unserved if item.visit_id == visit_id]
        found_now = await tried_now(desk, left)
        context["left"] = left_out_views(plan, left, found_now, rounds.links, may_edit=rounds.may_edit)
    return context


async def _effect(desk: Desk, rounds: Rounds, roster: Roster, visit_id: UUID, typed: Typed) -> Any:
    found = await examine_move(desk.uow, desk.actor, roster.id, _command(visit_id, typed, roster.version))
    usual = await usual_aides_of(desk.uow, desk.actor, rounds.plan.visit(visit_id).person_id)
    return effect_view(rounds.plan, found, usual)


async def _refused(request: AnyRequest, plan: str, visit_id: UUID, typed: Typed, error: Invalid) -> Template:
    """The same page with what is missing; the version is that of now, since the effect is that of now."""
    is_reason = error.code == "reason_missing"
    sentence = "Écrivez pourquoi : ce déplacement enfreint une règle qui demande un motif."
    errors = (
        {"motif": sentence} if is_reason else {"": error_sentence(error) or defect_sentence(error.defects[0])}
    )
    async with open_desk(request, ROSTER_EDIT) as desk:
        rounds, _ = await visit_rounds(desk, visit_id, plan)
        context = await _context(desk, rounds, visit_id, typed, errors)
    return Template("rosters/move.html", context=context, status_code=422)


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


def _again(links: Links, visit_id: UUID, typed: Typed) -> str:
    return links.move(visit_id, aides=typed.aide_ids, day=typed.day, hour=typed.hour)


ROUTES = (show_move, confirm_move, undo)
