"""
Who gets how much of the time: one clock for all searches, shared out by the size of the services.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.joint.problem import Joint

Service = Literal["help", "meals", "rides"]

WEIGHT: dict[Service, float] = {"help": 3.0, "meals": 1.0, "rides": 2.0}
"""What a visit, a delivery and a ride ask of a search: visits have labour law, rides two ends."""

LEAST_SHARE = 0.1
LEAST_S = 0.3


class Shares(msgspec.Struct, frozen=True, kw_only=True):
    """Parts of the time, together 1."""

    help: float
    meals: float
    rides: float

    @classmethod
    def of(cls, joint: Joint) -> Shares:
        """By the number of items, each service with a tenth at least; a service without any has none."""
        counts: dict[Service, int] = {
            "help": len(joint.help.visits),
            "meals": len(joint.meals.deliveries),
            "rides": len(joint.rides.requests),
        }
        total = sum(WEIGHT[name] * count for name, count in counts.items()) or 1.0
        raw = {
            name: max(LEAST_SHARE, WEIGHT[name] * count / total) if count else 0.0
            for name, count in counts.items()
        }
        whole = sum(raw.values()) or 1.0
        return cls(**{name: share / whole for name, share in raw.items()})


class Clock:
    """
    The time of a joint run.

    Args:
        seconds: for all of it; None when iterations decide.
    """

    def __init__(
        self,
        seconds: float | None,
        iterations: int | None,
        seed: int,
        *,
        should_stop: Callable[[], bool] | None = None,
        tell: Callable[[str, float], None] | None = None,
    ) -> None:
        self._began = time.monotonic()
        self.seconds = seconds
        self.iterations = iterations
        self.seed = seed
        self.turns = 0
        self._asked = should_stop
        self._tell = tell

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    @property
    def gone(self) -> float:
        """How much of the time has gone by; by iterations, how many of four turns."""
        if self.seconds is None:
            return min(1.0, self.turns / 4)
        return min(1.0, self.elapsed_s / self.seconds)

    @property
    def is_over(self) -> bool:
        """Whether there is no time for another turn, or somebody asked to stop."""
        return self.gone >= 0.98 or self.should_stop()

    def should_stop(self) -> bool:
        """Whether somebody asked to stop."""
        return self._asked is not None and self._asked()

    def told(self, step: str) -> None:
        """Say what is being done."""
        if self._tell is not None:
            self._tell(step, self.gone)


class Slice:
    """
    A part of the time for one turn of the three services.

    Args:
        part: of the whole.
    """

    def __init__(self, clock: Clock, part: float, shares: Shares) -> None:
        self._clock = clock
        self._part = part
        self._shares = shares
        clock.turns += 1

    def budget(self, service: Service) -> Budget:
        """What one service gets; the seed differs from turn to turn, so that no search is only repeated."""
        clock = self._clock
        clock.told(service)
        seed = clock.seed + 1000 * (clock.turns - 1)
        if clock.seconds is None:
            return Budget(seconds=None, iterations=clock.iterations or 1_000, seed=seed, bound=False)
        share: float = getattr(self._shares, service)
        left_s = max(LEAST_S, clock.seconds - clock.elapsed_s)
        seconds = min(left_s, max(LEAST_S, clock.seconds * self._part * share))
        return Budget(seconds=seconds, seed=seed, bound=False)
