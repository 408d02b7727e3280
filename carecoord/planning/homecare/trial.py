"""
Try one visit with one aide: every option, every position, several starts, judged by law.

The outcome is either a way to do it that breaks nothing new, or the nearest miss: the
trial that failed for the fewest reasons, and among those by the least.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.day_law import excess
from carecoord.planning.homecare.presence import overlaps
from carecoord.planning.homecare.slots import Frame, Slot, frame_of, ranges
from carecoord.planning.problem import Option, Visit, Worker
from carecoord.planning.solution import Stop, Violation, WorkerCause
from carecoord.planning.timeline import day_timeline

WHOLE_DAY = frozenset(
    {"consecutive_days", "fortnight_rest", "sunday_rhythm", "sundays_per_month", "holiday_rhythm"}
)
"""Rules that depend on whether a day is worked, not on the hour: no other start helps."""

HOURS = frozenset({"daily_work", "weekly_work", "average_work", "part_time_ceiling", "complementary_hours"})
"""Rules on quantities of work: another start only changes the paid waits."""

_UNIT_S = {"s": 1, "days": 6 * 3600, "count": 6 * 3600, "permille": 60}


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way to place a visit with one aide.

    Args:
        stops: the whole new round, in order of time.
        broken: violations it would add; empty when it is possible.
        moved: how many other visits change their start.
        detour_s: travel it adds between visits.
        slot: range of starts at that position.
    """

    worker: str
    day: int
    option: Option
    start_s: int
    stops: list[Stop]
    broken: list[Violation]
    moved: int
    detour_s: int
    slot: Slot

    @property
    def rules(self) -> list[str]:
        """Names of the rules in the way, in order, once each."""
        return list(dict.fromkeys(item.rule for item in self.broken))

    @property
    def depth(self) -> tuple[int, int]:
        """How near a miss: number of rules, then how far past them, in seconds or their worth."""
        return (len(self.rules), sum(excess(item) * _UNIT_S[item.unit] for item in self.broken))


class Tight(NamedTuple):
    """A position with too little time, and the starts that window and shift would allow there."""

    frame: Frame
    visit: Visit
    option: Option
    slot: Slot
    window: tuple[int, int]

    @property
    def short_s(self) -> int:
        """The time that is missing."""
        return self.slot.lo_s - self.slot.hi_s

    @property
    def starts(self) -> list[int]:
        """Starts in the window at which the visit would at least come between its two neighbours."""
        frame, position = self.frame, self.slot.position
        first, last = self.window
        if position:
            first = max(first, frame.earliest[position - 1] + 1)
        if position < len(frame.latest):
            last = min(last, frame.latest[position] - 1)
        if first > last:
            return []
        return sorted({min(max(start, first), last) for start in (self.slot.lo_s, self.slot.hi_s)})


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """
    What trying one aide gave.

    Args:
        possible: ways that break nothing new, one for each position and start tried.
        cause: why there is none.
        nearest: the attempt that the cause tells about, when it came to law.
        tight: the position that the cause tells about, when there was too little time.
    """

    possible: list[Attempt] = []
    cause: WorkerCause | None = None
    nearest: Attempt | None = None
    tight: Tight | None = None


def options_of(visit: Visit) -> list[Option]:
    """The options that the visit's pin leaves, narrowed to a pinned start."""
    fixed = visit.pin
    if fixed is None:
        return visit.options
    left = []
    for option in visit.options:
        if fixed.day is not None and option.day != fixed.day:
            continue
        if fixed.start_s is None:
            left.append(option)
        elif option.earliest_s <= fixed.start_s <= option.latest_s:
            left.append(at_start(option, fixed.start_s))
    return left


def at_start(option: Option, start_s: int) -> Option:
    """An option narrowed to one start; the wished hour stays, for the price."""
    return msgspec.structs.replace(option, earliest_s=start_s, latest_s=start_s)


def standing_cause(visit: Visit, worker: Worker) -> WorkerCause | None:
    """What keeps an aide from a visit whatever the hour: refused, skills, another aide pinned."""
    if worker.id in visit.refused:
        return WorkerCause(worker=worker.id, code="refused")
    missing = [skill for skill in visit.skills if skill not in worker.skills]
    if missing:
        return WorkerCause(worker=worker.id, code="skill", args={"skills": ", ".join(missing)})
    pinned = pinned_to_others(visit, worker)
    if pinned:
        return WorkerCause(worker=worker.id, code="pin", args={"workers": ", ".join(pinned)})
    return None


def standing_rules(visit: Visit, worker: Worker) -> list[str]:
    """Every one of those, by name."""
    rules = ["refused"] if worker.id in visit.refused else []
    if not set(visit.skills) <= set(worker.skills):
        rules.append("skill")
    return [*rules, "pin"] if pinned_to_others(visit, worker) else rules


def pinned_to_others(visit: Visit, worker: Worker) -> list[str]:
    """The whole team as it was fixed by hand, where this aide is not of it."""
    pinned = visit.pin.workers if visit.pin is not None else None
    return list(pinned) if pinned and len(pinned) >= visit.team_size and worker.id not in pinned else []


