"""
The case of one visit while remedies are looked for, and how a place found becomes a remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.explain import Insertion, able_alone, insertion_with
from carecoord.planning.homecare.remedy import Change, Kind, Remedy
from carecoord.planning.homecare.trial import Attempt, Outcome, options_of, standing_cause, try_worker
from carecoord.planning.homecare.what_if import what_if
from carecoord.planning.problem import Interval, Option, Visit, Worker
from carecoord.planning.solution import Round

STEP_S = 300
"""Amounts are told in steps of five minutes."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """
    How far remedies may go, and what is beyond reach.

    Args:
        most: how many are told.
        seconds: how long they are looked for; what was found by then is told.
        window_s: the most that a window is widened on one side.
        shift_s: the most that a shift is lengthened on one side.
        contract_s: the most that a contract is raised, in seconds a week.
        day_reach: how many days away another day may be.
        locked: visits that were done, begun or promised: neither moved nor set free.
        absent: aide -> when they are away for good reason, or have refused to come: never asked.
    """

    most: int = 5
    seconds: float = 2.0
    window_s: int = 7200
    shift_s: int = 3600
    contract_s: int = 4 * 3600
    day_reach: int = 3
    locked: frozenset[str] = frozenset()
    absent: dict[str, list[Interval]] = {}


BURDENS: dict[Kind, int] = {
    "insert": 0, "pin": 20, "swap": 25, "warning": 30, "window": 20, "availability": 35, "hours": 40,
    "budget": 45, "other_day": 45, "setting": 60, "call_in": 80, "skill": 100,
}  # fmt: skip
"""What each kind asks of people, on a scale of its own; five minutes add one."""

TIER_BURDEN = {"vital": 30, "important": 10, "comfort": 0}
"""What it adds to move the hour or the day of a visit, by how much hangs on it."""


class Case:
    """
    One visit without a place, on a board.

    Args:
        visit: in no round of the board.
    """

    def __init__(self, board: Board, visit: Visit, limits: Limits) -> None:
        self.board = board
        self.visit = visit
        self.limits = limits
        self._outcomes: dict[str, Outcome] = {}

    @cached_property
    def options(self) -> list[Option]:
        """The alternatives that the visit's pin leaves."""
        return options_of(self.visit)

    @cached_property
    def aides(self) -> list[Worker]:
        """Who may come as far as skills, refusals and pins go: known faces first."""
        known = self.board.lookup.persons[self.visit.person].known
        able = [w for w in self.board.lookup.problem.workers if standing_cause(self.visit, w) is None]
        return sorted(able, key=lambda worker: (-known.get(worker.id, 0), worker.id))

    @cached_property
    def partners(self) -> dict[str, list[Attempt]]:
        """For a visit for two: who can alone, with how."""
        return able_alone(self.board, self.visit, self.options) if self.visit.team_size > 1 else {}

    def outcome(self, worker: Worker) -> Outcome:
        """What trying one aide gives, kept."""
        if worker.id not in self._outcomes:
            self._outcomes[worker.id] = try_worker(self.board, self.visit, worker, self.options)
        return self._outcomes[worker.id]

    def absent(self, worker: Worker, shift: Interval) -> bool:
        """Whether an aide is away during a stretch of time."""
        away = self.limits.absent.get(worker.id, ())
        return any(item.start_s < shift.end_s and shift.start_s < item.end_s for item in away)

    def tried(
        self, changes: Sequence[Change], worker: Worker, options: list[Option] | None = None
    ) -> Insertion | None:
        """The cheapest place with one aide under changed facts."""
        board = what_if(self.board, changes)
        visit = board.lookup.visits.get(self.visit.id, self.visit)
        choice = options_of(visit) if options is None else options
        return insertion_with(board, visit, board.lookup.workers[worker.id], self.partners, choice)


def remedy_of(
    case: Case,
    kind: Kind,
    found: Insertion,
    changes: Sequence[Change] = (),
    *,
    amount_s: int = 0,
    others: Sequence[Round] = (),
    other: str | None = None,
    rules: Sequence[str] = (),
    more_burden: int = 0,
) -> Remedy:
    """
    A place found, as a remedy.

    Args:
        others: further rounds that change, before the visit's own.
    """
    rounds = {(item.worker, item.day): item for item in [*others, *found.rounds]}
    moved = _moved(case, found)
    return Remedy(
        kind=kind,
        visit=case.visit.id,
        workers=found.workers,
        day=found.day,
        start_s=found.start_s,
        rounds=[rounds[key] for key in sorted(rounds)],
        changes=list(changes),
        other=other,
        rules=list(rules),
        amount_s=amount_s,
        cost_cents=found.cost_cents,
        burden=BURDENS[kind] + amount_s // STEP_S + moved + more_burden,
    )


def _moved(case: Case, found: Insertion) -> int:
    """How many other visits change their hour."""
    count = 0
    for item in found.rounds:
        was = {stop.visit: stop.start_s for stop in case.board.stops(item.worker, item.day)}
        count += sum(was.get(stop.visit, stop.start_s) != stop.start_s for stop in item.stops)
    return count


def up(seconds: int) -> int:
    """Rounded up to five minutes."""
    return -(-seconds // STEP_S) * STEP_S


def down(seconds: int) -> int:
    """Rounded down to five minutes."""
    return seconds // STEP_S * STEP_S
