"""
A day of rides opened in the planner's terms, and written back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import is_suspended
from carecoord.beneficiaries.service import stays_of
from carecoord.bookings.domain import Booking, BookingKind
from carecoord.bookings.service import bookings_between, replace_bookings
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict
from carecoord.planning.problem import Interval
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.check import check
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.problem import Problem
from carecoord.planning.rides.solution import Solution
from carecoord.planning.solution import Violation
from carecoord.rides.assemble import (
    DAY_S,
    DayInput,
    instant_of,
    points_of,
    problem_of,
    second_of,
    solution_of,
    tours_of,
)
from carecoord.rides.domain import Leg, LegState
from carecoord.rides.outings import around_visits
from carecoord.rides.plan_domain import DriverTour, RidePlan
from carecoord.rides.service.requests import mark_legs
from carecoord.rides.store import days as store
from carecoord.rides.store import drivers as driver_store
from carecoord.rides.store import legs as leg_store
from carecoord.rides.ways import Ways, completed, no_ways, pack, travel_between, unpack
from carecoord.settings import Settings

VISITS: tuple[BookingKind, ...] = ("visit",)
TO_PLAN: tuple[LegState, ...] = ("looking", "placed", "done")


class OpenedDay(msgspec.Struct, frozen=True, kw_only=True):
    """
    A day ready to be asked about or changed.

    Args:
        board: its plan, legal tours alone.
        kept: tours that break a rule as they stand: they stay until they are repaired, and nothing is
            added to them.
        duties: those to which rides may be added.
        ways: travel, to be kept when the day is written.
    """

    day: DayInput
    plan: RidePlan | None
    problem: Problem
    solution: Solution
    board: Board
    kept: list[DriverTour]
    duties: list[str]
    ways: Ways
    is_ways_new: bool

    @property
    def version(self) -> int:
        """Version of the plan looked at; 0 where there is none."""
        return self.plan.version if self.plan is not None else 0


async def open_day(
    uow: UnitOfWork,
    actor: Actor,
    on: date,
    settings: Settings | None = None,
    *,
    extra: Sequence[Leg] = (),
    strict: bool = False,
) -> OpenedDay:
    """
    Read a day.

    Args:
        settings: where travel times come from; None for the crow's flight.
        extra: ways that are asked about and not written yet.
        strict: tours that volunteers can no longer drive are not kept: for a repair.

    Raises:
        Refused: the actor lacks `ride:read` or `person:read`.
    """
    actor.require(RIDE_READ)
    day = await gather(uow, actor, on, extra=extra, strict=strict)
    document = await store.travel_document(uow.session, on)
    known = no_ways() if document is None else unpack(document)
    points = points_of(day)
    ways, is_new = await completed(known, points, settings)
    problem = problem_of(day, travel_between(ways, points))
    solution = solution_of(day, problem)
    known_duties = {duty.id for duty in problem.duties}
    held = msgspec.structs.replace(
        solution, tours=[tour for tour in solution.tours if tour.duty in known_duties]
    )
    board = Board.of(Ground(problem), held)
    broken = {tour.duty for tour in held.tours} - set(board.tours)
    legs_on_board = {UUID(name) for name in board.duty_of}
    kept = [] if strict else [
        tour for tour in day.tours if tour.trips and not {trip.leg_id for trip in tour.trips} & legs_on_board
    ]  # fmt: skip
    return OpenedDay(
        day=day,
        plan=await store.plan_of(uow.session, on),
        problem=problem,
        solution=solution,
        board=board,
        kept=[tour for tour in kept if _has_rides(tour, problem)],
        duties=[duty.id for duty in problem.duties if duty.id not in broken],
        ways=ways,
        is_ways_new=is_new,
    )


def _has_rides(tour: DriverTour, problem: Problem) -> bool:
    """Whether anybody still rides: a tour whose rides were all cancelled is gone."""
    known = {item.id for item in problem.requests}
    return any(trip.leg_id.hex in known for trip in tour.trips)


async def gather(
    uow: UnitOfWork, actor: Actor, on: date, *, extra: Sequence[Leg] = (), strict: bool = False
) -> DayInput:
    """Read everything a day is planned from."""
    session = uow.session
    legs = await leg_store.legs_on(session, on, TO_PLAN)
    known = {leg.id for leg in legs}
    new = {leg.id: leg for leg in extra}
    legs = [new.get(leg.id, leg) for leg in legs] + [leg for leg in extra if leg.id not in known]
    start, end = local_instant(on, 0), local_instant(on, 24 * 60)
    stays = await stays_of(uow, actor, {leg.person_id for leg in legs}, on, on) if legs else []
    legs = [leg for leg in legs if leg.id in new or not is_suspended(stays, leg.person_id, on)]
    people = {leg.person_id for leg in legs}
    return DayInput(
        on=on,
        legs=legs,
        errands=await store.errands(session, [leg.id for leg in legs]),
        volunteers=await driver_store.volunteers(session),
        absences=await driver_store.absences(session, start, end),
        vehicles=await driver_store.vehicles(session),
        shuttles=await store.shuttles(session, on, on),
        bonds=await driver_store.bonds(session),
        apart=await driver_store.apart(session),
        busy=around_visits(legs, await _busy(uow, actor, on, people)),
        given_s=await store.given_s(session, on.replace(day=1), on),
        tours=await store.tours(session, on, on),
        strict=strict,
    )


async def _busy(
    uow: UnitOfWork, actor: Actor, on: date, people: Collection[UUID]
) -> dict[UUID, list[Interval]]:
    """When people are visited at home that day."""
    found: dict[UUID, list[Interval]] = defaultdict(list)
    if not people:
        return found
    start, end = local_instant(on, 0), local_instant(on, 24 * 60)
    visits = await bookings_between(uow, actor, start, end, person_ids=people, kinds=VISITS)
    for item in visits:
        begin, over = max(0, second_of(on, item.starts_at)), min(DAY_S, second_of(on, item.ends_at))
        found[item.person_id].append(Interval(start_s=begin, end_s=over))
    return found


def violations(opened: OpenedDay, board: Board, duties: Collection[str] | None = None) -> list[Violation]:
    """What the independent checker says of a plan; of some tours' own when duties are given."""
    plan = board.solution()
    if duties is not None:
        plan = msgspec.structs.replace(plan, tours=[tour for tour in plan.tours if tour.duty in set(duties)])
    problem = msgspec.structs.replace(opened.problem, requests=list(board.ground.requests.values()))
    return check(problem, plan)


