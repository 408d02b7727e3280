"""
Meal delivery: kitchens, dated rules of the service, subscriptions, what is due at a door.

Civil dates are those of Europe/Paris; `_minute` is the wall clock in minutes after
midnight, `_s` the same in seconds.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

Chain = Literal["cold", "hot"]
CHAINS: tuple[Chain, ...] = ("cold", "hot")

Diet = Literal[
    "normal",
    "no_salt",
    "no_sugar",
    "no_salt_no_sugar",
    "no_pork",
    "vegetarian",
    "low_calorie",
    "low_residue",
]
DIETS: tuple[Diet, ...] = (
    "normal",
    "no_salt",
    "no_sugar",
    "no_salt_no_sugar",
    "no_pork",
    "vegetarian",
    "low_calorie",
    "low_residue",
)
STRICT_DIETS: frozenset[str] = frozenset(
    {"no_salt", "no_sugar", "no_salt_no_sugar", "low_calorie", "low_residue"}
)
"""Diets of illness, for which a medical certificate is asked (usage of Muret)."""

Texture = Literal["iddsi7", "iddsi7ec", "iddsi6", "iddsi5", "iddsi4", "iddsi3"]
TEXTURES: tuple[Texture, ...] = ("iddsi7", "iddsi7ec", "iddsi6", "iddsi5", "iddsi4", "iddsi3")
"""Levels of the International Dysphagia Diet Standardisation Initiative, from regular to liquidised."""

Allergen = Literal[
    "gluten",
    "crustaceans",
    "eggs",
    "fish",
    "peanuts",
    "soybeans",
    "milk",
    "nuts",
    "celery",
    "mustard",
    "sesame",
    "sulphites",
    "lupin",
    "molluscs",
]
ALLERGENS: tuple[Allergen, ...] = (
    "gluten",
    "crustaceans",
    "eggs",
    "fish",
    "peanuts",
    "soybeans",
    "milk",
    "nuts",
    "celery",
    "mustard",
    "sesame",
    "sulphites",
    "lupin",
    "molluscs",
)
"""The 14 of annex II of regulation (EU) 1169/2011 (INCO)."""

HolidayShift = Literal["eve", "delivery_day", "none"]
HOLIDAY_SHIFTS: tuple[HolidayShift, ...] = ("eve", "delivery_day", "none")

HospitalFree = Literal["before_cutoff", "always", "never"]
HOSPITAL_FREE: tuple[HospitalFree, ...] = ("before_cutoff", "always", "never")

SuspensionReason = Literal["away", "family", "refusal", "other"]
SUSPENSION_REASONS: tuple[SuspensionReason, ...] = ("away", "family", "refusal", "other")


class Offer(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A diet in a texture that a kitchen cooks."""

    diet: Diet
    texture: Texture


class KitchenFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known of a kitchen.

    Args:
        reference: key of imports.
        phone: whom to call after the order was sent.
        department: whose public holidays it keeps.
        latitude: WGS 84 degrees of its loading bay.
        longitude: likewise.
        offers: diets and textures it cooks.
        avoidable: allergens it can leave out of a meal.
        chains: cold (at most +3 °C) or hot (at least +63 °C) until handed over.
        production_weekdays: days it cooks, 0 Monday … 6 Sunday; never on public holidays.
        lead_days: days between cooking and delivery of cold meals; hot ones are cooked the same day.
        starts_minute: when cooking starts; from then on a call comes too late.
        ready_minute: when the meals of the day can be loaded.
        shelf_life_days: use-by is the day of cooking plus so many days; 3 unless a study
            allows more (arrêté of 21 December 2009, annex IV, article 5).
        spare_meals: ordinary meals cooked above the order each day.
    """

    reference: str
    name: str
    phone: str | None = None
    address: str
    department: str
    latitude: float
    longitude: float
    offers: list[Offer]
    avoidable: list[Allergen] = []
    chains: list[Chain]
    production_weekdays: list[int] = msgspec.field(default_factory=lambda: [0, 1, 2, 3, 4])
    lead_days: int = 1
    starts_minute: int = 360
    ready_minute: int = 480
    shelf_life_days: int = 3
    spare_meals: int = 0


class Kitchen(KitchenFields, frozen=True, kw_only=True):
    """A kitchen."""

    id: UUID
    version: int


class Cutoff(msgspec.Struct, frozen=True, kw_only=True):
    """
    Last moment at which the kitchen still takes a change.

    Args:
        working_days: so many working days (Monday to Friday, no public holiday) before the delivery.
        minute: at this time of that day.
    """

    working_days: int
    minute: int


class RulesFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    How meals of one kitchen are delivered and ordered from a date on.

    Args:
        applies_from: first consumption date.
        days_before: for each weekday of consumption, 0 Monday … 6 Sunday, how many days
            before it the meal is delivered.
        holiday_shift: when the delivery falls on a public holiday or a closure: `eve` the
            last earlier day that is worked, `delivery_day` the last earlier usual delivery
            day, `none` deliver all the same.
        closed_on: other days without delivery, such as the Friday after Ascension Day.
        cutoffs: for each weekday of consumption, counted back from the day of delivery.
        meals_min_week: fewest meals a week of a subscription.
        hospital_free: whether a meal cancelled for a hospital stay is charged.
    """

    applies_from: date
    days_before: list[int]
    holiday_shift: HolidayShift = "eve"
    closed_on: list[date] = []
    cutoffs: list[Cutoff]
    meals_min_week: int = 1
    hospital_free: HospitalFree = "before_cutoff"


