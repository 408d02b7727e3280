"""
The way of a round along the roads, asked from another process and kept for a while.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from carecoord.jobs.process import run_in_child
from carecoord.kernel.errors import Unavailable
from carecoord.settings import Settings
from carecoord.web.views.circuit import Way

DRAW = "carecoord.travel.drawing:draw"
PATIENCE_S = 20.0
KEPT = 256

Question = tuple[str, tuple[tuple[float, float], ...]]
"""Mode and places in order."""


class Ways:
    """
    Lines already known, the last used ones.

    Roads hardly change while a process lives; a new network comes with a restart.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Question, Way] = OrderedDict()

    async def along_roads(self, settings: Settings, asked: Mapping[UUID, Question]) -> dict[UUID, Way]:
        """
        The lines of some rounds; empty where no roads are configured or nothing answers.
        """
        if not has_roads(settings):
            return {}
        missing = [question for question in dict.fromkeys(asked.values()) if question not in self._kept]
        found = await self._ask(settings, missing) if missing else {}
        known = {**self._kept, **found}
        # what was answered by straight lines is asked again next time: a server may be back
        self._kept.update({question: way for question, way in found.items() if way.points})
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return {key: known[question] for key, question in asked.items() if question in known}

    async def _ask(self, settings: Settings, questions: Sequence[Question]) -> dict[Question, Way]:
        question = {
            "settings": settings,
            "lines": [{"mode": mode, "places": list(places)} for mode, places in questions],
        }
        try:
            answers = await run_in_child(DRAW, question, timeout_s=PATIENCE_S)
        except Unavailable:
            return {}  # the map then says that its lines are straight
        return {asked: _way(asked, answer) for asked, answer in zip(questions, answers, strict=True)}


def _way(asked: Question, answer: Mapping[str, Any]) -> Way:
    """A line without any road in it is no line: the map draws its own, dashed."""
    straight_legs = int(answer["straight_legs"])
    points = tuple((float(lat), float(lon)) for lat, lon in answer["points"])
    return Way(points=points if straight_legs < len(asked[1]) - 1 else (), straight_legs=straight_legs)


def has_roads(settings: Settings) -> bool:
    """Whether a network was prepared here, or a server is named."""
    return bool(settings.osrm_url or settings.valhalla_url or (settings.roads_folder / "current").exists())
