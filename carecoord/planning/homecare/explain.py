"""
Why a visit was left out: each compatible aide tried at every position of every option.

Nothing here knows the engine; the rules are the checker's. A cause names what stands in
the way of the nearest miss; `also` in its arguments names the other rules of that miss, so
that lifting all of them makes the visit possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.causes import nearest_miss
from carecoord.planning.homecare.prices import cost_cents
from carecoord.planning.homecare.scan import scan
from carecoord.planning.homecare.team_causes import free_but_alone, needing_partner
from carecoord.planning.homecare.trial import (
    Attempt,
    Outcome,
    at_start,
    options_of,
    standing_cause,
    try_worker,
)
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Option, Problem, Visit, Worker
from carecoord.planning.solution import Round, Solution, Stop, Unassigned, WorkerCause

CODES: tuple[str, ...] = (
    "insertable",
    "no_skilled_worker",
    "all_refused",
    "no_worker_available",
    "no_legal_place",
    "no_pair",
    "pin_impossible",
    "disturbance_budget",
)
"""Causes in one word, for a visit as a whole."""

CAUSES: tuple[str, ...] = (
    "skill", "refused", "pin", "availability", "travel_time", "person_overlap", "team", "disturbance_budget",
    "person_busy", "meal_before_visit",
)  # fmt: skip
"""Causes for one aide, besides the names of the working-time rules."""


STEP_S = 300
"""Hours of visits are told in steps of five minutes."""


class Insertion(msgspec.Struct, frozen=True, kw_only=True):
    """
    A legal way to serve a visit that was left out.

    Args:
        workers: one aide, or two who start together.
        start_s: elapsed seconds.
        rounds: the rounds that change, complete, with the new starts of their other stops.
        cost_cents: travel, mileage, new face, wish and hour that it adds, estimated.
    """

    visit: str
    workers: list[str]
    day: int
    start_s: int
    rounds: list[Round]
    cost_cents: int

    @classmethod
    def of(cls, visit: Visit, attempts: list[Attempt], cents: int) -> Insertion:
        """
        Attempts that start together, as one place.

        Args:
            cents: what they cost.
        """
        return cls(
            visit=visit.id,
            workers=[attempt.worker for attempt in attempts],
            day=attempts[0].day,
            start_s=attempts[0].start_s,
            rounds=[Round(worker=t.worker, day=t.day, stops=t.stops) for t in attempts],
            cost_cents=cents,
        )


def explain(problem: Problem, solution: Solution) -> list[Unassigned]:
    """
    Every unserved visit with its causes, in the order of the problem.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    board, left = board_of(lookup, stops_by_round(lookup, solution))
    return [explain_on(board, visit)[0] for visit in left]


def explain_visit(problem: Problem, solution: Solution, visit_id: str) -> Unassigned:
    """
    The causes of one visit, as if it were unserved where it is served.

    Raises:
        KeyError: no such visit.
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    board, visit = _without(problem, solution, visit_id)
    return explain_on(board, visit)[0]


def find_insertion(
    problem: Problem, solution: Solution, visit_id: str, *, warnings_allowed: bool = False
) -> Insertion | None:
    """
    The cheapest way found to serve a visit that breaks nothing new, neither rule nor warning.

    A warning for too short a day does not count: a later visit usually cures it.

    Args:
        warnings_allowed: accept other new warnings too, for a visit that is worth a reason.

    Raises:
        KeyError: no such visit.
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    board, visit = _without(problem, solution, visit_id)
    board.warnings_allowed = warnings_allowed
    return insertion_on(board, visit)


def board_of(lookup: Lookup, rounds: dict[RoundKey, list[Stop]]) -> tuple[Board, list[Visit]]:
    """
    A board, and the visits left out in the order of the problem.

    A visit for two with one aide is left out: its single stop is taken off.
    """
    made = Counter(stop.visit for stops in rounds.values() for stop in stops)
    left = [visit for visit in lookup.problem.visits if made[visit.id] < visit.team_size]
    half = {visit.id for visit in left if made[visit.id]}
    kept = {key: [stop for stop in stops if stop.visit not in half] for key, stops in rounds.items()}
    return Board(lookup, {key: stops for key, stops in kept.items() if stops}), left


def _without(problem: Problem, solution: Solution, visit_id: str) -> tuple[Board, Visit]:
    lookup = Lookup(problem)
    visit = lookup.visits[visit_id]
    board, _ = board_of(lookup, stops_by_round(lookup, solution))
    take_off(board, visit_id)
    return board, visit


