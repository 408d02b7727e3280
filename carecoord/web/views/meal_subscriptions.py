"""
View models of subscriptions: the list, one person's calendar of four weeks, the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from carecoord.beneficiaries.domain import Person, Stay
from carecoord.kernel.calendar import monday_of
from carecoord.meals.book import MealBook
from carecoord.meals.domain import Kitchen, Subscription
from carecoord.meals.rules import lacks_certificate
from carecoord.meals.service_calendar import MealPath, is_late, path_defects, path_of
from carecoord.meals.wishes import kind_of, suspension_on, wanted_on
from carecoord.web.filters import DAYS_SHORT, counted, day, day_numeric, hour, hour_of_minutes
from carecoord.web.filters import phone as phone_words
from carecoord.web.meals_words import CHAINS, CHAINS_LONG, REASONS, WHY, kind_words
from carecoord.web.views.meal_addresses import SUBSCRIPTIONS_PATH
from carecoord.web.views.meals import person_name, week_words
from carecoord.web.wording import defect_sentence

WEEKS = 4


def state_of(subscription: Subscription, stays: Sequence[Stay], today: date) -> tuple[str, str]:
    """`suspendu`, with its tone: where a subscription stands today."""
    if subscription.ends_on is not None and subscription.ends_on < today:
        return "terminé", ""
    if subscription.starts_on > today:
        return f"à partir du {day_numeric(subscription.starts_on)}", ""
    if any(stay.person_id == subscription.person_id and stay.suspends(today) for stay in stays):
        return "hors du domicile", "warn"
    pause = suspension_on(subscription, today)
    if pause is not None:
        until = "" if pause.resumes_on is None else f" jusqu’au {day_numeric(pause.resumes_on)}"
        return f"suspendu{until}", "warn"
    return "en cours", "ok"


def list_rows(
    subscriptions: Sequence[Subscription],
    people: Mapping[UUID, Person],
    kitchens: Mapping[UUID, Kitchen],
    stays: Sequence[Stay],
    today: date,
) -> list[dict[str, Any]]:
    """Subscriptions by name of the person."""
    rows = []
    for item in subscriptions:
        state, tone = state_of(item, stays, today)
        rows.append(
            {
                "who": person_name(people, item.person_id),
                "reference": item.reference,
                "href": f"{SUBSCRIPTIONS_PATH}/{item.id}",
                "week": week_words(item),
                "kind": kind_words(kind_of(item)),
                "chain": CHAINS[item.chain],
                "kitchen": kitchens[item.kitchen_id].name,
                "state": state,
                "tone": tone,
                "lacks_certificate": lacks_certificate(item),
            }
        )
    return sorted(rows, key=lambda row: (str(row["who"]).casefold(), str(row["reference"])))


def calendar_of(
    book: MealBook, subscription: Subscription, today: date, now: datetime
) -> list[dict[str, Any]]:
    """Four weeks from this one, day by day: how many meals, why, brought when, still open or not."""
    first = monday_of(today)
    return [
        {
            "monday": first + timedelta(days=7 * week),
            "days": [
                _cell(book, subscription, first + timedelta(days=7 * week + shift), today, now)
                for shift in range(7)
            ],
        }
        for week in range(WEEKS)
    ]


def _cell(book: MealBook, subscription: Subscription, on: date, today: date, now: datetime) -> dict[str, Any]:
    kitchen = book.kitchens[subscription.kitchen_id]
    path = path_of(kitchen, book.rules.get(kitchen.id, []), on, subscription.chain)
    count, why = wanted_on(subscription, on, book.stays)
    is_blocked = bool(count) and not path.is_safe
    notes = [WHY[why]] if WHY[why] else []
    if is_blocked:
        notes.append("ne peut pas être livré")
    elif count and path.deliver_on is not None and path.deliver_on != on:
        notes.append(f"livré {DAYS_SHORT[path.deliver_on.weekday()]}")
    return {
        "on": on,
        "count": count,
        "notes": ", ".join(notes),
        "is_today": on == today,
        "is_past": on < today,
        "is_changed": why == "changed",
        "is_off": why in ("suspended", "stay", "outside"),
        "is_blocked": is_blocked,
        "is_late": is_late(path, now),
        "href": "" if on < today or why == "outside" else f"?jour={on.isoformat()}#changer",
        "spoken": f"{day(on)} : {counted(count, 'repas', 'repas')}"
        + (f", {', '.join(notes)}" if notes else ""),
    }


def reach_words(path: MealPath, *, is_sent: bool, now: datetime, phone: str | None) -> dict[str, Any]:
    """Whether the kitchen still sees a change of a date: told before it is confirmed."""
    if not path.is_safe:
        return {"text": " ".join(defect_sentence(item) for item in path_defects(path, "x")), "tone": "stop"}
    made, brought = path.made_on, path.deliver_on
    way = f"Cuisiné {day(made)}, livré {day(brought)}." if made and brought else ""
    if is_sent:
        call = f" Téléphone de la cuisine : {phone_words(phone)}." if phone else ""
        return {
            "text": f"{way} La commande est partie : la cuisine ne le verra pas. Le changement attendra une "
            f"décision sur la page de la cuisine.{call}",
            "tone": "warn",
        }
    if is_late(path, now) and path.cutoff_at is not None:
        return {
            "text": f"{way} L’heure limite ({day(path.cutoff_at)} à {hour(path.cutoff_at)}) est passée, "
            "mais la commande n’est pas encore partie : la cuisine le verra si vous confirmez maintenant.",
            "tone": "warn",
        }
    limit = "" if path.cutoff_at is None else f" jusqu’au {day(path.cutoff_at)} à {hour(path.cutoff_at)}"
    return {"text": f"{way} La cuisine verra le changement{limit}.", "tone": "ok"}


def facts_of(subscription: Subscription, kitchen: Kitchen) -> list[tuple[str, str]]:
    """What a subscription says, for its page."""
    hours = (hour_of_minutes(subscription.earliest_minute), hour_of_minutes(subscription.latest_minute))
    certificate = "à demander" if lacks_certificate(subscription) else "sans objet"
    if subscription.certificate_on is not None:
        certificate = f"vu, du {day_numeric(subscription.certificate_on)}"
    until = (
        "jusqu’à nouvel ordre" if subscription.ends_on is None else f"au {day_numeric(subscription.ends_on)}"
    )
    return [
        ("Repas", week_words(subscription)),
        ("Régime et texture", kind_words(kind_of(subscription))),
        ("Note pour la cuisine", subscription.medical_note or "—"),
        ("Certificat médical", certificate),
        ("Cuisine", f"{kitchen.name}, {CHAINS_LONG[subscription.chain]}"),
        (
            "Livraison",
            f"entre {hours[0]} et {hours[1]}",
        ),
        ("À la porte", subscription.note or "—"),
        ("Avec le repas", ", ".join(subscription.extras) or "—"),
        ("Dates", f"du {day_numeric(subscription.starts_on)} {until}"),
    ]


def suspension_rows(subscription: Subscription, today: date) -> list[dict[str, Any]]:
    """Suspensions that are not over, oldest first."""
    return [
        {
            "id": str(pause.id),
            "text": f"à partir du {day(pause.starts_on)}"
            + ("" if pause.resumes_on is None else f", reprise le {day(pause.resumes_on)}"),
            "reason": REASONS[pause.reason],
            "is_open": pause.resumes_on is None,
        }
        for pause in subscription.suspensions
        if pause.resumes_on is None or pause.resumes_on > today
    ]
