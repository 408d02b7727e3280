"""
The plan that one deals out by hand: visits in order of time, aide by aide in turn.

Each visit goes to the next aide of the list who may legally take it after what that aide
already does that day. Nothing is optimised; it is what a real plan is compared with.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.explain import compatible
from carecoord.planning.homecare.trial import at_start, options_of
from carecoord.planning.lookup import Lookup
from carecoord.planning.problem import Option, Problem, Visit, Worker
from carecoord.planning.score import score
from carecoord.planning.solution import Round, Solution, Statistics, Stop, Unassigned


def naive(problem: Problem) -> Solution:
    """
    Deal the visits out, aide by aide, in order of time; legal by construction.

    The same problem always gives the same plan. Visits that nobody in turn could take are
    left out with the code `not_tried`.
    """
    board = Board(Lookup(problem), {})
    dealt = [(visit, options) for visit in problem.visits if (options := options_of(visit))]
    dealt.sort(key=lambda item: (_wish(item[1][0]), item[0].id))
    turn = 0
    for visit, options in dealt:
        taken = _deal(board, visit, options, turn)
        if taken is not None:
            turn = taken
    return _solution(problem, board)


def _wish(option: Option) -> int:
    return option.preferred_s if option.preferred_s is not None else option.earliest_s


def _deal(board: Board, visit: Visit, options: list[Option], turn: int) -> int | None:
    """Give one visit to the next aide or aides; returns whose turn comes after, or None if nobody can."""
    workers = board.lookup.problem.workers
    queue = [(turn + k) % len(workers) for k in range(len(workers))]
    able = [index for index in queue if compatible(visit, workers[index])]
    for option in options:
        for position, index in enumerate(able):
            start_s = _earliest(board, visit, workers[index], option)
            if start_s is None or not _may(board, visit, workers[index], option.day, start_s):
                continue
            team = [index]
            if visit.team_size > 1:
                team = _joined(board, visit, [index, *able[position + 1 :]], at_start(option, start_s))
            pinned = set(visit.pin.workers or ()) if visit.pin is not None else set()
            if len(team) < visit.team_size or not pinned <= {workers[one].id for one in team}:
                continue
            for one in team:
                board.put(
                    workers[one].id, option.day, _appended(board, visit, workers[one], option.day, start_s)
                )
            return (team[-1] + 1) % len(workers)
    return None


def _joined(board: Board, visit: Visit, queue: list[int], option: Option) -> list[int]:
    """The first aides of the queue who can all start at the one start of the option."""
    team: list[int] = []
    workers = board.lookup.problem.workers
    for index in queue:
        start_s = _earliest(board, visit, workers[index], option)
        if start_s is not None and _may(board, visit, workers[index], option.day, start_s):
            team.append(index)
        if len(team) == visit.team_size:
            break
    return team


def _earliest(board: Board, visit: Visit, worker: Worker, option: Option) -> int | None:
    """The wished hour, or the first one after the aide's last visit of the day that the window allows."""
    start_s = max(_wish(option), option.earliest_s)
    stops = board.stops(worker.id, option.day)
    if stops:
        ready_s = stops[-1].end_s + board.lookup.travel_s(worker.id, stops[-1].visit, visit.id)
        start_s = max(start_s, ready_s)
    other = board.overlap(visit, start_s)
    while other is not None:
        start_s = other[1]
        other = board.overlap(visit, start_s)
    for shift in worker.shifts:
        begin_s = max(start_s, shift.start_s)
        if begin_s <= option.latest_s and begin_s + visit.duration_s <= shift.end_s:
            return begin_s if board.overlap(visit, begin_s) is None else None
    return None


def _may(board: Board, visit: Visit, worker: Worker, day: int, start_s: int) -> bool:
    stops = _appended(board, visit, worker, day, start_s)
    added = [*board.budget_added(worker, day, stops), *board.law_added(worker, day, stops)]
    return all(board.tolerates(item) for item in added)


def _appended(board: Board, visit: Visit, worker: Worker, day: int, start_s: int) -> list[Stop]:
    made = Stop(visit=visit.id, start_s=start_s, end_s=start_s + visit.duration_s)
    return [*board.stops(worker.id, day), made]


def _solution(problem: Problem, board: Board) -> Solution:
    rounds = [
        Round(worker=worker, day=day, stops=stops)
        for (worker, day), stops in sorted(board.rounds.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    made = {stop.visit for stops in board.rounds.values() for stop in stops}
    left = [Unassigned(visit=visit.id) for visit in problem.visits if visit.id not in made]
    plan = Solution(rounds=rounds, unassigned=left, statistics=Statistics(engine="naive"))
    return msgspec.structs.replace(plan, score=score(problem, plan))
