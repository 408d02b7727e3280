"""
The tables of a problem with a need laid over them; those underneath stay as they are.
"""

from __future__ import annotations

from copy import copy

import msgspec

from carecoord.planning.homecare.need import Need, extended
from carecoord.planning.homecare.resident import Resident
from carecoord.planning.lookup import Lookup
from carecoord.planning.matrix import Matrix


def overlaid(resident: Resident, need: Need) -> Lookup:
    """The tables of the problem with a need in it; those of the resident plan stay as they are."""
    base = resident.lookup
    lookup = copy(base)
    lookup.visits = {**base.visits, **{visit.id: visit for visit in need.visits}}
    lookup.persons = {**base.persons, need.person.id: need.person}
    if not need.person.frail:
        frail = frozenset(visit.id for visit in need.visits)
        lookup.__dict__["not_frail"] = base.not_frail | frail
    places = {place.id: index for index, place in enumerate(resident.problem.places)}
    if need.new_place is not None:
        places[need.new_place.place.id] = len(places)
        ways = _wider(resident, need)
        lookup.ways = {
            worker.id: msgspec.structs.replace(
                base.ways[worker.id], seconds=ways[worker.mode].seconds, metres=ways[worker.mode].metres
            )
            for worker in resident.workers
        }
    lookup.place_of = {**base.place_of, **{visit.id: places[visit.place] for visit in need.visits}}
    return lookup


def _wider(resident: Resident, need: Need) -> dict[str, Matrix]:
    """The matrices with the new place's row and column."""
    rows = {row.mode: row for row in (need.new_place.rows if need.new_place is not None else [])}
    return {
        matrix.mode: msgspec.structs.replace(
            matrix,
            seconds=extended(matrix.seconds, rows[matrix.mode].to_s, rows[matrix.mode].from_s),
            metres=extended(matrix.metres, rows[matrix.mode].to_m, rows[matrix.mode].from_m),
        )
        for matrix in resident.matrices
        if matrix.mode in rows
    }
