"""
Rounds as the record of a move keeps them, to be put back: identifiers and instants alone; pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from carecoord.planning.problem import Problem
from carecoord.planning.solution import Round, Stop
from carecoord.rosters.apply import origin_of


def rounds_json(problem: Problem, rounds: list[Round]) -> list[dict[str, Any]]:
    """Rounds as the record keeps them."""
    origin = origin_of(problem)

    def at(seconds: int) -> str:
        return (origin + timedelta(seconds=seconds)).isoformat()

    return [
        {
            "aide": item.worker,
            "on_date": problem.days[item.day].date.isoformat(),
            "stops": [[stop.visit, at(stop.start_s), at(stop.end_s)] for stop in item.stops],
        }
        for item in rounds
    ]


def rounds_of_json(problem: Problem, kept: list[dict[str, Any]]) -> list[Round]:
    """The rounds that were kept."""
    origin = origin_of(problem)
    days = {day.date.isoformat(): index for index, day in enumerate(problem.days)}

    def seconds(text: str) -> int:
        return int((datetime.fromisoformat(text) - origin).total_seconds())

    return [
        Round(
            worker=item["aide"],
            day=days[item["on_date"]],
            stops=[
                Stop(visit=visit, start_s=seconds(start), end_s=seconds(end))
                for visit, start, end in item["stops"]
            ],
        )
        for item in kept
    ]
