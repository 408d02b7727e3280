"""
What a round amounts to: properties that hold for any round, and a few by hand.
"""

from __future__ import annotations

from builders.planning import HOUR_S, flat_matrix, matrix, places, problem, regime, visit, worker
from hypothesis import given
from hypothesis import strategies as st

from carecoord.planning.lookup import Lookup
from carecoord.planning.problem import Option
from carecoord.planning.solution import Stop
from carecoord.planning.timeline import DayTimeline, day_timeline, longest_stretch_s

LEGS = st.lists(st.tuples(st.integers(1, 90), st.integers(0, 120), st.integers(0, 3)), min_size=1, max_size=8)
"""Minutes at the door, free minutes after the way there, and the place, one by one."""


def timeline_of(legs: list[tuple[int, int, int]], *, commute_is_work: bool = False) -> DayTimeline:
    """A round that starts at 06:00 with these legs; places are five minutes apart in a row."""
    visits, stops = [], []
    clock_s, here = 6 * HOUR_S, legs[0][2]
    for index, (minutes, free, place) in enumerate(legs):
        if index:
            clock_s += 300 * abs(place - here) + free * 60
        window = Option(day=0, earliest_s=clock_s, latest_s=clock_s)
        visits.append(visit(f"v{index}", place=f"p{place}", duration_s=minutes * 60, options=[window]))
        stops.append(Stop(visit=f"v{index}", start_s=clock_s, end_s=clock_s + minutes * 60))
        clock_s, here = clock_s + minutes * 60, place
    aide = worker(commute_is_work=commute_is_work)
    built = problem(places=places(4), matrices=[matrix(4)], workers=[aide], visits=visits)
    return day_timeline(Lookup(built), aide, 0, stops)


@given(LEGS)
def test_work_and_interruptions_fill_the_span(legs: list[tuple[int, int, int]]) -> None:
    """Where nothing overlaps, every second from first start to last end is work or interruption."""
    item = timeline_of(legs)

    assert item.work_s + sum(item.interruptions) == item.span_s


@given(LEGS)
def test_parts_of_a_round(legs: list[tuple[int, int, int]]) -> None:
    """Service is what the visits last, waits of at most 15 minutes are paid, longer ones are not."""
    item = timeline_of(legs)
    waits = [free for _, free, _ in legs[1:]]

    assert item.service_s == sum(minutes * 60 for minutes, _, _ in legs)
    assert item.paid_wait_s == sum(free * 60 for free in waits if free <= 15)
    assert item.interruptions == [free * 60 for free in waits if free > 15]
    assert all(gap.free_s >= 0 for gap in item.gaps)


@given(LEGS)
def test_commute_that_is_work_lengthens_the_day_by_itself(legs: list[tuple[int, int, int]]) -> None:
    """Counting the commute adds the same time to work and to span."""
    without, counted = timeline_of(legs), timeline_of(legs, commute_is_work=True)
    both_ways = without.commute_out_s + without.commute_back_s

    assert counted.work_s - without.work_s == counted.span_s - without.span_s == both_ways


@given(LEGS)
def test_longest_stretch_lies_between_the_longest_visit_and_the_whole_work(
    legs: list[tuple[int, int, int]],
) -> None:
    """A stretch holds at least one visit and at most the day's work; without a break it is all of it."""
    item = timeline_of(legs)

    longest, rested = longest_stretch_s(item, regime())

    assert max(minutes * 60 for minutes, _, _ in legs) <= longest <= item.work_s
    assert rested or longest == item.work_s


def test_travel_may_come_after_the_break() -> None:
    """Six hours, a break of 20 minutes in a gap of 40, then the way: nobody works more than six hours."""
    item = timeline_of([(90, 0, 0), (90, 0, 0), (90, 0, 0), (90, 0, 0), (60, 20, 3)])

    assert longest_stretch_s(item, regime()) == (6 * HOUR_S, True)


def test_bike_and_car_take_their_own_times() -> None:
    """Each aide travels by the matrix of the aide's mode."""
    visits = [visit("v1", place="p1"), visit("v2", place="p2")]
    built = problem(
        matrices=[flat_matrix(3, 600), flat_matrix(3, 1800, mode="bike")],
        workers=[worker("w1"), worker("w2", mode="bike")],
        visits=visits,
    )
    lookup = Lookup(built)
    stops = [Stop(visit="v1", start_s=0, end_s=3600), Stop(visit="v2", start_s=7200, end_s=9000)]

    travel = [day_timeline(lookup, aide, 0, stops).travel_s for aide in built.workers]

    assert travel == [600, 1800]
