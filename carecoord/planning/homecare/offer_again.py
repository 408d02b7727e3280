"""
An offer taken up later: the same visits at the same places, judged on the plan as it is then.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import msgspec

from carecoord.planning.homecare.desk import Desk, Refusal, Trial
from carecoord.planning.homecare.screen import Candidate, Seat
from carecoord.planning.homecare.trial import standing_cause
from carecoord.planning.problem import Visit


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the need, on a day, at a start, by these aides."""

    visit: str
    day: int
    start_s: int
    workers: list[str]


def placed_again(desk: Desk, wanted: Sequence[Wanted]) -> Trial | None:
    """
    Exactly these places, or None when one of them does not hold any more.

    Visits of the need that are not named stay unserved.
    """
    trial = Trial()
    for item in sorted(wanted, key=lambda one: (one.day, one.start_s, one.visit)):
        placed = _placed(desk, trial, desk.visits[item.visit], item)
        if placed is None:
            return None
        trial = placed
    return trial


def _placed(desk: Desk, trial: Trial, visit: Visit, item: Wanted) -> Trial | None:
    index = desk.resident.index
    if len(set(item.workers)) != visit.team_size or any(worker not in index for worker in item.workers):
        return None
    if not 0 <= item.day < len(desk.resident.problem.days):
        return None
    workers = [desk.resident.workers[index[worker]] for worker in sorted(item.workers)]
    if any(standing_cause(visit, worker) is not None for worker in workers):
        return None
    positions = [_positions(desk, trial, worker.id, visit, item) for worker in workers]
    for chosen in product(*positions):
        seats = tuple(
            Seat(index[worker.id], position, 0) for worker, position in zip(workers, chosen, strict=True)
        )
        tried = desk.place(trial, visit, Candidate(0.0, 0.0, item.day, item.start_s, seats))
        if not isinstance(tried, Refusal):
            return tried
    return None


def _positions(desk: Desk, trial: Trial, worker: str, visit: Visit, item: Wanted) -> list[int]:
    """Positions of a round that hold the start, once others give way."""
    lane = desk.lane(trial, (worker, item.day))
    seconds = desk.lookup.ways[worker].seconds
    here = desk.lookup.place_of[visit.id]
    end_s = item.start_s + visit.duration_s
    found = []
    for position in range(len(lane.stops) + 1):
        before, after = position - 1, position
        if position:
            ready_s = lane.earliest[before] + lane.length_s(before) + seconds[lane.places[before]][here]
            if item.start_s < ready_s:
                continue
        if position < len(lane.stops) and end_s + seconds[here][lane.places[after]] > lane.latest[after]:
            continue
        found.append(position)
    return found
