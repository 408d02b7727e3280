"""
What is typed about a subscription -> its fields; the same form starts and changes one.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from litestar.datastructures import FormMultiDict

from carecoord.beneficiaries.domain import Person
from carecoord.meals.domain import (
    ALLERGENS,
    Chain,
    Diet,
    Kitchen,
    Subscription,
    SubscriptionFields,
    Texture,
)
from carecoord.web.forms import Form
from carecoord.web.meals_words import ALLERGENS as ALLERGEN_WORDS
from carecoord.web.meals_words import CHAINS_LONG, DIETS, TEXTURES

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

NAMES = {
    "reference": "numero",
    "starts_on": "du",
    "ends_on": "au",
    "meals": "lundi",
    "diet": "regime",
    "texture": "texture",
    "allergies": "allergies",
    "medical_note": "note_cuisine",
    "certificate_on": "certificat",
    "chain": "liaison",
    "earliest_minute": "de",
    "latest_minute": "a",
    "note": "consigne",
    "extras": "extras",
}
"""Field of the command -> field of the form."""


def renamed(errors: dict[str, str]) -> dict[str, str]:
    """Sentences under the names of the form; `meals[4]` is Friday."""
    found: dict[str, str] = {}
    for name, sentence in errors.items():
        if name.startswith("meals["):
            found[WEEKDAYS[int(name[6])]] = sentence
        else:
            found[NAMES.get(name, name)] = sentence
    return found


def blank(person: Person, reference: str, today: date) -> dict[str, Any]:
    """The form of somebody new: every day one ordinary meal."""
    return {
        "numero": reference,
        "du": today.isoformat(),
        "au": "",
        **dict.fromkeys(WEEKDAYS, "1"),
        "regime": "normal",
        "texture": "iddsi7",
        "allergies": [],
        "note_cuisine": "",
        "certificat": "",
        "liaison": "cold",
        "de": "09:30",
        "a": "12:30",
        "consigne": person.access_note,
        "extras": "",
        "cuisine": "",
    }


def values_of(subscription: Subscription) -> dict[str, Any]:
    """A subscription as its form shows it."""
    return {
        "numero": subscription.reference,
        "du": subscription.starts_on.isoformat(),
        "au": "" if subscription.ends_on is None else subscription.ends_on.isoformat(),
        **{name: str(count) for name, count in zip(WEEKDAYS, subscription.meals, strict=True)},
        "regime": subscription.diet,
        "texture": subscription.texture,
        "allergies": list(subscription.allergies),
        "note_cuisine": subscription.medical_note,
        "certificat": "" if subscription.certificate_on is None else subscription.certificate_on.isoformat(),
        "liaison": subscription.chain,
        "de": _clock(subscription.earliest_minute),
        "a": _clock(subscription.latest_minute),
        "consigne": subscription.note,
        "extras": ", ".join(subscription.extras),
        "cuisine": str(subscription.kitchen_id),
    }


def shown(form: Form) -> dict[str, Any]:
    """What was typed, to be shown again."""
    names = dict.fromkeys(NAMES.values(), "") | dict.fromkeys(WEEKDAYS, "0") | {"cuisine": ""}
    return {**form.shown(**names), "allergies": chosen(form, "allergies")}


def chosen(form: Form, name: str) -> list[str]:
    """Every box ticked under one name."""
    if isinstance(form.values, FormMultiDict):
        return [str(value) for value in form.values.getall(name, [])]
    return []


def fields_of(form: Form) -> SubscriptionFields:
    """
    The fields typed.

    Raises:
        Invalid: every field that is no date, number or hour.
    """
    fields = SubscriptionFields(
        reference=form.text("numero"),
        starts_on=form.day("du"),
        ends_on=optional_day(form, "au"),
        meals=[form.whole(name) for name in WEEKDAYS],
        diet=cast("Diet", form.text("regime")),
        texture=cast("Texture", form.text("texture")),
        allergies=[name for name in chosen(form, "allergies") if name in ALLERGENS],
        medical_note=form.text("note_cuisine", required=False),
        certificate_on=optional_day(form, "certificat"),
        chain=cast("Chain", form.text("liaison")),
        earliest_minute=minutes(form, "de"),
        latest_minute=minutes(form, "a"),
        note=form.text("consigne", required=False),
        extras=[part.strip() for part in form.text("extras", required=False).split(",") if part.strip()],
    )
    form.check()
    return fields


def optional_day(form: Form, name: str) -> date | None:
    """A date that may be left out."""
    return form.day(name) if form.text(name, required=False) else None


def minutes(form: Form, name: str) -> int:
    """Minutes after midnight of an hour."""
    try:
        typed = datetime.strptime(form.text(name), "%H:%M").time()  # noqa: DTZ007 - an hour on the wall
    except ValueError:
        if not any(defect.where == name for defect in form.defects):
            form.refuse(name, "hour_malformed")
        return 0
    return typed.hour * 60 + typed.minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def options_of(kitchens: list[Kitchen]) -> dict[str, Any]:
    """What the form chooses from."""
    diets = {offer.diet for kitchen in kitchens for offer in kitchen.offers}
    textures = {offer.texture for kitchen in kitchens for offer in kitchen.offers}
    chains = {chain for kitchen in kitchens for chain in kitchen.chains}
    return {
        "kitchens": [(str(kitchen.id), kitchen.name) for kitchen in kitchens],
        "diets": [(code, words) for code, words in DIETS.items() if code in diets],
        "textures": [(code, words) for code, words in TEXTURES.items() if code in textures],
        "chains": [(code, words) for code, words in CHAINS_LONG.items() if code in chains],
        "allergens": list(ALLERGEN_WORDS.items()),
        "weekdays": WEEKDAYS,
    }
