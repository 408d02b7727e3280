"""
Requests for rides: asked, answered, recorded, cancelled; destinations, figures, return to the prefect.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec
from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.edge.access import AnyRequest, open_program, settings_of
from carecoord.kernel.errors import Defect, Invalid
from carecoord.rides.asking import AskRide
from carecoord.rides.clashes import Clash
from carecoord.rides.domain import Basis, RideRequest
from carecoord.rides.figures import PrefectReturn
from carecoord.rides.plan_domain import LiveAnswer
from carecoord.rides.records import Place, RecordRight, Right, SavePlace
from carecoord.rides.service.desk import answer_request, cancel_request, confirm_request, give_up
from carecoord.rides.service.figures import return_of_year, satisfied_share
from carecoord.rides.service.judging import judge_request
from carecoord.rides.service.records import list_places, record_right, rights_of, save_place
from carecoord.rides.service.requests import (
    book_refused,
    get_request,
    last_rides,
    request_id_of,
    requests_between,
    requests_looking,
)
from carecoord.rides.tus import Finding

DAYS_MAX = 92


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A ride asked for.

    Args:
        key: made by the caller; the same key makes one request, however often it is sent.
        refused: record it as refused: by the rules, or for `cause`.
    """

    key: UUID
    ask: AskRide
    refused: bool = False
    cause: str = ""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known of a ride before it is recorded.

    Args:
        findings: what the rules say, with articles.
        basis: what it would rest on; None while something refuses or is asked.
        answer: who can drive; None while there is no basis.
    """

    price_cents: int
    distance_m: int
    is_estimated: bool
    findings: list[Finding]
    basis: Basis | None
    clashes: list[Clash]
    answer: LiveAnswer | None


class Ending(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The end of a request: cancelled by the person with her reason, or refused for a cause.

    Args:
        version: the one that was read.
        text: the reason, or the code of the cause.
    """

    kind: Literal["cancelled", "refused"]
    version: int
    text: str


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that were not satisfied, by cause."""

    code: str
    article: str
    count: int


class ShareOut(msgspec.Struct, frozen=True, kw_only=True):
    """
    Share of the requests of a period that were satisfied, by day of the ride.

    Args:
        satisfied: numerator: every way has a driver, or was driven.
        settled: denominator: all but those cancelled by the person and those still looked for.
        ratio: from 0 to 1; None when nothing is settled.
    """

    first: date
    last: date
    satisfied: int
    settled: int
    ratio: float | None
    cancelled: int
    pending: int
    causes: list[Cause]


@post("/rides/answer", status_code=200)
async def answer(request: AnyRequest, data: JSONBody[Asked]) -> Answered:
    """What the rules say of a ride, what it clashes with, and who can drive it; nothing is changed."""
    settings = settings_of(request)
    async with open_program(request, "ride:read", "person:read") as (uow, actor):
        judged = await judge_request(
            uow, actor, data.ask, settings, request_id=request_id_of(actor, data.key)
        )
        live = await answer_request(uow, actor, judged, settings) if judged.basis is not None else None
    return Answered(
        price_cents=judged.price_cents,
        distance_m=judged.ways.distance_m,
        is_estimated=judged.ways.is_estimated,
        findings=judged.verdict.findings if judged.verdict is not None else [],
        basis=judged.basis,
        clashes=judged.clashes,
        answer=live,
    )


@post("/rides/requests")
async def record_request(request: AnyRequest, data: JSONBody[Asked]) -> RideRequest:
    """Record a request and place it when somebody can drive it; one `key` is one request."""
    settings = settings_of(request)
    async with open_program(request, "ride:write", "person:read") as (uow, actor):
        if data.refused:
            return await book_refused(uow, actor, data.ask, settings, form_key=data.key, code=data.cause)
        return await confirm_request(uow, actor, data.ask, settings, form_key=data.key)


@get("/rides/requests")
async def requests(request: AnyRequest, first: FromQuery[date], last: FromQuery[date]) -> list[RideRequest]:
    """Requests for rides of a period of 92 days at most, whatever became of them."""
    if last < first or (last - first).days >= DAYS_MAX:
        raise Invalid(
            [Defect(code="dates_order", where="last", why=f"first to last is 1 to {DAYS_MAX} days")]
        )
    async with open_program(request, "ride:read") as (uow, actor):
        return await requests_between(uow, actor, first, last)


@get("/rides/requests/looking")
async def looking(request: AnyRequest) -> list[RideRequest]:
    """Requests from today on that still have no driver."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await requests_looking(uow, actor)


