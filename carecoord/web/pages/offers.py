"""
Offer a slot: a need is said on the telephone, three places come back with their price, one is taken.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect, Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import get_person, list_people, people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import AIDE_READ, CAREPLAN_WRITE, OFFER_READ, ROSTER_EDIT
from carecoord.kernel.errors import Conflict, DomainError, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest
from carecoord.rosters.offering import AcceptOffer, AskOffers, Slot, SlotOffers
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.offer_taking import accept_offer
from carecoord.rosters.service.offers import slot_offers
from carecoord.web.filters import DAYS
from carecoord.web.forms import identifier
from carecoord.web.layout import layout_of
from carecoord.web.pages.offer_form import NAMES, OfferForm, offer_form
from carecoord.web.pages.offer_place import NewPlace, new_place
from carecoord.web.planning_words import period_words
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import aide_names, person_full, person_short
from carecoord.web.views.offers import cause_lines, offer_views
from carecoord.web.wording import defect_sentence, error_sentence, field_errors
from carecoord.web.words import SKILLS
from carecoord.workforce.service import all_aides

PATH = "/creneaux"
FOUND_MAX = 8
TIERS = [("vital", "vitale"), ("important", "importante"), ("comfort", "de confort")]
TEAM = [("1", "une aide"), ("2", "deux aides ensemble")]
RHYTHMS = [("une", "Une seule fois"), ("semaine", "Chaque semaine")]


@get(PATH)
async def show_offers(request: AnyRequest) -> Template:
    """Whom it is for; an address of this page names nobody but by an identifier."""
    form = offer_form([("personne", request.query_params.get("personne", ""))])
    async with open_desk(request, OFFER_READ) as desk:
        return await _page(desk, form)


@post(PATH, status_code=200)
async def ask_or_take(request: AnyRequest) -> Response[Any]:
    """
    A search, a question, or a place taken, as the form says.

    Names, addresses and needs are sent in the body: an address is kept by browsers and proxies.
    """
    form = offer_form((await request.form()).multi_items())
    if form.is_choice:
        return await _take(request, form)
    async with open_desk(request, OFFER_READ) as desk:
        # A question changes nothing, by whatever method it is sent.
        await desk.uow.forbid_writes()
        return await _page(desk, form)


async def _take(request: AnyRequest, form: OfferForm) -> Response[Any]:
    """Take a place: line, visits, places and pins at once; the board of its first day follows."""
    try:
        async with open_desk(request, ROSTER_EDIT, CAREPLAN_WRITE) as desk:
            person_id = await _whom(desk, form)
            command = _command(form, person_id)
            taken = await accept_offer(desk.uow, desk.actor, command, desk.settings)
            visit = taken.visit_ids[0] if taken.visit_ids else None
            target = Links(plan=_draft(taken.roster)).day(command.slots[0].on_date, visit=visit)
    except (Conflict, Invalid, NotFound) as error:
        async with open_desk(request, OFFER_READ) as desk:
            return await _page(desk, form, error)
    return Redirect(target, status_code=303)


def _draft(roster: Any) -> UUID | None:
    return roster.id if roster.state == "draft" else None


async def _whom(desk: Desk, form: OfferForm) -> UUID:
    """The person: known, or recorded now at the address that was given."""
    if form.person:
        return identifier(form.person)
    place = await new_place(desk, form)
    if place is None:
        raise NotFound("person_unknown", "nobody was named")
    return await place.record(desk, form)


def _command(form: OfferForm, person_id: UUID) -> AcceptOffer:
    ask = form.ask(person_id=person_id)
    return AcceptOffer(
        ask=ask,
        reference=form.values["numero"],
        label=form.values["aide"],
        slots=[_slot(text) for text in form.slots],
        reason=form.values["motif"],
    )


def _slot(text: str) -> Slot:
    """
    One visit of an offer, as its hidden field says it.

    Raises:
        NotFound: the field was changed by hand.
    """
    try:
        day, instant, aides = text.split("|")
        return Slot(
            on_date=date.fromisoformat(day),
            starts_at=datetime.fromisoformat(instant),
            aide_ids=[UUID(aide) for aide in aides.split(",") if aide],
        )
    except ValueError:
        raise NotFound("identifier_unknown", "no such place") from None


async def _page(desk: Desk, form: OfferForm, refused: DomainError | None = None) -> Template:
    errors: dict[str, str] = _errors(refused) if refused is not None else {}
    person = await _person(desk, form)
    place = await new_place(desk, form) if person is None else None
    context: dict[str, Any] = {
        "layout": layout_of(desk.signed_in, PATH),
        "form": form,
        "person": person_full(person) if person is not None else "",
        "person_href": f"/personnes/{person.id}" if person is not None else "",
        "place": place,
        "found": [],
        "offers": [],
        "causes": [],
        "errors": errors,
        "tiers": TIERS,
        "team": TEAM,
        "rhythms": RHYTHMS,
        "weekdays": [(str(index), name) for index, name in enumerate(DAYS)],
        "skills": sorted(SKILLS.items()),
        "first_min": desk.today.isoformat(),
        "may_take": desk.actor.may(ROSTER_EDIT) and desk.actor.may(CAREPLAN_WRITE),
        "number": form.values["numero"] or f"C-{new_id().hex[-12:]}",
        "searched": form.values["recherche"],
        "asked": False,
        "is_refused": refused is not None,
        "needs_reason": isinstance(refused, Invalid) and refused.code == "reason_missing",
    }
    if not form.values["premier"]:
        form.values["premier"] = (desk.today + timedelta(days=1)).isoformat()
    if person is None and place is None:
        context["found"] = await _found(desk, form)
    elif form.is_asked:
        context |= await _answer(desk, form, person, place, errors)
    status = 200
    if errors:
        status = 409 if isinstance(refused, Conflict) else 422
    return Template("offers/page.html", context=context, status_code=status)


def _errors(error: DomainError) -> dict[str, str]:
    if isinstance(error, Invalid):
        if error.code == "reason_missing":
            return {"motif": "Dites pourquoi : cette place enfreint une règle qui demande un motif."}
        found = {NAMES.get(name, name): text for name, text in field_errors(error).items()}
        return found or {"": defect_sentence(error.defects[0])}
    return {"": error_sentence(error)}


async def _person(desk: Desk, form: OfferForm) -> Person | None:
    if not form.person:
        return None
    return await get_person(desk.uow, desk.actor, identifier(form.person))


async def _found(desk: Desk, form: OfferForm) -> list[dict[str, str]]:
    """People whose name or number holds the words searched."""
    search = form.values["recherche"].strip()[:100]
    if not search:
        return []
    page = await list_people(desk.uow, desk.actor, PageRequest(page=1, size=FOUND_MAX), search)
    return [
        {
            "name": person_full(person),
            "where": f"{person.address}, {person.postcode}",
            "href": f"{PATH}?{urlencode({'personne': str(person.id)})}",
        }
        for person in page.items
    ]


async def _answer(
    desk: Desk, form: OfferForm, person: Person | None, place: NewPlace | None, errors: dict[str, str]
) -> dict[str, Any]:
    """The places; what is wrong with the question goes to `errors`."""
    try:
        home = place.home if place is not None else None
        ask: AskOffers = form.ask(person_id=person.id if person else None, home=home)
        found = await slot_offers(desk.uow, desk.actor, ask, desk.settings)
    except (Invalid, NotFound, Conflict) as error:
        errors |= _errors(error)
        return {"asked": False}
    return {"asked": True, **await _told(desk, found)}


async def _told(desk: Desk, found: SlotOffers) -> dict[str, Any]:
    names: dict[UUID, str] = {}
    if desk.actor.may(AIDE_READ):
        names = aide_names(await all_aides(desk.uow, desk.actor, with_inactive=True))
    moved = {shift.person_id for offer in found.offers for shift in offer.shifts}
    people = await people_by_id(desk.uow, desk.actor, moved)
    roster = None
    if desk.actor.may("roster:read"):
        roster = await get_roster(desk.uow, desk.actor, found.roster_id)
    return {
        "offers": offer_views(found, names, {key: person_short(who) for key, who in people.items()}),
        "causes": cause_lines(found.causes, roster.first_day, names) if roster is not None else [],
        "period": period_words(roster.first_day, roster.day_count) if roster is not None else "",
        "is_draft": roster is not None and roster.state == "draft",
        "estimated": found.estimated_ways,
        "dates": found.dates,
    }


ROUTES = (show_offers, ask_or_take)
