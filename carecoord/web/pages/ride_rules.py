"""
Rules of transport: what the texts say since when, on what ground this service runs, communes of the zone.
"""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.domain import LEGAL_FORMS, UpdateOrganisation
from carecoord.identity.permissions import ORGANISATION_WRITE, RIDE_READ, RIDE_WRITE
from carecoord.identity.service import get_organisation, update_organisation
from carecoord.kernel.errors import Conflict, Defect, DomainError, Invalid
from carecoord.rides.habits import habit_table
from carecoord.rides.records import Facts, RecordZone, Terms
from carecoord.rides.service.records import get_terms, list_zones, record_zone, save_terms
from carecoord.territory.service import communes_by_code, communes_of_postcode
from carecoord.web.forms import Form, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.rides_words import LEGAL_FORMS as FORM_WORDS
from carecoord.web.views.ride_rules import (
    REGIMES,
    criterion_rows,
    habit_rows,
    rule_rows,
    terms_values,
    zone_rows,
)
from carecoord.web.wording import error_sentence, field_errors

PATH = "/transport/regles"
NAMES = {
    "regime": "regime",
    "ground": "fondement",
    "cents_per_km": "centimes",
    "employees": "salaries",
    "volunteers": "benevoles",
    "members": "adherents",
    "insee": "cp",
    "unit_name": "unite",
    "unit_population": "population",
    "legal_form": "forme",
}
ZONE_FIELDS = {"cp": "", "commune": "", "petite": "oui", "unite": "", "population": "", "source": ""}
SAVED = (Notice(text="C’est enregistré."),)
REGIME_KEYS = {"tus", "own_service"}


@get(PATH)
async def show_rules(request: AnyRequest, fait: FromQuery[str] = "") -> Template:
    """The texts, the terms of this service, the communes that were looked up."""
    async with open_desk(request, RIDE_READ) as desk:
        return await _page(desk, done=bool(fait))


@post(f"{PATH}/organisation")
async def submit_form(request: AnyRequest) -> Response[Any]:
    """What the organisation is in law."""
    form = await read_form(request)
    try:
        wanted = form.text("forme")
        legal_form = next((item for item in LEGAL_FORMS if item == wanted), None)
        if legal_form is None:
            form.refuse("forme", "value_unknown")
        form.check()
        async with open_desk(request, ORGANISATION_WRITE) as desk:
            await update_organisation(desk.uow, desk.actor, UpdateOrganisation(legal_form=legal_form))
    except Invalid as error:
        return await _refused(request, form, error)
    return Redirect(f"{PATH}?fait=1", status_code=303)


@post(f"{PATH}/service")
async def submit_terms(request: AnyRequest) -> Response[Any]:
    """On what ground the service runs, at what price, with what habits, and what the return needs."""
    form = await read_form(request)
    try:
        terms = _terms(form)
        async with open_desk(request, RIDE_WRITE) as desk:
            await save_terms(desk.uow, desk.actor, terms)
    except (Conflict, Invalid) as error:
        return await _refused(request, form, error)
    return Redirect(f"{PATH}?fait=1", status_code=303)


@post(f"{PATH}/communes")
async def submit_zone(request: AnyRequest) -> Response[Any]:
    """What the ministry's list says of a commune."""
    form = await read_form(request)
    try:
        async with open_desk(request, RIDE_WRITE) as desk:
            await record_zone(desk.uow, desk.actor, await _zone(desk, form))
    except (Conflict, Invalid) as error:
        return await _refused(request, form, error)
    return Redirect(f"{PATH}?fait=1#communes", status_code=303)


def _terms(form: Form) -> Terms:
    habits = {}
    for habit in habit_table():
        if form.text(habit.key, required=False):
            value = form.whole(habit.key)
            if value != habit.value:
                habits[habit.key] = value
    facts = Facts(
        rna=form.text("rna", required=False),
        address=form.text("adresse", required=False),
        employees=_optional(form, "salaries"),
        volunteers=_optional(form, "benevoles"),
        members=_optional(form, "adherents"),
        statutes_joined=bool(form.text("statuts", required=False)),
        rules=form.text("reglement", required=False),
    )
    regime = form.text("regime")
    if regime not in REGIME_KEYS:
        form.refuse("regime", "value_unknown")
    cents, version = form.whole("centimes"), form.whole("version")
    form.check()
    return Terms(
        regime="own_service" if regime == "own_service" else "tus",
        ground=form.text("fondement", required=False),
        cents_per_km=cents,
        habits=habits,
        facts=facts,
        version=version,
    )


def _optional(form: Form, name: str) -> int | None:
    return form.whole(name) if form.text(name, required=False) else None


async def _zone(desk: Desk, form: Form) -> RecordZone:
    postcode, source = form.text("cp"), form.text("source")
    population = _optional(form, "population")
    is_small = form.text("petite", required=False) != "non"
    form.check()
    found = await communes_of_postcode(desk.uow, postcode)
    chosen = form.text("commune", required=False)
    commune = next((item for item in found if item.code == chosen), None)
    if commune is None and len(found) == 1:
        commune = found[0]
    if commune is None:
        code = "value_unknown" if found else "postcode_malformed"
        raise Invalid([Defect(code=code, where="commune" if found else "cp", why="names no one commune")])
    return RecordZone(
        insee=commune.code,
        is_small=is_small,
        unit_name=form.text("unite", required=False),
        unit_population=population,
        source=source,
    )


async def _refused(request: AnyRequest, form: Form, error: DomainError) -> Template:
    async with open_desk(request, RIDE_READ) as desk:
        return await _page(desk, form=form, error=error)


async def _page(
    desk: Desk, *, done: bool = False, form: Form | None = None, error: DomainError | None = None
) -> Template:
    terms = await get_terms(desk.uow, desk.actor)
    zones = await list_zones(desk.uow, desk.actor)
    organisation = await get_organisation(desk.uow, desk.actor)
    communes = await communes_by_code(desk.uow, set(zones))
    typed = (form or Form({})).shown(**ZONE_FIELDS)
    choices = await communes_of_postcode(desk.uow, typed["cp"]) if typed["cp"] else []
    errors: dict[str, str] = {}
    if isinstance(error, Invalid):
        errors = {
            NAMES.get(name, name.removeprefix("habits.")): text for name, text in field_errors(error).items()
        }
    elif error is not None:
        errors = {"": error_sentence(error)}
    shown = terms_values(terms)
    if form is not None and "regime" in form.values:
        shown = form.shown(**shown)
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, SAVED if done else ()),
        "tabs": tabs_of(desk, PATH),
        "path": PATH,
        "legal_form": organisation.legal_form or "",
        "legal_form_words": FORM_WORDS.get(organisation.legal_form or "", "pas encore enregistrée"),
        "forms_of_law": list(FORM_WORDS.items()),
        "may_set_form": desk.actor.may(ORGANISATION_WRITE),
        "may_change": desk.actor.may(RIDE_WRITE),
        "regimes": REGIMES,
        "terms": shown,
        "habits": habit_rows(terms),
        "rules": rule_rows(),
        "criteria": criterion_rows(),
        "zones": zone_rows(zones.values(), communes),
        "zone": typed,
        "communes": [("", "Choisir…"), *[(item.code, item.name) for item in choices]],
        "facts": msgspec.structs.asdict(terms.facts),
        "errors": errors,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return Template("rides/rules.html", context=context, status_code=status)


ROUTES = (show_rules, submit_form, submit_terms, submit_zone)
