"""
Vigilance: people who did not answer the door, what is to be done first; one case with its journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, VIGILANCE_READ, VIGILANCE_WRITE
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.vigilance.domain import Case, CloseCase, LogCall
from carecoord.vigilance.service.cases import close_case, get_case, log_call, recent_cases, waiting_cases
from carecoord.web.filters import ago, duration, hour, moment, phone
from carecoord.web.forms import read_form
from carecoord.web.layout import layout_of
from carecoord.web.views.meal_rounds import full_name
from carecoord.web.wording import error_sentence, field_errors
from carecoord.web.wording_meal_rounds import ANSWERS, CASE_OUTCOMES, SOURCES, WHOM

PATH = "/vigilance"


@get(PATH)
async def show_vigilance(request: AnyRequest) -> Template:
    """What waits, soonest due first; then what was closed lately."""
    async with open_desk(request, VIGILANCE_READ, PERSON_READ) as desk:
        waiting = await waiting_cases(desk.uow, desk.actor)
        closed = await recent_cases(desk.uow, desk.actor)
        people = await people_by_id(desk.uow, desk.actor, {case.person_id for case in (*waiting, *closed)})
        context = {
            "layout": layout_of(desk.signed_in, PATH),
            "waiting": [_row(case, people, desk.uow.now) for case in waiting],
            "closed": [_row(case, people, desk.uow.now) for case in closed],
        }
    return Template("vigilance/list.html", context=context)


@get(f"{PATH}/{{case_id:uuid}}")
async def show_case(request: AnyRequest, case_id: FromPath[UUID]) -> Template:
    """One case: whom to call now, the journal, how it ends."""
    async with open_desk(request, VIGILANCE_READ, PERSON_READ) as desk:
        return await _page(desk, case_id, {})


@post(f"{PATH}/{{case_id:uuid}}/appel")
async def submit_call(request: AnyRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """Note a call."""
    form = await read_form(request)
    async with open_desk(request, VIGILANCE_WRITE, VIGILANCE_READ, PERSON_READ) as desk:
        command = LogCall(
            case_id=case_id,
            whom=form.text("qui"),  # type: ignore[arg-type] # judged by the service
            answer=form.text("reponse"),  # type: ignore[arg-type] # judged by the service
            note=form.text("note", required=False),
        )
        try:
            form.check()
            await log_call(desk.uow, desk.actor, command)
        except Invalid as error:
            await desk.uow.undo()
            return await _page(desk, case_id, field_errors(error))
        except Conflict as error:
            await desk.uow.undo()
            return await _page(desk, case_id, {"": error_sentence(error)})
    return Redirect(f"{PATH}/{case_id}", status_code=303)


@post(f"{PATH}/{{case_id:uuid}}/clore")
async def submit_closing(request: AnyRequest, case_id: FromPath[UUID]) -> Response[Any]:
    """End a case with its outcome."""
    form = await read_form(request)
    async with open_desk(request, VIGILANCE_WRITE, VIGILANCE_READ, PERSON_READ) as desk:
        try:
            outcome, version = form.text("issue"), form.whole("version")
            form.check()
            await close_case(
                desk.uow,
                desk.actor,
                CloseCase(case_id=case_id, version=version, outcome=outcome),  # type: ignore[arg-type] # judged by the service
            )
        except Invalid as error:
            await desk.uow.undo()
            return await _page(desk, case_id, field_errors(error))
        except Conflict as error:
            await desk.uow.undo()
            return await _page(desk, case_id, {"": error_sentence(error)})
    return Redirect(PATH, status_code=303)


async def _page(desk: Desk, case_id: UUID, errors: dict[str, str]) -> Template:
    case = await get_case(desk.uow, desk.actor, case_id)
    people = await people_by_id(desk.uow, desk.actor, {case.person_id})
    person = people.get(case.person_id)
    context = {
        "layout": layout_of(desk.signed_in, PATH),
        "errors": errors,
        "case": {
            **_row(case, people, desk.uow.now),
            "version": case.version,
            "is_open": case.is_open,
            "phone": person.phone if person is not None else None,
            "phone_words": phone(person.phone) if person is not None and person.phone else "",
            "address": f"{person.address}, {person.postcode}" if person is not None else "",
            "next": WHOM[case.next_call],
            "next_key": case.next_call,
            "calls": [
                {
                    "at": moment(call.called_at),
                    "whom": WHOM[call.whom],
                    "answer": ANSWERS[call.answer],
                    "note": call.note,
                }
                for call in case.calls
            ],
        },
        "whom": list(WHOM.items()),
        "answers": list(ANSWERS.items()),
        "outcomes": list(CASE_OUTCOMES.items()),
        "may_write": desk.actor.may(VIGILANCE_WRITE),
    }
    return Template("vigilance/case.html", context=context, status_code=422 if errors else 200)


def _row(case: Case, people: Mapping[UUID, Person], now: datetime) -> dict[str, Any]:
    return {
        "href": f"{PATH}/{case.id}",
        "who": full_name(people.get(case.person_id)),
        "person_href": f"/personnes/{case.person_id}",
        "source": SOURCES[case.source],
        "happened": moment(case.happened_at),
        "since": ago(case.happened_at, now),
        "due": hour(case.due_at),
        "called": case.first_call_at is not None,
        "is_late": case.is_late(now),
        "remaining": "" if case.first_call_at or now > case.due_at else duration_left(case, now),
        "next": WHOM[case.next_call],
        "outcome": CASE_OUTCOMES.get(case.outcome, ""),
        "closed_at": moment(case.closed_at) if case.closed_at else "",
    }


def duration_left(case: Case, now: datetime) -> str:
    """Time until the first call is due."""
    return duration(int((case.due_at - now).total_seconds()))


ROUTES = (show_vigilance, show_case, submit_call, submit_closing)
