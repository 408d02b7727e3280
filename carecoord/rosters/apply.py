"""
Problem and solution -> rounds of a roster, visits left out, key figures; and back: pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.kernel.clock import local_instant
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.stability import changes, disturbed_rounds
from carecoord.planning.load import contract_target_s
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import TIERS, Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Round, Score, Solution, Stop, Unassigned, Violation
from carecoord.planning.timeline import DayTimeline, day_timeline
from carecoord.rosters.documents import pack_solution
from carecoord.rosters.domain import AideCause, BestSoFar, KeyFigures, RosterStop, RuleBreach
from carecoord.rosters.keeping import Kept


class StopDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that is not stored yet; fields as in `rosters.domain.RosterStop`."""

    visit_id: UUID
    aide_id: UUID
    seat: int
    on_date: date
    starts_at: datetime
    ends_at: datetime
    travel_s: int
    travel_m: int
    known_face: bool


class UnservedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A visit left out that is not stored yet."""

    visit_id: UUID
    cause: str
    causes: list[AideCause] = []


class PlanDraft(msgspec.Struct, frozen=True, kw_only=True):
    """
    A plan ready to be stored.

    Args:
        solution: compressed document (`carecoord.rosters.documents`).
        best: its score.
        breaches: everything the checker found.
    """

    solution: bytes
    best: BestSoFar
    figures: KeyFigures
    breaches: list[RuleBreach]
    stops: list[StopDraft]
    unserved: list[UnservedDraft]


def draft_of(problem: Problem, solution: Solution) -> PlanDraft:
    """Judge a plan, and make it ready to be stored."""
    violations = check_homecare(problem, solution)
    price = score(problem, solution)
    return PlanDraft(
        solution=pack_solution(solution),
        best=best_so_far(price),
        figures=msgspec.structs.replace(
            key_figures(problem, solution, violations, price), bound_cents=solution.statistics.bound_cents
        ),
        breaches=[breach_of(problem, violation) for violation in violations],
        stops=stops_of(problem, solution),
        unserved=unserved_of(solution),
    )


def figures_of(problem: Problem, solution: Solution) -> KeyFigures:
    """Key figures of a plan, judged here."""
    return key_figures(problem, solution, check_homecare(problem, solution), score(problem, solution))


def origin_of(problem: Problem) -> datetime:
    """The instant from which the planner counts seconds."""
    return local_instant(problem.days[0].date, 0)


def stops_of(problem: Problem, solution: Solution) -> list[StopDraft]:
    """Every stop in UTC, by aide in order of time, with the way from the stop before."""
    lookup = Lookup(problem)
    origin = origin_of(problem)
    seats = _seats(solution)
    strangers = _first_meetings_with_strangers(lookup, solution)
    drafts: list[StopDraft] = []
    for (worker, day), stops in sorted(stops_by_round(lookup, solution).items()):
        way = lookup.ways[worker]
        here: int | None = None
        for stop in stops:
            there = lookup.place_of[stop.visit]
            drafts.append(
                StopDraft(
                    visit_id=UUID(stop.visit),
                    aide_id=UUID(worker),
                    seat=seats[stop.visit, worker],
                    on_date=problem.days[day].date,
                    starts_at=origin + timedelta(seconds=stop.start_s),
                    ends_at=origin + timedelta(seconds=stop.end_s),
                    travel_s=0 if here is None else way.seconds[here][there],
                    travel_m=0 if here is None else way.metres[here][there],
                    known_face=(stop.visit, worker) not in strangers,
                )
            )
            here = there
    return drafts


def unserved_of(solution: Solution) -> list[UnservedDraft]:
    """Visits left out with their computed causes."""
    return [unserved_draft(item) for item in solution.unassigned]


def unserved_draft(item: Unassigned) -> UnservedDraft:
    """One visit left out."""
    return UnservedDraft(
        visit_id=UUID(item.visit),
        cause=item.code,
        causes=[
            AideCause(aide_id=UUID(cause.worker), code=cause.code, args=cause.args) for cause in item.causes
        ],
    )


def solution_of(problem: Problem, stops: Iterable[RosterStop]) -> Solution:
    """
    The plan that the stored stops are, as the checker reads it.

    Stops at visits or by aides that the problem does not have are left out: they were
    cancelled or left since. What no stop serves is unassigned.
    """
    origin = origin_of(problem)
    visits = {visit.id for visit in problem.visits}
    workers = {worker.id for worker in problem.workers}
    days = {day.date: index for index, day in enumerate(problem.days)}
    rounds: dict[tuple[str, int], list[Stop]] = defaultdict(list)
    served: set[str] = set()
    for stop in stops:
        visit, worker = stop.visit_id.hex, stop.aide_id.hex
        if visit in visits and worker in workers and stop.on_date in days:
            start_s = int((stop.starts_at - origin).total_seconds())
            end_s = int((stop.ends_at - origin).total_seconds())
            rounds[worker, days[stop.on_date]].append(Stop(visit=visit, start_s=start_s, end_s=end_s))
            served.add(visit)
    return Solution(
        rounds=[
            Round(worker=worker, day=day, stops=sorted(items, key=lambda stop: stop.start_s))
            for (worker, day), items in sorted(rounds.items())
        ],
        unassigned=[Unassigned(visit=visit.id) for visit in problem.visits if visit.id not in served],
    )


def key_figures(
    problem: Problem, solution: Solution, violations: list[Violation], price: Score
) -> KeyFigures:
    """What the plan is judged by, from its stops alone."""
    lookup = Lookup(problem)
    rounds: list[DayTimeline] = []
    worked = Counter[str]()
    for (worker, day), items in stops_by_round(lookup, solution).items():
        rounds.append(day_timeline(lookup, lookup.workers[worker], day, items))
        worked[worker] += rounds[-1].work_s
    due = contract_target_s(problem)
    met = _meetings(lookup, solution)
    stops = sum(len(timeline.stops) for timeline in rounds)
    served, unserved = _tiers(lookup, solution)
    return KeyFigures(
        served=served,
        unserved=unserved,
        work_s=sum(item.work_s for item in rounds),
        service_s=sum(item.service_s for item in rounds),
        travel_s=sum(item.travel_s for item in rounds),
        wait_s=sum(item.paid_wait_s for item in rounds),
        distance_m=sum(item.distance_m for item in rounds),
        commute_s=sum(item.commute_out_s + item.commute_back_s for item in rounds),
        interruptions=sum(len(item.interruptions) for item in rounds),
        stops=stops,
        known_stops=stops - len(_first_meetings_with_strangers(lookup, solution)),
        faces=len(met),
        people=len({person for person, _ in met}),
        aides=len(worked),
        contract_s=sum(due.values()),
        contract_filled_s=sum(min(worked[worker], due_s) for worker, due_s in due.items()),
        blocking=dict(Counter(v.rule for v in violations if v.severity == "block")),
        warnings=dict(Counter(v.rule for v in violations if v.severity == "warn")),
        cost_cents=price.soft_cents,
        terms=dict(price.terms),
        kept=_kept(lookup, solution),
    )


def _kept(lookup: Lookup, solution: Solution) -> Kept:
    """How close the plan is to what it was to stay close to."""
    if lookup.problem.stability is None:
        return Kept()
    rounds = stops_by_round(lookup, solution)
    aide: dict[str, bool] = {}
    hour: dict[str, bool] = {}
    for (worker, _), stops in rounds.items():
        for stop in stops:
            if stop.visit in lookup.references:
                other_aide, other_hour = changes(lookup, worker, stop)
                aide[stop.visit] = aide.get(stop.visit, False) or other_aide
                hour[stop.visit] = hour.get(stop.visit, False) or other_hour
    return Kept(
        visits=len(aide),
        aide=sum(not other for other in aide.values()),
        hour=sum(not other for other in hour.values()),
        people=len(disturbed_rounds(lookup, rounds)),
    )


def best_so_far(price: Score) -> BestSoFar:
    """A score as a run keeps it."""
    return BestSoFar(unserved=price.unserved, soft_cents=price.soft_cents, terms=price.terms)


def breach_of(problem: Problem, violation: Violation) -> RuleBreach:
    """A violation with our own identifiers and a date."""
    return RuleBreach(
        rule=violation.rule,
        severity=violation.severity,
        aide_id=UUID(violation.worker) if violation.worker else None,
        visit_id=UUID(violation.visit) if violation.visit else None,
        on_date=_date_at(problem, violation.day),
        amount=violation.amount,
        limit=violation.limit,
        unit=violation.unit,
        source=violation.source,
    )


def _date_at(problem: Problem, day: int | None) -> date | None:
    return None if day is None else problem.days[0].date + timedelta(days=day)


def _seats(solution: Solution) -> dict[tuple[str, str], int]:
    """Visit and aide -> seat, in the order of aides' identifiers: the same for the same pair."""
    crews: dict[str, set[str]] = defaultdict(set)
    for item in solution.rounds:
        for stop in item.stops:
            crews[stop.visit].add(item.worker)
    return {
        (visit, worker): seat for visit, crew in crews.items() for seat, worker in enumerate(sorted(crew))
    }


