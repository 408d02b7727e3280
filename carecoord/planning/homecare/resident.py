"""
A plan prepared once so that questions about it are answered at once.

What is kept: rounds, timelines, what each aide breaks already, who comes to whom, hours done and
left, and every position of every day as columns of numbers. Nothing in it changes afterwards, so
several threads may ask at the same time.
"""

from __future__ import annotations

from collections import defaultdict
from threading import Lock

import msgspec
import numpy as np

from carecoord.planning.check import check_worker
from carecoord.planning.homecare.day_law import BreachKey, depth_of
from carecoord.planning.homecare.lanes import FAR_S, Ints, Lane, Row, rows_of, table
from carecoord.planning.load import TRAVEL_ALLOWANCE, contract_target_s
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import Problem, Regime, Worker
from carecoord.planning.robust import missing_s
from carecoord.planning.rules.plan import WorkerPlan
from carecoord.planning.rules.working_time import complementary_limit_s
from carecoord.planning.score import hour_change_s, hour_deviation_s
from carecoord.planning.solution import Solution, Stop
from carecoord.planning.timeline import DayTimeline, day_timeline

NO_CAP_S = 10**9
KEPT_GROUNDS = 2
"""Tables for how many different `give_way_s` are kept."""


class Cap(msgspec.Struct, frozen=True, kw_only=True):
    """The lowest ceiling on an aide's civil week, in seconds, and the rule it comes from."""

    max_s: int | None
    rule: str


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan adds up to in natural units, before prices."""

    travel_s: int
    commute_s: int
    distance_m: int
    pauses: int
    not_wanted: int
    lacking_s: int


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """
    The positions of a plan, for one measure of giving way.

    Args:
        lanes: one for each aide and day, empty days included.
        columns: of each day; see `lanes.Row`.
    """

    lanes: dict[RoundKey, Lane]
    columns: list[Ints]


class Resident:
    """
    A problem and its plan, ready for offers.

    Room for delays and closeness to the plan that people know are priced as the score does; a
    disturbance budget is that of a search, and not asked here.

    Args:
        problem: validated.
        solution: its plan; visits without their whole team count as unserved.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        self.lookup = Lookup(problem)
        self.workers = problem.workers
        self.index = {worker.id: index for index, worker in enumerate(problem.workers)}
        self.rounds = stops_by_round(self.lookup, solution)
        self.timelines: dict[str, dict[int, DayTimeline]] = {worker.id: {} for worker in problem.workers}
        for (worker, day), stops in sorted(self.rounds.items()):
            aide = self.lookup.workers[worker]
            self.timelines[worker][day] = day_timeline(self.lookup, aide, day, stops)
        self.broken: dict[str, dict[BreachKey, int]] = {
            worker.id: depth_of(check_worker(self.plan_of(worker))) for worker in problem.workers
        }
        self.at_person: dict[str, list[tuple[RoundKey, Stop]]] = defaultdict(list)
        self.faces: dict[str, set[str]] = defaultdict(set)
        for key, stops in sorted(self.rounds.items()):
            for stop in stops:
                person = self.lookup.visits[stop.visit].person
                self.at_person[person].append((key, stop))
                self.faces[person].add(key[0])
        self.sums = self._sums()
        self._count()
        self._tables()
        self._grounds: dict[int, Ground] = {}
        self._lock = Lock()
        self.ground(900)

    def plan_of(self, worker: Worker, changed: dict[int, DayTimeline] | None = None) -> WorkerPlan:
        """One aide's plan, with some days changed."""
        days = self.timelines[worker.id]
        if changed:
            days = {**days, **changed}
        regime = self.lookup.regime_of(worker)
        timelines = [days[day] for day in sorted(days)]
        return WorkerPlan(worker, regime, self.lookup.calendar, timelines, not_frail=self.lookup.not_frail)

    def _sums(self) -> Sums:
        lines = [line for days in self.timelines.values() for line in days.values()]
        visits = self.lookup.visits
        return Sums(
            travel_s=sum(line.travel_s + line.paid_wait_s for line in lines),
            commute_s=sum(line.commute_out_s + line.commute_back_s for line in lines),
            distance_m=sum(line.distance_m for line in lines),
            pauses=sum(len(line.interruptions) for line in lines),
            lacking_s=sum(missing_s(self.lookup, line) for line in lines),
            not_wanted=sum(
                bool(visits[stop.visit].wanted) and worker not in visits[stop.visit].wanted
                for (worker, _), stops in self.rounds.items()
                for stop in stops
            ),
        )

    def _count(self) -> None:
        """Hours done, due and left, aide by aide."""
        calendar = self.lookup.calendar
        due = contract_target_s(self.problem)
        self.due = np.array([due[worker.id] for worker in self.workers], dtype=np.int64)
        self.work = np.array(
            [sum(line.work_s for line in self.timelines[w.id].values()) for w in self.workers], dtype=np.int64
        )
        self.deviation_s = sum(
            hour_deviation_s(self.lookup.visits[visit], start_s) for visit, start_s in self._starts().items()
        )
        today = self.lookup.references
        self.moved_s = sum(
            hour_change_s(self.lookup, today[visit], start_s)
            for visit, start_s in self._starts().items()
            if visit in today
        )
        self.demanded_s = sum(visit.duration_s * visit.team_size for visit in self.problem.visits)
        self.caps = [cap_of(worker, self.lookup.regime_of(worker)) for worker in self.workers]
        self.week_work = np.zeros((len(self.workers), len(calendar.weeks)), dtype=np.int64)
        self.week_room = np.full_like(self.week_work, NO_CAP_S)
        self.day_room = np.full((len(self.workers), len(calendar.days)), NO_CAP_S, dtype=np.int64)
        for index, worker in enumerate(self.workers):
            self.week_work[index] = self.plan_of(worker).week_work_s
            regime = self.lookup.regime_of(worker)
            most = self.caps[index].max_s
            if most is not None:
                self.week_room[index] = most - self.week_work[index]
            daily = regime.daily_work_max_s
            if daily is None or "daily_work_max_s" in regime.doubtful:
                continue
            self.day_room[index] = daily
            for day, line in self.timelines[worker.id].items():
                self.day_room[index, day] = daily - line.work_s

    def _starts(self) -> dict[str, int]:
        """Visit -> its start, that of its first aide in the order of the score."""
        found: dict[str, int] = {}
        for stops in self.rounds.values():
            for stop in stops:
                found.setdefault(stop.visit, stop.start_s)
        return found

    def _tables(self) -> None:
        modes = [matrix.mode for matrix in self.problem.matrices]
        self.mode_of = np.array([modes.index(worker.mode) for worker in self.workers], dtype=np.int64)
        self.seconds = [_square(matrix.seconds) for matrix in self.problem.matrices]
        self.metres = [_square(matrix.metres) for matrix in self.problem.matrices]
        self.matrices: list[Matrix] = self.problem.matrices
        regimes = [self.lookup.regime_of(worker) for worker in self.workers]
        self.paid_max = np.array([regime.paid_wait_max_s for regime in regimes], dtype=np.int64)
        self.commute_is_work = np.array([worker.commute_is_work for worker in self.workers])

    def shares(self, extra_s: int) -> Ints:
        """
        The common share of the contract of each aide with more service demanded.

        As `carecoord.planning.load.fairness_targets`, on sums kept.
        """
        top, bottom = TRAVEL_ALLOWANCE
        demanded = (self.demanded_s + extra_s) * top // bottom
        available = int(self.due.sum())
        if demanded >= available:
            return self.due
        return self.due * demanded // available

    def ground(self, give_way_s: int) -> Ground:
        """The positions of the plan when its stops may move by so much; kept for the next question."""
        with self._lock:
            found = self._grounds.get(give_way_s)
            if found is None:
                found = self._built(give_way_s)
                while len(self._grounds) >= KEPT_GROUNDS:
                    self._grounds.pop(next(iter(self._grounds)))
                self._grounds[give_way_s] = found
            return found

    def _built(self, give_way_s: int) -> Ground:
        lanes = {}
        columns = []
        for day in range(len(self.problem.days)):
            rows: list[Row] = []
            for worker in self.workers:
                key = (worker.id, day)
                lanes[key] = Lane(self.lookup, worker, self.rounds.get(key, []), give_way_s)
                rows += self.rows(worker, day, lanes[key], self.timelines[worker.id], give_way_s=give_way_s)
            columns.append(table(rows))
        return Ground(lanes=lanes, columns=columns)

    def rows(
        self, worker: Worker, day: int, lane: Lane, days: dict[int, DayTimeline], *, give_way_s: int
    ) -> list[Row]:
        """The positions of one round, given the timelines of its aide."""
        reach = _reach(self.lookup, worker, day, days, give_way_s)
        if not reach:
            return []
        return rows_of(lane, self.lookup.ways[worker.id], self.index[worker.id], days.get(day), reach)


