"""
The board of a day: aides down, time across, and the same as rounds to print.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import msgspec

from carecoord.kernel.clock import local_instant
from carecoord.rosters.boards import PAID_WAIT_MAX_S
from carecoord.rosters.domain import RosterStop
from carecoord.web.filters import NARROW, duration, hour, initials, km
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import TIERS, by_name, hours, minutes_of
from carecoord.web.views.plan import Plan
from carecoord.web.words import ABSENCES
from carecoord.workforce.availability import applies
from carecoord.workforce.domain import Absence, Aide

FIRST_HOUR, LAST_HOUR = 7, 20
"""Hours always shown; a round that starts earlier or ends later widens the board."""

LONG_TRAVEL_S = 20 * 60

ROOMY_MIN = 80
"""Length of a visit from which the hour has room for its narrow spaces."""

LETTER_MIN = 6.7
"""Minutes of a board of 13 hours, 1440 px wide, that one letter of a name takes."""

EDGES_MIN = 8
"""Minutes that the borders of a visit take on the same board."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a lane in minutes after midnight; `text` says what it is, empty for nothing."""

    start_min: int
    length_min: int
    text: str = ""
    is_long: bool = False


class VisitCell(msgspec.Struct, frozen=True, kw_only=True):
    """One visit on the board; names are those that the macro `visit` reads."""

    start_min: int
    length_min: int
    name: str
    initials: str
    when: str
    spoken: str
    href: str
    service: str = "help"
    is_pinned: bool = False
    is_two: bool = False
    is_moved: bool = False
    is_broken: bool = False
    is_selected: bool = False
    move_href: str = ""
    detail_href: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One aide's day."""

    name: str
    href: str
    note: str
    visits: list[VisitCell]
    travels: list[Span]
    pauses: list[Span]
    offs: list[Span]


