"""
Where one visit fits into one round in time: positions, ranges of starts, and new schedules.

Only travel, windows and shifts are looked at here; law is judged on the schedules that
come out. Other stops of the round may move inside their windows, except those of visits
for two and those whose start was fixed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from carecoord.planning.homecare.board import Board
from carecoord.planning.problem import Option, Visit, Worker
from carecoord.planning.solution import Stop

STEP_S = 300
"""Distance of the starts tried where those that suggest themselves all break something."""


class Slot(NamedTuple):
    """
    One position in a round.

    Args:
        position: the visit comes before the stop of this index.
        lo_s, hi_s: earliest and latest start there; `lo_s > hi_s` when it does not fit,
            by that many seconds.
    """

    position: int
    lo_s: int
    hi_s: int


class Leg(NamedTuple):
    """One stop as far as scheduling goes: duration, range of starts, present start."""

    visit: str
    duration_s: int
    lo_s: int
    hi_s: int
    now_s: int


class Frame:
    """
    One round with the room that each stop has to move.

    Args:
        worker, day: whose round.
    """

    def __init__(self, board: Board, worker: Worker, day: int) -> None:
        self.board = board
        self.worker = worker
        self.day = day
        self.stops = board.stops(worker.id, day)
        self.seconds = board.lookup.ways[worker.id].seconds
        self.on_duty = True
        self.places = [board.lookup.place_of[stop.visit] for stop in self.stops]
        legs = [self._leg(stop) for stop in self.stops]
        self.earliest = self._forward(legs)
        self.latest = self._backward(legs)
        if any(early > late for early, late in zip(self.earliest, self.latest, strict=True)):
            # the round has no time to travel already: nothing in it may move
            legs = [leg._replace(lo_s=leg.now_s, hi_s=leg.now_s) for leg in legs]
            self.earliest = [leg.now_s for leg in legs]
            self.latest = [leg.now_s for leg in legs]
        self.legs = legs

    def _leg(self, stop: Stop) -> Leg:
        visit = self.board.lookup.visits[stop.visit]
        length, now = stop.end_s - stop.start_s, stop.start_s
        fixed = Leg(stop.visit, length, now, now, now)
        if visit.team_size > 1 or (visit.pin is not None and visit.pin.start_s is not None):
            return fixed
        for option in visit.options:
            if not (option.day == self.day and option.earliest_s <= now <= option.latest_s):
                continue
            for shift in self.worker.shifts:
                if shift.start_s <= now and stop.end_s <= shift.end_s:
                    lo = max(option.earliest_s, shift.start_s)
                    hi = min(option.latest_s, shift.end_s - length)
                    return Leg(stop.visit, length, lo, hi, now)
        self.on_duty = False
        return fixed

    def _leg_s(self, before: int, after: int) -> int:
        return self.seconds[self.places[before]][self.places[after]]

    def _forward(self, legs: list[Leg]) -> list[int]:
        starts: list[int] = []
        for index, leg in enumerate(legs):
            ready = leg.lo_s
            if index:
                ready = max(ready, starts[-1] + legs[index - 1].duration_s + self._leg_s(index - 1, index))
            starts.append(ready)
        return starts

    def _backward(self, legs: list[Leg]) -> list[int]:
        starts = [leg.hi_s for leg in legs]
        for index in range(len(legs) - 2, -1, -1):
            room = starts[index + 1] - self._leg_s(index, index + 1) - legs[index].duration_s
            starts[index] = min(starts[index], room)
        return starts

    def ready_s(self, position: int, here: int) -> int:
        """When the aide can be at a place after the stop before a position, at the earliest."""
        before = position - 1
        ready = self.earliest[before] + self.legs[before].duration_s
        return ready + self.seconds[self.places[before]][here]

    def due_s(self, position: int, here: int) -> int:
        """When the aide must leave a place for the stop after a position, at the latest."""
        return self.latest[position] - self.seconds[here][self.places[position]]

    def slots(self, visit: Visit, lo_s: int, hi_s: int) -> Iterator[Slot]:
        """Every position, with the starts that travel from and to the neighbours leaves."""
        here = self.board.lookup.place_of[visit.id]
        for position in range(len(self.stops) + 1):
            lo, hi = lo_s, hi_s
            if position:
                lo = max(lo, self.ready_s(position, here))
            if position < len(self.stops):
                hi = min(hi, self.due_s(position, here) - visit.duration_s)
            yield Slot(position, lo, hi)

    def starts(self, visit: Visit, option: Option, slot: Slot) -> list[int]:
        """
        Starts worth trying in a slot, the wished hour first.

        Besides the ends of the range: close behind the stop before, close ahead of the stop
        after, and around the person's other visits.
        """
        here = self.board.lookup.place_of[visit.id]
        wished = option.preferred_s if option.preferred_s is not None else option.earliest_s
        tries = [wished, slot.lo_s, slot.hi_s]
        if slot.position:
            before = slot.position - 1
            tries.append(self.stops[before].end_s + self.seconds[self.places[before]][here])
        if slot.position < len(self.stops):
            after = self.stops[slot.position].start_s - self.seconds[here][self.places[slot.position]]
            tries.append(after - visit.duration_s)
        for start_s, end_s, _ in self.board.hours_of(visit):
            tries.extend((end_s, start_s - visit.duration_s))
        inside = (min(max(start, slot.lo_s), slot.hi_s) for start in tries)
        return list(dict.fromkeys(inside))

    def steps(self, option: Option, slot: Slot) -> list[int]:
        """All starts of a slot in steps of five minutes, and its ends; the wished hour first."""
        grid = range(option.earliest_s, slot.hi_s + 1, STEP_S)
        tries = {slot.lo_s, *(start_s for start_s in grid if start_s > slot.lo_s), slot.hi_s}
        wished = option.preferred_s if option.preferred_s is not None else option.earliest_s
        return sorted(tries, key=lambda start_s: (abs(start_s - wished), start_s))

    def placed(self, visit: Visit, position: int, start_s: int) -> list[Stop]:
        """The round with the visit at a start that its slot allows; others give way as little as needed."""
        here = self.board.lookup.place_of[visit.id]
        stops = [*self.stops[:position], _stop(visit.id, start_s, visit.duration_s), *self.stops[position:]]
        places = [*self.places[:position], here, *self.places[position:]]
        for index in range(position - 1, -1, -1):
            late = stops[index + 1].start_s - self.seconds[places[index]][places[index + 1]]
            if stops[index].end_s <= late:
                break
            length = stops[index].end_s - stops[index].start_s
            stops[index] = _stop(stops[index].visit, late - length, length)
        for index in range(position + 1, len(stops)):
            soon = stops[index - 1].end_s + self.seconds[places[index - 1]][places[index]]
            if stops[index].start_s >= soon:
                break
            stops[index] = _stop(stops[index].visit, soon, stops[index].end_s - stops[index].start_s)
        return stops

    def crammed(self, visit: Visit, position: int, start_s: int) -> list[Stop]:
        """The round with the visit where time is too short: others give way as far as their windows allow."""
        here = self.board.lookup.place_of[visit.id]
        stops = [*self.stops[:position], _stop(visit.id, start_s, visit.duration_s), *self.stops[position:]]
        places = [*self.places[:position], here, *self.places[position:]]
        for index in range(position - 1, -1, -1):
            due = stops[index + 1].start_s - self.seconds[places[index]][places[index + 1]]
            leg = self.legs[index]
            if stops[index].end_s <= due:
                break
            stops[index] = _stop(leg.visit, max(due - leg.duration_s, self.earliest[index]), leg.duration_s)
        for index in range(position + 1, len(stops)):
            ready = stops[index - 1].end_s + self.seconds[places[index - 1]][places[index]]
            leg = self.legs[index - 1]
            if stops[index].start_s >= ready:
                break
            stops[index] = _stop(leg.visit, min(ready, self.latest[index - 1]), leg.duration_s)
        return stops

    def gathered(self, visit: Visit, position: int, start_s: int) -> list[Stop]:
        """The round with the visit at a start that its slot allows; others as near to it as they can."""
        here = self.board.lookup.place_of[visit.id]
        places = [*self.places[:position], here, *self.places[position:]]
        legs = [*self.legs[:position], Leg(visit.id, visit.duration_s, start_s, start_s, start_s)]
        legs.extend(self.legs[position:])
        starts = [leg.hi_s for leg in legs]
        for index in range(position - 1, -1, -1):
            way_s = self.seconds[places[index]][places[index + 1]]
            starts[index] = min(starts[index], starts[index + 1] - way_s - legs[index].duration_s)
        for index in range(position + 1, len(legs)):
            way_s = self.seconds[places[index - 1]][places[index]]
            ready_s = starts[index - 1] + legs[index - 1].duration_s + way_s
            starts[index] = max(legs[index].lo_s, ready_s)
        return [_stop(leg.visit, start, leg.duration_s) for leg, start in zip(legs, starts, strict=True)]

    def compact(self, visit: Visit, slot: Slot, *, late: bool) -> list[Stop]:
        """
        The round with the visit in a slot and as little waiting as can be.

        Args:
            late: end it as early as possible, then start as late as that allows; or, when
                true, start as late as possible, then end as early as that allows.
        """
        frame = self._with(visit, slot)
        if late:
            first = frame._backward(frame.legs)[0]
            frame.legs[0] = frame.legs[0]._replace(lo_s=first)
            starts = frame._forward(frame.legs)
        else:
            last = frame._forward(frame.legs)[-1]
            frame.legs[-1] = frame.legs[-1]._replace(hi_s=last)
            starts = frame._backward(frame.legs)
        return [
            _stop(leg.visit, start, leg.duration_s) for leg, start in zip(frame.legs, starts, strict=True)
        ]

    def _with(self, visit: Visit, slot: Slot) -> Frame:
        frame = Frame.__new__(Frame)
        frame.board, frame.worker, frame.day, frame.seconds = self.board, self.worker, self.day, self.seconds
        here = self.board.lookup.place_of[visit.id]
        leg = Leg(visit.id, visit.duration_s, slot.lo_s, slot.hi_s, slot.lo_s)
        frame.legs = [*self.legs[: slot.position], leg, *self.legs[slot.position :]]
        frame.places = [*self.places[: slot.position], here, *self.places[slot.position :]]
        return frame


def frame_of(board: Board, worker: Worker, day: int) -> Frame:
    """
    The frame of a round, kept by the board until the round changes.

    An aide tried with more shifts than the plan has leaves the stops as much room as before.
    """
    own = board.lookup.workers[worker.id]
    frame = board.frames.get((worker.id, day))
    if not isinstance(frame, Frame):
        frame = Frame(board, own, day)
        board.frames[worker.id, day] = frame
    if own is worker or (frame.on_duty and worker.shifts[: len(own.shifts)] == own.shifts):
        return frame
    return Frame(board, worker, day)


def ranges(worker: Worker, visit: Visit, option: Option) -> list[tuple[int, int]]:
    """Starts that the window and one shift allow, shift by shift; empty when none does."""
    found = []
    for shift in worker.shifts:
        lo = max(option.earliest_s, shift.start_s)
        hi = min(option.latest_s, shift.end_s - visit.duration_s)
        if lo <= hi:
            found.append((lo, hi))
    return found


def _stop(visit: str, start_s: int, duration_s: int) -> Stop:
    return Stop(visit=visit, start_s=start_s, end_s=start_s + duration_s)
