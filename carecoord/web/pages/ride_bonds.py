"""
Who travels with whom: volunteers that a person knows or does not want, people who never share a car.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import find_callers, people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_READ, RIDE_WRITE
from carecoord.kernel.errors import Invalid
from carecoord.rides.drivers import Bond
from carecoord.rides.service.drivers import (
    all_bonds,
    all_volunteers,
    apart_pairs,
    keep_apart,
    set_bond,
)
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH
from carecoord.web.views.names import person_full
from carecoord.web.wording import field_errors

PATH = "/transport/affinites"
FIELDS = {"personne": "", "lien": "preferred", "benevole": "", "autre": ""}
KINDS = [
    ("preferred", "préfère ce bénévole"),
    ("refused", "ne voyage pas avec ce bénévole"),
    ("apart", "ne partage pas la voiture avec cette personne"),
    ("alone", "voyage seule"),
]
WORDS = {"preferred": "préfère", "refused": "ne voyage pas avec"}


@get(PATH)
async def show_bonds(request: AnyRequest, fait: FromQuery[str] = "") -> Template:
    """Everything noted, and the form."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        return await _page(desk, FIELDS, {}, done=fait)


@post(PATH)
async def submit_bond(request: AnyRequest) -> Response[Any]:
    """Note one more."""
    form = await read_form(request)
    async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
        try:
            await _note(desk, form)
        except Invalid as error:
            await desk.uow.undo()
            return await _page(desk, form.shown(**FIELDS), field_errors(error))
    return Redirect(f"{PATH}?fait=oui", status_code=303)


@post(f"{PATH}/retirer")
async def submit_removal(request: AnyRequest) -> Redirect:
    """Forget one."""
    form = await read_form(request)
    person, other = identifier(form.text("personne")), identifier(form.text("autre"))
    kind = form.text("lien")
    async with open_desk(request, RIDE_WRITE) as desk:
        if kind in WORDS:
            bond = Bond(volunteer_id=other, person_id=person, kind=kind)
            await set_bond(desk.uow, desk.actor, bond, gone=True)
        else:
            await keep_apart(desk.uow, desk.actor, person, other, gone=True)
    return Redirect(f"{PATH}?fait=oui", status_code=303)


async def _note(desk: Desk, form: Form) -> None:
    kind = form.text("lien")
    person = await _found(desk, form, "personne")
    other = await _found(desk, form, "autre") if kind == "apart" else None
    volunteer = form.text("benevole", required=kind in WORDS)
    if kind not in dict(KINDS):
        form.refuse("lien", "value_unknown")
    form.check()
    if person is None:
        return
    if kind in WORDS:
        bond = Bond(volunteer_id=identifier(volunteer), person_id=person.id, kind=kind)
        await set_bond(desk.uow, desk.actor, bond)
    else:
        await keep_apart(desk.uow, desk.actor, person.id, person.id if other is None else other.id)


async def _found(desk: Desk, form: Form, name: str) -> Person | None:
    """The only person who is so called."""
    typed = form.text(name)
    found = await find_callers(desk.uow, desk.actor, typed, 2) if typed else []
    if typed and len(found) != 1:
        form.refuse(name, "person_several" if found else "person_none")
    return found[0] if len(found) == 1 else None


async def _page(desk: Desk, values: dict[str, str], errors: dict[str, str], *, done: str = "") -> Template:
    bonds = await all_bonds(desk.uow, desk.actor)
    pairs = await apart_pairs(desk.uow, desk.actor)
    volunteers = await all_volunteers(desk.uow, desk.actor)
    drivers = {item.id: item.name for item in volunteers}
    ids: set[UUID] = {item.person_id for item in bonds} | {person for pair in pairs for person in pair}
    people = await people_by_id(desk.uow, desk.actor, ids)
    rows = [
        (person_full(people.get(item.person_id)), WORDS[item.kind], drivers.get(item.volunteer_id, "?"),
         {"personne": str(item.person_id), "autre": str(item.volunteer_id), "lien": item.kind})
        for item in bonds
    ]  # fmt: skip
    rows += [
        (
            person_full(people.get(one)),
            "voyage seule" if one == other else "ne partage pas la voiture avec",
            "" if one == other else person_full(people.get(other)),
            {"personne": str(one), "autre": str(other), "lien": "apart"},
        )
        for one, other in pairs
    ]
    notices = (Notice(text="C’est enregistré."),) if done == "oui" else ()
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, notices),
        "path": PATH,
        "rows": sorted(rows, key=lambda row: row[:3]),
        "kinds": KINDS,
        "volunteers": [("", "—"), *((str(item.id), item.name) for item in volunteers)],
        "values": values,
        "errors": errors,
        "may_write": desk.actor.may(RIDE_WRITE),
    }
    return Template("rides/bonds.html", context=context, status_code=422 if errors else 200)


ROUTES = (show_bonds, submit_bond, submit_removal)