def _square(lines: list[list[int]]) -> Ints:
    return np.array(lines, dtype=np.int64).reshape(len(lines), len(lines))


def cap_of(worker: Worker, regime: Regime) -> Cap:
    """The most that an aide may work in a civil week, of the rules that block."""
    found: list[tuple[int, str]] = []
    if regime.weekly_work_max_s is not None and "weekly_work_max_s" not in regime.doubtful:
        found.append((regime.weekly_work_max_s, "weekly_work"))
    if worker.part_time:
        below = regime.part_time_weekly_below_s
        if below is not None and "part_time_weekly_below_s" not in regime.doubtful:
            found.append((below - 1, "part_time_ceiling"))
        permille = regime.complementary_permille_max
        if permille is not None and "complementary_permille_max" not in regime.doubtful:
            found.append((complementary_limit_s(worker.contract_s, permille), "complementary_hours"))
    if not found:
        return Cap(max_s=None, rule="")
    most, rule = min(found)
    return Cap(max_s=most, rule=rule)


def _reach(
    lookup: Lookup, worker: Worker, day: int, days: dict[int, DayTimeline], give_way_s: int
) -> list[tuple[int, int]]:
    """Stretches of a day in which a visit may lie: shifts, cut by daily rest and by the longest span."""
    civil = lookup.problem.days[day]
    low, high = _rests(lookup, worker, day, days)
    line, regime = days.get(day), lookup.regime_of(worker)
    top = regime.span_exceptional_max_s or regime.span_max_s
    sure = not {"span_max_s", "span_exceptional_max_s"} & set(regime.doubtful)
    if line is not None and top is not None and sure:
        low = max(low, line.ends_s - top - give_way_s)
        high = min(high, line.starts_s + top + give_way_s)
    found = []
    for shift in worker.shifts:
        start, end = max(shift.start_s, low), min(shift.end_s, high)
        if shift.start_s < civil.ends_s and shift.end_s > civil.starts_s and start < end:
            found.append((start, end))
    return found


def _rests(lookup: Lookup, worker: Worker, day: int, days: dict[int, DayTimeline]) -> tuple[int, int]:
    """What the daily rest to the working days around leaves of a day; a rest already short is no bound."""
    regime, line = lookup.regime_of(worker), days.get(day)
    rest_s = regime.daily_rest_min_s
    if rest_s is None or "daily_rest_min_s" in regime.doubtful:
        return -FAR_S, FAR_S
    ends = [other.ends_s for other in days.values() if other.day < day]
    if worker.history.last_end_s is not None:
        ends.append(worker.history.last_end_s)
    after = [other.starts_s for other in days.values() if other.day > day]
    low = max(ends) + rest_s if ends else -FAR_S
    high = min(after) - rest_s if after else FAR_S
    if line is not None:
        low, high = min(low, line.starts_s), max(high, line.ends_s)
    return low, high
