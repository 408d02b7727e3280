"""
The first repair: each visit that needs a place goes to the cheapest legal one, judged by the checker's rules.

Candidates are listed with their price and judged cheapest first, so that law, which is dear
to check, is looked at few times. Without the engine: it answers while somebody is on the phone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.check import stops_of_visits
from carecoord.planning.homecare.explain import compatible, insertion_on
from carecoord.planning.homecare.repair_ground import Ground
from carecoord.planning.homecare.repair_restrict import restrict
from carecoord.planning.homecare.slots import Frame, Slot, frame_of, ranges
from carecoord.planning.homecare.trial import options_of
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import TIERS, Option, Visit, Worker
from carecoord.planning.solution import Round, Solution, Stop

JUDGED_MAX = 300
"""Candidates of one visit that are judged at most."""

EJECTED_MAX = 40
"""Visits of lower tiers that are tried to be taken off for one of a higher tier."""


class Candidate(NamedTuple):
    """One position and start with one aide, with what it costs; law is not judged yet."""

    cost_cents: int
    worker: str
    start_s: int
    option: Option
    slot: Slot


Found = list[tuple[str, int, list[Stop]]]
"""Worker, day and new round, for each aide of a visit."""


class Placing:
    """
    Visits put on a board one by one, within a disturbance budget.

    Args:
        base: what the repair starts from.
        felt: people disturbed by what is on the board already.
    """

    def __init__(self, base: Ground, board: Board, felt: set[str]) -> None:
        self.base = base
        self.board = board
        self.felt = felt
        self._was = {stop.visit: stop.start_s for item in base.before.rounds for stop in item.stops}

    def place(self, visit: Visit) -> bool:
        """Put a visit at its cheapest legal place; whether there is one that the budget allows."""
        found = self._team(visit) if visit.team_size > 1 else self._alone(visit)
        if found is None:
            found = self._tried_out(visit)
        if found is None:
            return False
        self.felt |= self._felt_by(visit, found)
        for worker, day, stops in found:
            self.board.put(worker, day, stops)
        return True

    def _felt_by(self, visit: Visit, found: Found) -> set[str]:
        """Whom a placing disturbs: the person of the visit, those whose hour moves further than tolerated."""
        visits, tolerance_s = self.board.lookup.visits, self.base.situation.hour_tolerance_s
        moved = {
            visits[stop.visit].person
            for _, _, stops in found
            for stop in stops
            if abs(stop.start_s - self._was.get(stop.visit, stop.start_s)) > tolerance_s
        }
        return moved | ({visit.person} if visit.id in self._was else set())

    def _is_allowed(self, visit: Visit, found: Found) -> bool:
        most = self.base.situation.persons_max
        if most is None:
            return True
        after = self.felt | self._felt_by(visit, found)
        return len(after) <= most or after == self.felt

    def _tried_out(self, visit: Visit) -> Found | None:
        """What the explanations would call possible, so that nobody is told impossible who is not."""
        insertion = insertion_on(self.board, visit)
        if insertion is None:
            return None
        found = [(item.worker, item.day, item.stops) for item in insertion.rounds]
        for worker, _, stops in found:
            position = next(index for index, stop in enumerate(stops) if stop.visit == visit.id)
            if not reaches(self.base, self.board.lookup, worker, stops, position):
                return None
        return found if self._is_allowed(visit, found) else None

    def _alone(self, visit: Visit) -> Found | None:
        candidates = [
            candidate
            for worker in self.board.lookup.problem.workers
            if compatible(visit, worker)
            for candidate in self.candidates(visit, worker, options_of(visit))
        ]
        for candidate in sorted(candidates)[:JUDGED_MAX]:
            stops = self._legal(visit, candidate)
            if stops is not None:
                found = [(candidate.worker, candidate.option.day, stops)]
                if self._is_allowed(visit, found):
                    return found
        return None

    def _team(self, visit: Visit) -> Found | None:
        """Aides who can start together: at each start worth trying, the cheapest that law lets come."""
        workers = [w for w in self.board.lookup.problem.workers if compatible(visit, w)]
        pinned = set(visit.pin.workers or ()) if visit.pin is not None else set()
        starts: dict[tuple[int, int], int] = {}
        for worker in workers:
            for item in self.candidates(visit, worker, options_of(visit)):
                key = (item.option.day, item.start_s)
                starts[key] = min(starts.get(key, item.cost_cents), item.cost_cents)
        for day, start_s in sorted(starts, key=lambda key: (starts[key], key))[:EJECTED_MAX]:
            found = self._together(visit, workers, day, start_s)
            if len(found) >= visit.team_size and pinned <= found.keys():
                chosen = sorted(found, key=lambda name: (name not in pinned, found[name][0], name))
                team = [(name, day, found[name][1]) for name in chosen[: visit.team_size]]
                if self._is_allowed(visit, team):
                    return team
        return None

    def _together(
        self, visit: Visit, workers: list[Worker], day: int, start_s: int
    ) -> dict[str, tuple[int, list[Stop]]]:
        found = {}
        options = [
            msgspec.structs.replace(option, earliest_s=start_s, latest_s=start_s)
            for option in options_of(visit)
            if option.day == day and option.earliest_s <= start_s <= option.latest_s
        ]
        for worker in workers:
            for candidate in sorted(self.candidates(visit, worker, options)):
                stops = self._legal(visit, candidate)
                if stops is not None:
                    found[worker.id] = (candidate.cost_cents, stops)
                    break
        return found

    def candidates(self, visit: Visit, worker: Worker, options: list[Option]) -> Iterator[Candidate]:
        """Every position with its starts, with travel, face, wish and hour as price."""
        weights = self.board.lookup.problem.weights
        person = self.board.lookup.persons[visit.person]
        fixed = weights.new_face_cents * (worker.id not in person.known)
        fixed += weights.not_wanted_cents * bool(visit.wanted and worker.id not in visit.wanted)
        for option in options:
            found = ranges(worker, visit, option)
            if not found:
                continue
            frame = frame_of(self.board, worker, option.day)
            wish_s = option.preferred_s
            for lo_s, hi_s in found:
                for slot in frame.slots(visit, lo_s, hi_s):
                    if slot.lo_s > slot.hi_s:
                        continue
                    cents = fixed + self._detour_s(frame, visit, slot) * weights.travel_cents_per_h // 3600
                    for start_s in frame.starts(visit, option, slot):
                        away_s = 0 if wish_s is None else abs(start_s - wish_s)
                        late = away_s * weights.hour_deviation_cents_per_h // 3600
                        yield Candidate(cents + late, worker.id, start_s, option, slot)

    def _detour_s(self, frame: Frame, visit: Visit, slot: Slot) -> int:
        """Travel added, the way from and to home at a third of its length: it is unpaid."""
        lookup = self.board.lookup
        here, way = lookup.place_of[visit.id], lookup.ways[frame.worker.id]
        at = slot.position
        before = frame.places[at - 1] if at else way.start
        after = frame.places[at] if at < len(frame.places) else way.end
        added_s = frame.seconds[before][here] + frame.seconds[here][after] - frame.seconds[before][after]
        return added_s if 0 < at < len(frame.places) else added_s // 3 if not frame.places else added_s

    def _legal(self, visit: Visit, candidate: Candidate) -> list[Stop] | None:
        """The round with the visit, if it breaks nothing new."""
        board = self.board
        worker = board.lookup.workers[candidate.worker]
        frame = frame_of(board, worker, candidate.option.day)
        stops = frame.placed(visit, candidate.slot.position, candidate.start_s)
        if not self._can_be_there(frame, stops, candidate.slot.position):
            return None
        now = {stop.visit: stop.start_s for stop in frame.stops}
        for stop in stops:
            if stop.start_s != now.get(stop.visit) and board.overlap(
                board.lookup.visits[stop.visit], stop.start_s
            ):
                return None
        broken = board.law_added(worker, candidate.option.day, stops)
        return None if any(not board.tolerates(item) for item in broken) else stops

    def _can_be_there(self, frame: Frame, stops: list[Stop], position: int) -> bool:
        """Whether the aide, told now, can be at the door in time."""
        return reaches(self.base, self.board.lookup, frame.worker.id, stops, position)


def reaches(base: Ground, lookup: Lookup, worker: str, stops: list[Stop], position: int) -> bool:
    """
    Whether an aide who hears of a stop at the moment of the repair can be there when it starts.

    She comes from the stop before, or from where her round starts.
    """
    way = lookup.ways[worker]
    here = lookup.place_of[stops[position].visit]
    now_s = base.situation.now_s
    if position and stops[position - 1].end_s > now_s:
        return True
    start = lookup.place_of[stops[position - 1].visit] if position else way.start
    return now_s + way.seconds[start][here] <= stops[position].start_s


def first_plan(base: Ground) -> Solution:
    """
    The plan of the first repair: nobody else is disturbed, or as few as a visit not of comfort needs.

    Visits go by tier, then by start: at first with everybody else within the tolerance of the
    hour they have, then with their hours moved, and at last in the place of a visit of a lower
    tier, which is then placed anew or left out. Visits left out before, those of comfort apart, get what
    room remains.
    """
    lookup = Lookup(restrict(base, movable=()))
    board = Board(lookup, dict(stops_by_round(lookup, base.baseline)))
    placing = Placing(base, board, felt_people(base, board))
    waiting = _placed(placing, [lookup.visits[name] for name in base.displaced])
    wide = Lookup(restrict(base)) if waiting else lookup
    if waiting:
        placing = Placing(base, Board(wide, dict(board.rounds)), placing.felt)
        kept = [wide.visits[visit.id] for visit in waiting if visit.tier != "comfort"]
        for visit in _placed(placing, kept):
            make_room(placing, visit)
    for name in base.waiting[:EJECTED_MAX]:
        if wide.visits[name].tier != "comfort":
            placing.place(wide.visits[name])
    rounds = sorted(placing.board.rounds.items())
    return Solution(rounds=[Round(worker=worker, day=day, stops=stops) for (worker, day), stops in rounds])


def _placed(placing: Placing, waiting: list[Visit]) -> list[Visit]:
    """Place what fits; a vital visit even where it needs a reason. Returns what does not fit."""
    left = [visit for visit in waiting if not placing.place(visit)]
    placing.board.warnings_allowed = True
    left = [visit for visit in left if visit.tier != "vital" or not placing.place(visit)]
    placing.board.warnings_allowed = False
    return left


def felt_people(base: Ground, board: Board) -> set[str]:
    """People whose aide or hour is not what it was, on a board."""
    was: dict[str, tuple[int, set[str]]] = {}
    for item in base.before.rounds:
        for stop in item.stops:
            was.setdefault(stop.visit, (stop.start_s, set()))[1].add(item.worker)
    return {
        board.lookup.visits[stop.visit].person
        for (worker, _), stops in board.rounds.items()
        for stop in stops
        if stop.visit in was
        and (
            worker not in was[stop.visit][1]
            or abs(stop.start_s - was[stop.visit][0]) > base.situation.hour_tolerance_s
        )
    }


def make_room(placing: Placing, visit: Visit) -> None:
    """Take the place of a visit of a lower tier, for which another is looked for then."""
    board, base, felt = placing.board, placing.base, set(placing.felt)
    rank = TIERS.index(visit.tier)
    made = stops_of_visits(board.rounds)
    days = {option.day for option in visit.options}
    middle_s = visit.options[0].preferred_s or visit.options[0].earliest_s
    lower = [
        (abs(stops[0].stop.start_s - middle_s), name)
        for name, stops in made.items()
        if TIERS.index(board.lookup.visits[name].tier) > rank
        and name not in base.fixed
        and board.lookup.visits[name].pin is None
        and stops[0].day in days
        and stops[0].day in base.days
    ]
    for _, name in sorted(lower)[:EJECTED_MAX]:
        victim = board.lookup.visits[name]
        kept = {(item.worker, item.day): board.stops(item.worker, item.day) for item in made[name]}
        for (worker, day), stops in kept.items():
            board.put(worker, day, [stop for stop in stops if stop.visit != name])
        if placing.place(visit):
            placing.place(victim)
            return
        for (worker, day), stops in kept.items():
            board.put(worker, day, stops)
        placing.felt = felt
