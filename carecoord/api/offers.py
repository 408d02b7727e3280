"""
Places for a new need: asked of the plan that counts, and taken.
"""

from __future__ import annotations

from litestar import Router, post
from litestar.params import JSONBody

from carecoord.edge.access import AnyRequest, open_program, settings_of
from carecoord.rosters.offering import AcceptOffer, AskOffers, SlotOffers
from carecoord.rosters.service.offer_taking import Taken, accept_offer
from carecoord.rosters.service.offers import slot_offers


@post("/offers", status_code=200)
async def ask_offers(request: AnyRequest, data: JSONBody[AskOffers]) -> SlotOffers:
    """The three best places for one visit or a weekly pattern; nothing is changed."""
    async with open_program(request, "offer:read") as (uow, actor):
        return await slot_offers(uow, actor, data, settings_of(request))


@post("/offers/accept", status_code=200)
async def take_offer(request: AnyRequest, data: JSONBody[AcceptOffer]) -> Taken:
    """Take a place: intervention, visits, places and pins at once; one `reference` is taken once."""
    async with open_program(request, "roster:edit", "careplan:write") as (uow, actor):
        return await accept_offer(uow, actor, data, settings_of(request))


ROUTER = Router(path="/", route_handlers=[ask_offers, take_offer], tags=["offers"])
