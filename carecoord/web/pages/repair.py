"""
Repair a day: say what happened, look at repairs side by side, make one, tick off calls, undo.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import ROSTER_EDIT, ROSTER_READ
from carecoord.identity.service import display_names
from carecoord.kernel.clock import PARIS, local_instant
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rosters.repair_messages import SECONDS
from carecoord.rosters.repairs import ApplyRepair, Repair, RequestRepair
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.repair_applying import apply_repair, may_undo, undo_repair
from carecoord.rosters.service.repairs import (
    get_repair,
    mark_call,
    repairs_of_day,
    request_repair,
    stop_repair,
)
from carecoord.web.forms import identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.repair_form import FIELDS, KINDS, command_of, errors_of
from carecoord.web.pages.rounds import Rounds, day_of, roster_on, rounds_of_week
from carecoord.web.views.addresses import BOARD
from carecoord.web.views.names import aide_full, by_name, title_of
from carecoord.web.views.repair import BREADTHS, PHASES, Told, day_choices
from carecoord.web.wording import error_sentence
from carecoord.web.words import ABSENCES

FORM = "/tournees/reparer"
PAGE = "/tournees/reparations/{repair:str}"
REASON_MISSING = "Dites pourquoi : cette réparation enfreint une règle qui demande un motif."
STALE = (
    "repair_stale",
    "repair_over",
    "changed_meanwhile",
    "roster_replaced",
    "run_active",
    "nothing_to_undo",
)


@get(FORM)
async def show_form(
    request: AnyRequest,
    *,
    jour: FromQuery[str] = "",
    aide: FromQuery[str] = "",
    visite: FromQuery[str] = "",
    depuis: FromQuery[str] = "",
    quoi: FromQuery[str] = "",
) -> Template:
    """What happened on a day; what it is, an aide or a visit may be chosen beforehand."""
    async with open_desk(request, ROSTER_EDIT) as desk:
        day = day_of(jour, desk.today)
        chosen = {
            "aide": aide,
            "visite": visite,
            "depuis": depuis,
            "quoi": quoi if quoi in dict(KINDS) else "cancelled" if visite else "absent",
        }
        return await _form(desk, day, {**FIELDS, **chosen, "heure": _now_text(desk, day)}, {})


@post(FORM)
async def submit_form(request: AnyRequest) -> Response[Any]:
    """Ask for repairs; the page that follows has the first one."""
    form = await read_form(request)
    async with open_desk(request, ROSTER_EDIT) as desk:
        day = form.day("jour")
        try:
            form.check()
            rounds = await rounds_of_week(desk, day, "")
            roster = roster_on(rounds, day)
            repair = await request_repair(
                desk.uow, desk.actor, roster.id, command_of(form, day, roster.version)
            )
        except Invalid as error:
            return await _form(desk, day, form.shown(**FIELDS), errors_of(error))
        except Conflict as error:
            return await _form(desk, day, form.shown(**FIELDS), {"": error_sentence(error)})
    return Redirect(page_of(repair.id), status_code=303)


@get(PAGE)
async def show_repair(request: AnyRequest, repair: FromPath[str]) -> Template:
    """Repairs side by side; the list of calls once one was made."""
    async with open_desk(request, ROSTER_READ) as desk:
        found = await get_repair(desk.uow, desk.actor, identifier(repair))
        context = await _context(desk, found)
    return Template("rosters/repair.html", context=context)


@get(f"{PAGE}/etat")
async def repair_status(request: AnyRequest, repair: FromPath[str]) -> dict[str, Any]:
    """What the page's script asks each second."""
    async with open_desk(request, ROSTER_READ) as desk:
        found = await get_repair(desk.uow, desk.actor, identifier(repair))
        elapsed_s = _elapsed_s(found, desk.uow.now)
    return {
        "state": found.state if found.is_searching else "done",
        "message": PHASES.get(found.phase, PHASES[""]),
        "elapsed_s": round(elapsed_s),
        "budget_s": SECONDS,
        "progress": min(0.99, elapsed_s / (SECONDS + 3)) if found.started_at else None,
        "draft_href": None,
        "improvements": [],
    }


@post(f"{PAGE}/arreter")
async def submit_stop(request: AnyRequest, repair: FromPath[str]) -> Redirect:
    """Stop the search and keep what was found."""
    async with open_desk(request, ROSTER_EDIT) as desk:
        try:
            await stop_repair(desk.uow, desk.actor, identifier(repair))
        except Conflict:
            # Over meanwhile: its page shows the repairs, which is what was wanted.
            return Redirect(page_of(identifier(repair)), status_code=303)
    return Redirect(page_of(identifier(repair)), status_code=303)


