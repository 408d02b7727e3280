"""
What makes a kitchen, its rules, a subscription or a list valid: every defect, with where and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_phone
from carecoord.kernel.texts import NOTE_LENGTH, text_defects
from carecoord.meals.commands import AddAttendance, AddFoyer, SuspendMeals
from carecoord.meals.domain import (
    ALLERGENS,
    CHAINS,
    DIETS,
    HOLIDAY_SHIFTS,
    HOSPITAL_FREE,
    STRICT_DIETS,
    SUSPENSION_REASONS,
    TEXTURES,
    Kitchen,
    KitchenFields,
    RulesFields,
    ServiceRules,
    SubscriptionFields,
)
from carecoord.meals.service_calendar import path_defects, path_of, rules_on

MEALS_RANGE = (0, 9)
"""Meals of one subscription for one day."""
LAST_MINUTE = 1439
WORKING_DAYS_RANGE = (0, 10)
DAYS_BEFORE_RANGE = (0, 6)
LOOK_AHEAD_DAYS = 28


def kitchen_defects(kitchen: KitchenFields) -> list[Defect]:
    """Everything wrong with a kitchen."""
    defects = [
        defect
        for name in ("reference", "name", "address")
        for defect in text_defects(getattr(kitchen, name), name)
    ]
    if kitchen.phone is not None:
        try:
            parse_phone(kitchen.phone)
        except ValueError as error:
            defects.append(Defect(code="phone_malformed", where="phone", why=str(error)))
    defects += _cooking_defects(kitchen)
    if not -90 <= kitchen.latitude <= 90 or not -180 <= kitchen.longitude <= 180:
        defects.append(Defect(code="point_malformed", where="latitude", why="is not on Earth"))
    for name, low, high in (
        ("lead_days", 0, 5),
        ("shelf_life_days", 0, 60),
        ("spare_meals", 0, 500),
        ("starts_minute", 0, LAST_MINUTE),
        ("ready_minute", 0, LAST_MINUTE),
    ):
        defects += _range(getattr(kitchen, name), low, high, name)
    if kitchen.ready_minute < kitchen.starts_minute:
        defects.append(Defect(code="window_empty", where="ready_minute", why="is before cooking starts"))
    return defects


def _cooking_defects(kitchen: KitchenFields) -> list[Defect]:
    """Menus, allergens, chains and days of cooking."""
    defects = []
    if not kitchen.offers:
        defects.append(Defect(code="offers_missing", where="offers", why="names no diet"))
    for offer in kitchen.offers:
        defects += _among(offer.diet, DIETS, "offers")
        defects += _among(offer.texture, TEXTURES, "offers")
    for allergen in kitchen.avoidable:
        defects += _among(allergen, ALLERGENS, "avoidable")
    if not kitchen.chains:
        defects.append(Defect(code="chains_missing", where="chains", why="names neither cold nor hot"))
    for chain in kitchen.chains:
        defects += _among(chain, CHAINS, "chains")
    if not kitchen.production_weekdays:
        defects.append(Defect(code="weekdays_missing", where="production_weekdays", why="names no day"))
    for day in kitchen.production_weekdays:
        defects += _range(day, 0, 6, "production_weekdays")
    return defects


def rules_defects(rules: RulesFields) -> list[Defect]:
    """Everything wrong with the rules of a service."""
    defects = []
    if len(rules.days_before) != 7:
        defects.append(Defect(code="week_incomplete", where="days_before", why="has not seven days"))
    for days in rules.days_before:
        defects += _range(days, *DAYS_BEFORE_RANGE, "days_before")
    if len(rules.cutoffs) != 7:
        defects.append(Defect(code="week_incomplete", where="cutoffs", why="has not seven days"))
    for cutoff in rules.cutoffs:
        defects += _range(cutoff.working_days, *WORKING_DAYS_RANGE, "cutoffs")
        defects += _range(cutoff.minute, 0, LAST_MINUTE, "cutoffs")
    defects += _among(rules.holiday_shift, HOLIDAY_SHIFTS, "holiday_shift")
    defects += _among(rules.hospital_free, HOSPITAL_FREE, "hospital_free")
    return defects + _range(rules.meals_min_week, 1, 21, "meals_min_week")


def subscription_defects(
    fields: SubscriptionFields,
    kitchen: Kitchen,
    rules: Sequence[ServiceRules],
    *,
    today: date,
    where: str = "",
) -> list[Defect]:
    """
    Everything wrong with a subscription to the meals of a kitchen.

    Args:
        rules: those of the kitchen.
        today: whether its meals can be brought is judged from then on, or from its start.
        where: put before the name of the field, such as `subscriptions[3].`.
    """
    defects = text_defects(fields.reference, where + "reference")
    for name in ("note", "medical_note"):
        defects += text_defects(getattr(fields, name), where + name, longest=NOTE_LENGTH, required=False)
    for extra in fields.extras:
        defects += text_defects(extra, where + "extras")
    if fields.ends_on is not None and fields.ends_on < fields.starts_on:
        defects.append(Defect(code="dates_order", where=where + "ends_on", why="is before starts_on"))
    for name in ("earliest_minute", "latest_minute"):
        defects += _range(getattr(fields, name), 0, LAST_MINUTE, where + name)
    if fields.latest_minute < fields.earliest_minute:
        defects.append(
            Defect(code="window_empty", where=where + "latest_minute", why="is before the earliest hour")
        )
    defects += _menu_defects(fields, kitchen, where)
    pattern = _pattern_defects(fields, rules, today, where)
    if pattern:
        return defects + pattern
    return defects + _shelf_defects(fields, kitchen, rules, today=today, where=where)


def _menu_defects(fields: SubscriptionFields, kitchen: Kitchen, where: str) -> list[Defect]:
    """A diet in a texture, an allergen or a chain that the kitchen does not do; with what it does."""
    defects = [
        *_among(fields.diet, DIETS, where + "diet"),
        *_among(fields.texture, TEXTURES, where + "texture"),
    ]
    if not defects and not any(
        (offer.diet, offer.texture) == (fields.diet, fields.texture) for offer in kitchen.offers
    ):
        offered = ",".join(f"{offer.diet}/{offer.texture}" for offer in sorted(kitchen.offers))
        defects.append(
            Defect(
                code="meal_not_offered",
                where=where + "texture",
                why=f"{kitchen.name} does not cook {fields.diet} in {fields.texture}",
                fix=f"choose among {offered}",
                args={"diet": fields.diet, "texture": fields.texture, "offered": offered},
            )
        )
    unknown = sorted(set(fields.allergies) - set(kitchen.avoidable))
    if unknown:
        defects.append(
            Defect(
                code="allergen_not_avoidable",
                where=where + "allergies",
                why=f"{kitchen.name} cannot leave out {', '.join(unknown)}",
                args={"allergens": ",".join(unknown)},
            )
        )
    if fields.chain not in kitchen.chains:
        defects.append(
            Defect(
                code="chain_not_offered",
                where=where + "chain",
                why=f"{kitchen.name} does not deliver it",
                args={"offered": ",".join(kitchen.chains)},
            )
        )
    return defects


def _pattern_defects(
    fields: SubscriptionFields, rules: Sequence[ServiceRules], today: date, where: str
) -> list[Defect]:
    if len(fields.meals) != 7:
        return [Defect(code="week_incomplete", where=where + "meals", why="has not seven days")]
    defects = [defect for count in fields.meals for defect in _range(count, *MEALS_RANGE, where + "meals")]
    if defects:
        return defects
    current = rules_on(rules, max(fields.starts_on, today))
    if current is None:
        return [
            Defect(
                code="meal_rules_missing",
                where=where + "starts_on",
                why="the kitchen has no rules for that date",
                fix="say how the service delivers first",
            )
        ]
    if sum(fields.meals) < current.meals_min_week:
        return [
            Defect(
                code="meals_too_few",
                where=where + "meals",
                why=f"fewer than {current.meals_min_week} meals a week",
                args={"least": current.meals_min_week},
            )
        ]
    return []


def _shelf_defects(
    fields: SubscriptionFields,
    kitchen: Kitchen,
    rules: Sequence[ServiceRules],
    *,
    today: date,
    where: str,
) -> list[Defect]:
    """A weekday whose meal can never be brought in its shelf life, with the reason of the first date."""
    start = max(fields.starts_on, today)
    days = [start + timedelta(days=shift) for shift in range(LOOK_AHEAD_DAYS)]
    defects = []
    for weekday in range(7):
        if fields.meals[weekday] == 0:
            continue
        found = [
            path_defects(path_of(kitchen, rules, day, fields.chain), f"{where}meals[{weekday}]")
            for day in days
            if day.weekday() == weekday and (fields.ends_on is None or day <= fields.ends_on)
        ]
        if found and all(found):
            defects += found[0]
    return defects


def lacks_certificate(fields: SubscriptionFields) -> bool:
    """Whether a medical certificate is still to be asked for: a diet of illness, none seen."""
    return fields.diet in STRICT_DIETS and fields.certificate_on is None


def suspension_defects(command: SuspendMeals) -> list[Defect]:
    """Everything wrong with a suspension."""
    defects = _among(command.reason, SUSPENSION_REASONS, "reason")
    if command.resumes_on is not None and command.resumes_on <= command.starts_on:
        defects.append(Defect(code="dates_order", where="resumes_on", why="is not after starts_on"))
    return defects


def foyer_defects(command: AddFoyer) -> list[Defect]:
    """Everything wrong with a foyer."""
    return [*text_defects(command.name, "name"), *_range(command.seats, 1, 1000, "seats")]


def attendance_defects(command: AddAttendance, kitchen: Kitchen) -> list[Defect]:
    """Everything wrong with a line of a foyer's list."""
    defects = _range(command.count, 1, 200 if command.person_id is None else 1, "count")
    fields = SubscriptionFields(
        reference="-",
        starts_on=command.on_date,
        meals=[1] * 7,
        diet=command.diet,
        texture=command.texture,
        allergies=list(command.allergies),
        chain=kitchen.chains[0],
    )
    return defects + _menu_defects(fields, kitchen, "")


def _among(value: str, allowed: Iterable[str], where: str) -> list[Defect]:
    allowed = tuple(allowed)
    if value in allowed:
        return []
    return [Defect(code="value_unknown", where=where, why=f"is none of {', '.join(allowed)}")]


def _range(value: int, low: int, high: int, where: str) -> list[Defect]:
    if low <= value <= high:
        return []
    return [
        Defect(
            code="number_range",
            where=where,
            why=f"{value} is not in {low}..{high}",
            args={"low": low, "high": high},
        )
    ]
