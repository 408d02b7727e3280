"""
Hours of presence that one aide's new round would lay over each other at the same person's.
"""

from __future__ import annotations

from collections.abc import Iterator

from carecoord.planning.homecare.board import AWAY, NO_MEAL
from carecoord.planning.homecare.slots import Frame
from carecoord.planning.problem import Visit
from carecoord.planning.solution import Stop, Violation


def overlaps(
    frame: Frame, visit: Visit, stops: list[Stop], position: int, moved: list[Stop]
) -> Iterator[Violation]:
    """
    Other visits of the same people at the same time; those of one round follow each other.

    People who are away then (`person_busy`), and meals not there yet (`meal_before_visit`), likewise.
    """
    visits, round_visits = frame.board.lookup.visits, {stop.visit for stop in stops}
    for stop in (stops[position], *moved):
        item = visit if stop.visit == visit.id else visits[stop.visit]
        other = frame.board.overlap(item, stop.start_s, round_visits)
        if other is None:
            continue
        standing = other[2] in (AWAY, NO_MEAL)
        ends = other[1] if other[2] == NO_MEAL else min(other[1], stop.end_s)
        yield Violation(
            rule=other[2] if standing else "person_overlap", severity="block", worker=frame.worker.id,
            visit=None if standing else other[2], day=frame.day,
            amount=ends - max(other[0], stop.start_s), limit=0, unit="s",
        )  # fmt: skip
