"""
View models of the settings of the meal service.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from carecoord.meals.domain import Cutoff, Kitchen, ServiceRules
from carecoord.meals.service_calendar import rules_on
from carecoord.web.filters import DAYS, counted, day_numeric, hour_of_minutes
from carecoord.web.filters import phone as phone_words
from carecoord.web.meals_words import ALLERGENS, CHAINS_LONG, HOSPITAL, SHIFTS, offer_words


def kitchen_facts(kitchen: Kitchen) -> list[tuple[str, str]]:
    """What is known of a kitchen."""
    hours = (hour_of_minutes(kitchen.starts_minute), hour_of_minutes(kitchen.ready_minute))
    cooks = ", ".join(DAYS[weekday] for weekday in kitchen.production_weekdays)
    allergens = (
        "les 14 allergènes"
        if len(kitchen.avoidable) == len(ALLERGENS)
        else ", ".join(ALLERGENS[name] for name in kitchen.avoidable)
    )
    return [
        ("Adresse", kitchen.address),
        ("Téléphone", phone_words(kitchen.phone) if kitchen.phone else "—"),
        (
            "Régimes et textures",
            " ; ".join(offer_words(offer.diet, offer.texture) for offer in kitchen.offers),
        ),
        ("Sait retirer", allergens or "aucun allergène"),
        ("Liaisons", ", ".join(CHAINS_LONG[chain] for chain in kitchen.chains)),
        ("Cuisine les", cooks),
        (
            "Repas froids",
            f"cuisinés {counted(kitchen.lead_days, 'jour')} avant, à consommer à J+{kitchen.shelf_life_days}",
        ),
        (
            "Heures",
            f"commence à {hours[0]}, prête à {hours[1]}",
        ),
        ("Réserve", counted(kitchen.spare_meals, "repas par jour", "repas par jour")),
    ]


def rules_rows(rules: list[ServiceRules], today: date) -> list[dict[str, Any]]:
    """Rules in force and to come, newest first; those of the past follow."""
    current = rules_on(rules, today)
    return [
        {
            "from": one.applies_from,
            "is_current": one is current,
            "is_future": one.applies_from > today,
            "week": [
                {
                    "day": DAYS[weekday],
                    "brought": _brought(weekday, before),
                    "until": _until(cutoff),
                }
                for weekday, (before, cutoff) in enumerate(zip(one.days_before, one.cutoffs, strict=True))
            ],
            "facts": [
                ("Jour férié : livré", SHIFTS[one.holiday_shift]),
                ("Fermetures", ", ".join(day_numeric(day) for day in one.closed_on) or "—"),
                ("Minimum", counted(one.meals_min_week, "repas par semaine", "repas par semaine")),
                ("Hospitalisation", HOSPITAL[one.hospital_free]),
            ],
        }
        for one in sorted(rules, key=lambda rule: rule.applies_from, reverse=True)
    ]


def _until(cutoff: Cutoff) -> str:
    days = counted(cutoff.working_days, "jour ouvré", "jours ouvrés")
    return f"{days} avant la livraison, {hour_of_minutes(cutoff.minute)}"


def _brought(weekday: int, before: int) -> str:
    return "le jour même" if before == 0 else f"le {DAYS[(weekday - before) % 7]}"
