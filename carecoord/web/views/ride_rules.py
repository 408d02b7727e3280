"""
Rules of transport as they are shown: figures of the texts, criteria, habits, communes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from carecoord.rides.habits import habit_table
from carecoord.rides.records import CommuneZone, Terms
from carecoord.rides.tus import Value, tus_rules
from carecoord.territory.domain import Commune
from carecoord.web.filters import MONTHS, km, number
from carecoord.web.rides_words import CRITERIA, article_words

REGIMES = [
    ("tus", "Transport d’utilité sociale (association)"),
    ("own_service", "Service propre, sur un autre fondement"),
]

DOUBT_BELOW = 0.7
"""Confidence under which a value is shown as to be confirmed."""

RULES: dict[str, str] = {
    "seats_max": "Places d’un véhicule, conducteur compris, au plus",
    "unit_population_below": "Commune rurale, ou unité urbaine de moins de",
    "trip_max_m": "Longueur d’un trajet, au plus",
    "price_max_millicents_per_m": "Participation demandée, par kilomètre, au plus",
    "return_due_month_day": "Informations au préfet, avant le",
}
HABITS: dict[str, str] = {
    "pickup_margin_min": "Marge autour de l’heure de prise en charge",
    "early_max_min": "Avance à un rendez-vous, au plus",
    "back_slack_min": "Attente d’une personne pour son retour, au plus",
    "wait_max_min": "Attente d’un chauffeur, au plus",
    "boarding_s": "Temps pour monter",
    "alighting_s": "Temps pour descendre",
    "wheelchair_boarding_s": "Temps pour monter, en fauteuil",
    "wheelchair_alighting_s": "Temps pour descendre, en fauteuil",
    "ride_floor_min": "Durée à bord toujours permise",
    "ride_floor_frail_min": "Durée à bord toujours permise, personne fatigable",
    "ride_floor_very_frail_min": "Durée à bord toujours permise, personne très fatigable",
    "ride_permille": "Durée à bord, au plus",
    "ride_frail_permille": "Durée à bord, personne fatigable, au plus",
    "ride_very_frail_permille": "Durée à bord, personne très fatigable, au plus",
    "notice_h": "Préavis souhaité",
}
UNITS = {"min": "min", "s": "s", "h": "h", "‰ of the direct way": "‰ du trajet direct"}


def rule_rows() -> list[dict[str, Any]]:
    """Figures of the texts with article, date and doubt."""
    return [
        {
            "label": RULES[item.key],
            "value": _value(item),
            "article": article_words(item.article),
            "since": item.since,
            "doubtful": item.doubtful or item.confidence < DOUBT_BELOW,
        }
        for item in tus_rules().value
    ]


def criterion_rows() -> list[dict[str, Any]]:
    """Criteria with their article."""
    return [
        {
            "label": CRITERIA[item.key],
            "article": article_words(item.article),
            "doubtful": item.doubtful or item.confidence < DOUBT_BELOW,
        }
        for item in tus_rules().criterion
    ]


def habit_rows(terms: Terms) -> list[dict[str, Any]]:
    """Habits in force, with the usual value beside."""
    return [
        {
            "key": item.key,
            "label": f"{HABITS[item.key]}, en {UNITS[item.unit]}",
            "value": terms.habits.get(item.key, item.value),
            "usual": item.value,
        }
        for item in habit_table()
    ]


def terms_values(terms: Terms) -> dict[str, str]:
    """Terms as the fields of their form hold them."""
    facts = terms.facts

    def text(value: int | None) -> str:
        return "" if value is None else str(value)

    return {
        "regime": terms.regime,
        "fondement": terms.ground,
        "centimes": str(terms.cents_per_km),
        "version": str(terms.version),
        "rna": facts.rna,
        "adresse": facts.address,
        "salaries": text(facts.employees),
        "benevoles": text(facts.volunteers),
        "adherents": text(facts.members),
        "statuts": "oui" if facts.statutes_joined else "",
        "reglement": facts.rules,
    }


def zone_rows(zones: Iterable[CommuneZone], communes: Mapping[str, Commune]) -> list[dict[str, Any]]:
    """Communes that were looked up, by name."""
    rows = [
        {
            "name": communes[zone.insee].name if zone.insee in communes else zone.insee,
            "is_small": zone.is_small,
            "unit": _unit(zone),
            "source": zone.source,
            "seen_on": zone.seen_on,
        }
        for zone in zones
    ]
    return sorted(rows, key=lambda row: str(row["name"]))


def _unit(zone: CommuneZone) -> str:
    if not zone.unit_name and zone.unit_population is None:
        return "–"
    people = "" if zone.unit_population is None else f" ({number(zone.unit_population)} habitants)"
    return f"{zone.unit_name or 'unité urbaine'}{people}"


def _value(item: Value) -> str:
    if item.key == "trip_max_m":
        return km(item.value)
    if item.key == "price_max_millicents_per_m":
        return f"{number(item.value / 100, 2)} €"
    if item.key == "return_due_month_day":
        month, day = divmod(item.value, 100)
        return f"{'1er' if day == 1 else day} {MONTHS[month - 1]}"
    if item.key == "unit_population_below":
        return f"{number(item.value)} habitants"
    return number(item.value)
