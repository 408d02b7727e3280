"""
Rides without driver put where they cost least, care first; where nothing is left, another makes room.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import msgspec

from carecoord.planning.rides.board import Board
from carecoord.planning.rides.explain import changed, unit_of
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.insert import apply, best_spot, units
from carecoord.planning.rides.problem import TIERS, Request


class Room:
    """
    How long rides that only fit when another moves are tried for.

    Args:
        seconds: of wall time.
        tries: as many trials instead, the same on every machine.
        should_stop: asked before each trial.
    """

    def __init__(
        self, seconds: float, *, tries: int | None = None, should_stop: Callable[[], bool] | None = None
    ) -> None:
        """The time runs from here."""
        self._until, self._tries, self._should_stop = time.monotonic() + seconds, tries, should_stop

    def is_over(self) -> bool:
        """Whether no further trial may be made; counts one more."""
        if self._should_stop is not None and self._should_stop():
            return True
        if self._tries is None:
            return time.monotonic() > self._until
        self._tries -= 1
        return self._tries < 0


def fill(board: Board, *, room: Room | None = None, loosen: bool = False) -> None:
    """
    Add to a plan what it leaves out.

    Args:
        room: for rides that only fit when another moves; none by default.
        loosen: whether the hour told may change where there is no place at that hour; the board then
            has tables of its own, in which nothing was told about those rides.
    """
    missing = [name for name in board.ground.requests if name not in board.duty_of]
    left = [unit for unit in sorted_units(board.ground, missing) if not place(board, unit, loosen=loosen)]
    if room is None or not left:
        return
    for unit in left:
        make_room(board, unit, room, loosen=loosen)
    # Whoever moved may have left a place to somebody else.
    missing = [name for name in board.ground.requests if name not in board.duty_of]
    for unit in sorted_units(board.ground, missing):
        place(board, unit, loosen=loosen)


def sorted_units(ground: Ground, requests: Iterable[str]) -> list[list[str]]:
    """Rides that belong together, care first, then by hour."""

    def weight(unit: list[str]) -> tuple[int, int]:
        items = [ground.requests[name] for name in unit]
        return min(TIERS.index(item.tier) for item in items), min(item.pick_early_s for item in items)

    return sorted(units(ground, list(requests)), key=weight)


def place(board: Board, unit: list[str], *, loosen: bool = False) -> bool:
    """Place rides at the hour told, else, when that may be, at any hour asked for."""
    spot = best_spot(board, unit)
    if loosen and spot is None and any(board.ground.requests[name].promise_s is not None for name in unit):
        trial = changed(board, [_free(board.ground.requests[name]) for name in unit])
        spot = best_spot(trial, unit)
        if spot is not None:
            board.ground = trial.ground
    if spot is None:
        return False
    apply(board, spot)
    return True


def make_room(board: Board, unit: list[str], room: Room, *, loosen: bool = False) -> None:
    """
    Take one other ride out for these, where that one finds another place or weighs less.
    """
    ground = board.ground
    weight = min(TIERS.index(ground.requests[name].tier) for name in unit)
    for name in sorted(board.duty_of):
        other = unit_of(ground, name)
        if other[0] != name or ground.requests[name].pin is not None or not _meets(ground, unit, other):
            continue
        if room.is_over():
            return
        kept = dict(board.tours), dict(board.duty_of), dict(board.chosen), board.ground
        board.remove(set(other))
        spot = best_spot(board, unit)
        if spot is not None:
            apply(board, spot)
            moved = place(board, other, loosen=loosen)
            lost = kept[1].keys() - board.duty_of.keys() - set(other)
            # Travel that breaks the triangle inequality may cost a tour more rides than were taken out.
            if not lost and (moved or _may_stay(ground, other, weight)):
                return
        board.tours, board.duty_of, board.chosen, board.ground = kept


def _may_stay(ground: Ground, other: list[str], weight: int) -> bool:
    """Whether rides may stay behind for others of that weight: they weigh less, and nobody was told."""
    items = [ground.requests[name] for name in other]
    return all(item.told is None and TIERS.index(item.tier) > weight for item in items)


def _free(item: Request) -> Request:
    return msgspec.structs.replace(item, promise_s=None)


def _meets(ground: Ground, unit: list[str], other: list[str]) -> bool:
    """Whether two units are wanted at hours that touch, else one cannot make room for the other."""

    def span(names: list[str]) -> tuple[int, int]:
        items = [ground.requests[name] for name in names]
        return min(item.pick_early_s for item in items), max(item.drop_late_s for item in items)

    one, two = span(unit), span(other)
    return one[0] < two[1] and two[0] < one[1]
