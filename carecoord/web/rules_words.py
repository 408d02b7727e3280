"""
Thresholds of working time and prices in French: what each one limits, in its unit.
"""

from __future__ import annotations

from carecoord.rosters.service.rules import Threshold
from carecoord.web.filters import counted, duration, percent

REGIMES: dict[str, str] = {
    "BAD_2941": "Branche de l’aide à domicile, associations (IDCC 2941)",
    "SAP_3127": "Entreprises de services à la personne (IDCC 3127)",
    "FPT": "Fonction publique territoriale",
}
THRESHOLDS: dict[str, str] = {
    "daily_work_max_s": "Travail dans une journée, au plus",
    "daily_work_min_s": "Journée d’un temps partiel, au moins",
    "weekly_work_max_s": "Travail dans une semaine, au plus",
    "average_work_max_s": "Moyenne par semaine, au plus",
    "average_weeks": "Semaines sur lesquelles la moyenne est faite",
    "span_max_s": "Amplitude d’une journée, au plus",
    "span_exceptional_max_s": "Amplitude exceptionnelle, au plus",
    "span_exceptional_days_max": "Jours à amplitude exceptionnelle dans le mois, au plus",
    "span_exceptional_needs_frail": "Amplitude exceptionnelle réservée aux publics fragiles",
    "daily_rest_min_s": "Repos entre deux journées, au moins",
    "weekly_rest_min_s": "Repos d’affilée dans la semaine, au moins",
    "consecutive_days_max": "Jours travaillés d’affilée, au plus",
    "fortnight_rest_days_min": "Jours de repos par quinzaine, dont deux d’affilée avec un dimanche",
    "break_after_s": "Travail d’affilée au-delà duquel une pause est due",
    "break_min_s": "Durée de cette pause, au moins",
    "meal_min_s": "Temps libre pour le repas, au moins",
    "paid_wait_max_s": "Attente payée entre deux visites, jusqu’à",
    "interruptions_max": "Coupures dans une journée, au plus",
    "interruptions_short_min": "Dont coupures courtes, au moins",
    "interruption_short_max_s": "Une coupure est courte jusqu’à",
    "part_time_interruptions_max": "Coupures d’un temps partiel, au plus",
    "part_time_interruptions_total_max_s": "Total des coupures d’un temps partiel dans la journée",
    "part_time_interruptions_excess_days_max": "Jours à longues coupures par quinzaine, au plus",
    "part_time_weekly_below_s": "Semaine d’un temps partiel, toujours en dessous de",
    "complementary_permille_max": "Heures complémentaires, part du contrat au plus",
    "sunday_work_max": "Dimanches travaillés, au plus",
    "sunday_window": "Sur combien de dimanches",
    "sunday_weekend_team_max": "Dimanches d’une équipe de week-end, au plus",
    "sunday_weekend_team_window": "Sur combien de dimanches, équipe de week-end",
    "sundays_per_month_max": "Dimanches dans le mois sans accord de l’aide, au plus",
    "holidays_in_a_row_max": "Jours fériés travaillés à la suite, au plus",
}
WEIGHTS: dict[str, tuple[str, str]] = {
    "travel_cents_per_h": ("Trajet ou attente payés", "par heure"),
    "distance_cents_per_km": ("Kilomètre entre deux visites", "par km"),
    "commute_cents_per_h": ("Trajet depuis et vers le domicile de l’aide", "par heure"),
    "new_face_cents": ("Visite par une aide que la personne ne connaît pas", "par visite"),
    "faces_excess_cents": ("Aide de trop au-delà du nombre souhaité", "par aide"),
    "not_wanted_cents": ("Visite par une autre aide que celles demandées", "par visite"),
    "hour_deviation_cents_per_h": ("Écart à l’heure souhaitée", "par heure"),
    "shortfall_cents_per_h": ("Heure de contrat non remplie", "par heure"),
    "overtime_cents_per_h": ("Heure au-delà du contrat", "par heure"),
    "interruption_cents": ("Coupure non payée dans une journée", "par coupure"),
    "fairness_cents_per_h": ("Écart au partage équitable des heures", "par heure"),
}


def threshold_value(item: Threshold) -> str:
    """A threshold in its unit."""
    if item.value is None:
        return "sans limite"
    if item.unit == "flag":
        return "oui" if item.value else "non"
    if item.unit in {"h", "min", "s"}:
        return duration(int(item.value))
    if item.unit == "permille":
        return percent(int(item.value) / 1000)
    if item.unit in {"days", "weeks"}:
        return counted(int(item.value), "jour" if item.unit == "days" else "semaine")
    return str(item.value)
