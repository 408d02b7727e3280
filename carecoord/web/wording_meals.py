"""
Code -> French sentence, for meals.
"""

from __future__ import annotations

from datetime import date

from carecoord.kernel.errors import Defect
from carecoord.web.filters import day
from carecoord.web.meals_words import ALLERGENS, CHAINS, DIETS, TEXTURES_SHORT, offer_words

ERRORS: dict[str, str] = {
    "attendance_known": "Cette personne est déjà sur la liste de ce jour.",
    "attendance_unknown": "Cette ligne n’est plus sur la liste.",
    "foyer_full": "Il ne reste que {left} places à cette table.",
    "foyer_unknown": "Ce foyer n’existe pas dans votre organisation.",
    "kitchen_unknown": "Cette cuisine n’existe pas dans votre organisation.",
    "late_action_impossible": "Ce choix n’est plus possible : la réserve, l’heure ou la demande ont changé. "
    "Rechargez la page.",
    "late_change_unknown": "Plus rien ne diffère de la commande : il n’y a rien à décider.",
    "name_taken": "Ce nom est déjà pris.",
    "order_closed": "L’heure limite est passée et la commande est partie : appelez la cuisine.",
    "subscription_unknown": "Cet abonnement n’existe pas dans votre organisation.",
    "suspension_unknown": "Cette suspension n’existe plus.",
}
"""Code of a `DomainError` -> what happened, for a person."""

DEFECTS: dict[str, str] = {
    "allergen_not_avoidable": "La cuisine ne sait pas retirer : {allergens}.",
    "chain_not_offered": "La cuisine livre seulement en : {offered}.",
    "chains_missing": "Choisissez au moins une liaison, froide ou chaude.",
    "kitchen_closed": "La cuisine ne produit pas ce jour-là.",
    "kitchen_unknown": "Aucune cuisine n’a le code {reference}.",
    "meal_date_outside": "Cette date est hors de l’abonnement.",
    "meal_no_delivery": "Aucune livraison ne peut apporter le repas du {consumed_on}.",
    "meal_not_cooked": "La cuisine ne produit pas pour la livraison du {deliver_on}.",
    "meal_not_offered": "La cuisine ne prépare pas « {diet}, {texture} ». Elle prépare : {offered}.",
    "meal_past_use_by": "Le repas du {consumed_on} serait cuisiné le {made_on} : il se consomme au plus "
    "tard le {use_by}.",
    "meal_rules_missing": "Cette cuisine n’a pas de calendrier de livraison pour cette date : "
    "donnez-le d’abord dans les réglages.",
    "meals_too_few": "Il faut au moins {least} repas par semaine.",
    "offers_missing": "Choisissez au moins un régime et une texture.",
    "person_not_one": "Ce nom désigne {found} personnes : écrivez le numéro, ou le nom complet.",
    "week_incomplete": "Répondez pour chacun des sept jours.",
}
"""Code of a `Defect` -> what to do about it."""

_DAYS = ("consumed_on", "made_on", "use_by", "deliver_on")


def defect_of(defect: Defect) -> dict[str, object]:
    """Values of a defect of meals, codes and dates in words; those of others as they are."""
    if defect.code not in DEFECTS:
        return dict(defect.args)
    return {name: _shown(name, str(value)) for name, value in defect.args.items()}


def _shown(name: str, value: str) -> str:
    if name in _DAYS:
        return day(date.fromisoformat(value))
    if name == "diet":
        return DIETS.get(value, value)
    if name == "texture":
        return TEXTURES_SHORT.get(value, value)
    if name == "allergens":
        return ", ".join(ALLERGENS.get(part, part) for part in value.split(","))
    if name == "offered" and "/" in value:
        return " ; ".join(offer_words(*part.split("/", 1)) for part in value.split(","))
    if name == "offered":
        return " ou ".join(f"liaison {CHAINS.get(part, part)}e" for part in value.split(","))
    return value
