"""
French sentences of planning: rules broken, visits left out, why an aide cannot, prices.

One entry per code, under the same name as in the checker, the causes and
docs/planning/constraints.md. Names of people are not known here: callers hand in a
function from identifier to name, and one from elapsed seconds to a displayed hour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from carecoord.kernel.errors import Defect
from carecoord.planning.solution import Unassigned, Violation, WorkerCause
from carecoord.web.filters import duration, hour_of_minutes

Naming = Callable[[str], str]
Clock = Callable[[int], str]

VIOLATIONS: dict[str, str] = {
    "window": "Visite placée à {amount} de l’horaire permis.",
    "pin": "La visite n’est plus comme elle a été fixée à la main.",
    "skill": "L’aide n’a pas toutes les compétences demandées ({amount} en moins).",
    "refused": "La personne a refusé cette aide.",
    "availability": "L’aide n’est pas disponible pendant {amount} de la visite.",
    "travel_time": "Il manque {short} entre deux visites (trajet : {limit}).",
    "person_overlap": "Deux visites en même temps chez la même personne, pendant {amount}.",
    "person_busy": "La personne n’est pas chez elle pendant {amount} de la visite (transport ou absence).",
    "meal_before_visit": "La visite commence {amount} avant la livraison du repas qu’elle sert.",
    "team": "Visite à deux : il faut {limit} aides différentes qui commencent ensemble.",
    "team/s": "Visite à deux : {amount} d’écart entre les deux arrivées.",
    "once": "Visite faite {amount} fois, au lieu de {limit}.",
    "duration": "Visite de {amount} au lieu de {limit}.",
    "daily_work": "Journée de {amount} de travail, au plus {limit}.",
    "weekly_work": "Semaine de {amount} de travail, au plus {limit}.",
    "average_work": "Moyenne de {amount} par semaine sur la période, au plus {limit}.",
    "span": "Amplitude de {amount} dans la journée, au plus {limit}.",
    "span/days": "{amount}e jour du mois à grande amplitude, au plus {limit}.",
    "daily_rest": "Repos de {amount} entre deux journées, au moins {limit}.",
    "weekly_rest": "Repos hebdomadaire de {amount}, au moins {limit} d’affilée.",
    "consecutive_days": "{amount} jours travaillés d’affilée, au plus {limit}.",
    "fortnight_rest": "Repos de la quinzaine insuffisant : {amount} jour(s) pour {limit}, "
    "dont deux d’affilée avec un dimanche.",
    "break": "Pas de pause suffisante : {amount} de travail d’affilée, pause due à {limit}.",
    "meal": "Pause repas de {amount}, au moins {limit}.",
    "interruptions": "Trop de coupures dans la journée, ou de coupures longues : {amount} pour {limit}.",
    "interruption_total": "{amount} de coupures dans la journée, au plus {limit}.",
    "interruption_total/days": "{amount}e journée de la quinzaine à longues coupures, au plus {limit}.",
    "part_time_ceiling": "Temps partiel : semaine de {amount}, il faut rester en dessous de {limit}.",
    "complementary_hours": "Heures complémentaires : semaine de {amount}, au plus {limit} avec ce contrat.",
    "sunday_rhythm": "{amount} dimanches travaillés sur la période de référence, au plus {limit}.",
    "sundays_per_month": "{amount} dimanches travaillés dans le mois sans accord, au plus {limit}.",
    "holiday_rhythm": "{amount} jours fériés travaillés à la suite, au plus {limit}.",
    "daily_minimum": "Journée de {amount} seulement, au moins {limit} à temps partiel.",
    "disturbance_budget": "{amount} personnes changent d’aide ou d’heure, au plus {limit}.",
}
"""
Rule -> sentence with `{amount}`, `{limit}` and what lacks, `{short}`, already displayed in their unit.

