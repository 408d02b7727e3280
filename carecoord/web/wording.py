"""
Code -> French sentence, for errors of use cases and defects of what was typed.

Sentences about rules, causes and prices of a plan are in `carecoord.web.wording_planning`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from carecoord.kernel.errors import Defect, DomainError, Invalid
from carecoord.web import ride_plan_words, wording_meal_rounds, wording_meals, wording_records, wording_rides
from carecoord.web.filters import day, hour_of_minutes

ERRORS: dict[str, str] = {
    **wording_meal_rounds.ERRORS,
    **wording_meals.ERRORS,
    **wording_records.ERRORS,
    **wording_rides.ERRORS,
    **ride_plan_words.ERRORS,
    "absence_known": "Cette absence est déjà enregistrée : l’aide est absente pendant tout ce temps.",
    "account_unknown": "Aucun compte n’a cette adresse.",
    "already_member": "Ce compte appartient déjà à votre organisation.",
    "changed_meanwhile": "Quelqu’un d’autre a changé cela entre-temps. Rien n’a été enregistré : "
    "rechargez la page pour voir l’état présent.",
    "child_crashed": "Le calcul s’est arrêté brutalement.",
    "child_memory": "Le calcul a demandé plus de mémoire que le serveur n’en accorde.",
    "child_timeout": "Le calcul n’a pas répondu dans le temps accordé.",
    "concurrent_change": "Deux changements se sont croisés. Rien n’a été enregistré : recommencez.",
    "database_unavailable": "La base de données ne répond pas.",
    "email_taken": "Un compte a déjà cette adresse.",
    "import_refused": "Cet import ne peut plus être fait : il a été abandonné, ou ce à quoi il se "
    "rapporte a changé. Envoyez de nouveau le fichier.",
    "permission_missing": "Votre compte ne permet pas cette action.",
    "roster_breaks_rules": "Ce plan enfreint des règles qui interdisent de le publier.",
    "roster_not_draft": "Ce plan n’est plus un brouillon : il a déjà été publié ou remplacé.",
    "stay_known": "Une autre absence de cette personne couvre déjà un de ces jours.",
    "stay_over": "Le retour est déjà confirmé : déclarez une nouvelle absence.",
    "stay_unknown": "Cette absence n’existe plus.",
    "person_taken": "{clash}",
    "run_over": "Ce calcul est déjà terminé.",
    "pin_missing": "Cette visite n’est pas épinglée.",
    "remedy_gone": "Cette solution ne tient plus : les tournées ont changé entre-temps.",
    "roster_replaced": "Ce plan a été remplacé par un autre.",
    "run_active": "Un calcul est déjà en cours pour ces jours-là : attendez sa fin ou arrêtez-le.",
    "nothing_to_undo": "Il n’y a rien à annuler : les tournées ont changé depuis ce déplacement.",
    "undo_blocked": "Revenir en arrière enfreindrait une règle qui est respectée maintenant.",
    "problem_missing": "Ce plan n’a pas gardé de quoi calculer un prix : refaites un plan de ces jours.",
    "roster_missing": "Il n’y a pas de plan pour ces jours.",
    "call_missing": "Cet appel n’est plus dans la liste.",
    "repair_missing": "Cette réparation n’existe plus.",
    "repair_over": "Cette journée a déjà été réparée, ou la recherche est terminée.",
    "repair_stale": "Les tournées, une absence, une promesse ou l’heure ont changé depuis que cette "
    "réparation a été calculée. Rien n’a été changé.",
    "roster_not_published": "Seules des tournées publiées se réparent : publiez d’abord ce plan.",
    "visit_missing": "Cette visite n’existe plus dans ce plan.",
    "visit_unknown": "Cette visite n’existe plus.",
}
"""Code of a `DomainError` -> what happened, for a person."""

DEFECTS: dict[str, str] = {
    **wording_meal_rounds.DEFECTS,
    **wording_meals.DEFECTS,
    **wording_records.DEFECTS,
    **wording_rides.DEFECTS,
    **ride_plan_words.DEFECTS,
    "absence_long": "Une absence dure trois ans au plus.",
    "aide_missing": "Choisissez une aide.",
    "aide_unknown": "Cette aide n’est pas dans votre équipe.",
    "date_malformed": "Ce n’est pas une date.",
    "date_outside": "Cette date est hors de la période du plan.",
    "date_past": "Cette date est passée.",
    "dates_order": "La fin doit venir après le début.",
    "period_too_long": "{days} jours au plus.",
    "value_refused": "Une valeur ne peut pas être enregistrée : vérifiez les nombres et les textes.",
    "day_not_allowed": "Cette visite ne peut pas avoir lieu ce jour-là.",
    "email_malformed": "Ce n’est pas une adresse électronique.",
    "file_missing": "Choisissez un fichier.",
    "hour_malformed": "Écrivez une heure, par exemple 9:20.",
    "kind_unknown": "Choisissez dans la liste.",
    "move_blocked": "Ce déplacement enfreint une règle qui l’interdit.",
    "nothing_happened": "Dites ce qui se passe : aucune absence, annulation ni visite ajoutée "
    "n’est enregistrée pour ce jour.",
    "promise_without_hour": "Une promesse porte sur une heure : donnez-la.",
    "visit_not_placed": "Choisissez une visite des tournées de ce jour.",
    "visit_not_plannable": "Une visite ajoutée n’est pas dans ce plan : refaites un plan de ces jours.",
    "number_malformed": "Écrivez un nombre entier.",
    "out_of_bounds": "Donnez un nombre de {low} à {high}.",
    "password_long": "Il faut au plus {longest} caractères.",
    "password_short": "Il faut au moins {shortest} caractères.",
    "reason_missing": "Dites pourquoi : ce choix enfreint une règle qui demande un motif.",
    "return_before_stay": "Le retour ne peut pas précéder l’absence.",
    "stay_too_old": "Cette date est trop ancienne : un an au plus.",
    "role_unknown": "Choisissez un rôle de la liste.",
    "text_missing": "Remplissez ce champ.",
    "value_unknown": "Choisissez dans la liste.",
}
"""Code of a `Defect` -> what to do about it."""

SOME_DEFECT = "Cette valeur ne convient pas."


def error_sentence(error: DomainError) -> str:
    """What happened, as a sentence; empty when there is nothing better than the general words."""
    values = dict(error.args_by_name)
    if error.code == "person_taken":
        values["clash"] = taken_sentence(values)
    return _filled(ERRORS.get(error.code, ""), values)


BOOKINGS = {"visit": "une visite", "ride": "un transport", "meal": "un repas"}


def taken_sentence(told: Mapping[str, object]) -> str:
    """Both items that one person cannot have at the same time, with their hours."""
    if "one_from_minute" not in told:
        return "Cette personne a déjà une visite ou un transport à ce moment-là."
    one, other = (
        f"{BOOKINGS.get(str(told[name]), 'un rendez-vous')} de {hour_of_minutes(_minute(told, name, 'from'))}"
        f" à {hour_of_minutes(_minute(told, name, 'to'))}"
        for name in ("one", "other")
    )
    more = _number(told.get("more"))
    others = f" ({more} autre{'s' if more > 1 else ''} cas)" if more else ""
    on = day(date.fromisoformat(str(told["on_date"])))
    return f"La même personne aurait {one} et {other} le {on}{others}. Rien n’a été enregistré."


def _minute(told: Mapping[str, object], name: str, end: str) -> int:
    return _number(told.get(f"{name}_{end}_minute"))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def defect_sentence(defect: Defect) -> str:
    """What to do about one defect."""
    return _filled(DEFECTS.get(defect.code, SOME_DEFECT), wording_meals.defect_of(defect))


def field_errors(error: Invalid) -> dict[str, str]:
    """Field -> sentence, the first of each field, for the forms' macros."""
    found: dict[str, str] = {}
    for defect in error.defects:
        found.setdefault(defect.where, defect_sentence(defect))
    return found


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    return sentence.format_map(_Shown(values))


class _Shown(dict[str, object]):
    """A value that an error does not carry is shown as an ellipsis rather than failing the page."""

    def __missing__(self, key: str) -> str:
        return "…"
