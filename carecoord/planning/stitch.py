"""
Stitching: the plans of sectors become one, and new plans of border parts are sewn in.

A border part is taken up only where the checker and the score find the plan better for it;
so stitching never makes a plan worse. The whole is judged without any matrix: the ways that
its rounds travel are enough.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from carecoord.planning.borders import Border
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.stability import disturbed
from carecoord.planning.parts import Leg, Whole, cut, with_legs
from carecoord.planning.problem import Problem
from carecoord.planning.score import score
from carecoord.planning.sectors import Part
from carecoord.planning.solution import Round, Score, Solution, Unassigned, Violation

Rank = tuple[int, int, int, int, int, int]
"""Blocking rules broken, vital visits left out, warnings, important and comfort ones left out, cents."""


class Quilt:
    """
    A plan of a territory while its parts come in.

    Args:
        whole: the territory.
        solution: the plans of its sectors, put together.
        legs: every way that these travel.
    """

    def __init__(self, whole: Whole, solution: Solution, legs: list[Leg]) -> None:
        self.whole = whole
        self._rounds: dict[str, list[Round]] = defaultdict(list)
        self._legs: dict[tuple[str, str, str], Leg] = {}
        self._of_person: dict[str, list[str]] = defaultdict(list)
        for visit in whole.problem.visits:
            self._of_person[visit.person].append(visit.id)
        for item in solution.rounds:
            self._rounds[item.worker].append(item)
        self._told: dict[str, Unassigned] = {item.visit: item for item in solution.unassigned}
        self._keep(legs)

    @property
    def solution(self) -> Solution:
        """The plan as it is, with the visits left out and why, as far as was told."""
        rounds = [item for items in self._rounds.values() for item in items]
        served = {stop.visit for item in rounds for stop in item.stops}
        left = [visit.id for visit in self.whole.problem.visits if visit.id not in served]
        return Solution(
            rounds=sorted(rounds, key=lambda item: (item.day, item.worker)),
            unassigned=[self._told.get(name, Unassigned(visit=name)) for name in left],
        )

    @property
    def legs(self) -> list[Leg]:
        """Every way it travels, and some that it did."""
        return list(self._legs.values())

    def problem(self) -> Problem:
        """The territory with matrices of these ways alone."""
        return with_legs(self.whole.problem, self._legs.values())

    def judged(self) -> tuple[Score, list[Violation]]:
        """Score and every violation of the whole plan."""
        problem, solution = self.problem(), self.solution
        return score(problem, solution), check_homecare(problem, solution)

    def disturbed(self) -> int:
        """How many people get another aide or hour than in the reference."""
        return len(disturbed(self.problem(), self.solution))

    def take(self, border: Border, solution: Solution, legs: list[Leg]) -> bool:
        """
        Take up the new plan of a border part where the whole is better for it; says whether it was.
        """
        inside = set(border.part.workers)
        scope = self._scope(border)
        before = [item for name in scope.workers for item in self._rounds.get(name, [])]
        after = [item for item in before if item.worker not in inside] + solution.rounds
        kept = dict(self._legs)
        self._keep(legs)
        if not self._is_better(scope, before, after):
            self._legs = kept
            return False
        held = self._budget_left()
        mine = {name: self._rounds.pop(name, []) for name in border.part.workers}
        for item in solution.rounds:
            self._rounds[item.worker].append(item)
        if held is not None and self.disturbed() > held:
            # people with visits in two parts count in both of them, so shares alone do not bound the sum
            self._rounds.update(mine)
            self._legs = kept
            return False
        self._told.update({item.visit: item for item in solution.unassigned})
        return True

    def _budget_left(self) -> int | None:
        """How many people may be disturbed: as many as allowed, or as there are where that is more."""
        stability = self.whole.problem.stability
        if stability is None or stability.persons_max is None:
            return None
        return max(stability.persons_max, self.disturbed())

    def _scope(self, border: Border) -> Part:
        """The part, with whoever else visits its people, and all that these aides do."""
        makers: dict[str, set[str]] = defaultdict(set)
        for name, items in self._rounds.items():
            for item in items:
                for stop in item.stops:
                    makers[stop.visit].add(name)
        people = {self.whole.visits[name].person for name in border.part.visits}
        workers = set(border.part.workers).union(
            *(makers[visit] for person in people for visit in self._of_person[person])
        )
        visits = {
            stop.visit for name in workers for item in self._rounds.get(name, []) for stop in item.stops
        }
        return Part(
            index=border.part.index,
            visits=sorted(visits.union(border.part.visits)),
            workers=sorted(workers),
        )

    def _is_better(self, scope: Part, before: list[Round], after: list[Round]) -> bool:
        problem = cut(self.whole, scope)
        if problem.stability is not None:
            # the budget is that of the whole: `take` looks at it
            loose = msgspec.structs.replace(problem.stability, persons_max=None)
            problem = msgspec.structs.replace(problem, stability=loose)
        places = {place.id for place in problem.places}
        legs = [leg for leg in self._legs.values() if leg.start in places and leg.end in places]
        problem = with_legs(problem, legs)
        return rank(problem, Solution(rounds=after)) < rank(problem, Solution(rounds=before))

    def _keep(self, legs: list[Leg]) -> None:
        for leg in legs:
            self._legs[leg.mode, leg.start, leg.end] = leg


def rank(problem: Problem, solution: Solution) -> Rank:
    """What plans of one problem compare by while they are stitched, lower first."""
    found = check_homecare(problem, solution)
    blocking = sum(item.severity == "block" for item in found)
    vital, important, comfort, cents = score(problem, solution).key
    return blocking, vital, len(found) - blocking, important, comfort, cents
