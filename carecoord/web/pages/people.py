"""
The people helped: list and search. One person's week is in another page.
"""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import list_people
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import IMPORT_WRITE, PERSON_READ
from carecoord.territory.domain import Commune
from carecoord.territory.service import communes_by_code
from carecoord.web.forms import page_request
from carecoord.web.layout import layout_of
from carecoord.web.listing import pages_of

PATH = "/personnes"
PAGE_SIZE = 50


@get(PATH)
async def show_people(request: AnyRequest, q: FromQuery[str] = "", page: FromQuery[str] = "") -> Template:
    """People by name; `q` keeps those whose name or file number holds its words."""
    search = q.strip()[:100]
    async with open_desk(request, PERSON_READ) as desk:
        found = await list_people(desk.uow, desk.actor, page_request(page, PAGE_SIZE), search)
        communes = await communes_by_code(desk.uow, {person.insee for person in found.items})
        context = {
            "layout": layout_of(desk.signed_in, PATH),
            "search": search,
            "people": [_row(person, communes) for person in found.items],
            "total": found.total,
            "pages": pages_of(found, PATH, {"q": search} if search else {}, "personne"),
            "may_import": desk.actor.may(IMPORT_WRITE),
        }
    return Template("people/list.html", context=context)


def _row(person: Person, communes: dict[str, Commune]) -> dict[str, Any]:
    commune = communes.get(person.insee)
    return {
        "name": f"{person.civility} {person.last_name} {person.first_name}",
        "href": f"{PATH}/{person.id}",
        "reference": person.reference,
        "address": person.address,
        "place": f"{person.postcode} {commune.name if commune else ''}".strip(),
        "phone": person.phone,
        "phone_href": f"tel:{person.phone}" if person.phone else "",
        "is_vague": person.geo_quality == "commune",
    }


ROUTES = (show_people,)