def _meetings(lookup: Lookup, solution: Solution) -> set[tuple[str, str]]:
    """Pairs of a person and an aide who comes."""
    return {
        (lookup.visits[stop.visit].person, item.worker) for item in solution.rounds for stop in item.stops
    }


def _first_meetings_with_strangers(lookup: Lookup, solution: Solution) -> set[tuple[str, str]]:
    """Visit and aide of each first meeting with somebody the person has not seen lately."""
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for item in solution.rounds:
        for stop in item.stops:
            person = lookup.visits[stop.visit].person
            if lookup.persons[person].known.get(item.worker, 0) == 0:
                pair = (person, item.worker)
                first[pair] = min(first.get(pair, (stop.start_s, stop.visit)), (stop.start_s, stop.visit))
    return {(visit, worker) for (_, worker), (_, visit) in first.items()}


def _tiers(lookup: Lookup, solution: Solution) -> tuple[dict[str, int], dict[str, int]]:
    """Served and unserved visits by tier; a visit for two with one aide is not served."""
    doors = Counter(stop.visit for item in solution.rounds for stop in item.stops)
    served, unserved = Counter[str](), Counter[str]()
    for visit in lookup.problem.visits:
        (served if doors[visit.id] >= visit.team_size else unserved)[visit.tier] += 1
    return {tier: served[tier] for tier in TIERS}, {tier: unserved[tier] for tier in TIERS}
