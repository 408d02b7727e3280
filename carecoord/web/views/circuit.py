"""
Rounds on a map: stops in order, with the table that says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.territory.domain import Commune
from carecoord.web.filters import hour
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import person_full
from carecoord.web.views.plan import Plan
from carecoord.workforce.domain import Aide

Line = tuple[tuple[float, float], ...]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """
    The line of one round.

    Args:
        points: latitude and longitude; empty when only straight segments are known.
        straight_legs: how many legs are straight segments for want of a road.
    """

    points: Line = ()
    straight_legs: int = 0


def map_data(
    plan: Plan,
    day: date,
    aides: Iterable[Aide],
    *,
    links: Links,
    ways: Mapping[UUID, Way],
    communes: Iterable[Commune],
) -> dict[str, Any]:
    """What the island draws."""
    return {
        "rounds": [_round(plan, day, aide, links, ways.get(aide.id)) for aide in aides],
        "communes": [
            {"name": item.name, "lat": item.centre.lat, "lon": item.centre.lon}
            for item in communes
            if item.centre is not None
        ],
    }


def places_of_round(plan: Plan, aide: Aide, day: date) -> list[tuple[float, float]]:
    """Where a round goes: from the start, by the doors, to the end when that is elsewhere."""
    doors = [
        (person.latitude, person.longitude)
        for person in (plan.person_of(stop.visit_id) for stop in plan.round(aide.id, day))
        if person is not None
    ]
    start, end = (aide.start_latitude, aide.start_longitude), (aide.end_latitude, aide.end_longitude)
    return [start, *doors] if end == start else [start, *doors, end]


def vague_people(plan: Plan, aides: Iterable[Aide], day: date) -> list[str]:
    """People placed at the centre of their commune, for want of a precise address."""
    return sorted(person_full(item) for item in people_of(plan, aides, day) if item.geo_quality == "commune")


def people_of(plan: Plan, aides: Iterable[Aide], day: date) -> list[Person]:
    """People met on some rounds, each once."""
    found: dict[UUID, Person] = {}
    for aide in aides:
        for stop in plan.round(aide.id, day):
            person = plan.person_of(stop.visit_id)
            if person is not None:
                found[person.id] = person
    return list(found.values())


def way_note(rounds: int, ways: Mapping[UUID, Way]) -> str:
    """What the lines of the map are: roads, or straight lines said to be such."""
    drawn = sum(bool(way.points) for way in ways.values())
    legs = sum(way.straight_legs for way in ways.values() if way.points)
    if not drawn:
        return "Lignes à vol d’oiseau, en pointillé : elles montrent l’ordre des visites, pas les routes."
    if drawn < rounds:
        return "Lignes le long des routes ; en pointillé, à vol d’oiseau."
    if legs:
        return f"Lignes le long des routes, sauf {legs} à vol d’oiseau, faute de route trouvée."
    return "Lignes le long des routes."


def _round(plan: Plan, day: date, aide: Aide, links: Links, way: Way | None) -> dict[str, Any]:
    stops = [_base(aide, "Départ")]
    for rank, stop in enumerate(plan.round(aide.id, day), start=1):
        person = plan.person_of(stop.visit_id)
        if person is not None:
            stops.append(
                {
                    "lat": person.latitude,
                    "lon": person.longitude,
                    "mark": str(rank),
                    "label": f"{rank}. {hour(stop.starts_at)} · {plan.person_name(stop.visit_id)}",
                    "kind": "help",
                    "href": links.visit(stop.visit_id),
                }
            )
    if (aide.end_latitude, aide.end_longitude) != (aide.start_latitude, aide.start_longitude):
        stops.append({**_base(aide, "Arrivée"), "lat": aide.end_latitude, "lon": aide.end_longitude})
    path = [list(point) for point in way.points] if way is not None and way.points else None
    return {"name": plan.names[aide.id], "stops": stops, "path": path}


def _base(aide: Aide, label: str) -> dict[str, Any]:
    return {
        "lat": aide.start_latitude,
        "lon": aide.start_longitude,
        "mark": label[0],
        "label": f"{label} de la tournée",
        "kind": "base",
        "href": None,
    }