async def write_day(uow: UnitOfWork, actor: Actor, opened: OpenedDay, board: Board) -> None:
    """
    Make this the plan of the day: tours, trips, states of the ways, bookings of people, travel.

    The caller holds the lock of the day (`lock_day`).

    Raises:
        Conflict: `person_taken`: somebody has a visit at that hour.
    """
    on = opened.day.on
    wanted = [*tours_of(opened.day, board), *opened.kept]
    await store.replace_tours(uow.session, actor.organisation_id, on, wanted)
    await store.touch_plan(uow.session, actor.organisation_id, on)
    if opened.is_ways_new:
        await store.save_travel(uow.session, actor.organisation_id, on, pack(opened.ways))
    legs = {leg.id: leg for leg in opened.day.legs}
    placed = {trip.leg_id for tour in wanted for trip in tour.trips if trip.leg_id in legs}
    await mark_legs(uow, actor, [key for key in placed if legs[key].state == "looking"], "placed")
    gone = [key for key, leg in legs.items() if key not in placed and leg.state == "placed"]
    await mark_legs(uow, actor, gone, "looking")
    span = (local_instant(on, 0), local_instant(on, 24 * 60))
    await replace_bookings(uow, actor, "ride", span, _bookings(opened.day, wanted))


def _bookings(day: DayInput, tours: Sequence[DriverTour]) -> list[Booking]:
    """A ride takes its passenger from boarding until home again: between two ways she is out as well."""
    legs = {leg.id: leg for leg in day.legs}
    trips = {trip.leg_id: trip for tour in tours for trip in tour.trips}
    back = {leg.request_id: leg for leg in day.legs if leg.direction == "back" and leg.id in trips}
    found = []
    for leg_id, trip in trips.items():
        leg = legs.get(leg_id)
        if leg is None or trip.outcome == "absent":
            continue
        ends_s = trip.dropoff_s + leg.alighting_s
        home = back.get(leg.request_id)
        if leg.direction == "out" and home is not None:
            ends_s = max(ends_s, trips[home.id].pickup_s)
        found.append(
            Booking(
                kind="ride",
                source_id=leg_id,
                person_id=leg.person_id,
                starts_at=instant_of(day.on, trip.pickup_s),
                ends_at=instant_of(day.on, ends_s),
            )
        )
    return found


async def lock_day(uow: UnitOfWork, actor: Actor, on: date, version: int | None = None) -> None:
    """
    Hold a day for a change.

    Args:
        version: the one looked at; None for whatever there is.

    Raises:
        Conflict: changed meanwhile.
    """
    await store.lock_day(uow.session, actor.organisation_id, on)
    if version is None:
        return
    plan = await store.plan_of(uow.session, on)
    if (plan.version if plan else 0) != version:
        raise Conflict("changed_meanwhile", "the plan of the day was changed meanwhile")