`rule/unit` is preferred where there is one: the same rule counted in another unit.
"""

UNSERVED: dict[str, str] = {
    "insertable": "Une place existe : la visite peut être ajoutée.",
    "no_skilled_worker": "Personne n’a les compétences demandées.",
    "all_refused": "La personne a refusé toutes les aides qui conviendraient.",
    "no_worker_available": "Aucune aide qui conviendrait n’est disponible à ce moment-là.",
    "no_legal_place": "Aucune place ne respecte à la fois les trajets, les horaires et le droit du travail.",
    "no_pair": "Il n’y a pas deux aides qui conviennent et soient libres en même temps.",
    "pin_impossible": "La visite ne peut pas être faite comme elle a été fixée à la main.",
    "disturbance_budget": "La servir dérangerait plus de personnes que vous n’en permettez.",
    "not_tried": "La cause n’a pas encore été recherchée.",
}
"""Cause of a visit left out, in one word -> sentence."""

UNREPAIRED: dict[str, str] = {
    **UNSERVED,
    "too_late": "Une place existe, mais plus aucune aide ne peut y être à temps.",
}
"""The same, with what only a repair says."""

CAUSES: dict[str, str] = {
    "skill": "n’a pas la compétence : {skills}",
    "refused": "est refusée par la personne",
    "pin": "la visite est fixée à quelqu’un d’autre",
    "availability": "n’est pas disponible pour toute la visite",
    "travel_time": "il manque {short} entre deux visites (trajets : {travel})",
    "person_overlap": "une autre visite a lieu chez la personne à ce moment-là",
    "person_busy": "la personne n’est pas chez elle à ce moment-là (transport ou absence)",
    "meal_before_visit": "libre à {start}, mais le repas n’est livré que {amount} plus tard",
    "team": "libre à {start}, mais personne pour faire équipe",
    "daily_work": "libre à {start}, mais la journée ferait {amount} de travail (au plus {limit})",
    "weekly_work": "libre à {start}, mais la semaine ferait {amount} (au plus {limit})",
    "average_work": "libre à {start}, mais la moyenne ferait {amount} par semaine (au plus {limit})",
    "span": "libre à {start}, mais l’amplitude serait de {amount} (au plus {limit})",
    "span/days": "libre à {start}, mais ce serait la {amount}e grande amplitude du mois (au plus {limit})",
    "daily_rest": "libre à {start}, mais le repos entre deux journées serait de {amount} (au moins {limit})",
    "weekly_rest": "libre à {start}, mais le repos de la semaine serait de {amount} (au moins {limit})",
    "consecutive_days": "libre à {start}, mais ce serait {amount} jours d’affilée (au plus {limit})",
    "fortnight_rest": "libre à {start}, mais les repos de la quinzaine ne suffiraient plus "
    "({amount} pour {limit})",
    "break": "libre à {start}, mais {amount} de travail d’affilée sans pause (pause due à {limit})",
    "meal": "libre à {start}, mais il resterait {amount} pour le repas (au moins {limit})",
    "interruptions": "libre à {start}, mais trop de coupures ou de coupures longues ({amount} pour {limit})",
    "interruption_total": "libre à {start}, mais {amount} de coupures dans la journée (au plus {limit})",
    "interruption_total/days": "libre à {start}, mais ce serait la {amount}e journée à longues coupures "
    "de la quinzaine (au plus {limit})",
    "part_time_ceiling": "libre à {start}, mais la semaine ferait {amount} "
    "(en dessous de {limit} à temps partiel)",
    "complementary_hours": "libre à {start}, mais la semaine ferait {amount} "
    "(au plus {limit} avec ce contrat)",
    "sunday_rhythm": "libre à {start}, mais ce serait {amount} dimanches sur la période (au plus {limit})",
    "sundays_per_month": "libre à {start}, mais ce serait {amount} dimanches dans le mois (au plus {limit})",
    "holiday_rhythm": "libre à {start}, mais ce serait {amount} jours fériés à la suite (au plus {limit})",
    "daily_minimum": "libre à {start}, mais la journée ne ferait que {amount} (au moins {limit})",
    "disturbance_budget": "libre à {start}, mais {amount} personnes changeraient d’aide ou d’heure "
    "(au plus {limit})",
}
"""Cause for one aide -> what follows the aide’s name."""

SHORT: dict[str, str] = {
    "window": "horaire permis",
    "pin": "visite fixée",
    "skill": "compétence",
    "refused": "refus de la personne",
    "availability": "disponibilité",
    "travel_time": "temps de trajet",
    "person_overlap": "autre visite chez la personne",
    "person_busy": "personne absente de chez elle",
    "meal_before_visit": "repas livré avant la visite",
    "team": "équipe de deux",
    "once": "visite unique",
    "duration": "durée",
    "daily_work": "travail du jour",
    "weekly_work": "travail de la semaine",
    "average_work": "moyenne des semaines",
    "span": "amplitude",
    "daily_rest": "repos entre deux journées",
    "weekly_rest": "repos hebdomadaire",
    "consecutive_days": "jours d’affilée",
    "fortnight_rest": "repos de la quinzaine",
    "break": "pause",
    "meal": "pause repas",
    "interruptions": "nombre de coupures",
    "interruption_total": "durée des coupures",
    "part_time_ceiling": "plafond du temps partiel",
    "complementary_hours": "heures complémentaires",
    "sunday_rhythm": "rythme des dimanches",
    "sundays_per_month": "dimanches du mois",
    "holiday_rhythm": "jours fériés",
    "daily_minimum": "durée minimale du jour",
    "disturbance_budget": "personnes dérangées",
}
"""Name of each rule in a few words, for lists, legends and what comes in addition."""

TERMS: dict[str, str] = {
    "travel": "Trajets et attentes payés",
    "distance": "Kilomètres",
    "commute": "Trajets depuis et vers le domicile",
    "new_face": "Nouveaux visages",
    "faces_excess": "Trop d’aides différentes",
    "not_wanted": "Aide non souhaitée",
    "hour_deviation": "Écart à l’heure souhaitée",
    "shortfall": "Heures de contrat non faites",
    "overtime": "Heures au-delà du contrat",
    "interruptions": "Coupures",
    "fairness": "Écart au partage des heures",
    "aide_change": "Changements d’aide",
    "hour_change": "Changements d’heure",
    "robustness": "Marge manquante entre deux visites",
}
"""Term of the cost -> label."""

TIER_WORDS: dict[str, str] = {"vital": "vitale", "important": "importante", "comfort": "de confort"}
"""Tier -> adjective of a visit."""

TIERS_WORDS: dict[str, str] = {"vital": "vitales", "important": "importantes", "comfort": "de confort"}
"""Tier -> adjective of several visits."""


DEFECTS: dict[str, str] = {
    "anchor_not_monday": "une quinzaine commence un lundi",
    "day_length": "un jour dure 23, 24 ou 25 heures",
    "day_start": "le temps se compte depuis le minuit du premier jour, sans trou entre les jours",
    "day_unknown": "ce jour n’existe pas dans le problème",
    "days_not_consecutive": "ce jour ne suit pas le précédent",
    "duplicate_id": "cet identifiant est employé plusieurs fois",
    "duration_empty": "la durée doit être positive",
    "faces_max_low": "le plafond doit valoir au moins 1",
    "field_missing": "ce champ est obligatoire",
    "field_unknown": "ce champ n’existe pas",
    "format_unknown": "ce n’est pas un fichier de ce format",
    "history_in_horizon": "le passé se termine avant le premier jour",
    "history_too_long": "le passé est plus long que nécessaire",
    "horizon_length": "un plan couvre de 1 à 28 jours",
    "busy_inverted": "une absence de la personne se termine avant de commencer",
    "meal_outside_day": "le repas est livré un autre jour que la visite",
    "hours_count": "il faut une valeur pour chacune des 24 heures, ou aucune",
    "id_empty": "un identifiant est vide",
    "matrix_diagonal": "le trajet d’un lieu à lui-même doit être nul",
    "matrix_not_square": "la matrice doit avoir une ligne et une colonne par lieu",
    "mode_without_matrix": "il n’y a pas de matrice pour ce mode de déplacement",
    "negative": "la valeur est négative",
    "not_json": "ce n’est pas du JSON",
    "options_empty": "il faut au moins un jour et un horaire possibles",
    "person_unknown": "cette personne n’existe pas dans le problème",
    "pin_too_many": "plus d’aides fixées à la main que la visite n’en demande",
    "place_unknown": "ce lieu n’existe pas dans le problème",
    "preferred_outside": "l’heure souhaitée est hors de l’horaire permis",
    "quantile_outside": "le quantile va de 50 à 99",
    "reference_outside": "l’heure actuelle est hors de la période",
    "regime_unknown": "ce régime de travail n’existe pas dans le problème",
    "shape": "la valeur n’a pas la forme attendue",
    "shift_inverted": "la présence se termine avant de commencer",
    "shift_outside": "la présence commence hors de la période",
    "shifts_overlap": "deux présences se chevauchent",
    "team_size": "une visite demande une ou deux aides",
    "threshold_negative": "ce seuil est négatif",
    "threshold_type": "ce seuil n’a pas la forme attendue",
    "threshold_unknown": "ce seuil n’existe pas",
    "threshold_zero": "ce seuil doit valoir au moins 1",
    "version_unknown": "cette version du format n’est pas lue ici",
    "visit_unknown": "cette visite n’existe pas dans le problème",
    "window_inverted": "l’horaire se termine avant de commencer",
    "window_outside_day": "l’horaire déborde de son jour",
    "worker_unknown": "cette aide n’existe pas dans le problème",
}
"""Defect of a problem or plan file -> what is wrong, to be read after where."""


def clock_of_day(elapsed_s: int) -> str:
    """A displayed hour, right on days of 24 hours; pages hand in one that knows the clock changes."""
    return hour_of_minutes(elapsed_s % 86_400 // 60)


def violation_text(item: Violation) -> str:
    """The sentence of a broken rule, without names."""
    return rule_text(item.rule, amount=item.amount, limit=item.limit, unit=item.unit)


def rule_text(rule: str, *, amount: int, limit: int, unit: str) -> str:
    """As `violation_text`, of the parts of a violation."""
    sentence = VIOLATIONS.get(f"{rule}/{unit}", VIOLATIONS[rule])
    parts = {"amount": amount, "limit": limit, "short": limit - amount}
    return sentence.format(**{name: _quantity(value, unit) for name, value in parts.items()})


def defect_text(item: Defect) -> str:
    """Where a file is wrong, what is wrong, and the detail in the words of the reader of the format."""
    return f"{item.where} : {DEFECTS[item.code]} ({item.why})"


def unserved_text(item: Unassigned) -> str:
    """The sentence of a visit left out."""
    return UNSERVED[item.code]


def cause_text(cause: WorkerCause, *, naming: Naming | None = None, clock: Clock = clock_of_day) -> str:
    """
    Why one aide cannot, to be read after the aide's name.

    Args:
        naming: identifier of a skill, a visit or an aide -> displayed name.
        clock: elapsed seconds -> displayed hour.
    """
    return reason_text(cause.code, cause.args, naming=naming, clock=clock)


def reason_text(
    code: str, args: Mapping[str, int | str], *, naming: Naming | None = None, clock: Clock = clock_of_day
) -> str:
    """As `cause_text`, of the parts of a cause."""
    unit = str(args.get("unit", "count"))
    sentence = CAUSES.get(f"{code}/{unit}", CAUSES[code])
    skills = [part for part in str(args.get("skills", "")).split(", ") if part]
    text = sentence.format(
        amount=_quantity(int(args.get("amount", 0)), unit),
        limit=_quantity(int(args.get("limit", 0)), unit),
        short=duration(int(args.get("short_s", 0))),
        travel=duration(int(args.get("travel_s", 0))),
        start=clock(int(args.get("start_s", 0))),
        skills=", ".join(naming(skill) if naming is not None else skill for skill in skills),
    )
    if "with" in args:
        other = str(args["with"])
        named = naming(other) if naming is not None else other
        text += f" ({named} pourrait à {clock(int(args.get('with_s', 0)))})"
    also = [SHORT[rule] for rule in str(args.get("also", "")).split(", ") if rule]
    return f"{text} ; aussi : {', '.join(also)}" if also else text


def _quantity(value: int, unit: str) -> str:
    return duration(value) if unit == "s" else str(value)
