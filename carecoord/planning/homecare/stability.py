"""
Who is disturbed by a new plan: people whose aide or hour is not what they were told.

The disturbance budget (`disturbance_budget`) is a hard limit on how many people a repair may
disturb; what each change costs beside that is in `carecoord.planning.score`.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution, Stop, Unassigned


class Disturbed(msgspec.Struct, frozen=True, kw_only=True):
    """
    One person who gets another aide or another hour than today.

    Args:
        visits: the visits concerned, in the order of the problem.
        aide_changed: somebody else than the aides of the reference makes one of them.
        hour_changed: one of them starts further from its reference than the tolerance.
    """

    person: str
    visits: list[str]
    aide_changed: bool
    hour_changed: bool


def disturbed(problem: Problem, solution: Solution) -> list[Disturbed]:
    """
    People whose aide or hour changes, in the order of the problem.

    Visits without a reference, or left out, do not count: a visit that is not made is told as such.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    return disturbed_rounds(lookup, stops_by_round(lookup, solution))


def disturbed_rounds(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> list[Disturbed]:
    """The same on rounds already put in order of time."""
    found: dict[str, tuple[bool, bool]] = {}
    for (worker, _), stops in rounds.items():
        for stop in stops:
            aide, hour = changes(lookup, worker, stop)
            if aide or hour:
                before = found.get(stop.visit, (False, False))
                found[stop.visit] = (before[0] or aide, before[1] or hour)
    people: dict[str, list[str]] = defaultdict(list)
    for visit in lookup.problem.visits if found else []:
        if visit.id in found:
            people[visit.person].append(visit.id)
    return [
        Disturbed(
            person=person.id,
            visits=people[person.id],
            aide_changed=any(found[visit][0] for visit in people[person.id]),
            hour_changed=any(found[visit][1] for visit in people[person.id]),
        )
        for person in lookup.problem.persons
        if person.id in people
    ]


def changes(lookup: Lookup, worker: str, stop: Stop) -> tuple[bool, bool]:
    """Whether a stop is another aide's than in the reference, and whether its hour is another one."""
    stability, today = lookup.problem.stability, lookup.references.get(stop.visit)
    if stability is None or today is None:
        return False, False
    return worker not in today.workers, abs(stop.start_s - today.start_s) > stability.hour_tolerance_s


def within_budget(problem: Problem, solution: Solution) -> Solution:
    """
    The plan with no more people disturbed than allowed; usually the plan itself.

    The engine keeps the budget; were it to fail, visits that changed are taken off, of the
    people with the fewest of them first. They are then left out, not moved.
    """
    stability = problem.stability
    if stability is None or stability.persons_max is None:
        return solution
    people = sorted(disturbed(problem, solution), key=lambda item: len(item.visits))
    over = people[: max(0, len(people) - stability.persons_max)]
    if not over:
        return solution
    off = {visit for item in over for visit in item.visits}
    rounds = [
        msgspec.structs.replace(item, stops=[stop for stop in item.stops if stop.visit not in off])
        for item in solution.rounds
    ]
    left = [*solution.unassigned, *(Unassigned(visit=v.id) for v in problem.visits if v.id in off)]
    return msgspec.structs.replace(solution, rounds=[item for item in rounds if item.stops], unassigned=left)