@post(f"{PAGE}/appliquer")
async def submit_choice(request: AnyRequest, repair: FromPath[str]) -> Response[Any]:
    """Make one of the repairs."""
    form = await read_form(request)
    breadth = form.text("choix")
    try:
        async with open_desk(request, ROSTER_EDIT) as desk:
            if breadth not in BREADTHS:
                form.refuse("choix", "value_unknown")
            form.check()
            command = ApplyRepair(
                breadth=breadth,  # type: ignore[arg-type] # one of BREADTHS, checked above
                reason=form.text(f"motif-{breadth}", required=False),
            )
            await apply_repair(desk.uow, desk.actor, identifier(repair), command)
    except Conflict as error:
        if error.code not in STALE:
            raise
        return await _stale(request, identifier(repair), error)
    except Invalid as error:
        if error.code != "reason_missing":
            raise
        return await _unreasoned(request, identifier(repair), breadth)
    return Redirect(f"{page_of(identifier(repair))}#appels", status_code=303)


@post(f"{PAGE}/refaire")
async def submit_again(request: AnyRequest, repair: FromPath[str]) -> Response[Any]:
    """The same request on the rounds as they are now."""
    try:
        async with open_desk(request, ROSTER_EDIT) as desk:
            old = await get_repair(desk.uow, desk.actor, identifier(repair))
            roster = roster_on(await rounds_of_week(desk, old.on_date, ""), old.on_date)
            command = RequestRepair(
                version=roster.version,
                on_date=old.on_date,
                at=_not_before(old, desk),
                events=old.events,
                people_max=old.people_max,
                tolerance_minutes=old.tolerance_minutes,
            )
            made = await request_repair(desk.uow, desk.actor, roster.id, command)
    except Invalid:
        # What happened is not in the rounds any more: the form says what is.
        return Redirect(f"{FORM}?jour={old.on_date.isoformat()}", status_code=303)
    return Redirect(page_of(made.id), status_code=303)


def _not_before(old: Repair, desk: Desk) -> datetime:
    """The moment from which something may change now: on the day itself, what began since stays."""
    return max(old.at, desk.uow.now) if old.on_date == desk.today else old.at


@post(f"{PAGE}/annuler")
async def submit_undo(request: AnyRequest, repair: FromPath[str]) -> Response[Any]:
    """Put the rounds back as they were before the repair."""
    try:
        async with open_desk(request, ROSTER_EDIT) as desk:
            await undo_repair(desk.uow, desk.actor, identifier(repair))
    except Conflict as error:
        if error.code not in STALE:
            raise
        return await _stale(request, identifier(repair), error)
    return Redirect(page_of(identifier(repair)), status_code=303)


@post(f"{PAGE}/appels/{{call:str}}")
async def submit_call(request: AnyRequest, repair: FromPath[str], call: FromPath[str]) -> Redirect:
    """Tick a call off, or take the tick back."""
    form = await read_form(request)
    async with open_desk(request, ROSTER_EDIT) as desk:
        is_made = form.text("fait", required=False) == "oui"
        await mark_call(desk.uow, desk.actor, identifier(repair), identifier(call), is_made=is_made)
    return Redirect(f"{page_of(identifier(repair))}#appel-{identifier(call)}", status_code=303)


def page_of(repair_id: UUID) -> str:
    """Where a repair is looked at."""
    return PAGE.replace("{repair:str}", str(repair_id))


def _now_text(desk: Desk, day: date) -> str:
    return desk.uow.now.astimezone(PARIS).strftime("%H:%M") if day == desk.today else ""


async def _form(desk: Desk, day: date, values: dict[str, str], errors: dict[str, str]) -> Template:
    rounds = await rounds_of_week(desk, day, "")
    roster = rounds.plan.rosters.get(day)
    present = {stop.aide_id for stop in rounds.plan.stops_on(day)}
    aides = sorted((aide for aide in rounds.plan.aides.values() if aide.id in present), key=by_name)
    context = {
        "layout": layout_of(desk.signed_in, BOARD),
        "title": title_of(day),
        "day": day,
        "is_today": day == desk.today,
        "roster": roster,
        "is_published": roster is not None and roster.state == "published",
        "values": values,
        "errors": errors,
        "kinds": KINDS,
        "aides": [("", "Choisir…"), *((str(aide.id), aide_full(aide)) for aide in aides)],
        "visits": [("", "Choisir…"), *day_choices(rounds.plan, day)],
        "reasons": list(ABSENCES.items()),
        "is_known": values["quoi"] == "known" and not errors,
        "earlier": _earlier(rounds, await repairs_of_day(desk.uow, desk.actor, day)),
        "back": rounds.links.day(day),
    }
    return Template("rosters/repair_form.html", context=context, status_code=422 if errors else 200)


