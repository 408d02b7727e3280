"""
Plans kept ready in this process, so that what is asked about them is answered at once.

A plan is kept under its organisation and roster with a stamp of all it was built from: version of the
roster, its visits, aides, hours, absences and pins. The stamp is read anew for each question; a plan
whose stamp is another is never used. What is kept is bounded by number and by size.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

KEPT_MAX = 8
STOPS_MAX = 30_000
"""Plans kept at most, and stops of all of them together: about 3 kB each."""

Key = tuple[UUID, UUID]
"""Organisation and roster: no organisation ever meets another's plan."""


T = TypeVar("T")


class _Kept(NamedTuple, Generic[T]):
    stamp: str
    stops: int
    plan: T


class Residents(Generic[T]):
    """
    The plans last asked about.

    Args:
        kept_max, stops_max: bounds on what is kept.
    """

    def __init__(self, kept_max: int = KEPT_MAX, stops_max: int = STOPS_MAX) -> None:
        self._kept: OrderedDict[Key, _Kept[T]] = OrderedDict()
        self._kept_max = kept_max
        self._stops_max = stops_max
        self._lock = Lock()

    def get(self, key: Key, stamp: str) -> T | None:
        """The plan kept for a roster, if it is built from what there is now."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found.stamp != stamp:
                return None
            self._kept.move_to_end(key)
            return found.plan

    def put(self, key: Key, stamp: str, plan: T, *, stops: int) -> None:
        """Keep a plan, in the place of the one of that roster; those unused for longest go."""
        with self._lock:
            self._kept[key] = _Kept(stamp, stops, plan)
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self._is_full():
                self._kept.popitem(last=False)

    def _is_full(self) -> bool:
        stops = sum(item.stops for item in self._kept.values())
        return len(self._kept) > self._kept_max or stops > self._stops_max

    def __len__(self) -> int:
        return len(self._kept)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
