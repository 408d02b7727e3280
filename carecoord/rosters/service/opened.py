"""
A roster opened for judging or changing: locked, with its problem and its stops as a plan.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from uuid import UUID

import msgspec

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.problem import Pin as PlannedPin
from carecoord.planning.problem import Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Solution
from carecoord.rosters.apply import breach_of, key_figures, origin_of, solution_of
from carecoord.rosters.documents import unpack_problem
from carecoord.rosters.domain import KeyFigures, Pin, Roster, RosterStop, RuleBreach
from carecoord.rosters.elsewhere import Elsewhere, with_elsewhere
from carecoord.rosters.service.booked import elsewhere_in
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import rosters as store
from carecoord.rosters.store import runs as run_store
from carecoord.rosters.store.rosters import RosterFacts


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of a plan and every rule it breaks, from the independent checker."""

    figures: KeyFigures
    breaches: list[RuleBreach]


class OpenedRoster(msgspec.Struct, frozen=True, kw_only=True):
    """
    A roster in the planner's terms.

    Args:
        packed: the problem of its run, with what was added since, compressed.
        pins: those of today, which take the place of those of the time of planning.
        elsewhere: what other services have promised by today, likewise.
    """

    roster: Roster
    stops: list[RosterStop]
    packed: bytes
    pins: list[Pin]
    elsewhere: Elsewhere = Elsewhere()

    def problem(self) -> Problem:
        """The problem of its run with pins, rides and meals of today; takes tens of milliseconds."""
        problem = with_pins(_unpacked(self.packed), self.pins)
        return with_elsewhere(problem, self.elsewhere, origin_of(problem))

    def facts(self, judgement: Judgement) -> RosterFacts:
        """What is stored beside the stops."""
        return RosterFacts(
            figures=judgement.figures,
            naive=self.roster.naive,
            travel=self.roster.travel,
            warnings=judgement.breaches,
        )


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Problem:
    """Kept for the next look at the same plan; nobody changes a problem."""
    return unpack_problem(packed)


async def open_roster(uow: UnitOfWork, roster_id: UUID, version: int | None) -> OpenedRoster:
    """
    Lock and read a roster.

    Args:
        version: the one looked at; None to read without lock.

    Raises:
        NotFound: no such roster.
        Conflict: changed meanwhile, its run is not over, or no problem is kept for it.
    """
    roster = await store.roster_by_id(uow.session, roster_id, lock=version is not None)
    if roster is None:
        raise NotFound("roster_missing", f"no roster {roster_id}")
    if version is not None and roster.version != version:
        raise Conflict("changed_meanwhile", "the roster was changed by somebody else meanwhile")
    run = None if roster.run_id is None else await run_store.run_by_id(uow.session, roster.run_id)
    if run is not None and run.is_active:
        raise Conflict("run_active", "the plan is still being made", run_id=str(run.id))
    packed = await store.problem_of(uow.session, roster_id)
    if packed is None:
        raise Conflict("problem_missing", "no planning problem is kept for this roster")
    stops = await store.all_stops(uow.session, roster_id)
    pins = await past_store.pins(uow.session)
    elsewhere = await elsewhere_in(uow, roster.first_day, roster.day_count)
    return OpenedRoster(roster=roster, stops=stops, packed=packed, pins=pins, elsewhere=elsewhere)


def judged(opened: OpenedRoster) -> Judgement:
    """Judge the stored stops; heavy, run it in a thread."""
    problem = opened.problem()
    return judge(problem, solution_of(problem, opened.stops))


def judge(problem: Problem, solution: Solution) -> Judgement:
    """Figures and broken rules of a plan."""
    violations = check_homecare(problem, solution)
    return Judgement(
        figures=key_figures(problem, solution, violations, score(problem, solution)),
        breaches=[breach_of(problem, violation) for violation in violations],
    )


def with_pins(problem: Problem, pins: list[Pin]) -> Problem:
    """The problem with these pins alone."""
    by_visit = {pin.visit_id.hex: pin for pin in pins}
    visits = [
        msgspec.structs.replace(visit, pin=_planned(problem, by_visit.get(visit.id)))
        for visit in problem.visits
    ]
    return msgspec.structs.replace(problem, visits=visits)


def _planned(problem: Problem, pin: Pin | None) -> PlannedPin | None:
    """A pin in the planner's terms; what it says of aides or days outside the plan is left out."""
    if pin is None:
        return None
    first = problem.days[0].date
    known = {worker.id for worker in problem.workers}
    workers = [aide.hex for aide in pin.aide_ids or [] if aide.hex in known] or None
    start_s = None
    if pin.starts_at is not None:
        start_s = int((pin.starts_at - local_instant(first, 0)).total_seconds())
    day = None
    if pin.on_date is not None and first <= pin.on_date < first + timedelta(days=len(problem.days)):
        day = (pin.on_date - first).days
    if workers is None and start_s is None and day is None:
        return None
    return PlannedPin(workers=workers, start_s=start_s, day=day)
