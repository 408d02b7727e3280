"""
View models of meals: what waits, a kitchen's day, packing lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from carecoord.beneficiaries.domain import Person
from carecoord.meals.book import Blocked
from carecoord.meals.domain import Subscription
from carecoord.meals.late import LateChange
from carecoord.meals.production import PackingList, ProductionLine
from carecoord.meals.service.days import KitchenSheet, LateItem, PackingDay
from carecoord.meals.service_calendar import path_defects
from carecoord.meals.wishes import MealKind
from carecoord.web.filters import NARROW, counted, day, duration_of_minutes, hour
from carecoord.web.meals_words import ACTIONS, ACTIONS_DONE, CHAINS, kind_words
from carecoord.web.views.meal_addresses import KITCHEN_PATH, SUBSCRIPTIONS_PATH
from carecoord.web.wording import defect_sentence

NOBODY = "des convives du foyer"


def kitchen_href(kitchen_id: UUID, made_on: date) -> str:
    """The page of a kitchen's day."""
    return f"{KITCHEN_PATH}?{urlencode({'cuisine': str(kitchen_id), 'jour': made_on.isoformat()})}"


def person_name(people: Mapping[UUID, Person], person_id: UUID | None) -> str:
    """`ÉLUARD Odette` as lists show it; guests have no name."""
    person = people.get(person_id) if person_id is not None else None
    return f"{person.last_name} {person.first_name}" if person is not None else NOBODY


