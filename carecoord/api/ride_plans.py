"""
The driver side of rides: the plan of a day, its runs and repairs; volunteers, vehicles, shuttles, statements.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.edge.access import AnyRequest, open_program, settings_of
from carecoord.kernel.errors import Defect, Invalid
from carecoord.rides.drivers import (
    DriverAbsence,
    RideVehicle,
    SaveVehicle,
    SaveVolunteer,
    VolunteerDriver,
)
from carecoord.rides.kilometres import Statement
from carecoord.rides.plan_domain import DayBoard, LegPlace, Outcome, RideRun, SaveShuttle
from carecoord.rides.service import boards, changes, drivers, runs, shuttles, statements


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What was added or changed."""

    id: UUID


class PlanDay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Plan a day anew within so many seconds."""

    on: date
    seconds: int = 30
    seed: int = 1


class Version(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version of the plan of the day that was looked at."""

    version: int


class MoveRide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give a ride to a volunteer."""

    volunteer_id: UUID
    version: int


class NoteOutcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a ride."""

    outcome: Outcome


class Away(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a volunteer cannot drive, aware instants."""

    starts_at: datetime
    ends_at: datetime


@get("/rides/days/{on:date}")
async def get_day(request: AnyRequest, on: FromPath[date]) -> DayBoard:
    """Tours of a day, ways without driver with their causes, rules broken, cost."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await boards.board_of_day(uow, actor, on, settings_of(request))


@post("/rides/days/{on:date}/publish", status_code=204)
async def publish_day(request: AnyRequest, on: FromPath[date], data: JSONBody[Version]) -> None:
    """Note that volunteers were told."""
    async with open_program(request, "ride:plan") as (uow, actor):
        await boards.publish_day(uow, actor, on, version=data.version)


@get("/rides/days/{on:date}/repair")
async def preview_repair(request: AnyRequest, on: FromPath[date]) -> changes.DayRepair:
    """What repairing a day would change."""
    async with open_program(request, "ride:write") as (uow, actor):
        return await changes.preview_repair(uow, actor, on, settings_of(request))


@post("/rides/days/{on:date}/repair", status_code=200)
async def repair_day(request: AnyRequest, on: FromPath[date], data: JSONBody[Version]) -> changes.DayRepair:
    """Repair a day."""
    async with open_program(request, "ride:plan") as (uow, actor):
        settings = settings_of(request)
        return await changes.repair_day(uow, actor, on, version=data.version, settings=settings)


@post("/rides/runs", status_code=202)
async def request_run(request: AnyRequest, data: JSONBody[PlanDay]) -> Response[Saved]:
    """Ask for a plan of a day; `Location` is where to follow it."""
    async with open_program(request, "ride:plan") as (uow, actor):
        run_id = await runs.request_run(uow, actor, data.on, seconds=data.seconds, seed=data.seed)
    return Response(Saved(id=run_id), status_code=202, headers={"Location": f"/api/v1/rides/runs/{run_id}"})


@get("/rides/runs/{run_id:uuid}")
async def get_run(request: AnyRequest, run_id: FromPath[UUID]) -> RideRun:
    """How far a run is, and what its plan is worth."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await runs.get_run(uow, actor, run_id)


@post("/rides/runs/{run_id:uuid}/stop", status_code=202)
async def stop_run(request: AnyRequest, run_id: FromPath[UUID]) -> RideRun:
    """Stop and keep the best plan found."""
    async with open_program(request, "ride:plan") as (uow, actor):
        await runs.stop_run(uow, actor, run_id)
        return await runs.get_run(uow, actor, run_id)


@post("/rides/runs/{run_id:uuid}/apply", status_code=204)
async def apply_run(request: AnyRequest, run_id: FromPath[UUID], data: JSONBody[Version]) -> None:
    """Make it the plan of its day."""
    async with open_program(request, "ride:plan") as (uow, actor):
        await runs.apply_run(uow, actor, run_id, version=data.version, settings=settings_of(request))


@get("/rides/legs/{leg_id:uuid}/candidates")
async def get_candidates(request: AnyRequest, leg_id: FromPath[UUID]) -> list[changes.Candidate]:
    """Who could drive a ride, at what price, and who could not, with the rule."""
    async with open_program(request, "ride:write") as (uow, actor):
        return await changes.candidates(uow, actor, leg_id, settings_of(request))


@put("/rides/legs/{leg_id:uuid}/driver")
async def move_ride(request: AnyRequest, leg_id: FromPath[UUID], data: JSONBody[MoveRide]) -> list[LegPlace]:
    """Give a ride, and those bound to it, to a volunteer."""
    async with open_program(request, "ride:write") as (uow, actor):
        return await changes.move_ride(
            uow, actor, leg_id, data.volunteer_id, version=data.version, settings=settings_of(request)
        )


@put("/rides/legs/{leg_id:uuid}/outcome", status_code=204)
async def note_outcome(request: AnyRequest, leg_id: FromPath[UUID], data: JSONBody[NoteOutcome]) -> None:
    """Driven, nobody at the door, or not known yet."""
    async with open_program(request, "ride:write") as (uow, actor):
        await changes.note_outcome(uow, actor, leg_id, data.outcome)


@get("/rides/volunteers")
async def list_volunteers(request: AnyRequest) -> list[VolunteerDriver]:
    """Volunteers by name, with weekly hours."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await drivers.all_volunteers(uow, actor)


@post("/rides/volunteers", status_code=200)
async def save_volunteer(request: AnyRequest, data: JSONBody[SaveVolunteer]) -> Saved:
    """Add or change a volunteer, weekly hours included."""
    async with open_program(request, "ride:plan") as (uow, actor):
        return Saved(id=await drivers.save_volunteer(uow, actor, data))


@post("/rides/volunteers/{volunteer_id:uuid}/absences", status_code=201)
async def declare_away(
    request: AnyRequest, volunteer_id: FromPath[UUID], data: JSONBody[Away]
) -> DriverAbsence:
    """Note that a volunteer cannot drive."""
    async with open_program(request, "ride:write") as (uow, actor):
        return await drivers.declare_away(uow, actor, volunteer_id, data.starts_at, data.ends_at)


@get("/rides/volunteers/{volunteer_id:uuid}/statement")
async def get_statement(
    request: AnyRequest, volunteer_id: FromPath[UUID], month: FromQuery[str]
) -> Statement:
    """Kilometres of a month, `2026-11`, and what they are worth by the scale."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        why = "a month is written 2026-11"
        raise Invalid([Defect(code="date_malformed", where="month", why=why)]) from None
    async with open_program(request, "ride:read") as (uow, actor):
        await drivers.get_volunteer(uow, actor, volunteer_id)
        return await statements.statement(uow, actor, volunteer_id, first)


@get("/rides/vehicles")
async def list_vehicles(request: AnyRequest) -> list[RideVehicle]:
    """Vehicles by label."""
    async with open_program(request, "ride:read") as (uow, actor):
        return await drivers.all_vehicles(uow, actor)


@post("/rides/vehicles", status_code=200)
async def save_vehicle(request: AnyRequest, data: JSONBody[SaveVehicle]) -> Saved:
    """Add or change a vehicle; at most nine seats with the driver's."""
    async with open_program(request, "ride:plan") as (uow, actor):
        return Saved(id=await drivers.save_vehicle(uow, actor, data))


@post("/rides/shuttles", status_code=200)
async def save_shuttle(request: AnyRequest, data: JSONBody[SaveShuttle]) -> Saved:
    """Add or change a collective shuttle."""
    async with open_program(request, "ride:plan") as (uow, actor):
        return Saved(id=await shuttles.save_shuttle(uow, actor, data))


ROUTER = Router(
    path="/",
    route_handlers=[
        get_day, publish_day, preview_repair, repair_day, request_run, get_run, stop_run, apply_run,
        get_candidates, move_ride, note_outcome, list_volunteers, save_volunteer, declare_away, get_statement,
        list_vehicles, save_vehicle, save_shuttle,
    ],
    tags=["rides"],
)  # fmt: skip
