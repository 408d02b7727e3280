"""
Repairing a day that did not go as planned: what happened, what may change, what a repair is.

Structs only, so that whoever asks for a repair needs neither the checker nor the engine.
All times are elapsed seconds as in the problem.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from carecoord.planning.problem import Visit
from carecoord.planning.solution import Solution, Unassigned, Violation

Breadth = Literal["first", "small", "medium", "free"]
"""How far a repair may reach: found at once; those who must change; a few more; everybody."""

BREADTHS: tuple[Breadth, ...] = ("first", "small", "medium", "free")


class Absent(msgspec.Struct, frozen=True, kw_only=True, tag="absent", forbid_unknown_fields=True):
    """
    An aide is away.

    Args:
        from_s: visits that the plan starts earlier were made.
        until_s: excluded; to the end of the horizon when absent.
    """

    worker: str
    from_s: int
    until_s: int | None = None


class Cancelled(msgspec.Struct, frozen=True, kw_only=True, tag="cancelled", forbid_unknown_fields=True):
    """A visit is not wanted any more."""

    visit: str


class Added(msgspec.Struct, frozen=True, kw_only=True, tag="added", forbid_unknown_fields=True):
    """One more visit, to a person and at a place that the problem has."""

    visit: Visit


class Overrun(msgspec.Struct, frozen=True, kw_only=True, tag="overrun", forbid_unknown_fields=True):
    """A visit takes longer than planned, by so much."""

    visit: str
    extra_s: int


Event = Absent | Cancelled | Added | Overrun


class Situation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What is known at the moment of the repair.

    Args:
        now_s: nothing may start earlier that has not started.
        events: what happened.
        started: visits known to be under way or done, besides those that the plan had start by now.
        promised: visits whose hour was promised: it never changes, nor does a present aide.
        hour_tolerance_s: a start that moves by no more is not a change of hour.
        notice_s: what the plan starts within so much from now stays: the aide is on the way.
        persons_max: disturbance budget: people whose aide or hour may change; no limit when absent.
    """

    now_s: int
    events: list[Event]
    started: list[str] = []
    promised: list[str] = []
    hour_tolerance_s: int = 900
    notice_s: int = 600
    persons_max: int | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """
    One visit that is elsewhere, or otherwise, than in the plan before.

    Args:
        before, before_s: aides and start before; no aide for a visit that was in no round.
        after, after_s: the same now; no aide for a visit left out.
        aide_changed: somebody else comes.
        hour_changed: the start moved by more than the tolerance.
    """

    visit: str
    person: str
    before: list[str]
    before_s: int | None
    after: list[str]
    after_s: int | None
    aide_changed: bool
    hour_changed: bool

    @property
    def is_felt(self) -> bool:
        """Whether the person helped notices: somebody else, another hour, nobody, or a new visit."""
        return self.aide_changed or self.hour_changed or not self.after or not self.before


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """
    Somebody to telephone.

    Args:
        kind: a person helped (or the family), or an aide.
        before_s: the first start that it is about; calls come in this order.
        visits: what it is about.
    """

    kind: Literal["person", "aide"]
    who: str
    before_s: int
    visits: list[str]


class AideChange(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a repair means for one aide, over the days that change.

    Args:
        work_s, travel_s, distance_m: after minus before.
        gained, lost, moved: visits more, fewer, and at another time.
    """

    worker: str
    work_s: int
    travel_s: int
    distance_m: int
    gained: list[str]
    lost: list[str]
    moved: list[str]


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way to repair, judged on the whole horizon.

    Args:
        breadth: how far it was allowed to reach.
        solution: the whole plan.
        changes: visits that differ from the plan before, in order of time.
        disturbed: people whose aide or hour changes; those left without a visit are told apart.
        calls: who must be told, next start first.
        aides: whose hours or ways change.
        law: rules broken that the plan before did not break, or broke by less.
        mended: how many broken rules are kept again.
        left_out: visits that the plan before made and that nobody makes now, with their causes.
        unserved: tier -> all visits left out.
        terms: name of the cost term -> cents, after minus before.
        soft_cents: their sum.
    """

    breadth: Breadth
    solution: Solution
    changes: list[Change]
    disturbed: list[str]
    calls: list[Call]
    aides: list[AideChange]
    law: list[Violation]
    mended: int
    left_out: list[Unassigned]
    unserved: dict[str, int]
    terms: dict[str, int]
    soft_cents: int

    @property
    def distance_m(self) -> int:
        """Metres between visits, after minus before."""
        return sum(item.distance_m for item in self.aides)

    @property
    def work_s(self) -> int:
        """Seconds of work of all aides, after minus before."""
        return sum(item.work_s for item in self.aides)

    @property
    def key(self) -> tuple[int, int, int, int, int]:
        """
        What repairs are ranked by, lower first: vital visits left out, important ones, broken
        rules to justify, people who lose something, cents.

        Who gets another aide or hour loses something, and so does who goes without a visit of
        comfort: one such visit is not worth moving many others.
        """
        left = self.unserved
        return (
            left.get("vital", 0),
            left.get("important", 0),
            len(self.law),
            len(self.disturbed) + left.get("comfort", 0),
            self.soft_cents,
        )