@get("/rides/requests/{request_id:uuid}")
async def one_request(request: AnyRequest, request_id: FromPath[UUID]) -> RideRequest:
    """One request with its ways."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await get_request(uow, actor, request_id)


@post("/rides/requests/{request_id:uuid}/end", status_code=200)
async def end_request(request: AnyRequest, request_id: FromPath[UUID], data: JSONBody[Ending]) -> RideRequest:
    """Cancel a request, or refuse one that is looked for."""
    async with open_program(request, "ride:write", "person:read") as (uow, actor):
        if data.kind == "cancelled":
            return await cancel_request(uow, actor, request_id, version=data.version, reason=data.text)
        return await give_up(uow, actor, request_id, version=data.version, code=data.text)


@get("/people/{person_id:uuid}/rides/last")
async def last_of_person(request: AnyRequest, person_id: FromPath[UUID]) -> list[RideRequest]:
    """The different rides a person asked for last."""
    async with open_program(request, "ride:read", "person:read") as (uow, actor):
        return (await last_rides(uow, actor, [person_id]))[person_id]


@get("/people/{person_id:uuid}/rides/rights")
async def rights(request: AnyRequest, person_id: FromPath[UUID]) -> list[Right]:
    """Rights recorded for a person, latest proof first."""
    async with open_program(request, "ride:read", "person:read") as (uow, actor):
        return await rights_of(uow, actor, person_id)


@post("/rides/rights", status_code=204)
async def add_right(request: AnyRequest, data: JSONBody[RecordRight]) -> None:
    """Record a proof that was seen."""
    async with open_program(request, "ride:write", "person:read") as (uow, actor):
        await record_right(uow, actor, data)


@get("/rides/places")
async def places(request: AnyRequest) -> list[Place]:
    """Known destinations, by name."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await list_places(uow, actor)


@put("/rides/places")
async def write_place(request: AnyRequest, data: JSONBody[SavePlace]) -> Place:
    """Add a destination, or change the one of that identifier and version."""
    async with open_program(request, "ride:write") as (uow, actor):
        return await save_place(uow, actor, data)


@get("/rides/share")
async def share(request: AnyRequest, first: FromQuery[date], last: FromQuery[date]) -> ShareOut:
    """Share of the requests for rides of a period that were satisfied, and why the others were not."""
    async with open_program(request, "ride:read") as (uow, actor):
        found = await satisfied_share(uow, actor, first, last)
    return ShareOut(
        first=found.first,
        last=found.last,
        satisfied=found.satisfied,
        settled=found.settled,
        ratio=found.ratio,
        cancelled=found.cancelled,
        pending=found.pending,
        causes=[
            Cause(code=code, article=article, count=count) for (code, article), count in found.causes.items()
        ],
    )


@get("/rides/returns/{year:int}")
async def prefect(request: AnyRequest, year: FromPath[int]) -> PrefectReturn:
    """What an association tells the prefect of a calendar year, from its stored rides."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await return_of_year(uow, actor, year)


ROUTER = Router(
    path="/",
    route_handlers=[
        answer,
        record_request,
        requests,
        looking,
        one_request,
        end_request,
        last_of_person,
        rights,
        add_right,
        places,
        write_place,
        share,
        prefect,
    ],
    tags=["rides"],
)
