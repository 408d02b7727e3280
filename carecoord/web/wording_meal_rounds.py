"""
French sentences of meal rounds and of vigilance: rules, causes, states, outcomes.

One entry per code, under the same name as in the checker, the causes and
docs/planning/constraints.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carecoord.web.filters import duration, hour_of_minutes

RULES: dict[str, str] = {
    "unknown": "La tournée parle d’un repas, d’un chauffeur ou d’un véhicule inconnu.",
    "served_once": "Livraison prévue {amount} fois au lieu d’une.",
    "kitchen": "Repas chargé hors des heures de la cuisine, ou dans une autre cuisine que la sienne.",
    "release": "Chargement avant que les repas soient prêts.",
    "reload": "Pas assez de temps pour recharger : {amount}, il en faut {limit}.",
    "travel": "Pas assez de temps pour le trajet : {amount}, il en faut {limit}.",
    "window": "Passage à {amount}, hors de l’horaire demandé (limite {limit}).",
    "capacity_cold": "{amount} repas froids pour {limit} places.",
    "capacity_hot": "{amount} repas chauds pour {limit} places.",
    "cold_time": "Repas froids {amount} hors du froid, au plus {limit}.",
    "hot_time": "Repas chauds {amount} hors du chaud, au plus {limit}.",
    "shift": "La tournée dépasse de {amount} les heures du chauffeur.",
    "trips": "{amount} départs dans la journée, au plus {limit}.",
    "vehicle_allowed": "Le chauffeur ne conduit pas ce véhicule.",
    "vehicle_twice": "Le véhicule est déjà pris, pendant {amount}.",
    "driver_twice": "Le chauffeur a {amount} tournées le même jour.",
    "refusal": "La personne a refusé ce chauffeur.",
    "pin": "La livraison est déjà faite ou confiée à un autre chauffeur.",
    "daily_work": "Journée de {amount} de travail, au plus {limit}.",
    "weekly_work": "Semaine de {amount} de travail, au plus {limit}.",
    "span": "Amplitude de {amount}, au plus {limit}.",
    "daily_rest": "Repos de {amount} depuis la veille, au moins {limit}.",
    "break": "Pas de pause suffisante : {amount} de travail d’affilée, pause due à {limit}.",
    "meal": "Pause repas de {amount}, au moins {limit}.",
    "meal_absent": "La personne est sortie (transport) pendant toute la plage demandée.",
    "meal_before_visit": "La visite qui sert le repas commence avant la plage demandée.",
}
"""Rule -> sentence; `{amount}` and `{limit}` are displayed in their unit."""

CAUSES: dict[str, str] = {
    **RULES,
    "window": "y serait à {amount}, hors de l’horaire demandé (limite {limit})",
    "capacity_cold": "n’a plus de place au froid ({amount} repas pour {limit})",
    "capacity_hot": "n’a plus de place au chaud ({amount} repas pour {limit})",
    "cold_time": "livrerait un repas froid après {amount}, au plus {limit}",
    "hot_time": "livrerait un repas chaud après {amount}, au plus {limit}",
    "shift": "finirait {amount} après ses heures",
    "trips": "ferait {amount} départs, au plus {limit}",
    "refusal": "est refusé par la personne",
    "pin": "la livraison est confiée à un autre chauffeur",
    "daily_work": "ferait une journée de {amount}, au plus {limit}",
    "weekly_work": "ferait une semaine de {amount}, au plus {limit}",
    "span": "aurait une amplitude de {amount}, au plus {limit}",
    "daily_rest": "n’aurait que {amount} de repos, au moins {limit}",
    "kitchen": "arriverait hors des heures de la cuisine",
    "no_shift": "n’a pas d’heures ce jour-là",
    "no_vehicle": "n’a pas de véhicule libre",
    "not_tried": "a une place possible : relancez le calcul",
}
"""Code -> end of the sentence « Karim Benali … »."""

LEFT: dict[str, str] = {
    "no_driver": "aucun chauffeur ce jour-là",
    "all_refused": "la personne refuse tous les chauffeurs",
    "no_vehicle": "aucun véhicule libre",
    "no_place": "aucune place dans les tournées",
    "window": "aucun chauffeur ne peut être là à l’heure demandée",
    "capacity_cold": "plus de place au froid dans les véhicules",
    "capacity_hot": "plus de place au chaud dans les véhicules",
    "shift": "les heures des chauffeurs ne suffisent pas",
    "not_tried": "pas encore essayé",
    "meal_absent": "la personne est sortie (transport) pendant toute la plage demandée : élargissez-la, "
    "ou convenez d’une autre heure de transport",
    "meal_before_visit": "la visite qui sert le repas commence avant la plage demandée : avancez-la, "
    "ou retardez la visite",
}

TIMES = frozenset({"window", "kitchen", "release"})
"""Rules whose figures are hours of the day, not lengths of time."""

PHASES: dict[str, str] = {
    "": "Le calcul attend qu’un serveur de calcul soit libre.",
    "waiting": "Le serveur de calcul s’est arrêté. Un autre reprendra.",
    "gather": "Lecture des repas, des chauffeurs et des temps de trajet.",
    "construct": "Premières tournées.",
    "search": "Des tournées qui respectent toutes les règles sont trouvées ; recherche de meilleures.",
    "recombine": "Choix parmi toutes les tournées rencontrées.",
    "done": "Vérification et enregistrement.",
}

TERMS: dict[str, str] = {
    "travel": "Temps de trajet",
    "distance": "Kilomètres",
    "wait": "Chargement et attente",
    "driver_change": "Chauffeur différent de l’habitude",
    "hour_change": "Heure différente de l’habitude",
    "order_change": "Ordre différent de l’habitude",
    "overtime": "Heures en plus",
    "fairness": "Partage inégal des livraisons",
}

OUTCOMES: dict[str, tuple[str, str]] = {
    "": ("à faire", ""),
    "handed": ("remis", "ok"),
    "left": ("laissé, comme convenu", "ok"),
    "absent": ("absent", "stop"),
    "refused": ("refusé", "warn"),
}
"""Outcome at a door -> words and tone."""

VERDICTS: dict[str, tuple[str, str]] = {
    "good": ("conforme", "ok"),
    "watch": ("à surveiller", "warn"),
    "refuse": ("à refuser", "stop"),
}

CHAINS = {"cold": "froid", "hot": "chaud"}

SOURCES = {"meal_stop": "Portage de repas", "ride": "Transport", "visit": "Visite à domicile"}
WHOM = {
    "person": "la personne",
    "contact": "un proche",
    "ccas": "le CCAS",
    "emergency": "les secours (15, 18, 112)",
}
ANSWERS = {"reached": "a répondu", "no_answer": "pas de réponse", "message": "message laissé"}
CASE_OUTCOMES = {
    "well": "tout va bien",
    "away": "absence non signalée",
    "helped": "a eu besoin d’aide",
    "emergency": "secours appelés",
    "mistake": "signalement par erreur",
}

ERRORS: dict[str, str] = {
    "case_closed": "Ce signalement est déjà clos.",
    "round_not_published": "Cette tournée n’est plus celle qui compte : ouvrez les tournées du jour.",
    "rounds_begun": "Une tournée de ce jour a commencé : passez par « Réparer » au lieu de publier.",
    "run_not_ready": "Seules des tournées calculées, et pas encore publiées, peuvent être publiées.",
    "stop_cancelled": "Cette livraison a été annulée.",
    "offer_gone": "Les tournées ont changé entre-temps : cette place n’existe plus.",
    "nothing_to_repair": "Aucune tournée publiée ne concerne ce chauffeur ou ce véhicule.",
}


DEFECTS: dict[str, str] = {
    "person_reference_unknown": "Aucune personne n’a ce numéro.",
    "nobody_away": "Choisissez au moins un chauffeur ou un véhicule.",
    "no_compartment": "Un véhicule doit contenir au moins un repas.",
    "temperature_malformed": "Écrivez une température, par exemple 2,9 ou 65.",
    "vehicle_unknown": "Ce véhicule n’est pas dans la liste.",
    "time_malformed": "Écrivez une heure, par exemple 8:40.",
    "choice_unknown": "Choisissez dans la liste.",
    "text_too_long": "Ce texte est trop long.",
    "required": "Ce champ est nécessaire.",
    "time_outside": "Cette heure n’est pas dans la journée.",
}


def rule_sentence(found: Mapping[str, Any]) -> str:
    """A broken rule, with its figures displayed."""
    return _filled(RULES.get(found["rule"], found["rule"]), found, found["rule"])


def cause_sentence(cause: Mapping[str, Any]) -> str:
    """Why one driver cannot: the end of a sentence that begins with the driver's name."""
    code = cause["code"]
    return _filled(CAUSES.get(code, code), cause, code)


def _filled(sentence: str, figures: Mapping[str, Any], rule: str) -> str:
    unit = figures.get("unit", "count")
    amount, limit = figures.get("amount", 0), figures.get("limit", 0)
    if unit == "s" and rule in TIMES:
        return sentence.format(amount=clock_of(amount), limit=clock_of(limit))
    if unit == "s":
        return sentence.format(amount=duration(max(0, amount)), limit=duration(max(0, limit)))
    return sentence.format(amount=amount, limit=limit)


def clock_of(seconds: int) -> str:
    """Seconds after local midnight as an hour, rounded to the minute."""
    return hour_of_minutes((seconds + 30) // 60)


def degrees(decidegrees: int) -> str:
    """A temperature in words: `+2,9 °C`."""
    sign = "−" if decidegrees < 0 else "+"
    whole, tenth = divmod(abs(decidegrees), 10)
    return f"{sign}{whole},{tenth} °C"
