"""
Brute-force judge of places and causes: every aide, position and start in small steps, by the checker.

It knows nothing of how explanations and remedies are found. A place is legal when the
checker finds nothing new on the plan with it; a cause is right when there is no legal place
with its aide, and there is one as soon as what it names, and nothing else, is allowed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

import msgspec

from carecoord.planning.check import check_worker, worker_plan
from carecoord.planning.homecare.check import check_homecare, check_visits
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Option, Problem, Visit
from carecoord.planning.solution import Round, Solution, Stop, Violation, WorkerCause

QUIET = frozenset({"daily_minimum"})
"""Too short a day warns and is usually cured by a later visit."""

Breach = tuple[str, str, str | None, int | None, str | None, str]


class Place(NamedTuple):
    """A visit in one aide's round: the whole round, and what is newly broken."""

    worker: str
    day: int
    start_s: int
    stops: list[Stop]
    broken: list[Violation]

    @property
    def rules(self) -> set[str]:
        """Names of the rules broken, too short a day left out."""
        return {item.rule for item in self.broken} - QUIET


class PlaceJudge:
    """
    A plan judged.

    Args:
        step_s: distance of the starts tried.
    """

    def __init__(self, problem: Problem, plan: Solution, *, step_s: int = 300) -> None:
        self.problem = problem
        self.plan = plan
        self.step_s = step_s
        self.lookup = Lookup(problem)
        self.rounds = stops_by_round(self.lookup, plan)
        self.whole_before = _depths(check_homecare(problem, plan))
        self._keys_of_person: dict[str, set[RoundKey]] = defaultdict(set)
        for key, stops in self.rounds.items():
            for stop in stops:
                self._keys_of_person[self.lookup.visits[stop.visit].person].add(key)

    def places(self, visit: Visit, worker: str, *, extra: Collection[int] = ()) -> Iterator[Place]:
        """
        Every position and start in the windows of a visit with one aide; others give way within theirs.

        Args:
            extra: further starts to try.
        """
        for option in visit.options:
            shifts = self.lookup.workers[worker].shifts
            starts = {option.earliest_s, option.latest_s, *extra}
            starts.update(item.end_s - visit.duration_s for item in shifts)
            starts.update(range(option.earliest_s, option.latest_s + 1, self.step_s))
            stops = self.rounds.get((worker, option.day), [])
            for start_s in sorted(item for item in starts if option.earliest_s <= item <= option.latest_s):
                for position in range(len(stops) + 1):
                    made = self._given_way(worker, visit, option, position, start_s)
                    for stops_then in [] if made is None else self._ways(worker, option.day, made, position):
                        broken = self.broken(worker, option.day, stops_then)
                        yield Place(worker, option.day, start_s, stops_then, broken)

    def _given_way(
        self, worker: str, visit: Visit, option: Option, position: int, start_s: int
    ) -> list[Stop] | None:
        """The round with the visit; None where a neighbour would have to change sides."""
        stops = self.rounds.get((worker, option.day), [])
        end_s = start_s + visit.duration_s
        made = [*stops[:position], Stop(visit=visit.id, start_s=start_s, end_s=end_s), *stops[position:]]
        for index in range(position - 1, -1, -1):
            way_s = self.lookup.travel_s(worker, made[index].visit, made[index + 1].visit)
            due_s = made[index + 1].start_s - way_s
            if made[index].end_s <= due_s:
                break
            made[index] = self._moved(worker, made[index], due_s - made[index].end_s, option.day)
        for index in range(position + 1, len(made)):
            way_s = self.lookup.travel_s(worker, made[index - 1].visit, made[index].visit)
            ready_s = made[index - 1].end_s + way_s
            if made[index].start_s >= ready_s:
                break
            made[index] = self._moved(worker, made[index], ready_s - made[index].start_s, option.day)
        inside = all(one.start_s < two.start_s for one, two in pairwise(made))
        return made if inside else None

    def _ways(self, worker: str, day: int, made: list[Stop], position: int) -> list[list[Stop]]:
        """A round as it is, and drawn together around the visit: less waiting, a shorter day."""
        near = list(made)
        for index in range(position - 1, -1, -1):
            way_s = self.lookup.travel_s(worker, near[index].visit, near[index + 1].visit)
            room_s = near[index + 1].start_s - way_s - near[index].end_s
            if room_s > 0:
                near[index] = self._moved(worker, near[index], room_s, day)
        for index in range(position + 1, len(near)):
            way_s = self.lookup.travel_s(worker, near[index - 1].visit, near[index].visit)
            room_s = near[index].start_s - way_s - near[index - 1].end_s
            if room_s > 0:
                near[index] = self._moved(worker, near[index], -room_s, day)
        return [made] if near == made else [made, near]

    def _moved(self, worker: str, stop: Stop, by_s: int, day: int) -> Stop:
        """A stop moved as far as its own window and shift allow."""
        visit = self.lookup.visits[stop.visit]
        fixed = visit.team_size > 1 or (visit.pin is not None and visit.pin.start_s is not None)
        for option in visit.options:
            if fixed or option.day != day or not option.earliest_s <= stop.start_s <= option.latest_s:
                continue
            for shift in self.lookup.workers[worker].shifts:
                if shift.start_s <= stop.start_s and stop.end_s <= shift.end_s:
                    first = max(option.earliest_s, shift.start_s)
                    last = min(option.latest_s, shift.end_s - visit.duration_s)
                    start_s = min(max(stop.start_s + by_s, first), last)
                    return Stop(visit=stop.visit, start_s=start_s, end_s=start_s + visit.duration_s)
        return stop

    def broken(self, worker: str, day: int, stops: list[Stop]) -> list[Violation]:
        """What the checker finds newly broken with another round of one aide."""
        key = (worker, day)
        after = {**self.rounds, key: stops}
        met = {self.lookup.visits[s.visit].person for s in (*stops, *self.rounds.get(key, []))}
        old = _depths(self._found(worker, self.rounds, met, key))
        return [
            item for item in self._found(worker, after, met, key) if _depth(item) > old.get(_key(item), -1)
        ]

    def _found(
        self, worker: str, rounds: dict[RoundKey, list[Stop]], met: set[str], key: RoundKey
    ) -> list[Violation]:
        """The checker on one aide and on the visits to the people met: nothing else can change."""
        days = {day: stops for (name, day), stops in rounds.items() if name == worker and stops}
        keys = {key}.union(*(self._keys_of_person[person] for person in met))
        theirs = {
            item: [s for s in rounds.get(item, []) if self.lookup.visits[s.visit].person in met]
            for item in sorted(keys)
        }
        plan = worker_plan(self.lookup, self.lookup.workers[worker], days)
        return [*check_worker(plan), *check_visits(self.lookup, {k: v for k, v in theirs.items() if v})]

    def breaks_whole_plan(self, rounds: list[Round]) -> list[Violation]:
        """What the whole checker finds newly broken once rounds are replaced."""
        named = {(item.worker, item.day): item for item in [*self.plan.rounds, *rounds]}
        plan = msgspec.structs.replace(self.plan, rounds=[item for item in named.values() if item.stops])
        found = check_homecare(self.problem, plan)
        return [
            item
            for item in found
            if _depth(item) > self.whole_before.get(_key(item), -1) and item.rule not in QUIET
        ]

    def legal_starts(self, visit: Visit, worker: str) -> dict[tuple[int, int], list[Stop]]:
        """Day and start -> the round, where the aide can without anything lifted, but for a partner."""
        ignored = {"team"} if visit.team_size > 1 else set()
        if visit.team_size > 1 and visit.pin is not None and worker in (visit.pin.workers or [worker]):
            ignored.add("pin")
        return {
            (place.day, place.start_s): place.stops
            for place in self.places(visit, worker)
            if place.rules <= ignored
        }

    def insertable(self, visit: Visit) -> list[Round]:
        """A legal way to serve a visit, confirmed by the whole checker; empty when none was found."""
        able: dict[tuple[int, int], list[Round]] = defaultdict(list)
        for worker in self.lookup.workers:
            for (day, start_s), stops in self.legal_starts(visit, worker).items():
                able[day, start_s].append(Round(worker=worker, day=day, stops=stops))
        pinned = set(visit.pin.workers or ()) if visit.pin is not None else set()
        for rounds in able.values():
            if len(rounds) < visit.team_size or not pinned <= {item.worker for item in rounds}:
                continue
            rounds.sort(key=lambda item: item.worker not in pinned)
            team = rounds[: visit.team_size]
            if not self.breaks_whole_plan(team):
                return team
        return []

    def wrong(self, visit: Visit, cause: WorkerCause, *, witness: Place | None = None) -> str:
        """
        Why a cause of a visit told impossible is wrong; empty when it is right.

        Args:
            witness: another place to look at, judged here by the checker like any.
        """
        named = {cause.code, *(code for code in str(cause.args.get("also", "")).split(", ") if code)}
        extra = [int(cause.args["start_s"])] if "start_s" in cause.args else []
        ignored = {"team"} if visit.team_size > 1 else set()
        nearest: set[str] | None = None
        tried = [*([witness] if witness is not None else []), *self.places(visit, cause.worker, extra=extra)]
        for place in tried:
            if visit.team_size == 1 and not place.rules:
                return f"a legal place exists: {place.day} {place.start_s}"
            if nearest is None or len(place.rules - named) < len(nearest - named):
                nearest = place.rules
            lacking = {"person_overlap"} if "travel_time" in named and self._within_round(place) else set()
            allowed = place.rules - ignored - lacking <= named and self._as_told(place, cause)
            if allowed and ("team" in named or visit.team_size == 1 or self._partner(visit, place)):
                return ""
        return f"{sorted(named)} allowed is not enough: {sorted(nearest or ())}"

    def _within_round(self, place: Place) -> bool:
        """Whether visits to one person overlap only within the round, for want of the missing time."""
        person_of = {visit: item.person for visit, item in self.lookup.visits.items()}
        inside = {stop.visit for stop in place.stops}
        for stop in place.stops:
            for key in self._keys_of_person[person_of[stop.visit]]:
                for other in self.rounds[key]:
                    same = person_of[other.visit] == person_of[stop.visit] and other.visit not in inside
                    if same and other.start_s < stop.end_s and stop.start_s < other.end_s:
                        return False
        return True

    def _as_told(self, place: Place, cause: WorkerCause) -> bool:
        """Whether what is broken is no worse than the cause says."""
        own = [item for item in place.broken if item.rule == cause.code]
        if cause.code == "travel_time":
            return sum(_depth(item) for item in own) <= int(cause.args["short_s"])
        if "amount" not in cause.args or cause.code == "person_overlap":
            # how long two visits overlap is not told
            return True
        told_s = abs(int(cause.args["amount"]) - int(cause.args["limit"]))
        return all(_depth(item) <= told_s for item in own if item.unit == cause.args["unit"])

    def _partner(self, visit: Visit, place: Place) -> bool:
        """Whether somebody else could go along at that start."""
        return any(
            (place.day, place.start_s) in self._starts_at(visit, worker, place.start_s)
            for worker in self.lookup.workers
            if worker != place.worker
        )

    def _starts_at(self, visit: Visit, worker: str, start_s: int) -> set[tuple[int, int]]:
        narrow = [
            msgspec.structs.replace(option, earliest_s=start_s, latest_s=start_s)
            for option in visit.options
            if option.earliest_s <= start_s <= option.latest_s
        ]
        if not narrow:
            return set()
        return set(self.legal_starts(msgspec.structs.replace(visit, options=narrow), worker))


def _key(item: Violation) -> Breach:
    return (item.rule, item.severity, item.worker, item.day, item.visit, item.unit)


def _depth(item: Violation) -> int:
    return abs(item.amount - item.limit)


def _depths(found: list[Violation]) -> dict[Breach, int]:
    return {_key(item): _depth(item) for item in found}
