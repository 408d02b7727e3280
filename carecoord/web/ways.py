"""
The way of a round along the roads, asked from another process and kept for a while.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
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
        if missing:
            await self._ask(settings, missing)
        return {key: self._kept[question] for key, question in asked.items() if question in self._kept}

    async def _ask(self, settings: Settings, questions: Sequence[Question]) -> None:
        question = {
            "settings": settings,
            "lines": [{"mode": mode, "places": list(places)} for mode, places in questions],
        }
        try:
            answers = await run_in_child(DRAW, question, timeout_s=PATIENCE_S)
        except Unavailable:
            return  # the map then says that its lines are straight
        for asked, answer in zip(questions, answers, strict=True):
            points = tuple((float(lat), float(lon)) for lat, lon in answer["points"])
            legs = answer["straight_legs"]
            self._kept[asked] = Way(points=points if legs < len(asked[1]) - 1 else (), straight_legs=legs)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def has_roads(settings: Settings) -> bool:
    """Whether a network was prepared here, or a server is named."""
    return bool(settings.osrm_url or settings.valhalla_url or (settings.roads_folder / "current").exists())
