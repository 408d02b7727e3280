"""
Papers of meals: production order, packing lists, register of temperatures; the same facts on
paper (PDF) and in a workbook (XLSX).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.documents.sheets import Sheet, Value
from carecoord.kernel.clock import PARIS
from carecoord.meals.domain import Subscription
from carecoord.meals.rounds_domain import DeliveryRound, Reading
from carecoord.meals.service.days import KitchenSheet, PackingDay
from carecoord.web.filters import counted, day, day_long, day_numeric, hour, moment, number
from carecoord.web.meals_words import CHAINS, kind_words
from carecoord.web.views.meals import day_rows, outgrew, packing_rows, person_name, status_of

LIMITS = (
    "Arrêté du 21 décembre 2009, annexes I et IV : repas froids à 3 °C au plus, repas chauds à 63 °C "
    "au moins jusqu’à la remise."
)
VERDICTS = {"good": "conforme", "watch": "à surveiller", "refuse": "à refuser"}


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """
    One table of a paper.

    Args:
        widths: Typst widths.
        numbers: positions of columns set right.
    """

    title: str
    preface: list[str] = []
    head: list[str]
    rows: list[list[Value]]
    widths: list[str]
    numbers: list[int] = []


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A document of several tables."""

    title: str
    organisation: str
    made: str
    preface: list[str] = []
    flipped: bool = False
    sections: list[Section]


def sheets_of(paper: Paper) -> list[Sheet]:
    """The same tables as a workbook: one sheet each."""
    return [
        Sheet(
            title=section.title,
            preface=[paper.title, *paper.preface, *section.preface, paper.made],
            head=section.head,
            rows=section.rows,
        )
        for section in paper.sections
    ]


def printed(paper: Paper) -> Paper:
    """The same with every value as a text, as the PDF takes them."""
    return msgspec.structs.replace(
        paper,
        sections=[
            msgspec.structs.replace(
                section, rows=[["" if value is None else str(value) for value in row] for row in section.rows]
            )
            for section in paper.sections
        ],
    )


def production_paper(
    sheet: KitchenSheet,
    subscriptions: Sequence[Subscription],
    people: Mapping[UUID, Person],
    *,
    organisation: str,
    now: datetime,
) -> Paper:
    """
    What a kitchen cooks on a day: totals by kind, then the meals that need care, by name.

    Args:
        subscriptions: of whom allergies and notes to the kitchen are printed.
    """
    grid = day_rows(sheet.lines)
    rows: list[list[Value]] = [
        [row["kind"], row["chain"], *[count or None for count in row["counts"]], row["total"]]
        for row in grid["rows"]
    ]
    rows.append(["Total", None, *grid["totals"], grid["total"]])
    columns = len(grid["heads"])
    totals = Section(
        title="À remettre" if outgrew(sheet) else "À produire",
        head=["Repas", "Liaison", *grid["heads"], "Total"],
        rows=rows,
        widths=["2fr", "auto", *["1fr"] * columns, "auto"],
        numbers=list(range(2, columns + 3)),
    )
    spare = sheet.kitchen.spare_meals
    reserve = [f"En plus : {counted(spare, 'repas de réserve', 'repas de réserve')}."] if spare else []
    return Paper(
        title=f"Ordre de production, {day_long(sheet.made_on)}",
        organisation=organisation,
        made=f"Établi le {moment(now)}",
        preface=[f"{sheet.kitchen.name}. {status_of(sheet, now)['text']}", *reserve],
        sections=[totals, *_care(sheet, subscriptions, people)],
    )


