"""
View models of meal rounds: the day, one round, a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from carecoord.beneficiaries.domain import Person
from carecoord.meals.domain import MealDelivery
from carecoord.meals.rounds_domain import DeliveryRound, MealDriver, MealRun, MealVehicle, Reading
from carecoord.web.filters import counted, day, duration, euros, hour, km, number, phone
from carecoord.web.meals_words import ALLERGENS, DIETS, TEXTURES_SHORT
from carecoord.web.planning_words import RUN_STATES, round_euros
from carecoord.web.wording_meal_rounds import (
    CHAINS,
    LEFT,
    OUTCOMES,
    PHASES,
    TERMS,
    VERDICTS,
    cause_sentence,
    clock_of,
    degrees,
    rule_sentence,
)

ROUNDS_PATH = "/repas/tournees"
ROUND_PATH = "/repas/tournee"


def full_name(person: Person | None) -> str:
    """As written on a bell: `Mme Odette Éluard`."""
    return "—" if person is None else f"{person.civility} {person.first_name} {person.last_name}"


def round_rows(
    rounds: Sequence[DeliveryRound], drivers: Mapping[UUID, MealDriver], vehicles: Mapping[UUID, MealVehicle]
) -> list[dict[str, Any]]:
    """One line for each round of a day."""
    rows = []
    for item in rounds:
        live = [stop for stop in item.stops if stop.change != "cancelled"]
        told = sum(bool(stop.state) for stop in live)
        absent = sum(stop.state == "absent" for stop in live)
        rows.append(
            {
                "href": f"{ROUND_PATH}/{item.id}",
                "driver": drivers[item.driver_id].name if item.driver_id in drivers else "—",
                "vehicle": vehicles[item.vehicle_id].name if item.vehicle_id in vehicles else "—",
                "begins": clock_of(item.begins_s),
                "ends": clock_of(item.trips[-1].back_s) if item.trips else "—",
                "trips": len(item.trips),
                "stops": len(live),
                "meals": _short_meals(sum(stop.cold for stop in live), sum(stop.hot for stop in live)),
                "km": km(item.distance_m),
                "told": told,
                "absent": absent,
                "is_done": bool(live) and told == len(live),
            }
        )
    return rows


def round_view(
    item: DeliveryRound,
    people: Mapping[UUID, Person],
    due: Mapping[UUID, MealDelivery],
    readings: Sequence[Reading],
    kitchens: Mapping[UUID, str],
) -> dict[str, Any]:
    """One round, trip by trip, with what is handed over at each door."""
    by_stop: dict[UUID | None, list[Reading]] = {}
    for reading in readings:
        by_stop.setdefault(reading.stop_id, []).append(reading)
    trips = []
    for number_, trip in enumerate(item.trips):
        live = [stop for stop in trip.stops if stop.change != "cancelled"]
        trips.append(
            {
                "number": number_,
                "label": f"Départ {number_ + 1}",
                "kitchen": kitchens.get(trip.kitchen_id, "Cuisine"),
                "loads": clock_of(trip.loads_s),
                "leaves": clock_of(trip.leaves_s),
                "back": clock_of(trip.back_s),
                "cold": sum(stop.cold for stop in live),
                "hot": sum(stop.hot for stop in live),
                "readings": [reading_view(r) for r in by_stop.get(None, []) if r.trip == number_],
                "stops": [
                    _stop(item, stop, people.get(stop.person_id), due.get(stop.delivery_id), by_stop)
                    for stop in trip.stops
                ],
            }
        )
    live = [stop for stop in item.stops if stop.change != "cancelled"]
    return {
        "id": str(item.id),
        "href": f"{ROUND_PATH}/{item.id}",
        "trips": trips,
        "left_to_do": sum(not stop.state for stop in live),
        "stops": len(live),
        "next": next((str(stop.id) for stop in live if not stop.state), ""),
        "is_published": item.state == "published",
    }


def _stop(
    item: DeliveryRound,
    stop: Any,
    person: Person | None,
    delivery: MealDelivery | None,
    readings: Mapping[UUID | None, list[Reading]],
) -> dict[str, Any]:
    words, tone = OUTCOMES[stop.state]
    return {
        "id": str(stop.id),
        "anchor": f"arret-{stop.id}",
        "href": f"{ROUND_PATH}/{item.id}/arret/{stop.id}",
        "hour": clock_of(stop.eta_s),
        "who": full_name(person),
        "address": "" if person is None else f"{person.address}, {person.postcode}",
        "phone": None if person is None else person.phone,
        "phone_words": phone(person.phone) if person is not None and person.phone else "",
        "note": delivery.note if delivery is not None else "",
        "access": person.access_note if person is not None else "",
        "meals": meal_lines(delivery) if delivery is not None else [],
        "count": meals_words(stop.cold, stop.hot),
        "state": stop.state,
        "outcome": words,
        "tone": tone,
        "told_at": hour(stop.told_at) if stop.told_at else "",
        "is_cancelled": stop.change == "cancelled",
        "is_added": stop.change == "added",
        "destroyed": stop.destroyed,
        "chain": "hot" if stop.hot and not stop.cold else "cold",
        "total": stop.cold + stop.hot,
        "readings": [reading_view(r) for r in readings.get(stop.id, [])],
    }


def _short_meals(cold: int, hot: int) -> str:
    """`33`, `20 froids, 13 chauds`: temperatures only where both are carried, or all is hot."""
    if not hot:
        return str(cold)
    warm = counted(hot, "chaud")
    return f"{counted(cold, 'froid')}, {warm}" if cold else warm


def meals_words(cold: int, hot: int) -> str:
    """`2 repas froids, 1 repas chaud`."""
    parts = []
    if cold:
        parts.append(counted(cold, "repas froid", "repas froids"))
    if hot:
        parts.append(counted(hot, "repas chaud", "repas chauds"))
    return ", ".join(parts) or "aucun repas"


def meal_lines(delivery: MealDelivery) -> list[str]:
    """What is handed over, one line for each kind and day of eating."""
    return [
        ", ".join(
            part
            for part in (
                counted(meal.count, f"repas {CHAINS[meal.chain]}", f"repas {CHAINS[meal.chain]}s"),
                DIETS.get(meal.diet, meal.diet),
                "" if meal.texture == "iddsi7" else TEXTURES_SHORT.get(meal.texture, meal.texture),
                "sans " + ", ".join(ALLERGENS.get(name, name) for name in meal.allergies)
                if meal.allergies
                else "",
                "avec " + ", ".join(meal.extras) if meal.extras else "",
                f"pour le {day(meal.consumed_on)}" if meal.consumed_on != delivery.deliver_on else "",
            )
            if part
        )
        for meal in delivery.meals
    ]


def reading_view(reading: Reading) -> dict[str, Any]:
    """A temperature with what it asks for."""
    words, tone = VERDICTS[reading.verdict]
    return {
        "value": degrees(reading.decidegrees),
        "chain": CHAINS[reading.chain],
        "verdict": words,
        "tone": tone,
        "at": hour(reading.taken_at),
    }


def run_view(run: MealRun, now: datetime) -> dict[str, Any]:
    """A run as its page shows it."""
    label, tone = RUN_STATES[run.state]
    elapsed_s = 0.0
    if run.started_at is not None:
        elapsed_s = max(0.0, ((run.ended_at or now) - run.started_at).total_seconds())
    return {
        "href": f"{ROUNDS_PATH}/calcul/{run.id}",
        "state": run.state,
        "label": label,
        "tone": tone,
        "is_active": run.is_active,
        "asked_at": run.created_at,
        "message": message_of(run),
        "elapsed": duration(int(elapsed_s)) if elapsed_s >= 60 else f"{int(elapsed_s)} s",
        "elapsed_s": elapsed_s,
        "ratio": min(0.99, elapsed_s / run.seconds) if run.started_at else None,
        "is_published": run.published_at is not None,
        "improvements": [
            (f"{p.elapsed_ms // 1000} s", euros(round_euros(p.soft_cents)), number(p.left))
            for p in better(run)
        ],
    }


def message_of(run: MealRun) -> str:
    """What the run is doing, in a sentence."""
    if run.state == "stopping":
        return "Arrêt demandé : les meilleures tournées trouvées sont enregistrées."
    if run.state == "done":
        return "Les tournées sont prêtes."
    if run.state in ("failed", "cancelled"):
        return RUN_STATES[run.state][0].capitalize()
    return PHASES.get(run.phase, PHASES["search"])


def better(run: MealRun) -> list[Any]:
    """Points of the curve at which the plan improved."""
    found: list[Any] = []
    for point in run.curve:
        worth = (point.left, point.warnings, point.soft_cents)
        if not found or worth < (found[-1].left, found[-1].warnings, found[-1].soft_cents):
            found.append(point)
    return found


def compared_rows(run: MealRun) -> list[dict[str, str]]:
    """Figures of the plan beside those of the day dealt out by hand."""
    plan, hand = run.best, run.naive
    if plan is None or hand is None:
        return []
    habits = [
        ("Chauffeur différent de l’habitude", number(plan.driver_changes), number(hand.driver_changes)),
        ("Heure différente de plus d’un quart d’heure", number(plan.hour_changes), number(hand.hour_changes)),
    ]
    lines = [
        ("Livraisons en tournée", number(plan.deliveries), number(hand.deliveries)),
        ("Livraisons sans tournée", number(plan.left), number(hand.left)),
        ("Tournées", number(plan.rounds), number(hand.rounds)),
        ("Départs de cuisine", number(plan.trips), number(hand.trips)),
        ("Kilomètres", km(plan.distance_m), km(hand.distance_m)),
        ("Heures de tournée", duration(plan.work_s), duration(hand.work_s)),
        # Without a day before there are no habits, and no change would say nothing.
        *(habits if run.compared_on is not None else []),
    ]
    return [{"label": label, "plan": one, "hand": other} for label, one, other in lines]


def term_rows(run: MealRun) -> list[tuple[str, int]]:
    """Cost by term, in cents."""
    terms = run.best.terms if run.best is not None else {}
    return [(TERMS.get(name, name), cents) for name, cents in terms.items() if cents]


def left_rows(
    run: MealRun, people: Mapping[UUID, Person], drivers: Mapping[UUID, MealDriver]
) -> list[dict[str, Any]]:
    """Deliveries in no round, with why each driver cannot."""
    return [
        {
            "who": full_name(people.get(left.person_id)),
            "href": f"/personnes/{left.person_id}",
            "why": LEFT.get(left.code, "chaque chauffeur a son empêchement"),
            "causes": [
                (_driver_name(drivers, cause["driver"]), cause_sentence(cause)) for cause in left.causes
            ],
        }
        for left in run.left_out
    ]


def warning_rows(run: MealRun, drivers: Mapping[UUID, MealDriver]) -> list[tuple[str, str, str]]:
    """Warnings of a plan: driver, sentence, source."""
    return [
        (_driver_name(drivers, found.get("worker")), rule_sentence(found), found.get("source", ""))
        for found in run.warnings
    ]


def _driver_name(drivers: Mapping[UUID, MealDriver], name: str | None) -> str:
    if not name:
        return "—"
    driver = drivers.get(UUID(name))
    return driver.name if driver is not None else "—"
