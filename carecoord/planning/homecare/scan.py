"""
Every aide tried for one visit in one pass: the cheapest way, or the nearest miss of each aide.

Positions are tried from the one that could be cheapest; once a way is found, those that
could not be cheaper are left alone. Where none is found, the positions are tried again in
steps of five minutes, in the same order, up to the first way. Only where nothing is found has
everything been tried, and then each aide's outcome is what `try_worker` would say.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.prices import cost_cents, least_cents
from carecoord.planning.homecare.slots import Frame, Slot, frame_of, ranges
from carecoord.planning.homecare.trial import (
    Attempt,
    Misses,
    Outcome,
    Tight,
    attempts_at,
    detour_s,
    finer,
    worth_finer,
)
from carecoord.planning.problem import Option, Visit, Worker


class _Place(NamedTuple):
    """A position that travel and hours allow, with the least it may cost."""

    least_cents: int
    turn: int
    frame: Frame
    option: Option
    slot: Slot


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one pass gave.

    Args:
        best: the cheapest way.
        outcomes: aide -> why not, complete only where there is no way.
    """

    best: Attempt | None
    outcomes: dict[str, Outcome]


def scan(board: Board, visit: Visit, workers: list[Worker], options: list[Option]) -> Scan:
    """
    Try every aide for a visit for one.

    Args:
        workers: those who hold the skills, are not refused and are not ruled out by a pin.
        options: alternatives, already narrowed by the visit's pin.
    """
    misses = {worker.id: Misses(worker, options) for worker in workers}
    places = [place for worker in workers for place in _places(board, visit, worker, options, misses)]
    numbered = [place._replace(turn=turn) for turn, place in enumerate(places)]
    best: Attempt | None = None
    best_key: tuple[int, str, int, int] | None = None
    again: list[_Place] = []
    for place in sorted(numbered, key=_first_cheapest):
        if best_key is not None and place.least_cents > best_key[0]:
            break
        attempts = list(attempts_at(place.frame, visit, place.option, place.slot))
        if best is None and all(item.broken for item in attempts) and worth_finer(place.frame, attempts):
            again.append(place)
        for attempt in attempts:
            if attempt.broken:
                if best is None:
                    misses[attempt.worker].illegal(attempt, place.turn)
                continue
            key = (cost_cents(board, visit, attempt), attempt.worker, attempt.start_s, place.turn)
            if best_key is None or key < best_key:
                best, best_key = attempt, key
    for place in again if best is None else ():
        legal = finer(place.frame, visit, place.option, place.slot)
        if legal is not None:
            best = legal
            break
    outcomes = {} if best is not None else {name: miss.outcome() for name, miss in misses.items()}
    return Scan(best=best, outcomes=outcomes)


def _first_cheapest(place: _Place) -> tuple[int, int]:
    return (place.least_cents, place.turn)


def _places(
    board: Board, visit: Visit, worker: Worker, options: list[Option], misses: dict[str, Misses]
) -> list[_Place]:
    found = []
    for option in options:
        windows = ranges(worker, visit, option)
        if not windows:
            continue
        frame = frame_of(board, worker, option.day)
        for lo_s, hi_s in windows:
            for slot in frame.slots(visit, lo_s, hi_s):
                if slot.lo_s > slot.hi_s:
                    tight = Tight(frame, visit, option, slot, (lo_s, hi_s))
                    misses[worker.id].late(tight)
                    continue
                least = least_cents(
                    board, visit, worker.id, option,
                    detour_s=detour_s(frame, visit, slot.position), starts=(slot.lo_s, slot.hi_s),
                )  # fmt: skip
                found.append(_Place(least, 0, frame, option, slot))
    return found