def _care(
    sheet: KitchenSheet, subscriptions: Sequence[Subscription], people: Mapping[UUID, Person]
) -> list[Section]:
    """Meals with allergies or a note: each must reach the right person, so each has a name."""
    by_id = {item.id: item for item in subscriptions}
    rows: list[list[Value]] = []
    for item in sheet.day.handed:
        known = by_id.get(item.source_id)
        note = known.medical_note if known is not None else ""
        if not item.portion.kind.allergies and not note:
            continue
        rows.append(
            [
                person_name(people, known.person_id if known is not None else None),
                day(item.consumed_on),
                item.portion.count,
                kind_words(item.portion.kind),
                note or None,
            ]
        )
    if not rows:
        return []
    return [
        Section(
            title="Allergies et notes",
            head=["Personne", "Pour le", "Repas", "Sorte", "Note"],
            rows=sorted(rows, key=lambda row: (str(row[0]), str(row[1]))),
            widths=["1.2fr", "auto", "auto", "1.5fr", "1.5fr"],
            numbers=[2],
        )
    ]


def packing_paper(
    packing: PackingDay, names: Mapping[UUID, str], *, organisation: str, now: datetime
) -> Paper:
    """What each trip takes, then door by door."""
    lists = packing_rows(packing, names)
    return Paper(
        title=f"Liste de préparation, {day_long(packing.deliver_on)}",
        organisation=organisation,
        made=f"Établie le {moment(now)}",
        preface=[_agreement(packing)],
        sections=[_trip_section(one) for one in lists],
    )


def _agreement(packing: PackingDay) -> str:
    count = sum(line.total for line in packing.order)
    doors = counted(len(packing.deliveries), "porte")
    if packing.wrong:
        return f"ATTENTION : les listes ne comptent pas les mêmes repas ({count} commandés). Recomptez."
    return (
        f"{counted(count, 'repas', 'repas')} pour {doors} : production, préparation et livraison comptent "
        "les mêmes repas."
    )


def _trip_section(one: Mapping[str, Any]) -> Section:
    totals = " ; ".join(f"{row['total']} {row['kind']} ({row['chain']})" for row in one["grid"]["rows"])
    extras = [f"Avec : {one['extras']}"] if one["extras"] else []
    return Section(
        title=f"{one['title']} : {counted(one['count'], 'repas', 'repas')}",
        preface=[f"{one['kitchen']}. {totals}", *extras],
        head=["Ordre", "Personne", "Nombre", "Repas", "Avec"],
        rows=[
            [stop["position"], stop["who"], stop["count"], stop["what"], stop["extras"] or None]
            for stop in one["stops"]
        ],
        widths=["auto", "1.2fr", "auto", "2fr", "1fr"],
        numbers=[0, 2],
    )


def register_paper(
    rounds: Sequence[DeliveryRound],
    readings: Sequence[Reading],
    names: Mapping[UUID, str],
    *,
    organisation: str,
    title: str,
    now: datetime,
) -> Paper:
    """
    Register of temperatures for an inspection: who took what, when, with which thermometer; doors
    by their place on the trip, never by name.

    Args:
        names: driver -> name; drivers are the operators.
    """
    by_id = {one.id: one for one in rounds}
    places = {
        stop.id: f"porte {index}"
        for one in rounds
        for trip in one.trips
        for index, stop in enumerate(trip.stops, start=1)
    }
    rows: list[list[Value]] = []
    for reading in sorted(readings, key=lambda one: one.taken_at):
        one = by_id[reading.round_id]
        at = reading.taken_at.astimezone(PARIS)
        rows.append(
            [
                day_numeric(one.deliver_on),
                hour(at),
                names.get(one.driver_id, "…"),
                reading.trip + 1,
                "chargement" if reading.stop_id is None else places.get(reading.stop_id, "porte"),
                CHAINS[reading.chain],
                f"{number(reading.decidegrees / 10, 1)} °C",
                VERDICTS[reading.verdict],
                reading.thermometer,
            ]
        )
    return Paper(
        title=title,
        organisation=organisation,
        made=f"Établi le {moment(now)}",
        preface=[LIMITS],
        flipped=True,
        sections=[
            Section(
                title="Relevés",
                head=[
                    "Jour",
                    "Heure",
                    "Relevé par",
                    "Départ",
                    "Où",
                    "Liaison",
                    "Température",
                    "Avis",
                    "Thermomètre",
                ],
                rows=rows,
                widths=["auto", "auto", "1fr", "auto", "auto", "auto", "auto", "auto", "1fr"],
                numbers=[3, 6],
            )
        ],
    )
