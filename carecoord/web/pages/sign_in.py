"""
Sign in, choose an organisation, sign out.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, open_desk, open_nobody, session_limits, settings_of
from carecoord.edge.cookies import ended_session_cookie, session_cookie
from carecoord.identity.domain import Membership, SignIn
from carecoord.identity.service import change_organisation, list_memberships, sign_in, sign_out
from carecoord.kernel.errors import Refused
from carecoord.web.errors import SIGN_IN_PATH
from carecoord.web.forms import identifier, read_form, safe_path
from carecoord.web.layout import layout_of

CHOICE_PATH = "/organisations"
FAILURES = {
    "sign_in_failed": "L’adresse ou le mot de passe ne convient pas.",
    "no_membership": "Ce compte n’appartient plus à aucune organisation. "
    "Demandez à votre responsable de vous y ajouter.",
}
KINDS = {"ccas": "CCAS", "cias": "CIAS", "provider": "Service d’aide à domicile"}
ROLES = {
    "administrator": "Administration",
    "coordinator": "Coordination",
    "manager": "Direction",
    "agent": "Accueil",
    "reader": "Lecture seule",
}


@get(SIGN_IN_PATH)
async def show_sign_in(suite: FromQuery[str] = "/") -> Template:
    """The sign-in form."""
    return _form(suite=safe_path(suite))


@post(SIGN_IN_PATH)
async def submit_sign_in(request: AnyRequest) -> Response[Any]:
    """Open a session; the answer never tells whether the account exists."""
    form = await read_form(request)
    email, suite = form.text("email"), safe_path(form.text("suite", required=False))
    password = form.values.get("password")
    command = SignIn(email=email, password=password if isinstance(password, str) else "")
    settings = settings_of(request)
    try:
        async with open_nobody(request) as uow:
            opened = await sign_in(uow, command, session_limits(settings))
            places = await list_memberships(uow, uow.actor) if uow.actor else []
    except Refused as error:
        sentence = FAILURES.get(error.code, FAILURES["sign_in_failed"])
        return _form(suite=suite, email=email, errors={"": sentence})
    target = suite if len(places) < 2 else f"{CHOICE_PATH}?suite={quote(suite, safe='')}"
    return Redirect(target, status_code=303, cookies=[session_cookie(settings, opened.secret)])


@post("/deconnexion")
async def submit_sign_out(request: AnyRequest) -> Redirect:
    """End the session."""
    async with open_desk(request) as desk:
        await sign_out(desk.uow, desk.actor, desk.signed_in.session_id)
    cookies = [ended_session_cookie(settings_of(request))]
    return Redirect(SIGN_IN_PATH, status_code=303, cookies=cookies)


@get(CHOICE_PATH)
async def show_choice(request: AnyRequest, suite: FromQuery[str] = "/") -> Template:
    """The organisations in which one may work."""
    async with open_desk(request) as desk:
        places = await list_memberships(desk.uow, desk.actor)
        context = {
            "layout": layout_of(desk.signed_in),
            "suite": safe_path(suite),
            "places": [
                _place(place, desk.actor.organisation_id == place.organisation_id) for place in places
            ],
        }
    return Template("sign_in/organisations.html", context=context)


@post(CHOICE_PATH)
async def submit_choice(request: AnyRequest) -> Redirect:
    """Work in another organisation from now on."""
    form = await read_form(request)
    organisation_id = identifier(form.text("organisation", required=False))
    async with open_desk(request) as desk:
        await change_organisation(desk.uow, desk.actor, desk.signed_in.session_id, organisation_id)
    return Redirect(safe_path(form.text("suite", required=False)), status_code=303)


def _form(*, suite: str, email: str = "", errors: dict[str, str] | None = None) -> Template:
    context = {"suite": suite, "email": email, "errors": errors or {}}
    return Template("sign_in/sign_in.html", context=context, status_code=422 if errors else 200)


def _place(place: Membership, is_current: bool) -> dict[str, object]:
    return {
        "id": place.organisation_id,
        "name": place.organisation_name,
        "kind": KINDS[place.organisation_kind],
        "role": ROLES.get(place.role, place.role),
        "is_current": is_current,
    }


ROUTES = (show_sign_in, submit_sign_in, submit_sign_out, show_choice, submit_choice)
