"""
What a search gives, made fit to be said: nobody sent where she cannot be in time, nothing moved for nothing.
"""

from __future__ import annotations

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.check import check_homecare, stops_of_visits
from carecoord.planning.homecare.day_law import BreachKey, added, depth_of
from carecoord.planning.homecare.repair_ground import Ground
from carecoord.planning.homecare.repair_insert import Placing, felt_people, reaches
from carecoord.planning.homecare.repair_restrict import restrict
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import TIERS, Problem
from carecoord.planning.solution import Round, Solution, Stop

PASSES = 3
"""How often what breaks a rule is taken off and placed anew."""

Rounds = dict[RoundKey, list[Stop]]


def mended(base: Ground, problem: Problem, plan: Solution) -> Solution | None:
    """
    A sound plan near the one given, or None.

    Rounds whose visits are those of before get their old times back. Visits that an aide told
    now cannot reach, and those of rounds that break a rule on the whole horizon, are placed
    anew one by one.

    Args:
        problem: what the search was allowed to change (`restrict`).
    """
    lookup = Lookup(base.problem)
    unavoidable = depth_of(check_homecare(base.problem, base.baseline))
    rounds = _settled(base, lookup, stops_by_round(lookup, plan), unavoidable)
    for _ in range(PASSES):
        late = _out_of_reach(base, lookup, rounds)
        broken = {
            (item.worker, item.day)
            for item in added(unavoidable, check_homecare(base.problem, solution_of(rounds)))
            if item.severity == "block"
        }
        if not late and not broken:
            return _completed(base, solution_of(_retimed(base, lookup, rounds, unavoidable)))
        rounds = _again(base, problem, rounds, late | _moved_in(base, rounds, broken))
    return None


def _retimed(base: Ground, lookup: Lookup, rounds: Rounds, unavoidable: dict[BreachKey, int]) -> Rounds:
    """
    Visits that stay with their aide get their old minute back where their neighbours leave it.

    A search moves by minutes what gains a cent; an aide would have to be told for it.
    """
    was = {(item.worker, item.day, stop.visit): stop for item in base.baseline.rounds for stop in item.stops}
    again: Rounds = {}
    for key, stops in rounds.items():
        seconds = lookup.ways[key[0]].seconds
        fresh = list(stops)
        for index, stop in enumerate(stops):
            old = was.get((*key, stop.visit))
            if old is None or old == stop or lookup.visits[stop.visit].team_size > 1:
                continue
            here = lookup.place_of[stop.visit]
            if index:
                before = fresh[index - 1]
                if before.end_s + seconds[lookup.place_of[before.visit]][here] > old.start_s:
                    continue
            if index + 1 < len(fresh):
                after = fresh[index + 1]
                if old.end_s + seconds[here][lookup.place_of[after.visit]] > after.start_s:
                    continue
            fresh[index] = old
        again[key] = fresh
    found = added(unavoidable, check_homecare(base.problem, solution_of(again)))
    return rounds if any(item.severity == "block" for item in found) else again


def _completed(base: Ground, plan: Solution) -> Solution:
    """The plan with every visit put in that has lost its place and still fits somewhere."""
    lookup = Lookup(restrict(base))
    rounds = stops_by_round(lookup, plan)
    made = {stop.visit for stops in rounds.values() for stop in stops}
    planned = {stop.visit for item in base.before.rounds for stop in item.stops} | set(base.displaced)
    waiting = [visit for visit in lookup.problem.visits if visit.id in planned and visit.id not in made]
    if not waiting:
        return plan
    board = Board(lookup, rounds)
    placing = Placing(base, board, felt_people(base, board))
    left = [v for v in sorted(waiting, key=lambda v: TIERS.index(v.tier)) if not placing.place(v)]
    board.warnings_allowed = True
    for visit in left:
        if visit.tier == "vital":
            placing.place(visit)
    return solution_of(dict(board.rounds))


def solution_of(rounds: Rounds) -> Solution:
    """Rounds as a plan."""
    kept = sorted((key, stops) for key, stops in rounds.items() if stops)
    return Solution(rounds=[Round(worker=worker, day=day, stops=stops) for (worker, day), stops in kept])


def _settled(base: Ground, lookup: Lookup, rounds: Rounds, unavoidable: dict[BreachKey, int]) -> Rounds:
    """Rounds with the same visits as before keep their times, where that breaks nothing."""
    before = stops_by_round(lookup, base.baseline)
    again = dict(rounds)
    for key, stops in rounds.items():
        old = before.get(key, [])
        if stops != old and {stop.visit for stop in stops} == {stop.visit for stop in old}:
            again[key] = old
    fresh = added(unavoidable, check_homecare(base.problem, solution_of(again)))
    return rounds if any(item.severity == "block" for item in fresh) else again


def _out_of_reach(base: Ground, lookup: Lookup, rounds: Rounds) -> set[str]:
    """Visits that nobody can be at in time: the aide hears of them only now."""
    before = {
        (key, stop.visit) for key, stops in stops_by_round(lookup, base.baseline).items() for stop in stops
    }
    return {
        stop.visit
        for key, stops in rounds.items()
        if key[1] in base.days
        for position, stop in enumerate(stops)
        if (key, stop.visit) not in before
        and stop.visit not in base.fixed
        and not reaches(base, lookup, key[0], stops, position)
    }


def _moved_in(base: Ground, rounds: Rounds, broken: set[tuple[str | None, int | None]]) -> set[str]:
    """Visits of rounds that break a rule which were not there, or at another time."""
    was = {
        (item.worker, item.day, stop.visit, stop.start_s)
        for item in base.baseline.rounds
        for stop in item.stops
    }
    workers = {worker for worker, _ in broken}
    return {
        stop.visit
        for (worker, day), stops in rounds.items()
        if worker in workers and day in base.days
        for stop in stops
        if (worker, day, stop.visit, stop.start_s) not in was and stop.visit not in base.fixed
    }


def _again(base: Ground, problem: Problem, rounds: Rounds, names: set[str]) -> Rounds:
    """Visits taken off and placed one by one, most urgent first."""
    lookup = Lookup(problem)
    left = {key: [stop for stop in stops if stop.visit not in names] for key, stops in rounds.items()}
    board = Board(lookup, {key: stops for key, stops in left.items() if stops})
    placing = Placing(base, board, felt_people(base, board))
    old = stops_of_visits(rounds)
    waiting = sorted(
        (lookup.visits[name] for name in names),
        key=lambda visit: (TIERS.index(visit.tier), old[visit.id][0].stop.start_s, visit.id),
    )
    for visit in waiting:
        placing.place(visit)
    return dict(board.rounds)
