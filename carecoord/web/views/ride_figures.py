"""
Figures of transport as they are shown and printed: share satisfied, return to the prefect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from carecoord.rides.figures import NEVER_FOUND, PrefectReturn, Share
from carecoord.territory.domain import Commune
from carecoord.web.filters import day_numeric, euros, km, number, percent
from carecoord.web.rides_words import GIVEN_UP, article_words

CAUSES: dict[str, str] = {
    **GIVEN_UP,
    NEVER_FOUND: "Restée sans chauffeur le jour venu",
    "organiser_not_association": "L’organisme n’est pas une association",
    "basis_missing": "Aucun critère ne s’applique à la personne",
    "distance_beyond": "Trajet de plus de 100 km",
    "perimeter": "Destination hors de la zone, avec le seul lieu de résidence",
    "price_beyond": "Participation au-dessus du plafond",
    "seats_beyond": "Plus de neuf places",
}

DOUBTS: dict[str, str] = {
    "not_association": "L’organisation n’est pas enregistrée comme association : seules les associations "
    "font cette déclaration.",
    "rna_missing": "Numéro RNA à renseigner.",
    "address_missing": "Adresse du siège à renseigner.",
    "employees_missing": "Nombre de salariés à renseigner.",
    "volunteers_missing": "Nombre de bénévoles de l’association à renseigner.",
    "members_missing": "Nombre d’adhérents à renseigner.",
    "statutes_missing": "Exemplaire des statuts à joindre.",
    "rules_missing": "Règles propres à l’association pour la prise en charge à renseigner.",
    "trips_unconfirmed": "Des trajets comptés n’ont pas été confirmés comme faits.",
    "distances_estimated": "Des distances sont estimées à vol d’oiseau.",
    "reading": "Notre lecture de l’arrêté du 17 octobre 2019 : un aller et un retour sont deux trajets ; une "
    "personne transportée aux deux titres est comptée au titre des ressources ; sont comptés les véhicules "
    "et les chauffeurs qui ont servi dans l’année.",
}

MISSING = "à renseigner"


class PrintedTable(msgspec.Struct, frozen=True, kw_only=True):
    """What the template `plain_table` prints."""

    title: str
    organisation: str
    made: str
    preface: list[str]
    head: list[str]
    rows: list[list[str]]
    widths: list[str]


def share_view(share: Share, communes: Mapping[str, Commune]) -> dict[str, Any]:
    """The share, its definition in words, causes and places."""
    ratio = share.ratio
    return {
        "share": percent(ratio) if ratio is not None else "–",
        "satisfied": share.satisfied,
        "settled": share.settled,
        "cancelled": share.cancelled,
        "pending": share.pending,
        "causes": [
            {
                "label": CAUSES.get(code, code),
                "article": article_words(article) if article else "",
                "count": count,
            }
            for (code, article), count in share.causes.items()
        ],
        "places": [
            {
                "name": communes[place.insee].name if place.insee in communes else place.insee,
                "settled": place.settled,
                "satisfied": place.satisfied,
                "missing": place.settled - place.satisfied,
            }
            for place in share.places
        ],
    }


def return_rows(found: PrefectReturn) -> list[tuple[str, str, str]]:
    """Part, heading and value of each line of the return."""
    facts = found.facts
    one, two, three = "Association", "Activité", "Trajets"
    return [
        (one, "Nom", found.organisation),
        (one, "Numéro RNA", facts.rna or MISSING),
        (one, "SIRET", found.siret or "–"),
        (one, "Adresse du siège", facts.address or MISSING),
        (one, "Salariés", _count(facts.employees)),
        (one, "Bénévoles", _count(facts.volunteers)),
        (one, "Adhérents", _count(facts.members)),
        (one, "Exemplaire des statuts", "joint" if facts.statutes_joined else "à joindre"),
        (two, "Conducteurs, tous bénévoles", number(found.drivers)),
        (two, "Personnes transportées", number(found.people)),
        (two, "dont au titre du lieu de résidence", _part(found.people_place, found.people)),
        (two, "dont au titre des ressources", _part(found.people_means, found.people)),
        (two, "Véhicules de l’association", number(found.own_vehicles)),
        (two, "Capacité moyenne, conducteur compris", _seats(found.own_seats)),
        (two, "Véhicules mis à disposition à titre non lucratif", number(found.lent_vehicles)),
        (two, "Capacité moyenne, conducteur compris", _seats(found.lent_seats)),
        (two, "Participation demandée, par kilomètre", euros(found.cents_per_km)),
        (two, "Participation demandée dans l’année", euros(found.asked_cents)),
        (two, "Règles propres à l’association", facts.rules or MISSING),
        (three, "Trajets réalisés", number(found.trips)),
        (three, "dont non confirmés", number(found.unconfirmed)),
        (three, "Distance moyenne d’un trajet", km(found.distance_mean_m) if found.distance_mean_m else "–"),
    ]


def doubt_lines(found: PrefectReturn) -> list[str]:
    """What is missing or uncertain, in words."""
    return [DOUBTS[code] for code in found.doubts]


def return_title(found: PrefectReturn) -> str:
    """Title of the document."""
    return f"Transport d’utilité sociale : informations de l’année {found.year}"


def return_preface(found: PrefectReturn) -> list[str]:
    """What stands above the table of the document."""
    return [
        (
            f"À transmettre au préfet du département avant le {day_numeric(found.due_on)} "
            f"({article_words('R3133-5')}, arrêté du 17 octobre 2019)."
        ),
        *(f"À vérifier : {text}" for text in doubt_lines(found)),
    ]


def printed(found: PrefectReturn, made: str) -> PrintedTable:
    """The return as a printed table."""
    return PrintedTable(
        title=return_title(found),
        organisation=found.organisation,
        made=made,
        preface=return_preface(found),
        head=["Partie", "Information", "Valeur"],
        rows=[list(row) for row in return_rows(found)],
        widths=["auto", "2fr", "2fr"],
    )


def _count(value: int | None) -> str:
    return MISSING if value is None else number(value)


def _part(count: int, total: int) -> str:
    return f"{number(count)} ({percent(count / total)})" if total else number(count)


def _seats(tenths: int | None) -> str:
    return "–" if tenths is None else f"{number(tenths / 10, 1)} places"
