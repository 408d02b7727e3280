"""
Rides in French: purposes, criteria, what the texts say of a trip, states, causes of refusal.
"""

from __future__ import annotations

from datetime import date

from carecoord.rides.asking import AskRide
from carecoord.rides.clashes import Clash
from carecoord.rides.domain import Refusal, RideRequest
from carecoord.rides.tus import Finding
from carecoord.web.filters import day_numeric, euros, hour_of_minutes, km

CODE = "code des transports"

OTHER = "autre"
"""Value of a destination that is typed, instead of a known one."""

PURPOSES: dict[str, str] = {
    "care": "Soins, rendez-vous de santé",
    "shopping": "Courses",
    "market": "Marché",
    "visit": "Visite à un proche",
    "leisure": "Club, loisirs",
    "office": "Démarche, mairie",
    "station": "Gare, correspondance",
    "work": "Emploi, formation",
    "other": "Autre",
}
CRITERIA: dict[str, str] = {
    "rural": "habite une commune rurale ou une unité urbaine de moins de 12 000 habitants",
    "saint_pierre": "habite Saint-Pierre-et-Miquelon",
    "css": "complémentaire santé solidaire",
    "css_ceiling": "ressources sous le plafond de la complémentaire santé solidaire",
    "rsa": "RSA",
    "rso": "revenu de solidarité (outre-mer)",
    "aspa": "ASPA (minimum vieillesse)",
    "asi": "ASI (invalidité)",
    "aah": "AAH",
    "ass": "ASS",
    "ada": "allocation pour demandeur d’asile",
    "ata": "allocation temporaire d’attente",
    "widow": "allocation de veuvage",
    "youth": "contrat d’engagement jeune (ex-garantie jeunes)",
}
FRAILTIES: dict[str, str] = {
    "none": "Voyage sans difficulté",
    "frail": "Fatigable : détours courts",
    "very_frail": "Très fatigable : presque sans détour",
}
RETURNS: dict[str, str] = {
    "none": "Pas de retour",
    "wait": "Le chauffeur attend et ramène",
    "other": "Retour par un chauffeur libre",
}
LEGAL_FORMS: dict[str, str] = {
    "association": "Association (loi 1901 ou droit local d’Alsace-Moselle)",
    "public": "Établissement ou collectivité publique (CCAS, CIAS, commune)",
    "mutual": "Mutuelle",
    "company": "Entreprise",
}
STATES: dict[str, tuple[str, str]] = {
    "looking": ("à rechercher", "warn"),
    "placed": ("chauffeur trouvé", "ok"),
    "done": ("fait", "ok"),
    "refused": ("refusé", "stop"),
    "cancelled": ("annulé", ""),
}
"""State -> word and tone."""

GIVEN_UP: dict[str, str] = {
    "no_driver": "Aucun chauffeur libre",
    "asked_too_late": "Demande trop tardive",
    "clash": "La personne n’est pas libre",
}

FINDINGS: dict[str, str] = {
    "organiser_not_association": "Seule une association peut faire du transport d’utilité sociale. "
    "Un service d’une autre nature se règle dans « Règles du service », avec son propre fondement.",
    "organiser_unknown": "La forme juridique de votre organisation n’est pas enregistrée : elle se dit "
    "dans « Règles du service ».",
    "basis_missing": "Cette personne n’habite pas une commune de la zone et aucun droit de ressources "
    "n’est enregistré pour elle.",
    "basis_unknown": "Rien ne dit encore à quel titre cette personne peut être transportée.",
    "proof_expired": "Le justificatif ({criterion}) ne vaut plus depuis le {until} : demandez-en un nouveau.",
    "criterion_doubtful": "Ce critère ({criterion}) est notre lecture du texte : faites-le confirmer.",
    "distance_beyond": "Le trajet fait {distance}, au-delà de {limit}.",
    "distance_doubtful": "Le trajet est estimé à {distance} : mesurez-le par la route ; la limite est "
    "{limit}.",
    "perimeter": "Avec son seul lieu de résidence, cette personne ne peut aller que dans des communes "
    "rurales ou de petites unités urbaines, ou rejoindre un pôle d’échange multimodal.",
    "perimeter_unknown": "Une commune de ce trajet n’a pas été cherchée dans la liste du ministère : "
    "vérifiez qu’elle est rurale ou dans une unité urbaine de moins de 12 000 habitants.",
    "price_beyond": "La participation de {price} par trajet dépasse le plafond de {ceiling} (0,32 € par km).",
    "seats_beyond": "Il faudrait {seats} places, et un véhicule en a {limit} au plus, conducteur compris.",
}
"""Code of a finding -> French; figures in braces."""