def _earlier(rounds: Rounds, repairs: list[Repair]) -> list[dict[str, Any]]:
    states = {"applied": "faite", "undone": "annulée", "failed": "à choisir", "done": "à choisir"}
    return [
        {
            "href": page_of(item.id),
            "at": item.created_at,
            "events": Told(rounds.plan, item, rounds.plan.board.people).events(),
            "state": states.get(item.state, "en cours"),
        }
        for item in repairs
    ]


async def _context(desk: Desk, repair: Repair) -> dict[str, Any]:
    rounds = await rounds_of_week(desk, repair.on_date, "")
    told = Told(rounds.plan, repair, await _people(desk, rounds, repair), await _callers(desk, repair))
    roster = await get_roster(desk.uow, desk.actor, repair.roster_id)
    is_stale = roster.version != repair.roster_version or roster.state != "published"
    calls = told.calls()
    return {
        "layout": layout_of(desk.signed_in, BOARD),
        "title": title_of(repair.on_date),
        "repair": repair,
        "href": page_of(repair.id),
        "events": told.events(),
        "proposals": told.proposals(),
        "calls": calls,
        "waiting": sum(not call.done for call in calls),
        "message": PHASES.get(repair.phase, PHASES[""]),
        "elapsed_s": round(_elapsed_s(repair, desk.uow.now)),
        "is_whole_day": repair.at == local_instant(repair.on_date, 0),
        "is_stale": is_stale and repair.state not in ("applied", "undone"),
        "may_edit": desk.actor.may(ROSTER_EDIT),
        "may_undo": desk.actor.may(ROSTER_EDIT) and await may_undo(desk.uow, desk.actor, repair, roster),
        "applied": BREADTHS.get(repair.applied or "", ""),
        "errors": {},
        "form_href": f"{FORM}?jour={repair.on_date.isoformat()}",
        "back": rounds.links.day(repair.on_date),
    }


async def _people(desk: Desk, rounds: Rounds, repair: Repair) -> dict[UUID, Any]:
    """People of the visits concerned; one of a visit cancelled since is not on the board any more."""
    people = dict(rounds.plan.board.people)
    wanted = {change.person_id for item in repair.proposals for change in item.changes}
    wanted |= {call.who for call in repair.calls if call.kind == "person"}
    missing = wanted - people.keys()
    return people | (await people_by_id(desk.uow, desk.actor, missing) if missing else {})


async def _callers(desk: Desk, repair: Repair) -> dict[UUID, str]:
    who = {call.called_by for call in repair.calls if call.called_by is not None}
    return await display_names(desk.uow, desk.actor, who) if who else {}


def _elapsed_s(repair: Repair, now: datetime) -> float:
    return max(0.0, ((repair.ended_at or now) - repair.created_at).total_seconds())


async def _unreasoned(request: AnyRequest, repair_id: UUID, breadth: str) -> Template:
    """The repairs again: nothing was done, as nobody said why a rule is broken."""
    async with open_desk(request, ROSTER_EDIT) as desk:
        context = await _context(desk, await get_repair(desk.uow, desk.actor, repair_id))
    context["errors"] = {f"motif-{breadth}": REASON_MISSING}
    return Template("rosters/repair.html", context=context, status_code=422)


async def _stale(request: AnyRequest, repair_id: UUID, error: Conflict) -> Template:
    """A calm page: nothing was done, and the same can be worked out again."""
    async with open_desk(request, ROSTER_EDIT) as desk:
        repair = await get_repair(desk.uow, desk.actor, repair_id)
        context = {
            "layout": layout_of(desk.signed_in, BOARD),
            "sentence": error_sentence(error),
            "again": f"{page_of(repair_id)}/refaire" if repair.state not in ("applied", "undone") else "",
            "back": f"{BOARD}?jour={repair.on_date.isoformat()}",
        }
    return Template("rosters/repair_stale.html", context=context, status_code=409)


ROUTES = (
    *(show_form, submit_form, show_repair, repair_status, submit_stop),
    *(submit_choice, submit_again, submit_undo, submit_call),
)