def countdown(at: datetime, now: datetime) -> str:
    """`dans 2 h 10`, `dans 3 jours`: how long until an instant to come."""
    minutes = max(0, int((at - now).total_seconds()) // 60)
    if minutes >= 48 * 60:
        return f"dans {counted(minutes // 1440, 'jour')}"
    return f"dans {duration_of_minutes(minutes)}"


def status_of(sheet: KitchenSheet, now: datetime) -> dict[str, Any]:
    """Where the order of a day stands, as one sentence with its tone."""
    count = counted(sheet.meal_count, "repas", "repas")
    if sheet.is_final:
        last = sheet.sent[-1]
        changes = counted(len(sheet.late), "changement") if sheet.late else "aucun changement"
        text = (
            f"La cuisine a reçu {counted(last.meal_count, 'repas', 'repas')} {when(last.sent_at, now)} ; "
            f"{changes} depuis."
        )
        return {"text": text, "tone": "warn" if sheet.undecided else "ok"}
    if sheet.cutoff_at is None:
        return {"text": "La cuisine ne produit pas ce jour-là.", "tone": ""}
    if sheet.cutoff_at <= now:
        return {
            "text": f"L’heure limite est passée et la commande n’est pas partie : {count}.",
            "tone": "stop",
        }
    leaves = f"{day(sheet.cutoff_at)} à {hour(sheet.cutoff_at)} ({countdown(sheet.cutoff_at, now)})"
    if sheet.sent:
        last = sheet.sent[-1]
        text = (
            f"{counted(last.meal_count, 'repas envoyé', 'repas envoyés')} {when(last.sent_at, now)}, {count} "
            f"à présent. La commande part pour de bon {leaves}."
        )
        return {"text": text, "tone": "" if last.meal_count == sheet.meal_count else "warn"}
    return {"text": f"{count} pour l’instant. La commande part {leaves}.", "tone": ""}


def outgrew(sheet: KitchenSheet) -> bool:
    """Whether what is handed over is no longer what was ordered: it may not be called « à produire »."""
    return sheet.is_final and sheet.sent[-1].meal_count != sheet.meal_count


def when(at: datetime, now: datetime) -> str:
    """`à 10 h 00` today, `lun. 23 novembre à 10 h 00` another day."""
    return f"à {hour(at)}" if day(at) == day(now) else f"{day(at)} à {hour(at)}"


def day_rows(lines: Sequence[ProductionLine]) -> dict[str, Any]:
    """What to cook as a grid: one row a kind of meal, one column a consumption date, foyers, total."""
    days = sorted({line.consumed_on for line in lines if line.delivered})
    kinds: dict[MealKind, dict[Any, int]] = {}
    for line in lines:
        row = kinds.setdefault(line.kind, {})
        if line.delivered:
            row[line.consumed_on] = row.get(line.consumed_on, 0) + line.delivered
        row["foyer"] = row.get("foyer", 0) + line.foyer
    has_foyer = any(row["foyer"] for row in kinds.values())
    columns: list[Any] = [*days, *(["foyer"] if has_foyer else [])]
    rows = [
        {
            "chain": CHAINS[kind.chain],
            "kind": kind_words(kind),
            "is_special": bool(kind.allergies),
            "counts": [row.get(column, 0) for column in columns],
            "total": sum(row.values()),
        }
        for kind, row in sorted(kinds.items())
    ]
    totals = [sum(row.get(column, 0) for row in kinds.values()) for column in columns]
    return {
        "heads": [f"Pour le {day(one)}" for one in days] + (["Au foyer"] if has_foyer else []),
        "rows": rows,
        # One column says all: its total beside it would be the same figures again.
        "has_total": len(columns) > 1,
        "chains": len({kind.chain for kind in kinds}),
        "totals": totals,
        "total": sum(totals),
    }


def change_words(change: LateChange) -> str:
    """`2 repas au lieu de 1`, `annulé`, `normal devient sans lait`: what changed, without a name."""
    if change.direction == "other" and change.ordered_kind and change.wished_kind:
        return f"{kind_words(change.ordered_kind)} devient {kind_words(change.wished_kind)}"
    if change.wished_count == 0:
        why = " (hors du domicile)" if change.is_stay else ""
        return f"{counted(change.ordered_count, 'repas annulé', 'repas annulés')}{why}"
    if change.ordered_count == 0:
        return counted(change.wished_count, "repas ajouté", "repas ajoutés")
    return f"{change.wished_count} repas au lieu de {change.ordered_count}"


def until_decided(change: LateChange) -> str:
    """What happens as long as nobody decides."""
    if change.direction == "other":
        return "le repas commandé ne part pas"
    if change.direction == "more":
        return "le repas ajouté ne part pas"
    return "le repas n’est pas livré ; la cuisine le prépare"


def late_rows(items: Sequence[LateItem], people: Mapping[UUID, Person]) -> list[dict[str, Any]]:
    """Late changes, undecided first."""
    rows = [
        {
            "source_id": str(item.change.source_id),
            "consumed_on": item.change.consumed_on,
            "wished_count": item.change.wished_count,
            "who": person_name(people, item.change.person_id),
            "href": f"{SUBSCRIPTIONS_PATH}/{item.change.source_id}"
            if item.change.source == "delivery"
            else "",
            "what": change_words(item.change),
            "until": until_decided(item.change),
            "decided": "" if item.change.action is None else ACTIONS_DONE[item.change.action],
            "missing": item.proposal.missing,
            "options": [
                {"action": action, "label": ACTIONS[action], "kind": "primary" if index == 0 else ""}
                for index, action in enumerate(item.proposal.options)
            ],
        }
        for item in items
    ]
    return sorted(rows, key=lambda row: bool(row["decided"]))


def reserve_words(sheet: KitchenSheet) -> str:
    """`2 normal, 1 sans sel`: what is left to give; empty for nothing."""
    return " ; ".join(f"{count} {kind_words(kind)}" for kind, count in sheet.reserve.items() if count > 0)


def balance_rows(sheet: KitchenSheet) -> list[dict[str, Any]]:
    """Where each meal went since the order, by kind."""
    return [
        {
            "kind": kind_words(line.kind),
            "numbers": [line.ordered, line.corrected, line.drawn, -line.left, line.handed],
        }
        for line in sheet.balance
    ]


def blocked_rows(blocked: Sequence[Blocked], people: Mapping[UUID, Person]) -> list[dict[str, Any]]:
    """Meals that cannot be brought, each with its reason."""
    return [
        {
            "who": person_name(people, item.wish.person_id),
            "href": f"{SUBSCRIPTIONS_PATH}/{item.wish.source_id}?jour={item.wish.consumed_on.isoformat()}",
            "why": " ".join(defect_sentence(defect) for defect in path_defects(item.path, "meals")),
        }
        for item in blocked
    ]


def packing_rows(packing: PackingDay, trips: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """
    Packing lists, one after the other.

    Args:
        trips: round -> its name on the paper.
    """
    return [_packing_row(packing, one, trips) for one in packing.packed]


def _packing_row(packing: PackingDay, one: PackingList, trips: Mapping[UUID, str]) -> dict[str, Any]:
    name = "Sans tournée" if one.round_id is None else f"Tournée de {trips.get(one.round_id, '…')}"
    return {
        "title": name if one.round_id is None else f"{name}, départ {one.number}",
        "is_loose": one.round_id is None,
        "kitchen": packing.kitchens[one.kitchen_id].name,
        "count": one.meal_count,
        "grid": day_rows(one.lines),
        "extras": _extras_words(one.extras),
        "stops": [
            {
                "position": stop.position,
                "who": packing.names.get(stop.person_id, ""),
                "count": stop.meal_count,
                "what": " ; ".join(
                    f"{portion.count} {kind_words(portion.kind)}"
                    # Most meals are eaten on the day they come: a date is told where it is another.
                    + ("" if on == packing.deliver_on else f", pour {day(on)}")
                    for on, portion in stop.portions
                ),
                "extras": _extras_words(stop.extras),
            }
            for stop in one.stops
        ],
    }


def _extras_words(extras: Mapping[str, int]) -> str:
    """`pain × 33, potage`: what goes with meals; one of a thing needs no figure."""
    return ", ".join(f"{name} ×{NARROW}{count}" if count > 1 else name for name, count in extras.items())


def week_words(subscription: Subscription) -> str:
    """`7 repas par semaine`, `lun. 2, mer. 2`: the pattern of a week."""
    short = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
    if len(set(subscription.meals)) == 1:
        each = subscription.meals[0]
        return "tous les jours" if each == 1 else f"tous les jours, {each} repas"
    return ", ".join(
        f"{name} {count}" if count > 1 else name
        for name, count in zip(short, subscription.meals, strict=True)
        if count
    )