def finding_sentence(finding: Finding) -> str:
    """What a rule says of a trip, with the article it stands in."""
    return told(finding.code, dict(finding.args), finding.article)


def told(code: str, args: dict[str, str | int], article: str) -> str:
    """The sentence of a rule, figures worded, with its article."""
    words: dict[str, str] = {name: str(value) for name, value in args.items()}
    if "criterion" in args:
        words["criterion"] = CRITERIA.get(str(args["criterion"]), str(args["criterion"]))
    if "until" in args:
        words["until"] = day_numeric(date.fromisoformat(str(args["until"])))
    if "distance_m" in args:
        words["distance"], words["limit"] = km(int(args["distance_m"])), km(int(args["limit_m"]))
    if "price_cents" in args:
        words["price"] = euros(int(args["price_cents"]))
        words["ceiling"] = euros(int(args["ceiling_cents"]))
    sentence = FINDINGS[code].format(**words)
    return f"{sentence} ({article_words(article)})" if article else sentence


def article_words(article: str) -> str:
    """`article R3133-4 du code des transports`."""
    return f"article {article} du {CODE}"


def clash_sentence(clash: Clash) -> str:
    """What else the person has at that hour."""
    if clash.kind == "stay":
        return "La personne est notée absente de chez elle ce jour-là : ses services sont suspendus."
    hours = f"entre {hour_of_minutes(clash.from_minute)} et {hour_of_minutes(clash.until_minute)}"
    if clash.kind == "ride":
        return f"La personne a déjà un trajet ce jour-là, {hours}."
    if clash.kind == "visit":
        return f"Une visite ({clash.label}) est prévue {hours} : le trajet ne lui laisse pas de place."
    return f"Une visite ({clash.label}) est prévue {hours} : elle devra passer avant ou après le trajet."


def refusal_sentence(refusal: Refusal) -> str:
    """Why a request was refused."""
    if refusal.code in GIVEN_UP:
        return f"{GIVEN_UP[refusal.code]}."
    return told(refusal.code, dict(refusal.args), refusal.article)


def hour_sentence(request: RideRequest) -> str:
    """`y être à 10 h 00, retour dès 11 h 00 (le chauffeur attend)`."""
    return _hours(request.arrive_minute, request.leave_minute, request.back, request.back_minute)


def hours_of_ask(ask: AskRide) -> str:
    """The same of a ride that is asked for."""
    return _hours(ask.arrive_minute, ask.leave_minute, ask.back, ask.back_minute)


def _hours(arrive: int | None, leave: int | None, back: str, back_minute: int | None) -> str:
    text = (
        f"y être à {hour_of_minutes(arrive)}"
        if arrive is not None
        else f"partir vers {hour_of_minutes(leave or 0)}"
    )
    if back_minute is None:
        return f"{text}, sans retour"
    how = "le chauffeur attend" if back == "wait" else "un autre chauffeur peut ramener"
    return f"{text}, retour dès {hour_of_minutes(back_minute)} ({how})"


def clock(minute: int | None) -> str:
    """`09:20`, as a field of a form holds it; empty for none."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
