"""
Communes by INSEE code, by name, or as candidates for a postcode.
"""

from __future__ import annotations

from litestar import Router, get
from litestar.params import FromPath, FromQuery

from carecoord.edge.access import AnyRequest, open_program
from carecoord.kernel.errors import Defect, Invalid
from carecoord.territory.domain import Commune
from carecoord.territory.service import communes_of_postcode, get_commune, search_communes


@get("/communes")
async def find(
    request: AnyRequest, search: FromQuery[str] = "", postcode: FromQuery[str] = ""
) -> list[Commune]:
    """Communes whose name starts as typed, or all those that a postcode may mean."""
    if bool(search) == bool(postcode):
        why = "give either a name or a postcode"
        raise Invalid([Defect(code="question_unclear", where="search", why=why)])
    async with open_program(request) as (uow, _):
        return await (search_communes(uow, search) if search else communes_of_postcode(uow, postcode))


@get("/communes/{code:str}")
async def one(request: AnyRequest, code: FromPath[str]) -> Commune:
    """The commune of an INSEE code."""
    async with open_program(request) as (uow, _):
        return await get_commune(uow, code)


ROUTER = Router(path="/", route_handlers=[find, one], tags=["communes"])