def try_worker(
    board: Board, visit: Visit, worker: Worker, options: list[Option], *, first_only: bool = False
) -> Outcome:
    """
    Try an aide who holds the skills and is not refused.

    Args:
        options: alternatives, already narrowed by pins.
        first_only: stop at the first way found.
    """
    possible: list[Attempt] = []
    again: list[Spot] = []
    misses = Misses(worker, options)
    for spot in _spots(board, visit, worker, options, misses):
        attempts = []
        for attempt in attempts_at(spot.frame, visit, spot.option, spot.slot):
            if first_only and not attempt.broken:
                return Outcome(possible=[attempt])
            attempts.append(attempt)
            if attempt.broken:
                misses.illegal(attempt)
        legal = [attempt for attempt in attempts if not attempt.broken]
        possible.extend(legal)
        if not legal and worth_finer(spot.frame, attempts):
            again.append(spot)
    if not possible or visit.team_size > 1:
        # a team needs every range of starts that suits an aide, not only the first
        found = filter(None, (finer(spot.frame, visit, spot.option, spot.slot) for spot in again))
        possible.extend(islice(found, 1 if first_only else None))
    return Outcome(possible=possible) if possible else misses.outcome()


class Spot(NamedTuple):
    """A position with time enough."""

    frame: Frame
    option: Option
    slot: Slot


def _spots(
    board: Board, visit: Visit, worker: Worker, options: list[Option], misses: Misses
) -> Iterator[Spot]:
    """Positions with time enough, in order; the others are noted as misses."""
    for option in options:
        windows = ranges(worker, visit, option)
        if not windows:
            continue
        frame = frame_of(board, worker, option.day)
        for window in windows:
            for slot in frame.slots(visit, *window):
                if slot.lo_s > slot.hi_s:
                    misses.late(Tight(frame, visit, option, slot, window))
                else:
                    yield Spot(frame, option, slot)


class Misses:
    """
    The nearest miss of one aide, gathered while positions are tried.

    Args:
        options: alternatives that were tried.
    """

    def __init__(self, worker: Worker, options: list[Option]) -> None:
        self._worker = worker
        self._options = options
        self._nearest: tuple[tuple[int, int], int, Attempt] | None = None
        self._tight: tuple[tuple[bool, int], Tight] | None = None

    def illegal(self, attempt: Attempt, turn: int = 0) -> None:
        """
        An attempt that breaks rules; the nearest is kept, and among equals the first.

        Args:
            turn: place in the order of positions, where they are tried in another one.
        """
        depth = attempt.depth
        if self._nearest is None or (depth, turn) < self._nearest[:2]:
            self._nearest = (depth, turn, attempt)

    def late(self, tight: Tight) -> None:
        """A position without time enough; the one that lacks least is kept, in order of time if any is."""
        key = (not tight.starts, tight.short_s)
        if self._tight is None or key < self._tight[0]:
            self._tight = (key, tight)

    def outcome(self) -> Outcome:
        """Why there is no way: law first, then travel, then hours of presence."""
        if self._nearest is not None:
            attempt = self._nearest[2]
            return Outcome(cause=_law_cause(attempt), nearest=attempt)
        if self._tight is not None:
            tight = self._tight[1]
            return Outcome(cause=_travel_cause(tight), tight=tight)
        days = ", ".join(str(option.day) for option in self._options)
        cause = WorkerCause(worker=self._worker.id, code="availability", args={"days": days})
        return Outcome(cause=cause)


def attempts_at(frame: Frame, visit: Visit, option: Option, slot: Slot) -> Iterator[Attempt]:
    """Schedules of one position, nearest to the present ones first; stops where no other start can help."""
    for start_s in frame.starts(visit, option, slot):
        attempt = _judge(frame, visit, option, slot, frame.placed(visit, slot.position, start_s))
        yield attempt
        if _hopeless(frame, attempt):
            return
    if not frame.stops:
        return
    for late in (False, True):
        yield _judge(frame, visit, option, slot, frame.compact(visit, slot, late=late))


def worth_finer(frame: Frame, attempts: list[Attempt]) -> bool:
    """
    Whether another start or another waiting at one position might break nothing.

    Args:
        attempts: all that `attempts_at` gave there, each of which breaks something.
    """
    if any(_hopeless(frame, attempt) for attempt in attempts):
        return False
    for attempt in attempts:
        over_s = max((excess(item) for item in attempt.broken if item.rule in HOURS), default=0)
        if over_s > day_timeline(frame.board.lookup, frame.worker, frame.day, attempt.stops).paid_wait_s:
            return False
    # the first compact schedule, last but one, has the shortest day that the position allows
    shortest = attempts[-2] if frame.stops else None
    return shortest is None or not any(item.rule == "span" for item in shortest.broken)


