"""
Rounds as lanes with the room that each stop has, and the positions of a day as tables of numbers.

A position is where a new visit may come in: between two stops, before the first, after the
last, or alone in an empty day. One row stands for one position and one shift. The rows are
built once for a plan; asking about a need is then a few operations on whole columns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from carecoord.planning.lookup import Lookup, Way
from carecoord.planning.problem import Interval, Visit, Worker
from carecoord.planning.solution import Stop
from carecoord.planning.timeline import DayTimeline

Ints = npt.NDArray[np.int64]

NOWHERE = -1
"""Place of a neighbour that is not there: the last column of the way tables, all zeros."""

FAR_S = 10**9


class Lane:
    """
    One round with how far each stop may move.

    Args:
        stops: in order of time.
        give_way_s: the most that a stop may move, either way; visits for two and fixed hours never do.
    """

    def __init__(self, lookup: Lookup, worker: Worker, stops: list[Stop], give_way_s: int) -> None:
        self.stops = stops
        self.seconds = lookup.ways[worker.id].seconds
        self.places = [lookup.place_of[stop.visit] for stop in stops]
        room = [_room(lookup.visits[stop.visit], worker.shifts, stop, give_way_s) for stop in stops]
        self.earliest = self._forward([low for low, _ in room])
        self.latest = self._backward([high for _, high in room])
        if any(early > late for early, late in zip(self.earliest, self.latest, strict=True)):
            # too little time to travel already: nothing in this round may move
            self.earliest = [stop.start_s for stop in stops]
            self.latest = list(self.earliest)

    def _leg_s(self, before: int, after: int) -> int:
        return self.seconds[self.places[before]][self.places[after]]

    def length_s(self, index: int) -> int:
        """How long a stop lasts."""
        return self.stops[index].end_s - self.stops[index].start_s

    def _forward(self, starts: list[int]) -> list[int]:
        for index in range(1, len(starts)):
            ready = starts[index - 1] + self.length_s(index - 1) + self._leg_s(index - 1, index)
            starts[index] = max(starts[index], ready)
        return starts

    def _backward(self, starts: list[int]) -> list[int]:
        for index in range(len(starts) - 2, -1, -1):
            due = starts[index + 1] - self._leg_s(index, index + 1) - self.length_s(index)
            starts[index] = min(starts[index], due)
        return starts

    def placed(
        self, stop: Stop, place: int, position: int, seconds: list[list[int]] | None = None
    ) -> list[Stop]:
        """
        The round with a stop at a position; the others give way as little as needed.

        Args:
            seconds: travel with the place of the stop in it; that of the lane when absent.
        """
        seconds = seconds or self.seconds
        stops = [*self.stops[:position], stop, *self.stops[position:]]
        places = [*self.places[:position], place, *self.places[position:]]
        for index in range(position - 1, -1, -1):
            late = stops[index + 1].start_s - seconds[places[index]][places[index + 1]]
            if stops[index].end_s <= late:
                break
            stops[index] = _moved(stops[index], late - stops[index].end_s)
        for index in range(position + 1, len(stops)):
            soon = stops[index - 1].end_s + seconds[places[index - 1]][places[index]]
            if stops[index].start_s >= soon:
                break
            stops[index] = _moved(stops[index], soon - stops[index].start_s)
        return stops


def _moved(stop: Stop, by_s: int) -> Stop:
    return Stop(visit=stop.visit, start_s=stop.start_s + by_s, end_s=stop.end_s + by_s)


def _room(visit: Visit, shifts: list[Interval], stop: Stop, give_way_s: int) -> tuple[int, int]:
    """Starts between which a stop may move without leaving its window and its shift."""
    now = stop.start_s
    if visit.team_size > 1 or (visit.pin is not None and visit.pin.start_s is not None):
        return now, now
    for option in visit.options:
        if not option.earliest_s <= now <= option.latest_s:
            continue
        for shift in shifts:
            if shift.start_s <= now and stop.end_s <= shift.end_s:
                low = max(option.earliest_s, shift.start_s, now - give_way_s)
                high = min(option.latest_s, shift.end_s - (stop.end_s - now), now + give_way_s)
                return low, high
    return now, now


class Row(NamedTuple):
    """
    One position of one round within one shift, all in seconds and indices.

    Args:
        worker: index of the aide.
        position: before the stop of this index.
        before, after: places of the neighbours, or `NOWHERE`.
        ready: end of the stop before at the earliest.
        due: start of the stop after at the latest.
        low, high: start and end of the visit allowed by shift, rest and span.
        ended, starts: end of the stop before and start of the stop after as they are.
        leg_s, leg_m: between the neighbours now.
        wait, pause: paid wait in the gap now; 1 where the gap is an interruption.
        home, back: where the round starts and ends, where this position is first or last, else `NOWHERE`.
        out_s, back_s: commute that the position replaces.
        slack: paid waits of the whole round, which giving way could close.
    """

    worker: int
    position: int
    before: int
    after: int
    ready: int
    due: int
    low: int
    high: int
    ended: int
    starts: int
    leg_s: int
    leg_m: int
    wait: int
    pause: int
    home: int
    back: int
    out_s: int
    back_s: int
    slack: int


def table(rows: list[Row]) -> Ints:
    """Rows as columns: `table(rows)[COLUMN["low"]]`; no row gives empty columns."""
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(Row._fields)).T.copy()


COLUMN = {name: index for index, name in enumerate(Row._fields)}


def rows_of(
    lane: Lane, way: Way, index: int, timeline: DayTimeline | None, reach: list[tuple[int, int]]
) -> list[Row]:
    """
    Every position of a round, once for each stretch in which a visit there may lie.

    Args:
        index: of the aide.
        timeline: of the round; None when it is empty.
        reach: shifts of the day, cut by rests and span.
    """
    rows = []
    last = len(lane.stops)
    for position in range(last + 1):
        has_before, has_after = position > 0, position < last
        before = lane.places[position - 1] if has_before else NOWHERE
        after = lane.places[position] if has_after else NOWHERE
        gap = timeline.gaps[position - 1] if timeline is not None and has_before and has_after else None
        free_s = max(0, gap.free_s) if gap is not None else 0
        is_pause = timeline is not None and free_s in timeline.interruptions and free_s > 0
        ready = lane.earliest[position - 1] + lane.length_s(position - 1) if has_before else -FAR_S
        due = lane.latest[position] if has_after else FAR_S
        for low, high in reach:
            if ready >= high or due <= low:
                continue
            rows.append(
                Row(
                    worker=index, position=position, before=before, after=after, ready=ready, due=due,
                    low=low, high=high,
                    ended=lane.stops[position - 1].end_s if has_before else -FAR_S,
                    starts=lane.stops[position].start_s if has_after else FAR_S,
                    leg_s=gap.travel_s if gap is not None else 0,
                    leg_m=way.metres[before][after] if gap is not None else 0,
                    wait=0 if is_pause else free_s, pause=int(is_pause),
                    home=way.start if not has_before else NOWHERE,
                    back=way.end if not has_after else NOWHERE,
                    out_s=timeline.commute_out_s if timeline is not None and not has_before else 0,
                    back_s=timeline.commute_back_s if timeline is not None and not has_after else 0,
                    slack=timeline.paid_wait_s if timeline is not None else 0,
                )
            )  # fmt: skip
    return rows
