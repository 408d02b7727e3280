"""
What cannot hold in a person's day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from builders.beneficiaries import a_person

from carecoord.beneficiaries.domain import Stay
from carecoord.daybook.clashes import clashes_of
from carecoord.daybook.domain import DayItem, Freed, ItemKind, PersonDay
from carecoord.kernel.clock import local_instant
from carecoord.web.views.daybook import clash_views, entries_of, freed_sentence, lanes_of

TUESDAY = date(2026, 11, 24)


def at(clock: str) -> datetime:
    """A time of Tuesday in Paris."""
    hours, minutes = clock.split(":")
    return local_instant(TUESDAY, int(hours) * 60 + int(minutes))


def an_item(kind: ItemKind, start: str, end: str, **given: Any) -> DayItem:
    """Something promised on Tuesday."""
    number = int(start.replace(":", ""))
    values: dict[str, Any] = {"state": "promised", "label": "Toilette", "source_id": UUID(int=number)}
    return DayItem(kind=kind, starts_at=at(start), ends_at=at(end), **{**values, **given})


def rules(*items: DayItem, stays: list[Stay] | None = None) -> list[str]:
    """Names of the rules broken."""
    return [clash.rule for clash in clashes_of(items, stays or [])]


def test_each_rule_alone() -> None:
    """A ride over a visit, a meal while out, a visit before its meal; what only touches is fine."""
    visit, ride = an_item("visit", "9:00", "10:00"), an_item("ride", "9:30", "11:00")
    lunch = an_item("visit", "11:30", "12:00", serves_meal=True)

    assert rules(visit, ride) == ["person_overlap"]
    assert rules(visit, an_item("ride", "10:00", "11:00")) == []
    assert rules(ride, an_item("meal", "10:15", "10:18")) == ["meal_absent"]
    assert rules(an_item("meal", "9:15", "9:18"), visit) == []
    assert rules(lunch, an_item("meal", "11:50", "11:53")) == ["meal_before_visit"]
    assert rules(an_item("meal", "11:20", "11:23"), lunch) == []


def test_stay_suspends_what_is_promised() -> None:
    """A visit promised on a day of a stay is told; one that has no hour yet promises nothing."""
    stay = Stay(id=UUID(int=1), person_id=UUID(int=101), from_on=TUESDAY)
    visit = an_item("visit", "9:00", "10:00")
    planned = an_item("visit", "14:00", "15:00", state="planned")

    assert rules(visit, planned, stays=[stay]) == ["stay"]


def test_item_without_an_hour_clashes_with_nothing() -> None:
    """A ride without driver has only a window."""
    looking = an_item("ride", "9:00", "12:00", state="looking")

    assert rules(an_item("visit", "9:30", "10:00"), looking) == []


def test_clash_is_told_with_links() -> None:
    """Both items are named with their hours, and each can be changed."""
    items = [an_item("visit", "9:00", "10:00"), an_item("ride", "9:30", "11:00", label="Cabinet Morel")]
    found = PersonDay(
        person=a_person(),
        on=TUESDAY,
        items=items,
        clashes=clashes_of(items, []),
        stays=[],
        services=["visit", "ride"],
    )

    [told] = clash_views(found.person.id, found.on, found.clashes)
    entries = entries_of(found)

    assert "Toilette (9 h 00 – 10 h 00)" in told.sentence.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Aller (Cabinet Morel)" in told.sentence
    assert [text for text, _ in told.remedies] == ["Déplacer la visite", "Changer le trajet"]
    assert all(entry.is_broken for entry in entries)
    assert [(lane.name, len(lane.entries)) for lane in lanes_of(found, entries)] == [
        ("Aide à domicile", 1),
        ("Transport", 1),
    ]


def test_what_a_stay_frees_in_words() -> None:
    """Only what there is is told; nothing is told as such."""
    freed = Freed(first=TUESDAY, last=TUESDAY, visits=4, meals=6, rides=1, visit_s=4 * 3600)

    assert freed_sentence(freed).replace("\u202f", " ") == (
        "libère 4 visites (4 h d’aide), 6 repas, 1 trajet"
    )
    assert freed_sentence(Freed(first=TUESDAY, last=TUESDAY)).startswith("ne libère rien")
    assert Freed(first=TUESDAY, last=TUESDAY + timedelta(days=1)).is_nothing
