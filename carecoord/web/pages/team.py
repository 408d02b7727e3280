"""
The team: aides with their contract, hours, skills and absences; an absence is declared here.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import AIDE_READ, AIDE_WRITE, ROSTER_EDIT
from carecoord.kernel.clock import PARIS, local_date, local_instant
from carecoord.kernel.errors import Conflict, DomainError, Invalid
from carecoord.rosters.repairs import RequestRepair
from carecoord.rosters.service.repairs import request_repair
from carecoord.web.filters import day, hour
from carecoord.web.forms import Form, identifier, page_request, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.listing import pages_of
from carecoord.web.pages.rounds import roster_on, rounds_of_week
from carecoord.web.views.names import by_name
from carecoord.web.wording import error_sentence, field_errors
from carecoord.web.words import ABSENCES, MODES, availability_words, skill_words
from carecoord.workforce.domain import Absence, Aide, DeclareAbsence
from carecoord.workforce.service import absences_between, all_aides, declare_absence, list_aides

PATH = "/equipe"
PAGE_SIZE = 50
AHEAD = timedelta(days=60)
"""How far ahead absences are listed."""

FIELDS = {"aide": "", "du": "", "au": "", "debut": "", "fin": "", "motif": "leave"}


@get(PATH)
async def show_team(
    request: AnyRequest, q: FromQuery[str] = "", page: FromQuery[str] = "", fait: FromQuery[str] = ""
) -> Template:
    """Aides by name, with the absences to come."""
    async with open_desk(request, AIDE_READ) as desk:
        notices = (Notice(text="L’absence est enregistrée."),) if fait == "absence" else ()
        search = q.strip()[:100]
        found = await list_aides(desk.uow, desk.actor, page_request(page, PAGE_SIZE), search)
        absences = await _coming(desk)
        context = {
            "layout": layout_of(desk.signed_in, PATH, notices),
            "search": search,
            "aides": [_row(aide, absences.get(aide.id, []), desk.today) for aide in found.items],
            "total": found.total,
            "pages": pages_of(found, PATH, {"q": search} if search else {}, "aide"),
            "may_write": desk.actor.may(AIDE_WRITE),
        }
    return Template("team/list.html", context=context)


@get(f"{PATH}/absences")
async def show_absence_form(request: AnyRequest, aide: FromQuery[str] = "") -> Template:
    """The form that declares an absence; `aide` chooses one beforehand."""
    async with open_desk(request, AIDE_WRITE) as desk:
        return await _absence_form(desk, {**FIELDS, "aide": aide, "du": desk.today.isoformat()}, {})


@post(f"{PATH}/absences")
async def submit_absence(request: AnyRequest) -> Response[Any]:
    """Record an absence, from the first hour of a day to the last of another, or between two hours."""
    form = await read_form(request)
    async with open_desk(request, AIDE_WRITE) as desk:
        try:
            command = _command(form)
            await declare_absence(desk.uow, desk.actor, command)
        except Invalid as error:
            return await _absence_form(desk, form.shown(**FIELDS), _renamed(field_errors(error)))
        except Conflict as error:
            return await _absence_form(desk, form.shown(**FIELDS), {"": error_sentence(error)})
    if form.text("suite", required=False) == "reparer":
        return Redirect(await _repaired(request, command), status_code=303)
    return Redirect(f"{PATH}?fait=absence", status_code=303)


async def _repaired(request: AnyRequest, command: DeclareAbsence) -> str:
    """
    Where the repairs of an absence just recorded are: asked for at once, as all is known.

    The day is the first of the absence, today when it began before; where nothing can be
    repaired, the form of that day says why.
    """
    async with open_desk(request, AIDE_WRITE) as desk:
        day = max(local_date(command.starts_at), desk.today)
    try:
        async with open_desk(request, ROSTER_EDIT) as desk:
            at = max(command.starts_at, local_instant(day, 0))
            if day == desk.today:
                at = max(at, desk.uow.now)
            roster = roster_on(await rounds_of_week(desk, day, ""), day)
            asked = RequestRepair(version=roster.version, on_date=day, at=at, events=[])
            made = await request_repair(desk.uow, desk.actor, roster.id, asked)
    except DomainError:
        return f"/tournees/reparer?{urlencode({'jour': day.isoformat(), 'quoi': 'known'})}"
    return f"/tournees/reparations/{made.id}"


def _command(form: Form) -> DeclareAbsence:
    aide, first, last = form.text("aide"), form.day("du"), form.day("au")
    start, end = _minutes(form, "debut", 0), _minutes(form, "fin", 24 * 60)
    kind = form.text("motif")
    if kind not in ABSENCES:
        form.refuse("motif", "value_unknown")
    form.check()
    return DeclareAbsence(
        aide_id=identifier(aide),
        starts_at=local_instant(first, start),
        ends_at=local_instant(last, end),
        kind=kind,  # type: ignore[arg-type]  # one of ABSENCES, checked above
    )


def _minutes(form: Form, name: str, default: int) -> int:
    """Minutes after midnight of an hour that may be left out."""
    text = form.text(name, required=False)
    if not text:
        return default
    try:
        typed = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - an hour on the wall, no instant
    except ValueError:
        form.refuse(name, "hour_malformed")
        return default
    return typed.hour * 60 + typed.minute


def _renamed(errors: dict[str, str]) -> dict[str, str]:
    """Fields of the command -> fields of the form."""
    names = {"starts_at": "du", "ends_at": "au", "kind": "motif", "aide_id": "aide"}
    return {names.get(name, name): sentence for name, sentence in errors.items()}


async def _absence_form(desk: Desk, values: dict[str, str], errors: dict[str, str]) -> Template:
    aides = await all_aides(desk.uow, desk.actor)
    context = {
        "layout": layout_of(desk.signed_in, PATH),
        "values": values,
        "errors": errors,
        "aides": [("", "Choisissez"), *((str(aide.id), _name(aide)) for aide in sorted(aides, key=by_name))],
        "kinds": list(ABSENCES.items()),
    }
    return Template("team/absence.html", context=context, status_code=422 if errors else 200)


async def _coming(desk: Desk) -> dict[UUID, list[Absence]]:
    start = local_instant(desk.today, 0)
    found: dict[UUID, list[Absence]] = defaultdict(list)
    for absence in await absences_between(desk.uow, desk.actor, start, start + AHEAD):
        found[absence.aide_id].append(absence)
    return found


def _row(aide: Aide, absences: list[Absence], today: date) -> dict[str, Any]:
    return {
        "id": aide.id,
        "name": f"{aide.last_name} {aide.first_name}",
        "href": f"{PATH}/{aide.id}",
        "reference": aide.reference,
        "contract_minutes": aide.contract_minutes,
        "part_time": aide.part_time,
        "weekend_team": aide.weekend_team,
        "hours": availability_words(aide.availabilities),
        "skills": skill_words(aide.skills),
        "mode": MODES[aide.travel_mode],
        "phone": aide.phone,
        "absences": [
            {"text": _absence_words(absence), "is_now": _covers(absence, today)} for absence in absences
        ],
    }


def _covers(absence: Absence, today: date) -> bool:
    return absence.starts_at < local_instant(today, 24 * 60) and absence.ends_at > local_instant(today, 0)


def _absence_words(absence: Absence) -> str:
    """`congé jusqu’au dim. 29 novembre`, `formation le mar. 24 novembre, 9 h à 12 h`."""
    start, end = absence.starts_at.astimezone(PARIS), absence.ends_at.astimezone(PARIS)
    kind = ABSENCES[absence.kind]
    whole_days = start.hour == start.minute == end.hour == end.minute == 0
    last = end - timedelta(days=1) if whole_days else end
    if start.date() == last.date():
        return f"{kind} le {day(start)}" + ("" if whole_days else f", {hour(start)} à {hour(end)}")
    if whole_days:
        return f"{kind} du {day(start)} au {day(last)}"
    return f"{kind} du {day(start)}, {hour(start)}, au {day(end)}, {hour(end)}"


def _name(aide: Aide) -> str:
    return f"{aide.first_name} {aide.last_name}"


ROUTES = (show_team, show_absence_form, submit_absence)
