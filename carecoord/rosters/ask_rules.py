"""
What makes a question about a need answerable: every defect, with where and why. Pure.
"""

from __future__ import annotations

from carecoord.kernel.errors import Defect
from carecoord.rosters.offering import AcceptOffer, AskOffers, Home

MINUTES = (5, 720)
LAST_MINUTE = 1439
SPAN_DAYS_MAX = 27
GIVE_WAY_MAX = 120


def ask_defects(ask: AskOffers) -> list[Defect]:
    """Everything wrong with a question, names of people and aides apart."""
    bounds = (
        ("duration_minutes", ask.duration_minutes, *MINUTES),
        ("earliest_minute", ask.earliest_minute, 0, LAST_MINUTE),
        ("latest_minute", ask.latest_minute, 0, LAST_MINUTE),
        ("team_size", ask.team_size, 1, 2),
        ("give_way_minutes", ask.give_way_minutes, 0, GIVE_WAY_MAX),
    )
    defects = [
        Defect(
            code="number_range",
            where=name,
            why=f"{value} is not in {low}..{high}",
            args={"low": low, "high": high},
        )
        for name, value, low, high in bounds
        if not low <= value <= high
    ]
    if ask.latest_minute < ask.earliest_minute:
        args: dict[str, str | int | float | None] = {
            "earliest": ask.earliest_minute, "latest": ask.latest_minute,
        }  # fmt: skip
        why = "is before the earliest start"
        defects.append(Defect(code="window_empty", where="latest_minute", why=why, args=args))
    elif ask.preferred_minute is not None and not (
        ask.earliest_minute <= ask.preferred_minute <= ask.latest_minute
    ):
        defects.append(
            Defect(
                code="preference_outside",
                where="preferred_minute",
                why="lies outside the window",
                args={"preferred": ask.preferred_minute},
            )
        )
    return defects + _day_defects(ask)


def _day_defects(ask: AskOffers) -> list[Defect]:
    defects = []
    if not all(0 <= day <= 6 for day in ask.weekdays):
        why = "has days outside 0 (Monday) … 6 (Sunday)"
        defects.append(Defect(code="weekday_malformed", where="weekdays", why=why))
    if ask.until is not None and not 0 <= (ask.until - ask.first_day).days <= SPAN_DAYS_MAX:
        defects.append(Defect(code="dates_order", where="until", why="is before the first day, or too far"))
    if ask.home is not None:
        defects += _outside(ask.home)
    if ask.person_id is None and ask.home is None:
        defects.append(Defect(code="offer_nobody", where="person_id", why="names neither person nor home"))
    return defects


def _outside(home: Home) -> list[Defect]:
    """Degrees that no place on Earth has."""
    return [
        Defect(
            code="number_range",
            where=f"home.{name}",
            why=f"{value} is not in {-most}..{most}",
            args={"low": -most, "high": most},
        )
        for name, value, most in (("latitude", home.latitude, 90), ("longitude", home.longitude, 180))
        if not -most <= value <= most
    ]


def accept_defects(command: AcceptOffer) -> list[Defect]:
    """Everything wrong with taking an offer, names of people and aides apart."""
    defects = ask_defects(command.ask)
    if command.ask.person_id is None:
        why = "visits are for somebody: record the person first"
        defects.append(Defect(code="offer_nobody", where="ask.person_id", why=why))
    for name in ("reference", "label"):
        if not getattr(command, name).strip():
            defects.append(Defect(code="text_missing", where=name, why="is blank"))
    if not command.slots:
        defects.append(Defect(code="offer_empty", where="slots", why="names no visit"))
    for index, slot in enumerate(command.slots):
        where = f"slots[{index}]"
        if slot.starts_at.tzinfo is None:
            defects.append(Defect(code="instant_naive", where=f"{where}.starts_at", why="has no time zone"))
        if len(set(slot.aide_ids)) != command.ask.team_size:
            defects.append(Defect(code="pin_aides", where=f"{where}.aide_ids", why="not one for each seat"))
    return defects
