"""
HHCRSP instances and solutions as published: minutes as floating numbers, names as given.

Source: S. Ceschia, L. Di Gaspero, R. M. Rosati, A. Schaerf, International
Transactions in Operational Research (2024), and Mankowska et al. (2014).
"""

from __future__ import annotations

import msgspec

SIMULTANEOUS = "simultaneous"
SEQUENTIAL = "sequential"


class Care(msgspec.Struct, frozen=True, kw_only=True):
    """
    One service wanted by a patient; `duration` in minutes.
    """

    service: str
    duration: float


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """
    One patient; `opens` and `closes` bound the start in minutes (closing is soft).

    `sync` is None, `simultaneous` or `sequential`; `gap` holds the least and
    largest minutes between the two starts of a sequential visit.
    """

    id: str
    opens: float
    closes: float
    cares: tuple[Care, ...]
    sync: str | None = None
    gap: tuple[float, float] = (0.0, 0.0)


class Carer(msgspec.Struct, frozen=True, kw_only=True):
    """
    One carer and the services they are able to give.
    """

    id: str
    abilities: frozenset[str]


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """
    One instance; `travel[i][j]` in minutes, row 0 the office, row k the k-th patient.
    """

    name: str
    patients: tuple[Patient, ...]
    carers: tuple[Carer, ...]
    travel: tuple[tuple[float, ...], ...]


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """
    One service given: `start` and `end` of the service in minutes.
    """

    patient: str
    service: str
    start: float
    end: float


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """
    The stops of one carer, in order.
    """

    carer: str
    stops: tuple[Stop, ...]


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """
    The routes of a solution; a carer without route stays at the office.
    """

    routes: tuple[Route, ...]