class DayBoard(msgspec.Struct, frozen=True, kw_only=True):
    """
    The board of a day.

    Args:
        resting: aides without hours, absence or visit that day.
        now_min: minutes after midnight, only today.
    """

    from_hour: int
    span_hours: int
    rows: list[Row]
    resting: list[tuple[str, str]]
    now_min: int | None = None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a board is looked at with.

    Args:
        may_edit: moves are offered.
        selected: the visit that is told of in the panel.
        now: the present instant.
    """

    links: Links
    may_edit: bool
    now: datetime
    selected: UUID | None = None


def day_board(plan: Plan, day: date, look: Look) -> DayBoard:
    """The board of one day of a plan."""
    from_hour, to_hour = _hours_shown(plan, day)
    rows, resting = [], []
    broken = _broken(plan, day)
    for aide in sorted(plan.aides.values(), key=lambda item: _order(plan, item, day)):
        stops = plan.round(aide.id, day)
        away = absent_on(plan, aide.id, day)
        if stops or away or not rests_on(aide, day):
            rows.append(_row(plan, aide, day, look, broken=broken, shown=(from_hour * 60, to_hour * 60)))
        else:
            resting.append((plan.names[aide.id], look.links.aide(aide.id, day)))
    now_min = minutes_of(day, look.now)
    return DayBoard(
        from_hour=from_hour,
        span_hours=to_hour - from_hour,
        rows=rows,
        resting=resting,
        now_min=now_min if from_hour * 60 <= now_min < to_hour * 60 else None,
    )


def _order(plan: Plan, aide: Aide, day: date) -> tuple[bool, tuple[str, ...]]:
    return (not plan.round(aide.id, day), by_name(aide))


def _hours_shown(plan: Plan, day: date) -> tuple[int, int]:
    starts = [minutes_of(day, stop.starts_at) for stop in plan.stops_on(day)]
    ends = [minutes_of(day, stop.ends_at) for stop in plan.stops_on(day)]
    first = min([FIRST_HOUR, *(start // 60 for start in starts)])
    last = max([LAST_HOUR, *(-(-end // 60) for end in ends)])
    return max(0, first), min(36, last)


def _broken(plan: Plan, day: date) -> set[UUID]:
    """Visits that break a blocking rule."""
    roster = plan.rosters.get(day)
    found = roster.warnings if roster is not None else []
    return {item.visit_id for item in found if item.severity == "block" and item.visit_id is not None}


def _row(plan: Plan, aide: Aide, day: date, look: Look, *, broken: set[UUID], shown: tuple[int, int]) -> Row:
    stops = plan.round(aide.id, day)
    return Row(
        name=plan.names[aide.id],
        href=look.links.aide(aide.id, day),
        note=_note(plan, aide, day),
        visits=[_cell(plan, stop, day, look, broken) for stop in stops],
        travels=list(_travels(stops, day)),
        pauses=list(_pauses(stops, day)),
        offs=_offs(plan, aide, day, shown),
    )


def _note(plan: Plan, aide: Aide, day: date) -> str:
    """`24 h 30 / 30 h · 8,4 km`: work of the week, contract, way of the day."""
    if not plan.round(aide.id, day):
        away = absent_on(plan, aide.id, day)
        if away:
            return away_text(away)
    total = plan.totals.get(aide.id)
    worked = hours(total.work_s if total is not None else 0)
    way = sum(stop.travel_m for stop in plan.round(aide.id, day))
    parts = [f"{worked} / {hours(aide.contract_minutes * 60)}"]
    return " · ".join([*parts, km(way)] if way else parts)


def _cell(plan: Plan, stop: RosterStop, day: date, look: Look, broken: set[UUID]) -> VisitCell:
    visit = plan.visit(stop.visit_id)
    name = plan.person_name(stop.visit_id)
    start = minutes_of(day, stop.starts_at)
    length = int((stop.ends_at - stop.starts_at).total_seconds()) // 60
    pin = plan.pins.get(stop.visit_id)
    crew = [
        plan.names.get(item, "une autre aide") for item in plan.crews[stop.visit_id] if item != stop.aide_id
    ]
    return VisitCell(
        start_min=start,
        length_min=length,
        name=_shown_name(plan, stop.visit_id, length),
        initials=_initials(plan, stop.visit_id),
        # the narrow spaces go where every pixel counts
        when=hour(stop.starts_at) if length >= ROOMY_MIN else hour(stop.starts_at).replace(NARROW, ""),
        spoken=_spoken(
            f"{name}, {hour(stop.starts_at)} à {hour(stop.ends_at)}, {visit.label}, {TIERS[visit.tier]}",
            "épinglée" if pin else "",
            f"avec {' et '.join(crew)}" if crew else "",
            "enfreint une règle" if stop.visit_id in broken else "",
        ),
        href=look.links.visit(stop.visit_id),
        is_pinned=pin is not None,
        is_two=visit.team_size > 1,
        is_broken=stop.visit_id in broken,
        is_selected=stop.visit_id == look.selected,
        move_href=look.links.move(stop.visit_id) if look.may_edit else "",
        detail_href=look.links.summary(stop.visit_id),
    )


def _shown_name(plan: Plan, visit_id: UUID, length_min: int) -> str:
    """`Mme Berthier` where there is room for it; the family name alone elsewhere."""
    person, full = plan.person_of(visit_id), plan.person_name(visit_id)
    fits = len(full) * LETTER_MIN <= length_min - EDGES_MIN
    return full if person is None or fits else person.last_name


def _initials(plan: Plan, visit_id: UUID) -> str:
    """`OB` of Odette Berthier."""
    person = plan.person_of(visit_id)
    return "?" if person is None else initials(f"{person.first_name.split()[0]} {person.last_name}")


def _spoken(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _travels(stops: list[RosterStop], day: date) -> Iterable[Span]:
    for before, after in pairwise(stops):
        if after.travel_s >= 60:
            yield Span(
                start_min=minutes_of(day, before.ends_at),
                length_min=after.travel_s // 60,
                is_long=after.travel_s >= LONG_TRAVEL_S,
            )


def _pauses(stops: list[RosterStop], day: date) -> Iterable[Span]:
    """Unpaid interruptions: what is left of a gap once travelled, when it is not work."""
    for before, after in pairwise(stops):
        free_s = int((after.starts_at - before.ends_at).total_seconds()) - after.travel_s
        if free_s > PAID_WAIT_MAX_S:
            start = minutes_of(day, before.ends_at) + after.travel_s // 60
            yield Span(start_min=start + 2, length_min=max(1, free_s // 60 - 4))


def _offs(plan: Plan, aide: Aide, day: date, shown: tuple[int, int]) -> list[Span]:
    """Hatched: absences with their word, and the hours in which the aide does not work."""
    low, high = shown
    found = []
    for absence in absent_on(plan, aide.id, day):
        start = max(low, minutes_of(day, absence.starts_at))
        end = min(high, minutes_of(day, absence.ends_at))
        if start < end:
            found.append(Span(start_min=start, length_min=end - start, text=absence_word(absence)))
    cursor = low
    for start, end in sorted(_windows(aide, day)):
        if cursor < min(start, high):
            found.append(Span(start_min=cursor, length_min=min(start, high) - cursor))
        cursor = max(cursor, end)
    if cursor < high:
        found.append(Span(start_min=cursor, length_min=high - cursor))
    return found


def _windows(aide: Aide, day: date) -> list[tuple[int, int]]:
    return [(item.start_minute, item.end_minute) for item in aide.availabilities if applies(item, day)]


def rests_on(aide: Aide, day: date) -> bool:
    """Whether an aide has no hours on a day."""
    return not _windows(aide, day)


def absent_on(plan: Plan, aide_id: UUID, day: date) -> list[Absence]:
    """The absences of an aide that touch a day."""
    return _away(plan.absences.get(aide_id, []), day)


def _away(absences: Iterable[Absence], day: date) -> list[Absence]:
    start, end = local_instant(day, 0), local_instant(day + timedelta(days=1), 0)
    return [item for item in absences if item.starts_at < end and item.ends_at > start]


def absence_word(absence: Absence) -> str:
    """`Absence (congé)`."""
    word = ABSENCES[absence.kind]
    return "Absence" if absence.kind == "other" else f"Absence ({word})"


def away_text(absences: list[Absence]) -> str:
    """The absences of a day in one note."""
    return ", ".join(dict.fromkeys(absence_word(item) for item in absences))


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """One stop of a round as it is printed."""

    when: str
    name: str
    href: str
    address: str
    access: str
    label: str
    length: str
    travel: str
    tags: list[str]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One aide's round of a day, to read or to print."""

    name: str
    href: str
    map_href: str
    note: str
    lines: list[SheetLine]


