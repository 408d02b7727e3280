"""
Candidates cheapest first; where the law refuses an hour, the same position at other hours joins them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from carecoord.planning.homecare.lanes import Ints
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.homecare.screen import Asked, Candidate, Seat, finer
from carecoord.planning.homecare.trial import HOURS, WHOLE_DAY
from carecoord.planning.solution import Violation

NO_HOUR_HELPS = WHOLE_DAY | HOURS
"""Rules that the hour of a visit hardly changes."""

Entry = tuple[float, int, int, tuple[Seat, ...], Candidate]


class CandidateQueue:
    """
    Candidates of one visit.

    Args:
        columns: positions of each day, in which a refused position is looked at again.
        ordered: those of the screen.
    """

    def __init__(
        self, resident: Resident, asked: Asked, columns: list[Ints], ordered: Iterable[Candidate]
    ) -> None:
        self._resident = resident
        self._asked = asked
        self._columns = columns
        self._heap: list[Entry] = [_entry(item) for item in ordered]
        heapq.heapify(self._heap)
        self._seen: set[tuple[int, int, tuple[tuple[int, int], ...]]] = set()
        self._widened: set[tuple[int, int, int]] = set()

    def pop(self) -> Candidate | None:
        """The cheapest one left, each place and hour once; None when there is none."""
        while self._heap:
            candidate = heapq.heappop(self._heap)[-1]
            seats = tuple((seat.worker, seat.position) for seat in candidate.seats)
            key = (candidate.day, candidate.start_s, seats)
            if key not in self._seen:
                self._seen.add(key)
                return candidate
        return None

    def widen(self, candidate: Candidate, against: Iterable[Violation]) -> None:
        """Let the other hours of a refused position join, unless no hour could help; once a position."""
        if len(candidate.seats) > 1 or all(item.rule in NO_HOUR_HELPS for item in against):
            return
        [seat] = candidate.seats
        key = (candidate.day, seat.worker, seat.position)
        if key in self._widened:
            return
        self._widened.add(key)
        for item in finer(self._resident, self._asked, candidate, self._columns):
            heapq.heappush(self._heap, _entry(item))


def _entry(item: Candidate) -> Entry:
    return (item.total, item.day, item.start_s, item.seats, item)
