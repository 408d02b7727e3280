"""
What a plan of rides is: tours of stops, rides left out with their cause, score.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from carecoord.planning.rides.problem import TIERS

FORMAT = "carecoord-rides-solution"

StopKind = Literal["pick", "drop"]


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Boarding or alighting of one request, from its beginning to its end, seconds after midnight."""

    request: str
    kind: StopKind
    start_s: int
    end_s: int


class Tour(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a volunteer drives within one duty, from home and back."""

    duty: str
    departs_s: int
    back_s: int
    stops: list[Stop]


class VolunteerCause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Why one volunteer cannot take one ride: lifting that rule alone was tried and made place.

    Args:
        code: name of the rule, or `several` when no single one is enough.
        args: figures for the sentence, seconds and metres.
    """

    volunteer: str
    code: str
    args: dict[str, int] = {}


class LeftOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A ride that nobody drives.

    Args:
        code: the cause in one word: that of the most volunteers for whom one rule alone is in the way,
            or `several`, `no_volunteer`, `person_busy`, `ride_impossible`.
    """

    request: str
    code: str = "not_tried"
    causes: list[VolunteerCause] = []


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Cost of a plan by named term.

    Args:
        dropped: rides left out although their driver was told; compared first.
        unserved: tier -> rides left out; compared next, care before the rest.
        terms: name of the term -> cents.
        minutes_s, distance_m, empty_m: volunteers' time, and metres driven in all and without passenger
            from and to home.
    """

    unserved: dict[str, int]
    terms: dict[str, int]
    soft_cents: int
    minutes_s: int = 0
    distance_m: int = 0
    empty_m: int = 0
    served: int = 0
    requests: int = 0
    dropped: int = 0

    @property
    def key(self) -> tuple[int, ...]:
        """What plans are compared by, lower first."""
        return (self.dropped, *(self.unserved.get(tier, 0) for tier in TIERS), self.soft_cents)


class Statistics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a plan came about."""

    seed: int = 0
    iterations: int = 0
    elapsed_s: float = 0.0
    engine: str = ""
    stopped: str = ""


class Solution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan of one day."""

    format: Literal["carecoord-rides-solution"] = "carecoord-rides-solution"
    version: Literal[1] = 1
    tours: list[Tour]
    left_out: list[LeftOut] = []
    score: Score | None = None
    statistics: Statistics = Statistics()


class Progress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Best plan so far, told while solving."""

    elapsed_s: float
    unserved: dict[str, int]
    soft_cents: int
    phase: str
