"""
Unified home health care (UHHC) instances and solutions as published: whole minutes, names as given.

Source: S. Ceschia et al., A unified formulation for home healthcare routing
and scheduling problems, International Transactions in Operational Research
(2026), doi 10.1111/itor.70140.
"""

from __future__ import annotations

import msgspec

INDEPENDENT = "independent"
SIMULTANEOUS = "simultaneous"
SEQUENTIAL = "sequential"
LUNCH = "lunch_break"

# Terms of the objective, with the spelling of the source.
TERMS = (
    "travel_time",
    "total_tardiness",
    "highest_tardiness",
    "total_waiting_time",
    "max_waiting_time",
    "total_extra_time",
    "max_idle_time",
    "workload_balance",
    "working_time",
    "caregiver_preferences",
    "optional_patients",
    "missed_lunch_break",
    "qualification",
    "incompabilities",
)
# These are hard when the file gives them no weight.
HARD_WHEN_ABSENT = frozenset(
    {"qualification", "incompabilities", "caregiver_preferences", "optional_patients", "missed_lunch_break"}
)


class Care(msgspec.Struct, frozen=True, kw_only=True):
    """
    One service wanted by a patient; `duration` in minutes.
    """

    service: str
    duration: int


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """
    One patient; `windows` in order of opening, `row` in the travel matrix.

    `preferred` is None when the patient has no preference at all.
    """

    id: str
    row: int
    windows: tuple[tuple[int, int], ...]
    cares: tuple[Care, ...]
    sync: str = INDEPENDENT
    gap: tuple[int, int] = (0, 0)
    optional: bool = False
    incompatible: frozenset[str] = frozenset()
    preferred: frozenset[str] | None = None


class Carer(msgspec.Struct, frozen=True, kw_only=True):
    """
    One carer: shift in minutes, rows of the places of departure and arrival, whether lunch is due.
    """

    id: str
    abilities: frozenset[str]
    leaves: int
    returns: int
    shift: tuple[int, int]
    lunch: bool = False


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """
    One instance.

    Args:
        travel: minutes, by row.
        weights: weight by term; a term in `hard` must be 0.
        at_end: the window bounds the end of the service, not its start.
        leaves_at_shift_start: the wait before the first visit counts.
        lunch: first and last start of a lunch and its least length, in minutes.
    """

    name: str
    patients: tuple[Patient, ...]
    carers: tuple[Carer, ...]
    travel: tuple[tuple[int, ...], ...]
    weights: dict[str, int]
    hard: frozenset[str]
    at_end: bool
    leaves_at_shift_start: bool
    lunch: tuple[int, int, int] | None


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """
    One service given, or a lunch taken at a patient's place; `start` and `end` in minutes.
    """

    patient: str
    service: str
    start: int
    end: int


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """
    The stops of one carer, in the order of time.
    """

    carer: str
    stops: tuple[Stop, ...]


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """
    The routes of a solution.
    """

    routes: tuple[Route, ...]
