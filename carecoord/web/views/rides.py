"""
Requests for rides as they are shown: the answer to a caller, lists, one request.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from carecoord.beneficiaries.domain import Person
from carecoord.rides.asking import moved
from carecoord.rides.domain import RideRequest
from carecoord.rides.plan_domain import LiveAnswer
from carecoord.rides.records import Place
from carecoord.rides.service.desk import Drive
from carecoord.rides.service.judging import Judged
from carecoord.web.filters import counted, day, duration, euros, hour_of_minutes, km
from carecoord.web.ride_plan_words import cause_sentences
from carecoord.web.rides_words import (
    OTHER,
    PURPOSES,
    STATES,
    article_words,
    clash_sentence,
    clock,
    finding_sentence,
    hour_sentence,
    refusal_sentence,
)
from carecoord.web.views.names import person_full, person_short

PATH = "/transport/demande"
REQUESTS_PATH = "/transport/demandes"

WAYS = {"out": "Aller", "back": "Retour"}


def repeat_rows(requests: Iterable[RideRequest]) -> list[dict[str, Any]]:
    """Earlier rides of a person, each to be asked for again by one button."""
    return [
        {
            "id": str(request.id),
            "label": request.destination.label,
            "what": hour_sentence(request),
            "when": day(request.on),
        }
        for request in requests
    ]


def place_options(places: Iterable[Place], uses: Mapping[UUID, tuple[int, int]]) -> list[tuple[str, str]]:
    """Known destinations: those of this person first, then those most people go to, then by name."""

    def rank(place: Place) -> tuple[int, int, str]:
        own, everybody = uses.get(place.id, (0, 0))
        return (-own, -everybody, place.label)

    options = [(str(place.id), place.label) for place in sorted(places, key=rank)]
    return [("", "Choisir…"), *options, (OTHER, "Autre adresse…")]


def answer_view(judged: Judged, answer: LiveAnswer | None) -> dict[str, Any]:
    """What is told to the caller, and what can be done about it."""
    refused = [finding_sentence(finding) for finding in judged.findings("refuse")]
    asked = judged.findings("ask")
    return {
        "title": _title(answer, bool(refused), bool(asked)),
        "outcome": "refused" if refused else "ask" if asked else answer.outcome if answer else "ask",
        "refused": refused,
        "asked": [finding_sentence(finding) for finding in asked],
        "asks_basis": any(item.code in ("basis_unknown", "proof_expired") for item in asked),
        "asks_organiser": any(item.code == "organiser_unknown" for item in asked),
        "lacks_basis": any(item.code == "basis_missing" for item in judged.findings("refuse")),
        "commune": commune_facts(judged),
        "warnings": [finding_sentence(finding) for finding in judged.findings("warn")] + _warnings(judged),
        "clashes": [clash_sentence(clash) for clash in judged.clashes],
        "is_away": judged.is_away,
        "person_href": f"/personnes/{judged.person.id}",
        "driven": _driven(judged, answer),
        "extra": km(answer.extra_distance_m) if answer is not None and answer.extra_distance_m > 0 else "",
        "causes": cause_sentences(answer.causes) if answer is not None else [],
        "others": _others(judged, answer),
        "facts": _facts(judged),
    }


def _title(answer: LiveAnswer | None, refused: bool, asked: bool) -> str:
    if refused:
        return "Ce trajet ne peut pas être fait"
    if asked or answer is None:
        return "Il manque une réponse"
    return {
        "found": "Un chauffeur est trouvé",
        "looking": "Pas encore de chauffeur",
        "no": "Aucun chauffeur à cette heure",
    }[answer.outcome]


def commune_facts(judged: Judged) -> str:
    """What the shipped list says of the person's commune, which does not settle its urban unit."""
    if judged.home is None or judged.home_zone != "unknown":
        return ""
    people = counted(judged.home.population, "habitant")
    return (
        f"{judged.home.name} compte {people}. Sa population seule ne dit pas dans quelle unité urbaine elle "
        "est : cherchez-la dans la liste du ministère chargé des transports."
    )


def _warnings(judged: Judged) -> list[str]:
    found = []
    if judged.wait_min > judged.habits.wait_max_min:
        longest = duration(judged.habits.wait_max_min * 60)
        found.append(
            f"Le chauffeur attendrait {duration(judged.wait_min * 60)} : au-delà de {longest}, préférez un "
            "retour par un chauffeur libre."
        )
    if judged.is_late:
        found.append(f"Demande à moins de {judged.habits.notice_h} h du départ : un chauffeur est moins sûr.")
    if judged.ask.destination.quality == "commune":
        found.append("Adresse placée au centre de la commune : durée et distance sont approximatives.")
    return found


