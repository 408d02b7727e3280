"""
Hours of presence that one aide's new round would lay over each other at the same person's.
"""

from __future__ import annotations

from collections.abc import Iterator

from carecoord.planning.homecare.slots import Frame
from carecoord.planning.problem import Visit
from carecoord.planning.solution import Stop, Violation


def overlaps(
    frame: Frame, visit: Visit, stops: list[Stop], position: int, moved: list[Stop]
) -> Iterator[Violation]:
    """Other visits of the same people at the same time; those of one round follow each other."""
    visits, round_visits = frame.board.lookup.visits, {stop.visit for stop in stops}
    for stop in (stops[position], *moved):
        item = visit if stop.visit == visit.id else visits[stop.visit]
        other = frame.board.overlap(item, stop.start_s, round_visits)
        if other is None:
            continue
        both = min(other[1], stop.end_s) - max(other[0], stop.start_s)
        yield Violation(
            rule="person_overlap", severity="block", worker=frame.worker.id, visit=other[2], day=frame.day,
            amount=both, limit=0, unit="s",
        )  # fmt: skip
