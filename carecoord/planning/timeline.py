"""
What a round amounts to: travel, waits, interruptions, work and span.

Shared by the checker and the explanations; the engine has its own arithmetic.

A gap between two stops, travel taken off, of at most `Regime.paid_wait_max_s` is work; a
longer one is an unpaid interruption. The way from the start of the round and to its end
is work only for an aide whose `commute_is_work` is set.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from carecoord.planning.lookup import Lookup
from carecoord.planning.problem import Regime, Worker
from carecoord.planning.solution import Stop


class Gap(NamedTuple):
    """
    Between two stops, in seconds.

    Args:
        start_s: end of the stop before.
        end_s: start of the stop after.
        travel_s: needed between the two.
    """

    start_s: int
    end_s: int
    travel_s: int

    @property
    def free_s(self) -> int:
        """What is left of the gap once travelled; negative where there is no time to travel."""
        return self.end_s - self.start_s - self.travel_s


class DayTimeline(msgspec.Struct, frozen=True, kw_only=True):
    """
    One aide's day.

    Args:
        day: index in `Problem.days`; the day of the first start.
        stops: in order of time, at least one.
        gaps: one fewer than stops.
        starts_s, ends_s: taking up and leaving work, commute included where it is work.
        service_s: time at the doors.
        travel_s: travel between visits, always work.
        paid_wait_s: gaps short enough to be work.
        commute_out_s, commute_back_s: the way from the start and to the end of the round.
        commute_work_s: how much of the commute is work.
        distance_m: metres between visits.
        interruptions: lengths of the unpaid interruptions.
    """

    day: int
    stops: list[Stop]
    gaps: list[Gap]
    starts_s: int
    ends_s: int
    service_s: int
    travel_s: int
    paid_wait_s: int
    commute_out_s: int
    commute_back_s: int
    commute_work_s: int
    distance_m: int
    interruptions: list[int]

    @property
    def work_s(self) -> int:
        """Effective work of the day, in seconds."""
        return self.service_s + self.travel_s + self.paid_wait_s + self.commute_work_s

    @property
    def span_s(self) -> int:
        """From taking up to leaving work, in seconds."""
        return self.ends_s - self.starts_s


def day_timeline(lookup: Lookup, worker: Worker, day: int, stops: list[Stop]) -> DayTimeline:
    """
    The timeline of one round.

    Args:
        stops: in order of time, at least one; nothing is moved or repaired.
    """
    way = lookup.ways[worker.id]
    place_of = lookup.place_of
    paid_max_s = lookup.regimes[worker.regime].paid_wait_max_s
    gaps: list[Gap] = []
    interruptions: list[int] = []
    service_s = travel_s = paid_wait_s = distance_m = 0
    here = place_of[stops[0].visit]
    commute_out_s = way.seconds[way.start][here]
    previous: Stop | None = None
    for stop in stops:
        there = place_of[stop.visit]
        service_s += stop.end_s - stop.start_s
        if previous is not None:
            leg_s = way.seconds[here][there]
            travel_s += leg_s
            distance_m += way.metres[here][there]
            gaps.append(Gap(previous.end_s, stop.start_s, leg_s))
            free_s = stop.start_s - previous.end_s - leg_s
            if free_s > paid_max_s:
                interruptions.append(free_s)
            elif free_s > 0:
                paid_wait_s += free_s
        previous, here = stop, there
    commute_back_s = way.seconds[here][way.end]
    out_s, back_s = (commute_out_s, commute_back_s) if worker.commute_is_work else (0, 0)
    return DayTimeline(
        day=day,
        stops=stops,
        gaps=gaps,
        starts_s=stops[0].start_s - out_s,
        ends_s=stops[-1].end_s + back_s,
        service_s=service_s,
        travel_s=travel_s,
        paid_wait_s=paid_wait_s,
        commute_out_s=commute_out_s,
        commute_back_s=commute_back_s,
        commute_work_s=out_s + back_s,
        distance_m=distance_m,
        interruptions=interruptions,
    )


def longest_stretch_s(timeline: DayTimeline, regime: Regime) -> tuple[int, bool]:
    """
    The longest work without a sufficient break, and whether there is any such break.

    Travel within a gap that holds a break comes wholly before or wholly after it, in the
    order most favourable over the whole day.
    """
    break_s, paid_s = regime.break_min_s or 0, regime.paid_wait_max_s
    at_ends = timeline.commute_work_s > 0
    # (work since the last break but for `on_s`, the longest stretch before it): one or two ways to travel
    running = [(timeline.commute_out_s if at_ends else 0, 0)]
    on_s, rested = 0, False
    for stop, (start_s, end_s, travel_s) in zip(timeline.stops, timeline.gaps, strict=False):
        on_s += stop.end_s - stop.start_s
        free_s = end_s - start_s - travel_s
        if free_s < break_s:
            on_s += travel_s + free_s if 0 < free_s <= paid_s else travel_s
            continue
        rested = True
        after = min([max(longest, current + on_s) for current, longest in running])
        before = min([max(longest, current + on_s + travel_s) for current, longest in running])
        running = [(0, before), (travel_s, after)] if travel_s else [(0, before)]
        on_s = 0
    last = timeline.stops[-1]
    on_s += last.end_s - last.start_s + (timeline.commute_back_s if at_ends else 0)
    return min([max(longest, current + on_s) for current, longest in running]), rested