def take_off(board: Board, visit_id: str) -> None:
    """Take a visit off every round it is in."""
    for (worker, day), stops in list(board.rounds.items()):
        if any(stop.visit == visit_id for stop in stops):
            board.put(worker, day, [stop for stop in stops if stop.visit != visit_id])


def explain_on(board: Board, visit: Visit) -> tuple[Unassigned, Insertion | None]:
    """The causes of one unserved visit on a board, and a way to serve it if there is one."""
    options = options_of(visit)
    insertion, able, outcomes = _searched(board, visit, options)
    if insertion is not None:
        return Unassigned(visit=visit.id, code="insertable"), insertion
    workers = board.lookup.problem.workers if options else []
    causes = [_cause(board, visit, worker, options, (able, outcomes)) for worker in workers]
    return Unassigned(visit=visit.id, code=_code(board, visit, causes), causes=causes), None


def insertion_on(board: Board, visit: Visit) -> Insertion | None:
    """A way to serve one unserved visit on a board, without looking for causes when there is none."""
    return _searched(board, visit, options_of(visit))[0]


def _searched(
    board: Board, visit: Visit, options: list[Option]
) -> tuple[Insertion | None, dict[str, list[Attempt]], dict[str, Outcome]]:
    """The best way; where there is none, the aides who could alone, with how, and all outcomes."""
    workers = [w for w in board.lookup.problem.workers if compatible(visit, w)] if options else []
    if visit.team_size == 1:
        found = scan(board, visit, workers, options)
        best = found.best
        return None if best is None else _insertion(board, visit, [best]), {}, found.outcomes
    outcomes = {worker.id: try_worker(board, visit, worker, options) for worker in workers}
    able = {name: outcome.possible for name, outcome in outcomes.items() if outcome.possible}
    return _pair(board, visit, able), able, outcomes


def _cause(
    board: Board,
    visit: Visit,
    worker: Worker,
    options: list[Option],
    tried: tuple[dict[str, list[Attempt]], dict[str, Outcome]],
) -> WorkerCause:
    able, outcomes = tried
    if worker.id in able:
        return free_but_alone(worker.id, able)
    cause, place = nearest_miss(board, visit, worker, options, outcomes.get(worker.id))
    return cause if visit.team_size == 1 else needing_partner(board, visit, cause, place, able)


def _code(board: Board, visit: Visit, causes: list[WorkerCause]) -> str:
    """The cause in one word: where the list of aides ran out, or fell short of a pair."""
    if visit.pin is not None:
        return "pin_impossible"
    count = Counter(cause.code for cause in causes)
    workers = board.lookup.problem.workers
    if not any(set(visit.skills) <= set(worker.skills) for worker in workers):
        return "no_skilled_worker"
    suited = len(workers) - count["refused"] - count["skill"]
    if not suited:
        return "all_refused"
    present = suited - count["availability"]
    if not present:
        return "no_worker_available"
    if count["disturbance_budget"]:
        # Somebody could, were one more person to get another aide or another hour.
        return "disturbance_budget"
    return "no_pair" if count["team"] or present < visit.team_size else "no_legal_place"


def insertion_with(
    board: Board, visit: Visit, worker: Worker, partners: dict[str, list[Attempt]], options: list[Option]
) -> Insertion | None:
    """
    The cheapest way to serve a visit in which one aide takes part.

    Args:
        partners: for a visit for two, the aides who can alone, with how.
        options: alternatives, already narrowed by pins.
    """
    if visit.team_size == 1:
        best = scan(board, visit, [worker], options).best
        return None if best is None else _insertion(board, visit, [best])
    own = try_worker(board, visit, worker, options).possible
    return _pair(board, visit, {**partners, worker.id: own}, must={worker.id}) if own else None


def able_alone(board: Board, visit: Visit, options: list[Option]) -> dict[str, list[Attempt]]:
    """Aides who could be one of the team, with how."""
    workers = [w for w in board.lookup.problem.workers if compatible(visit, w)]
    found = {worker.id: try_worker(board, visit, worker, options).possible for worker in workers}
    return {name: possible for name, possible in found.items() if possible}


