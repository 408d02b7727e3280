"""
Clock protocol: UTC inside, Europe/Paris at the edges.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the time; tests give a fixed one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until moved, for tests and demonstrations."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move forward by a duration."""
        self._at += by


def local_instant(day: date, minutes: int) -> datetime:
    """
    The UTC instant of a civil time in Europe/Paris.

    Args:
        day: civil date.
        minutes: minutes after midnight on the wall clock, 0 to 2880 (next day allowed).
    """
    carry, minute_of_day = divmod(minutes, 1440)
    wall = datetime.combine(
        day + timedelta(days=carry), time(minute_of_day // 60, minute_of_day % 60), tzinfo=PARIS
    )
    return wall.astimezone(UTC)


def local_date(instant: datetime) -> date:
    """The civil date in Europe/Paris of an aware instant."""
    return instant.astimezone(PARIS).date()