class ServiceRules(RulesFields, frozen=True, kw_only=True):
    """Dated rules of one kitchen."""

    id: UUID
    kitchen_id: UUID
    version: int


class SubscriptionFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a person is brought.

    Args:
        reference: key of imports.
        starts_on: first consumption date.
        ends_on: last one, included; None until further notice.
        meals: number of meals for each weekday of consumption, 0 Monday … 6 Sunday; 2 for a couple.
        allergies: allergens that may not be in the meal; encrypted at rest.
        medical_note: what the kitchen must know besides; encrypted at rest.
        certificate_on: date of the medical certificate that was seen, for strict diets.
        earliest_minute: earliest handing over at the door.
        latest_minute: latest.
        note: how to get in, where to put the meal; no health data.
        extras: what comes with each meal, such as bread.
    """

    reference: str
    starts_on: date
    ends_on: date | None = None
    meals: list[int]
    diet: Diet = "normal"
    texture: Texture = "iddsi7"
    allergies: list[Allergen] = []
    medical_note: str = ""
    certificate_on: date | None = None
    chain: Chain = "cold"
    earliest_minute: int = 570
    latest_minute: int = 750
    note: str = ""
    extras: list[str] = []


class Suspension(msgspec.Struct, frozen=True, kw_only=True):
    """
    A time without meals.

    Args:
        starts_on: first consumption date without.
        resumes_on: first one with meals again; None until somebody says so.
        told_at: when the service learned it.
    """

    id: UUID
    subscription_id: UUID
    starts_on: date
    resumes_on: date | None = None
    reason: SuspensionReason
    told_at: datetime


class MealChange(msgspec.Struct, frozen=True, kw_only=True):
    """
    One consumption date that differs.

    Args:
        count: number of meals that day instead of the usual; 0 cancels.
        told_at: when the service learned it.
    """

    id: UUID
    subscription_id: UUID
    consumed_on: date
    count: int
    told_at: datetime


class Subscription(SubscriptionFields, frozen=True, kw_only=True):
    """A subscription with what makes single dates differ."""

    id: UUID
    person_id: UUID
    kitchen_id: UUID
    suspensions: list[Suspension] = []
    changes: list[MealChange] = []
    version: int


AttendanceState = Literal["expected", "present", "absent"]
ATTENDANCE_STATES: tuple[AttendanceState, ...] = ("expected", "present", "absent")


class Foyer(msgspec.Struct, frozen=True, kw_only=True):
    """
    A place where meals of a kitchen are eaten together (foyer-restaurant).

    Args:
        seats: how many can sit down.
    """

    id: UUID
    kitchen_id: UUID
    name: str
    seats: int
    version: int


class Attendance(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who eats at a foyer on a day.

    Args:
        person_id: None for unnamed guests.
        count: 1 for a person.
        state: told at the table; the meal is cooked all the same.
    """

    id: UUID
    foyer_id: UUID
    kitchen_id: UUID
    on_date: date
    person_id: UUID | None
    count: int
    diet: Diet
    texture: Texture
    allergies: list[Allergen] = []
    state: AttendanceState = "expected"


class DueMeal(msgspec.Struct, frozen=True, kw_only=True):
    """
    Meals of one kind for one consumption date.

    Args:
        allergies: allergens that may not be in them, sorted.
        extras: what comes with each of them.
        made_on: when they are cooked.
        use_by: last day on which they may be eaten, printed on the label.
    """

    consumed_on: date
    count: int
    diet: str
    texture: str
    allergies: list[str]
    chain: Chain
    extras: list[str] = []
    made_on: date | None = None
    use_by: date | None = None


class MealDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """
    One stop to be made on a delivery date.

    Args:
        id: follows from subscription and delivery date.
        earliest_s: earliest handing over at the door, seconds after local midnight.
        latest_s: latest.
        latitude: WGS 84 degrees of the front door.
        longitude: likewise.
        note: how to get in.
        meals: what is handed over, by consumption date.
    """

    id: UUID
    subscription_id: UUID
    person_id: UUID
    kitchen_id: UUID
    deliver_on: date
    earliest_s: int
    latest_s: int
    latitude: float
    longitude: float
    note: str
    meals: list[DueMeal]

    @property
    def meal_count(self) -> int:
        """Meals handed over, all consumption dates together."""
        return sum(meal.count for meal in self.meals)