def _pair(
    board: Board, visit: Visit, able: dict[str, list[Attempt]], *, must: Collection[str] = ()
) -> Insertion | None:
    """Two aides, or as many as the team needs, who can start together; starts nearest to the wish first."""
    if len(able) < visit.team_size:
        return None
    pinned = {*(visit.pin.workers or () if visit.pin is not None else ()), *must}
    if not pinned <= able.keys():
        return None
    seen: set[tuple[int, int]] = set()
    for starts in (_common_starts(able), _every_start(able, visit.team_size, pinned)):
        for option, start_s in starts:
            if (option.day, start_s) in seen:
                continue
            seen.add((option.day, start_s))
            found = pair_at(board, visit, able, at_start(option, start_s), must=pinned)
            if found is not None:
                return found
    return None


def pair_at(
    board: Board, visit: Visit, able: dict[str, list[Attempt]], option: Option, *, must: Collection[str] = ()
) -> Insertion | None:
    """
    The cheapest team at one start.

    Args:
        able: aides who can alone, with how, in a window that holds the start.
        option: narrowed to the start.
        must: aides who take part.
    """
    together = _together(board, visit, able, option, must)
    if len(together) < visit.team_size:
        return None
    together.sort(key=lambda t: (t.worker not in must, cost_cents(board, visit, t), t.worker))
    for team in combinations(together, visit.team_size):
        changed = {(seat.worker, seat.day): seat.stops for seat in team}
        if set(must) <= {seat.worker for seat in team} and board.within_budget(changed):
            return _insertion(board, visit, list(team))
    return None


def _together(
    board: Board, visit: Visit, able: dict[str, list[Attempt]], option: Option, pinned: Collection[str]
) -> list[Attempt]:
    """How each aide can at one start; nothing where one who must come cannot, or too few can."""
    start_s = option.earliest_s
    near = [
        name
        for name, attempts in able.items()
        if any(t.day == option.day and t.slot.lo_s <= start_s <= t.slot.hi_s for t in attempts)
    ]
    if len(near) < visit.team_size:
        return []
    found: list[Attempt] = []
    for name in sorted(near, key=lambda name: name not in pinned):
        possible = try_worker(board, visit, board.lookup.workers[name], [option], first_only=True).possible
        if not possible and name in pinned:
            return []
        found.extend(possible)
    return found if set(pinned) <= {attempt.worker for attempt in found} else []


def _common_starts(able: dict[str, list[Attempt]]) -> list[tuple[Option, int]]:
    """Starts worth trying together: those that suited one aide, and the ends of every range."""
    starts: dict[tuple[int, int], Option] = {}
    for attempts in able.values():
        for attempt in attempts:
            for start_s in (attempt.start_s, attempt.slot.lo_s, attempt.slot.hi_s):
                starts.setdefault((attempt.day, start_s), attempt.option)
    pairs = [(option, start_s) for (_, start_s), option in starts.items()]

    def wish(pair: tuple[Option, int]) -> tuple[int, int]:
        option, start_s = pair
        return (abs(start_s - (option.preferred_s or option.earliest_s)), start_s)

    return sorted(pairs, key=wish)


def _every_start(
    able: dict[str, list[Attempt]], team_size: int, pinned: Collection[str]
) -> Iterator[tuple[Option, int]]:
    """Starts in steps of five minutes where the ranges of enough aides meet: law may leave but the middle."""
    whole: dict[tuple[int, int, int], Option] = {}
    for attempts in able.values():
        for item in attempts:
            whole.setdefault((item.day, item.option.earliest_s, item.option.latest_s), item.option)
    for (day, earliest_s, latest_s), option in whole.items():
        for start_s in range(-(-earliest_s // STEP_S) * STEP_S, latest_s + 1, STEP_S):
            free = {
                name
                for name, attempts in able.items()
                if any(t.day == day and t.slot.lo_s <= start_s <= t.slot.hi_s for t in attempts)
            }
            if len(free) >= team_size and set(pinned) <= free:
                yield option, start_s


def _insertion(board: Board, visit: Visit, attempts: list[Attempt]) -> Insertion:
    return Insertion.of(visit, attempts, sum(cost_cents(board, visit, attempt) for attempt in attempts))


def apply_insertion(board: Board, insertion: Insertion) -> None:
    """Make an insertion on a board."""
    for item in insertion.rounds:
        board.put(item.worker, item.day, item.stops)


def compatible(visit: Visit, worker: Worker) -> bool:
    """Whether nothing but hours and law keeps an aide from a visit."""
    return standing_cause(visit, worker) is None
