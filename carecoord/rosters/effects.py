"""
What a priced move does to hours: who shifts, travel, kilometres, work of the week; pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.kernel.calendar import monday_of
from carecoord.planning.homecare.move import MovePrice
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Round, Solution, Stop
from carecoord.planning.timeline import day_timeline
from carecoord.rosters.apply import origin_of


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that starts at another time because another one was moved."""

    visit_id: UUID
    aide_id: UUID
    before: datetime
    after: datetime


class WeekWork(msgspec.Struct, frozen=True, kw_only=True):
    """
    Work of one aide in one civil week, before and after.

    Args:
        contract_s: contract seconds a week.
    """

    aide_id: UUID
    monday: date
    before_s: int
    after_s: int
    contract_s: int


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a move changes besides its price.

    Args:
        travel_s, distance_m: between visits, after minus before.
    """

    travel_s: int = 0
    distance_m: int = 0
    shifts: list[Shift] = []
    work: list[WeekWork] = []


class Telling:
    """
    A plan before a move, laid out once to tell the effects of several.

    Args:
        before: the plan as it is.
    """

    def __init__(self, problem: Problem, before: Solution) -> None:
        self.lookup = Lookup(problem)
        self.old = stops_by_round(self.lookup, before)

    def of(self, price: MovePrice, moved: str) -> Effects:
        """
        Effects of a priced move.

        Args:
            moved: the visit, whose own change of hour is no shift.
        """
        return _effects(self.lookup, self.old, price, moved)


def effects_of(problem: Problem, before: Solution, price: MovePrice, moved: str) -> Effects:
    """Effects of one priced move; arguments as `Telling`."""
    return Telling(problem, before).of(price, moved)


def _effects(lookup: Lookup, old: dict[RoundKey, list[Stop]], price: MovePrice, moved: str) -> Effects:
    new = {(item.worker, item.day): item.stops for item in price.rounds}
    travel_s = distance_m = 0
    for key, stops in new.items():
        was, now = _sums(lookup, key, old.get(key, [])), _sums(lookup, key, stops)
        travel_s, distance_m = travel_s + now[0] - was[0], distance_m + now[1] - was[1]
    return Effects(
        travel_s=travel_s,
        distance_m=distance_m,
        shifts=_shifts(lookup.problem, old, new, moved),
        work=_work(lookup, old, new),
    )


def rounds_before(problem: Problem, before: Solution, price: MovePrice) -> list[Round]:
    """The rounds that a move changes, as they were: what undoing it restores."""
    old = stops_by_round(Lookup(problem), before)
    keys = [(item.worker, item.day) for item in price.rounds]
    return [Round(worker=worker, day=day, stops=old.get((worker, day), [])) for worker, day in keys]


def _sums(lookup: Lookup, key: RoundKey, stops: list[Stop]) -> tuple[int, int, int]:
    """Travel, metres and work of one round."""
    if not stops:
        return (0, 0, 0)
    timeline = day_timeline(lookup, lookup.workers[key[0]], key[1], stops)
    return (timeline.travel_s, timeline.distance_m, timeline.work_s)


def _shifts(
    problem: Problem, old: dict[RoundKey, list[Stop]], new: dict[RoundKey, list[Stop]], moved: str
) -> list[Shift]:
    origin = origin_of(problem)
    found = []
    for key, stops in new.items():
        was = {stop.visit: stop.start_s for stop in old.get(key, [])}
        found += [
            Shift(
                visit_id=UUID(stop.visit),
                aide_id=UUID(key[0]),
                before=origin + timedelta(seconds=was[stop.visit]),
                after=origin + timedelta(seconds=stop.start_s),
            )
            for stop in stops
            if stop.visit != moved and was.get(stop.visit, stop.start_s) != stop.start_s
        ]
    return sorted(found, key=lambda item: (item.after, item.visit_id))


def _work(lookup: Lookup, old: dict[RoundKey, list[Stop]], new: dict[RoundKey, list[Stop]]) -> list[WeekWork]:
    weeks = {(worker, _monday(lookup, day)) for worker, day in new}
    was = _work_by_week(lookup, old, {worker for worker, _ in new})
    now = _work_by_week(lookup, {**old, **new}, {worker for worker, _ in new})
    return [
        WeekWork(
            aide_id=UUID(worker),
            monday=monday,
            before_s=was.get((worker, monday), 0),
            after_s=now.get((worker, monday), 0),
            contract_s=lookup.workers[worker].contract_s,
        )
        for worker, monday in sorted(weeks)
    ]


def _work_by_week(
    lookup: Lookup, rounds: dict[RoundKey, list[Stop]], workers: Iterable[str]
) -> dict[tuple[str, date], int]:
    wanted = set(workers)
    total: dict[tuple[str, date], int] = defaultdict(int)
    for key, stops in rounds.items():
        if key[0] in wanted:
            total[key[0], _monday(lookup, key[1])] += _sums(lookup, key, stops)[2]
    return total


def _monday(lookup: Lookup, day: int) -> date:
    return monday_of(lookup.problem.days[day].date)
