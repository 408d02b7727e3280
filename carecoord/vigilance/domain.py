"""
Vigilance: cases opened at a door, the journal of calls, time limits as dated data.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Literal
from uuid import UUID

import msgspec

Source = Literal["meal_stop", "ride", "visit"]
SOURCES: tuple[Source, ...] = ("meal_stop", "ride", "visit")

Whom = Literal["person", "contact", "ccas", "emergency"]
WHOM: tuple[Whom, ...] = ("person", "contact", "ccas", "emergency")

Answer = Literal["reached", "no_answer", "message"]
ANSWERS: tuple[Answer, ...] = ("reached", "no_answer", "message")

Outcome = Literal["", "well", "away", "helped", "emergency", "mistake"]
OUTCOMES: tuple[Outcome, ...] = ("well", "away", "helped", "emergency", "mistake")
"""How a case ends: seen well; away, untold; needed help; emergency services; opened by mistake."""

CHAIN: tuple[Whom, ...] = ("person", "contact", "ccas")
"""Who is called, in order, as long as nobody is reached."""

_SECONDS_PER_UNIT = {"h": 3600, "min": 60, "s": 1}


class Delay(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit from one day on, with its source."""

    field: str
    value: int
    unit: str
    from_date: date = msgspec.field(name="from")
    source: str
    confidence: float

    @property
    def length(self) -> timedelta:
        """The limit as a length of time."""
        return timedelta(seconds=self.value * _SECONDS_PER_UNIT[self.unit])


@lru_cache(maxsize=1)
def delays() -> tuple[Delay, ...]:
    """Every dated limit, in the order of the file."""
    text = resources.files(__package__ or "").joinpath("vigilance.toml").read_text(encoding="utf-8")
    return tuple(msgspec.convert(tomllib.loads(text)["value"], list[Delay]))


def first_call(on: date) -> Delay:
    """How long after the door was not answered the first call is due."""
    found = [item for item in delays() if item.field == "first_call_s" and item.from_date <= on]
    return max(found, key=lambda item: item.from_date)


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the journal of a case."""

    id: UUID
    case_id: UUID
    whom: Whom
    answer: Answer
    note: str
    called_at: datetime
    called_by: UUID | None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """
    Somebody did not answer.

    Args:
        source, source_id: the event that opened it.
        happened_at: when nobody answered.
        due_at: when the first call is due at the latest.
        outcome: empty while it is open.
    """

    id: UUID
    person_id: UUID
    source: Source
    source_id: UUID
    happened_at: datetime
    due_at: datetime
    first_call_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome
    version: int
    calls: list[Call] = []

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.closed_at is None

    def is_late(self, now: datetime) -> bool:
        """Whether the first call was not made in time, or is overdue now."""
        return (self.first_call_at or now) > self.due_at

    @property
    def next_call(self) -> Whom:
        """Who is to be called next: the first of the chain not tried yet, else the last."""
        tried = {call.whom for call in self.calls}
        return next((whom for whom in CHAIN if whom not in tried), CHAIN[-1])


class LogCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Note a call about a case; `note` is kept encrypted."""

    case_id: UUID
    whom: Whom
    answer: Answer
    note: str = ""


class CloseCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End a case with its outcome."""

    case_id: UUID
    version: int
    outcome: Outcome