def finer(frame: Frame, visit: Visit, option: Option, slot: Slot) -> Attempt | None:
    """
    The first start in steps of five minutes that breaks nothing, with the others left or drawn near.

    Breaks, meals and paid waits depend on where in the day the waiting lies.
    """
    beside = {stop.visit for stop in frame.stops}
    for start_s in frame.steps(option, slot):
        if frame.board.overlap(visit, start_s, beside) is not None:
            continue
        placed = frame.placed(visit, slot.position, start_s)
        near = frame.gathered(visit, slot.position, start_s)
        for stops in [placed] if near == placed else [placed, near]:
            attempt = _judge(frame, visit, option, slot, stops)
            if not attempt.broken:
                return attempt
    return None


def _judge(frame: Frame, visit: Visit, option: Option, slot: Slot, stops: list[Stop]) -> Attempt:
    board = frame.board
    start_s = stops[slot.position].start_s
    others = [*stops[: slot.position], *stops[slot.position + 1 :]]
    moved = [new for new, old in zip(others, frame.stops, strict=True) if new.start_s != old.start_s]
    broken = list(overlaps(frame, visit, stops, slot.position, moved))
    broken.extend(board.budget_added(frame.worker, frame.day, stops))
    law = board.law_added(frame.worker, frame.day, stops)
    broken.extend(item for item in law if not board.tolerates(item))
    return Attempt(
        worker=frame.worker.id, day=frame.day, option=option, start_s=start_s, stops=stops, broken=broken,
        moved=len(moved), detour_s=detour_s(frame, visit, slot.position), slot=slot,
    )  # fmt: skip


def detour_s(frame: Frame, visit: Visit, position: int) -> int:
    """Travel that a visit at a position adds."""
    here = frame.board.lookup.place_of[visit.id]
    before = frame.places[position - 1] if position else None
    after = frame.places[position] if position < len(frame.places) else None
    added = (frame.seconds[before][here] if before is not None else 0) + (
        frame.seconds[here][after] if after is not None else 0
    )
    saved = frame.seconds[before][after] if before is not None and after is not None else 0
    return added - saved


def _hopeless(frame: Frame, attempt: Attempt) -> bool:
    """Whether no other start at this position could break less of what it breaks."""
    if any(item.rule in WHOLE_DAY for item in attempt.broken):
        return True
    waits_s = 0
    over = [item for item in attempt.broken if item.rule in HOURS]
    if over:
        regime = frame.board.lookup.regime_of(frame.worker)
        waits_s = regime.paid_wait_max_s * (len(attempt.stops) - 1)
    return any(excess(item) > waits_s for item in over)


def _law_cause(attempt: Attempt) -> WorkerCause:
    first = max(attempt.broken, key=lambda item: (item.severity == "block", -excess(item)))
    args: dict[str, int | str] = {
        "amount": first.amount, "limit": first.limit, "unit": first.unit,
        "day": attempt.day, "start_s": attempt.start_s,
    }  # fmt: skip
    if first.visit is not None:
        args["visit"] = first.visit
    also = [rule for rule in attempt.rules if rule != first.rule]
    if also:
        args["also"] = ", ".join(also)
    return WorkerCause(worker=attempt.worker, code=first.rule, args=args)


def crammed(tight: Tight) -> Attempt | None:
    """The visit at a tight position with what would be in the way if the missing time did not count."""
    frame, slot = tight.frame, tight.slot
    nearest: Attempt | None = None
    for start_s in tight.starts:
        stops = frame.crammed(tight.visit, slot.position, start_s)
        attempt = _judge(frame, tight.visit, tight.option, slot, stops)
        if nearest is None or attempt.depth < nearest.depth:
            nearest = attempt
    return nearest


def _travel_cause(tight: Tight) -> WorkerCause:
    """
    Not enough time at one position: by how much, how long the ways are, and between which visits.

    `short_s` is the whole shortage. `late_s` of it is against the end of the window or of the
    shift; `squeeze_s` against the stop after (`before` names it). `after` names the stop
    before, where it is what makes the visit late.
    """
    frame, visit, slot, window_hi_s = tight.frame, tight.visit, tight.slot, tight.window[1]
    here = frame.board.lookup.place_of[visit.id]
    args: dict[str, int | str] = {"day": frame.day, "short_s": slot.lo_s - slot.hi_s}
    travel_s = 0
    if slot.lo_s > window_hi_s:
        args["late_s"] = slot.lo_s - window_hi_s
    if slot.position and frame.ready_s(slot.position, here) == slot.lo_s:
        travel_s += frame.seconds[frame.places[slot.position - 1]][here]
        args["after"] = frame.stops[slot.position - 1].visit
    if slot.position < len(frame.stops):
        squeeze_s = slot.lo_s + visit.duration_s - frame.due_s(slot.position, here)
        if squeeze_s > 0:
            travel_s += frame.seconds[here][frame.places[slot.position]]
            args["before"], args["squeeze_s"] = frame.stops[slot.position].visit, squeeze_s
    args["travel_s"] = travel_s
    return WorkerCause(worker=frame.worker.id, code="travel_time", args=args)
