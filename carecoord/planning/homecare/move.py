"""
What a change by hand would do, told before it is made.

The board of the coordinator asks it while a visit is dragged: which rules would be newly
broken, what it would cost or save by term, and how the rounds would look.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from carecoord.kernel.errors import NotFound
from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.day_law import added, breach_key, depth_of
from carecoord.planning.homecare.explain import take_off
from carecoord.planning.homecare.ledger import Ledger, Rounds
from carecoord.planning.homecare.prices import cost_cents
from carecoord.planning.homecare.slots import Frame
from carecoord.planning.homecare.trial import Attempt, at_start, try_worker
from carecoord.planning.lookup import Lookup, RoundKey, stops_by_round
from carecoord.planning.problem import Option, Problem, Visit, Worker
from carecoord.planning.solution import Round, Solution, Stop, Violation


class Move(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A change by hand of one visit.

    Args:
        workers: who shall make it; empty takes it off the plan.
        day: which day; absent, the day it is on, or its first option's.
        start_s: when, elapsed seconds; absent, the best start in its window.
    """

    visit: str
    workers: list[str] = []
    day: int | None = None
    start_s: int | None = None


class MovePrice(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a move does.

    Args:
        legal: whether it breaks no new rule that blocks.
        violations_new: violations it adds, or makes worse.
        violations_gone: violations it cures.
        terms: name of the term -> cents more (or fewer).
        soft_cents: sum of the terms.
        unserved: tier -> visits left out more (or fewer).
        rounds: every round that changes, complete; one without stops disappears.
        start_s: the start it comes to; absent for a visit taken off.
    """

    legal: bool
    violations_new: list[Violation]
    violations_gone: list[Violation]
    terms: dict[str, int]
    soft_cents: int
    unserved: dict[str, int]
    rounds: list[Round]
    start_s: int | None = None


def price_move(problem: Problem, solution: Solution, move: Move) -> MovePrice:
    """
    Price a change by hand without making it.

    A start that is given is kept, and others of the round give way inside their windows
    where they can; where they cannot, the violations say so. The visit's own pin is left out
    of account: moving it by hand replaces the pin.

    Raises:
        NotFound: the move names a visit, an aide or a day that the problem does not have.
        Invalid: the plan does.
    """
    return price_moves(problem, solution, [move])[0]


def price_moves(problem: Problem, solution: Solution, moves: Sequence[Move]) -> list[MovePrice]:
    """
    Price several moves of one visit, each for itself; what they have in common is worked out once.

    Args:
        moves: all of the visit that the first one names.

    Raises:
        NotFound: as `price_move`.
        Invalid: the plan does.
    """
    if not moves:
        return []
    name = moves[0].visit
    lookup = Lookup(_without_pin(problem, name))
    for move in moves:
        _known(lookup, move)
    before = stops_by_round(lookup, solution)
    ledger = Ledger(lookup, before)
    board = Board(lookup, dict(before))
    days = [_day(lookup, before, move) for move in moves]
    take_off(board, name)
    found = []
    for move, day in zip(moves, days, strict=True):
        tried = board.copy()
        start_s = _put(tried, lookup.visits[name], move, day) if move.workers else None
        found.append(_price(ledger, tried.rounds, start_s))
    return found


def apply_price(solution: Solution, price: MovePrice) -> Solution:
    """The plan with a priced move made; causes and score are dropped, as they no longer hold."""
    rounds = {(item.worker, item.day): item for item in solution.rounds}
    rounds.update({(item.worker, item.day): item for item in price.rounds})
    kept = [rounds[key] for key in sorted(rounds) if rounds[key].stops]
    return msgspec.structs.replace(solution, rounds=kept, unassigned=[], score=None)


def _without_pin(problem: Problem, visit_id: str) -> Problem:
    visits = [msgspec.structs.replace(v, pin=None) if v.id == visit_id else v for v in problem.visits]
    return msgspec.structs.replace(problem, visits=visits)


def _known(lookup: Lookup, move: Move) -> None:
    if move.visit not in lookup.visits:
        raise NotFound("visit_unknown", f"no visit {move.visit} in this plan", visit=move.visit)
    for worker in move.workers:
        if worker not in lookup.workers:
            raise NotFound("worker_unknown", f"no aide {worker} in this plan", worker=worker)
    if move.day is not None and not 0 <= move.day < len(lookup.problem.days):
        raise NotFound("day_unknown", f"no day {move.day} in this plan", day=move.day)


def _day(lookup: Lookup, rounds: dict[RoundKey, list[Stop]], move: Move) -> int:
    if move.day is not None:
        return move.day
    if move.start_s is not None:
        return min(max(lookup.calendar.day_at(move.start_s), 0), len(lookup.problem.days) - 1)
    for (_, day), stops in rounds.items():
        if any(stop.visit == move.visit for stop in stops):
            return day
    return lookup.visits[move.visit].options[0].day


def _put(board: Board, visit: Visit, move: Move, day: int) -> int:
    """Put the visit on the rounds of its new aides; returns its start."""
    workers = [board.lookup.workers[name] for name in dict.fromkeys(move.workers)]
    options = [option for option in visit.options if option.day == day]
    start_s = move.start_s
    if start_s is None:
        start_s = _best_start(board, visit, workers, options, day)
    window = Option(day=day, earliest_s=start_s, latest_s=start_s)
    for worker in workers:
        board.put(worker.id, day, _squeezed(board, visit, worker, window))
    return start_s


def _best_start(board: Board, visit: Visit, workers: list[Worker], options: list[Option], day: int) -> int:
    """The start that breaks least for all the aides together, then costs least; the wish if none fits."""
    tries: dict[int, Option] = {}
    for worker in workers:
        for option in options:
            outcome = try_worker(board, visit, worker, [option])
            found = [*outcome.possible, *([outcome.nearest] if outcome.nearest else [])]
            for attempt in found:
                tries.setdefault(attempt.start_s, option)
    if not tries:
        return _wished(board, visit, options, day)
    return min(tries, key=lambda start_s: (*_harm(board, visit, workers, tries[start_s], start_s), start_s))


def _harm(
    board: Board, visit: Visit, workers: list[Worker], option: Option, start_s: int
) -> tuple[int, int, int]:
    rules = depth = cents = 0
    for worker in workers:
        outcome = try_worker(board, visit, worker, [at_start(option, start_s)])
        best = _cheapest(board, visit, outcome.possible) or outcome.nearest
        if best is None:
            rules, depth = rules + 1, depth + 3600
        else:
            rules, depth = rules + best.depth[0], depth + best.depth[1]
            cents += cost_cents(board, visit, best)
    return (rules, depth, cents)


def _cheapest(board: Board, visit: Visit, possible: list[Attempt]) -> Attempt | None:
    return min(possible, key=lambda item: cost_cents(board, visit, item), default=None)


def _wished(board: Board, visit: Visit, options: list[Option], day: int) -> int:
    if options:
        wished = options[0].preferred_s
        return wished if wished is not None else options[0].earliest_s
    # a day that no option allows: the same time of day as the first option
    first = visit.options[0]
    days = board.lookup.problem.days
    wished = first.preferred_s if first.preferred_s is not None else first.earliest_s
    return days[day].starts_s + wished - days[first.day].starts_s


def _squeezed(board: Board, visit: Visit, worker: Worker, window: Option) -> list[Stop]:
    """The round with the visit at one start: others give way if they can, or stay as they are."""
    frame = Frame(board, worker, window.day)
    outcome = try_worker(board, visit, worker, [window])
    best = _cheapest(board, visit, outcome.possible) or outcome.nearest
    if best is not None:
        return best.stops
    start_s = window.earliest_s
    fitting = [slot for slot in frame.slots(visit, start_s, start_s) if slot.lo_s <= slot.hi_s]
    if fitting:
        return frame.placed(visit, fitting[0].position, start_s)
    made = Stop(visit=visit.id, start_s=start_s, end_s=start_s + visit.duration_s)
    return sorted([*frame.stops, made], key=lambda stop: (stop.start_s, stop.end_s))


def _price(ledger: Ledger, after: Rounds, start_s: int | None) -> MovePrice:
    before = ledger.rounds
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    old, new = ledger.violations(keys, before), ledger.violations(keys, after)
    fresh = added(depth_of(old), new)
    left = depth_of(new)
    was, now = ledger.score, ledger.tally.score({key: after.get(key, []) for key in keys})
    return MovePrice(
        legal=all(item.severity != "block" for item in fresh),
        violations_new=fresh,
        violations_gone=[item for item in old if breach_key(item) not in left],
        terms={name: now.terms[name] - cents for name, cents in was.terms.items()},
        soft_cents=now.soft_cents - was.soft_cents,
        unserved={tier: now.unserved[tier] - count for tier, count in was.unserved.items()},
        rounds=[Round(worker=worker, day=day, stops=after.get((worker, day), [])) for worker, day in keys],
        start_s=start_s,
    )
