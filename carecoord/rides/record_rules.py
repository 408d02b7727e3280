"""
What makes the records of the ride desk valid: every defect, with where and why. Pure.
"""

from __future__ import annotations

import re
from datetime import date

from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_insee
from carecoord.kernel.texts import NOTE_LENGTH, text_defects
from carecoord.rides.ask_rules import spot_defects
from carecoord.rides.asking import COMPANIONS_MAX, PURPOSES
from carecoord.rides.domain import Spot
from carecoord.rides.habits import FRAILTIES, habit_table
from carecoord.rides.records import (
    REGIMES,
    PassengerFields,
    PlaceFields,
    RightFields,
    Terms,
    ZoneFields,
)
from carecoord.rides.tus import tus_rules

_RNA = re.compile(r"W\d[0-9A-Z]\d{7}")
HABIT_RANGE = (0, 10_000)


def place_defects(place: PlaceFields) -> list[Defect]:
    """Everything wrong with a destination."""
    spot = Spot(
        label=place.label,
        address=place.address,
        insee=place.insee,
        latitude=place.latitude,
        longitude=place.longitude,
    )
    defects = spot_defects(spot, "")
    if place.purpose not in PURPOSES:
        defects.append(_unknown("purpose", PURPOSES))
    if place.is_hub:
        # A hub opens destinations that the place of living alone does not: somebody must have said so.
        defects += text_defects(place.hub_source, "hub_source")
    return defects


def zone_defects(zone: ZoneFields) -> list[Defect]:
    """Everything wrong with what the list says of a commune."""
    defects = text_defects(zone.source, "source")
    defects += text_defects(zone.unit_name, "unit_name", required=False)
    try:
        parse_insee(zone.insee)
    except ValueError as error:
        defects.append(Defect(code="insee_malformed", where="insee", why=str(error)))
    if zone.unit_population is not None:
        if not 0 <= zone.unit_population <= 20_000_000:
            defects.append(_range("unit_population", 0, 20_000_000))
        elif zone.is_small and zone.unit_population >= tus_rules().value_named("unit_population_below"):
            defects.append(
                Defect(code="ride_unit_size", where="unit_population", why="is not under the threshold")
            )
    return defects


def passenger_defects(passenger: PassengerFields) -> list[Defect]:
    """Everything wrong with how a person travels."""
    defects = [] if passenger.frailty in FRAILTIES else [_unknown("frailty", FRAILTIES)]
    if not 0 <= passenger.companions <= COMPANIONS_MAX:
        defects.append(_range("companions", 0, COMPANIONS_MAX))
    return defects


def right_defects(right: RightFields, today: date) -> list[Defect]:
    """Everything wrong with a proof that was seen."""
    defects = text_defects(right.proof, "proof")
    if tus_rules().criterion_named(right.criterion) is None:
        defects.append(_unknown("criterion", tuple(item.key for item in tus_rules().criterion)))
    if right.seen_on > today:
        defects.append(Defect(code="date_future", where="seen_on", why="has not come yet"))
    if right.valid_until is not None and right.valid_until < right.seen_on:
        defects.append(Defect(code="dates_order", where="valid_until", why="is before seen_on"))
    return defects


def terms_defects(terms: Terms) -> list[Defect]:
    """Everything wrong with the terms of a service."""
    defects = [] if terms.regime in REGIMES else [_unknown("regime", REGIMES)]
    if terms.regime == "own_service":
        defects += text_defects(terms.ground, "ground", longest=NOTE_LENGTH)
    if not 0 <= terms.cents_per_km <= 1000:
        defects.append(_range("cents_per_km", 0, 1000))
    elif terms.regime == "tus" and terms.cents_per_km > tus_rules().value_named("price_max_millicents_per_m"):
        # Thousandths of a cent a metre are cents a kilometre.
        ceiling = tus_rules().value_named("price_max_millicents_per_m")
        defects.append(
            Defect(
                code="ride_price_ceiling",
                where="cents_per_km",
                why=f"is above the ceiling of {ceiling} cents",
                args={"ceiling": ceiling},
            )
        )
    known = {habit.key for habit in habit_table()}
    low, high = HABIT_RANGE
    for name, value in terms.habits.items():
        if name not in known:
            defects.append(_unknown(f"habits.{name}", tuple(sorted(known))))
        elif not low <= value <= high:
            defects.append(_range(f"habits.{name}", low, high))
    if terms.facts.rna and not _RNA.fullmatch(terms.facts.rna):
        defects.append(Defect(code="rna_malformed", where="rna", why="is not W and nine characters"))
    for name in ("employees", "volunteers", "members"):
        count = getattr(terms.facts, name)
        if count is not None and not 0 <= count <= 1_000_000:
            defects.append(_range(name, 0, 1_000_000))
    return defects


def _unknown(where: str, allowed: tuple[str, ...]) -> Defect:
    return Defect(code="value_unknown", where=where, why=f"is none of {', '.join(allowed)}")


def _range(where: str, low: int, high: int) -> Defect:
    return Defect(
        code="number_range", where=where, why=f"is not in {low}..{high}", args={"low": low, "high": high}
    )