def _facts(judged: Judged) -> list[tuple[str, str]]:
    distance = km(judged.ways.distance_m)
    if judged.ways.is_estimated:
        distance += " (estimés à vol d’oiseau)"
    each = " par trajet" if len(judged.legs) == 2 else ""
    longest = max(leg.ride_max_s for leg in judged.legs)
    price = "gratuit" if judged.price_cents == 0 else f"{euros(judged.price_cents)} en tout"
    facts = [
        ("Trajet", f"{distance}{each}, {duration(judged.ways.out_s)} sans détour"),
        ("Durée à bord", f"{duration(longest)} au plus"),
        ("Participation", price),
    ]
    if judged.basis is not None:
        facts.append(("Au titre de", basis_words(judged)))
    return facts


def basis_words(judged: Judged) -> str:
    """The ground of the ride, short."""
    if judged.basis is None or judged.basis.regime == "own_service":
        return judged.terms.ground or "service propre"
    if judged.basis.criterion in ("rural", "saint_pierre"):
        return f"lieu de résidence ({article_words('R3133-1')})"
    return f"ressources ({article_words('R3133-1')})"


def _driven(judged: Judged, answer: LiveAnswer | None) -> list[dict[str, Any]]:
    """Each way with its driver, where one was found."""
    if answer is None:
        return []
    places = {place.leg_id: place for place in answer.places}
    return [
        {
            "way": WAYS[leg.direction],
            "who": places[leg.id].driver_name,
            "pickup": hour_of_minutes(places[leg.id].pickup_s // 60),
            "dropoff": hour_of_minutes(-(-places[leg.id].dropoff_s // 60)),
        }
        for leg in judged.legs
        if leg.id in places
    ]


def _others(judged: Judged, answer: LiveAnswer | None) -> list[dict[str, Any]]:
    """Other hours at which somebody can drive, as the form would hold them."""
    if answer is None:
        return []
    rows = []
    for item in answer.others:
        ask = moved(judged.ask, item.shift_s // 60)
        minute = ask.arrive_minute if ask.arrive_minute is not None else ask.leave_minute
        drivers = list(dict.fromkeys(place.driver_name for place in item.places))
        rows.append(
            {
                "hour": hour_of_minutes(minute or 0),
                "who": " et ".join(drivers),
                "heure": clock(minute),
                "heure_retour": clock(ask.back_minute),
            }
        )
    return rows


def drive_rows(request: RideRequest, drives: Mapping[UUID, Drive]) -> list[dict[str, Any]]:
    """Each way of a request with its driver; `who` is empty while nobody is found."""
    rows = []
    for leg in request.legs:
        drive = drives.get(leg.id)
        rows.append(
            {
                "way": WAYS[leg.direction],
                "who": drive.driver_name if drive is not None else "",
                "phone": drive.driver_phone if drive is not None else "",
                "pickup": hour_of_minutes(drive.pickup_s // 60) if drive is not None else "",
                "dropoff": hour_of_minutes(-(-drive.dropoff_s // 60)) if drive is not None else "",
            }
        )
    return rows


def request_rows(
    requests: Iterable[RideRequest], people: Mapping[UUID, Person], today: date
) -> list[dict[str, Any]]:
    """Lines of a list of requests."""
    return [request_row(request, people.get(request.person_id), today) for request in requests]


def request_row(request: RideRequest, person: Person | None, today: date) -> dict[str, Any]:
    """One line: who, where, when, since when it waits."""
    word, tone = STATES[request.state]
    left = (request.on - today).days
    return {
        "href": f"{REQUESTS_PATH}/{request.id}",
        "who": person_short(person),
        "where": request.destination.label,
        "purpose": PURPOSES.get(request.purpose, ""),
        "on": request.on,
        "hours": hour_sentence(request),
        "asked_at": request.asked_at,
        "state": word,
        "tone": tone,
        "left": "aujourd’hui" if left == 0 else "demain" if left == 1 else f"dans {left} jours",
        "is_near": left <= 1,
        "cause": refusal_sentence(request.refusal) if request.refusal is not None else "",
    }


def said_text(request: RideRequest, person: Person, drives: list[dict[str, Any]]) -> list[str]:
    """What is read to the caller once it is recorded."""
    lines = [
        f"{person_full(person)}, {day(request.on)} : {request.destination.label}, {hour_sentence(request)}."
    ]
    for drive in drives:
        if drive["who"]:
            lines.append(
                f"{drive['way']} : {drive['who']} passe vers {drive['pickup']}, "
                f"arrivée vers {drive['dropoff']}."
            )
        else:
            lines.append(f"{drive['way']} : nous cherchons un chauffeur et vous rappelons.")
    if request.price_cents:
        lines.append(f"Participation aux frais : {euros(request.price_cents)} en tout.")
    else:
        lines.append("Le trajet est gratuit.")
    return lines