def sheets(plan: Plan, day: date, links: Links) -> list[Sheet]:
    """The rounds of a day as lists, the same as the board."""
    listed = sorted(plan.aides.values(), key=lambda item: _order(plan, item, day))
    return [sheet_of(plan, aide, day, links) for aide in listed if plan.round(aide.id, day)]


def sheet_of(plan: Plan, aide: Aide, day: date, links: Links) -> Sheet:
    """One aide's round of a day."""
    stops = plan.round(aide.id, day)
    travel_s = sum(stop.travel_s for stop in stops)
    count = f"{len(stops)} visite{'s' if len(stops) > 1 else ''}"
    way = f"{duration(travel_s)} de trajet, {km(sum(stop.travel_m for stop in stops))}"
    return Sheet(
        name=plan.names[aide.id],
        href=links.aide(aide.id, day),
        map_href=links.map(day, aide.id),
        note=f"{count} · {way}" if travel_s else count,
        lines=[_line(plan, stop, links) for stop in stops],
    )


def _line(plan: Plan, stop: RosterStop, links: Links) -> SheetLine:
    visit = plan.visit(stop.visit_id)
    person = plan.person_of(stop.visit_id)
    others = [
        plan.names.get(item, "une collègue") for item in plan.crews[stop.visit_id] if item != stop.aide_id
    ]
    return SheetLine(
        when=f"{hour(stop.starts_at)} – {hour(stop.ends_at)}",
        name=plan.person_full_name(stop.visit_id),
        href=links.visit(stop.visit_id),
        address=plan.address_of(stop.visit_id),
        access=person.access_note if person is not None else "",
        label=visit.label,
        length=duration(int((stop.ends_at - stop.starts_at).total_seconds())),
        travel=f"{duration(stop.travel_s)} · {km(stop.travel_m)}" if stop.travel_s else "",
        tags=[*(f"avec {name}" for name in others), *(["épinglée"] if stop.visit_id in plan.pins else [])],
    )
