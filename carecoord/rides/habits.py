"""
Habits of a ride service: margins, longest ride, time to get in and out.

Read once from the table beside this file; an organisation may set others. None has force of law.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Literal

import msgspec

Frailty = Literal["none", "frail", "very_frail"]
FRAILTIES: tuple[Frailty, ...] = ("none", "frail", "very_frail")


class Habits(msgspec.Struct, frozen=True, kw_only=True):
    """
    The figures, units in their names; `permille` are of the direct way.

    Args:
        pickup_margin_min: either side of the hour said.
        early_max_min: how early at most one arrives at an appointment.
        back_slack_min: how long at most one waits for the way home.
        wait_max_min: how long at most a driver waits.
        notice_h: shorter notice warns.
    """

    pickup_margin_min: int
    early_max_min: int
    back_slack_min: int
    wait_max_min: int
    boarding_s: int
    alighting_s: int
    wheelchair_boarding_s: int
    wheelchair_alighting_s: int
    ride_floor_min: int
    ride_floor_frail_min: int
    ride_floor_very_frail_min: int
    ride_permille: int
    ride_frail_permille: int
    ride_very_frail_permille: int
    notice_h: int


class Habit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the table: where a figure comes from and how sure it is (0 to 1)."""

    key: str
    value: int
    unit: str
    source: str
    confidence: float


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    value: list[Habit]


@functools.cache
def habit_table() -> tuple[Habit, ...]:
    """The table shipped with the package."""
    text = (resources.files("carecoord.rides") / "habits.toml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(tomllib.loads(text), _Table).value)


def habits_with(overrides: Mapping[str, int] = {}) -> Habits:
    """The shipped habits, with an organisation's own in their place."""
    usual = {habit.key: habit.value for habit in habit_table()}
    own = {name: value for name, value in overrides.items() if name in usual}
    return msgspec.convert({**usual, **own}, Habits)


def ride_max_s(direct_s: int, frailty: Frailty, habits: Habits) -> int:
    """
    Longest time on board: the floor, or a multiple of the direct way when that is longer.

    Args:
        direct_s: the way without detour, in seconds.
    """
    floor_min, permille = {
        "none": (habits.ride_floor_min, habits.ride_permille),
        "frail": (habits.ride_floor_frail_min, habits.ride_frail_permille),
        "very_frail": (habits.ride_floor_very_frail_min, habits.ride_very_frail_permille),
    }[frailty]
    # Never below the direct way itself, whatever somebody set: such a ride could not be driven.
    return max(floor_min * 60, -(-direct_s * permille // 1000), direct_s)
