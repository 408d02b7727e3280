"""
Rounds of meals: runs, published rounds, what drivers tell, places for a new subscriber.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.edge.access import AnyRequest, open_program
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ, MEAL_WRITE
from carecoord.meals.rounds_domain import (
    DeliveryRound,
    MealRun,
    Reading,
    RequestMealRun,
    RequestRepair,
    TakeTemperature,
    TellStop,
)
from carecoord.meals.service.doors import take_temperature, tell_stop
from carecoord.meals.service.round_changes import Changes, pending_changes, take_changes
from carecoord.meals.service.round_places import AskPlaces, RoundPlace, ask_places
from carecoord.meals.service.round_runs import get_meal_run, request_repair, request_rounds, stop_rounds
from carecoord.meals.service.rounds import draft_rounds, get_round, publish_rounds, rounds_of


@post("/meals/runs", status_code=202)
async def request_run(request: AnyRequest, data: JSONBody[RequestMealRun]) -> Response[MealRun]:
    """Ask for the rounds of a day; `Location` is where to follow."""
    async with open_program(request, MEAL_PLAN) as (uow, actor):
        run = await request_rounds(uow, actor, data)
    return Response(run, status_code=202, headers={"Location": f"/api/v1/meals/runs/{run.id}"})


@post("/meals/repairs", status_code=202)
async def ask_repair(request: AnyRequest, data: JSONBody[RequestRepair]) -> Response[MealRun]:
    """Ask for a repair of published rounds; nothing changes until it is published."""
    async with open_program(request, MEAL_PLAN) as (uow, actor):
        run = await request_repair(uow, actor, data)
    return Response(run, status_code=202, headers={"Location": f"/api/v1/meals/runs/{run.id}"})


@get("/meals/runs/{run_id:uuid}")
async def show_run(request: AnyRequest, run_id: FromPath[UUID]) -> MealRun:
    """One run with its curve and figures."""
    async with open_program(request, MEAL_READ) as (uow, actor):
        return await get_meal_run(uow, actor, run_id)


@get("/meals/runs/{run_id:uuid}/rounds")
async def show_run_rounds(request: AnyRequest, run_id: FromPath[UUID]) -> list[DeliveryRound]:
    """The rounds of a run, whether they count or not."""
    async with open_program(request, MEAL_READ) as (uow, actor):
        return await draft_rounds(uow, actor, run_id)


@post("/meals/runs/{run_id:uuid}/stop", status_code=202)
async def stop_run(request: AnyRequest, run_id: FromPath[UUID]) -> MealRun:
    """Stop early and keep the best rounds."""
    async with open_program(request, MEAL_PLAN) as (uow, actor):
        return await stop_rounds(uow, actor, run_id)


@post("/meals/runs/{run_id:uuid}/publish", status_code=200)
async def publish_run(request: AnyRequest, run_id: FromPath[UUID]) -> list[DeliveryRound]:
    """Make the rounds those that count on their day."""
    async with open_program(request, MEAL_PLAN) as (uow, actor):
        return await publish_rounds(uow, actor, run_id)


@get("/meals/rounds")
async def list_rounds(request: AnyRequest, on: FromQuery[date]) -> list[DeliveryRound]:
    """The published rounds of a day."""
    async with open_program(request, MEAL_READ) as (uow, actor):
        return await rounds_of(uow, actor, on)


@get("/meals/rounds/changes")
async def list_changes(request: AnyRequest, on: FromQuery[date]) -> Changes:
    """What changed since the rounds of a day were published."""
    async with open_program(request, MEAL_READ) as (uow, actor):
        return await pending_changes(uow, actor, on)


@post("/meals/rounds/changes", status_code=200)
async def accept_changes(request: AnyRequest, on: FromQuery[date]) -> Changes:
    """Take what changed over into the published rounds."""
    async with open_program(request, MEAL_WRITE) as (uow, actor):
        return await take_changes(uow, actor, on)


@get("/meals/rounds/{round_id:uuid}")
async def show_round(request: AnyRequest, round_id: FromPath[UUID]) -> DeliveryRound:
    """One round."""
    async with open_program(request, MEAL_READ) as (uow, actor):
        return await get_round(uow, actor, round_id)


@post("/meals/stops", status_code=200)
async def tell_outcome(request: AnyRequest, data: JSONBody[TellStop]) -> DeliveryRound:
    """What happened at a door; telling it twice changes nothing."""
    async with open_program(request, MEAL_WRITE) as (uow, actor):
        round_id = await tell_stop(uow, actor, data)
        return await get_round(uow, actor, round_id)


@post("/meals/temperatures", status_code=201)
async def note_temperature(request: AnyRequest, data: JSONBody[TakeTemperature]) -> Reading:
    """A temperature at loading or at a door, with what it asks for."""
    async with open_program(request, MEAL_WRITE) as (uow, actor):
        return await take_temperature(uow, actor, data)


@post("/meals/places", status_code=200)
async def find_places(request: AnyRequest, data: JSONBody[AskPlaces]) -> list[RoundPlace]:
    """The three cheapest places for somebody who is no subscriber yet."""
    async with open_program(request, MEAL_READ) as (uow, actor):
        return await ask_places(uow, actor, data)


ROUTER = Router(
    path="/",
    route_handlers=[
        request_run, ask_repair, show_run, show_run_rounds, stop_run, publish_run, list_rounds,
        list_changes, accept_changes, show_round, tell_outcome, note_temperature, find_places,
    ],
    tags=["meal rounds"],
)  # fmt: skip
