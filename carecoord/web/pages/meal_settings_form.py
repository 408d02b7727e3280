"""
What is typed about a kitchen or its rules -> fields of the command.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from carecoord.kernel.french import parse_date, parse_decimal
from carecoord.meals.commands import PutRules
from carecoord.meals.domain import (
    ALLERGENS,
    Chain,
    Cutoff,
    Diet,
    HolidayShift,
    HospitalFree,
    Kitchen,
    KitchenFields,
    Offer,
    ServiceRules,
    Texture,
)
from carecoord.meals.service_calendar import rules_on
from carecoord.web.forms import Form
from carecoord.web.pages.meal_subscription_form import WEEKDAYS, chosen, minutes

WEEKDAY_OPTIONS = [(str(index), name) for index, name in enumerate(WEEKDAYS)]

KITCHEN_NAMES = {
    "reference": "code",
    "name": "nom",
    "phone": "telephone",
    "address": "adresse",
    "department": "departement",
    "latitude": "latitude",
    "longitude": "longitude",
    "offers": "offres",
    "avoidable": "allergenes",
    "chains": "liaisons",
    "production_weekdays": "jours",
    "lead_days": "avance",
    "starts_minute": "debut",
    "ready_minute": "pret",
    "shelf_life_days": "dlc",
    "spare_meals": "reserve",
}
RULES_NAMES = {
    "applies_from": "a_partir",
    "days_before": "avant_lundi",
    "cutoffs": "delai_lundi",
    "holiday_shift": "feries",
    "closed_on": "fermetures",
    "meals_min_week": "minimum",
    "hospital_free": "hopital",
}
"""Field of the command -> field of the form."""

BLANK_KITCHEN: dict[str, Any] = {
    "code": "",
    "nom": "",
    "telephone": "",
    "adresse": "",
    "departement": "",
    "latitude": "",
    "longitude": "",
    "offres": ["normal/iddsi7"],
    "allergenes": [],
    "liaisons": ["cold"],
    "jours": ["0", "1", "2", "3", "4"],
    "avance": "1",
    "debut": "06:00",
    "pret": "08:00",
    "dlc": "3",
    "reserve": "0",
}
_LISTS = ("offres", "allergenes", "liaisons", "jours")


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def kitchen_values(kitchen: Kitchen) -> dict[str, Any]:
    """A kitchen as its form shows it."""
    return {
        "code": kitchen.reference,
        "nom": kitchen.name,
        "telephone": kitchen.phone or "",
        "adresse": kitchen.address,
        "departement": kitchen.department,
        "latitude": str(kitchen.latitude).replace(".", ","),
        "longitude": str(kitchen.longitude).replace(".", ","),
        "offres": [f"{offer.diet}/{offer.texture}" for offer in kitchen.offers],
        "allergenes": list(kitchen.avoidable),
        "liaisons": list(kitchen.chains),
        "jours": [str(day) for day in kitchen.production_weekdays],
        "avance": str(kitchen.lead_days),
        "debut": _clock(kitchen.starts_minute),
        "pret": _clock(kitchen.ready_minute),
        "dlc": str(kitchen.shelf_life_days),
        "reserve": str(kitchen.spare_meals),
    }


def kitchen_shown(form: Form) -> dict[str, Any]:
    """What was typed, to be shown again."""
    texts = form.shown(**{name: value for name, value in BLANK_KITCHEN.items() if name not in _LISTS})
    return {**texts, **{name: chosen(form, name) for name in _LISTS}}


def kitchen_of(form: Form) -> KitchenFields:
    """
    The kitchen typed.

    Raises:
        Invalid: every field that is no number or hour.
    """
    offers = [text.partition("/") for text in chosen(form, "offres")]
    fields = KitchenFields(
        reference=form.text("code"),
        name=form.text("nom"),
        phone=form.text("telephone", required=False) or None,
        address=form.text("adresse"),
        department=form.text("departement"),
        latitude=_degrees(form, "latitude"),
        longitude=_degrees(form, "longitude"),
        offers=[
            Offer(diet=cast("Diet", diet), texture=cast("Texture", texture)) for diet, _, texture in offers
        ],
        avoidable=[name for name in chosen(form, "allergenes") if name in ALLERGENS],
        chains=[cast("Chain", name) for name in chosen(form, "liaisons")],
        production_weekdays=[int(name) for name in chosen(form, "jours") if name.isdigit()],
        lead_days=form.whole("avance"),
        starts_minute=minutes(form, "debut"),
        ready_minute=minutes(form, "pret"),
        shelf_life_days=form.whole("dlc"),
        spare_meals=form.whole("reserve"),
    )
    form.check()
    return fields


def _degrees(form: Form, name: str) -> float:
    try:
        return parse_decimal(form.text(name))
    except ValueError:
        if not any(defect.where == name for defect in form.defects):
            form.refuse(name, "point_malformed")
        return 0.0


def rules_values(known: list[ServiceRules], today: date) -> dict[str, Any]:
    """The form of new rules, filled with those in force, or with a service from Monday to Friday."""
    current = rules_on(known, today) or (known[-1] if known else None)
    days = current.days_before if current is not None else [0, 0, 0, 0, 0, 1, 2]
    cutoffs = current.cutoffs if current is not None else [Cutoff(working_days=2, minute=600)] * 7
    values: dict[str, Any] = {
        "a_partir": today.isoformat(),
        "feries": current.holiday_shift if current is not None else "eve",
        "fermetures": ""
        if current is None
        else ", ".join(f"{day:%d/%m/%Y}" for day in current.closed_on if day >= today),
        "minimum": str(current.meals_min_week if current is not None else 1),
        "hopital": current.hospital_free if current is not None else "before_cutoff",
    }
    for name, before, cutoff in zip(WEEKDAYS, days, cutoffs, strict=True):
        values[f"avant_{name}"] = str(before)
        values[f"delai_{name}"] = str(cutoff.working_days)
        values[f"heure_{name}"] = _clock(cutoff.minute)
    return values


def rules_shown(form: Form) -> dict[str, Any]:
    """What was typed, to be shown again."""
    names = ["a_partir", "feries", "fermetures", "minimum", "hopital"]
    names += [f"{part}_{name}" for part in ("avant", "delai", "heure") for name in WEEKDAYS]
    return dict(form.shown(**dict.fromkeys(names, "")))


def rules_of_form(form: Form, kitchen_id: UUID, versions: dict[date, int]) -> PutRules:
    """
    The rules typed.

    Args:
        versions: date from which rules apply -> their version, for those that exist.

    Raises:
        Invalid: every field that is no date, number or hour.
    """
    applies_from = form.day("a_partir")
    command = PutRules(
        kitchen_id=kitchen_id,
        version=versions.get(applies_from),
        applies_from=applies_from,
        days_before=[form.whole(f"avant_{name}") for name in WEEKDAYS],
        holiday_shift=cast("HolidayShift", form.text("feries")),
        closed_on=_days(form, "fermetures"),
        cutoffs=[
            Cutoff(working_days=form.whole(f"delai_{name}"), minute=minutes(form, f"heure_{name}"))
            for name in WEEKDAYS
        ],
        meals_min_week=form.whole("minimum"),
        hospital_free=cast("HospitalFree", form.text("hopital")),
    )
    form.check()
    return command


def _days(form: Form, name: str) -> list[date]:
    """Dates separated by commas."""
    found = []
    for part in form.text(name, required=False).replace(";", ",").split(","):
        if not part.strip():
            continue
        try:
            found.append(parse_date(part))
        except ValueError:
            form.refuse(name, "date_malformed")
    return sorted(set(found))
