"""
What makes a request one that can be answered: every defect, with where and why. Pure.
"""

from __future__ import annotations

from datetime import date

from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_insee
from carecoord.kernel.geo import Point
from carecoord.kernel.texts import NOTE_LENGTH, text_defects
from carecoord.rides.asking import COMPANIONS_MAX, PURPOSES, AskRide, is_within_day
from carecoord.rides.domain import RETURNS, Spot

AHEAD_DAYS = 366


def ask_defects(ask: AskRide, today: date) -> list[Defect]:
    """Everything wrong with a request."""
    defects = [
        *spot_defects(ask.destination, "destination."),
        *(spot_defects(ask.origin, "origin.") if ask.origin is not None else []),
        *_hour_defects(ask),
        *text_defects(ask.caller, "caller", required=False),
        *text_defects(ask.note, "note", longest=NOTE_LENGTH, required=False),
    ]
    if ask.on < today:
        defects.append(Defect(code="date_past", where="on", why="has passed already"))
    if (ask.on - today).days > AHEAD_DAYS:
        defects.append(Defect(code="date_far", where="on", why=f"is more than {AHEAD_DAYS} days ahead"))
    if ask.purpose not in PURPOSES:
        defects.append(Defect(code="value_unknown", where="purpose", why=f"is none of {', '.join(PURPOSES)}"))
    if ask.back not in RETURNS:
        defects.append(Defect(code="value_unknown", where="back", why=f"is none of {', '.join(RETURNS)}"))
    for where, value, high in (
        ("companions", ask.companions, COMPANIONS_MAX),
        ("price_cents", ask.price_cents, 100_000),
        ("distance_m", ask.distance_m, 1_000_000),
    ):
        if value is not None and not 0 <= value <= high:
            defects.append(
                Defect(
                    code="number_range",
                    where=where,
                    why=f"is not in 0..{high}",
                    args={"low": 0, "high": high},
                )
            )
    return defects


def spot_defects(spot: Spot, where: str) -> list[Defect]:
    """Everything wrong with an end of a ride."""
    defects = text_defects(spot.label, where + "label")
    defects += text_defects(spot.address, where + "address", required=False)
    try:
        parse_insee(spot.insee)
    except ValueError as error:
        defects.append(Defect(code="insee_malformed", where=where + "insee", why=str(error)))
    try:
        Point(lat=spot.latitude, lon=spot.longitude)
    except ValueError as error:
        defects.append(Defect(code="point_malformed", where=where + "latitude", why=str(error)))
    return defects


def _hour_defects(ask: AskRide) -> list[Defect]:
    defects = []
    if (ask.arrive_minute is None) == (ask.leave_minute is None):
        defects.append(Defect(code="ride_hour_one", where="arrive_minute", why="one hour exactly is needed"))
    if not is_within_day(ask):
        defects.append(Defect(code="hour_malformed", where="arrive_minute", why="is no hour of the day"))
    if ask.back != "none":
        reference = ask.arrive_minute if ask.arrive_minute is not None else ask.leave_minute
        if ask.back_minute is None:
            defects.append(Defect(code="ride_back_hour", where="back_minute", why="is needed for a return"))
        elif reference is not None and ask.back_minute <= reference:
            defects.append(Defect(code="ride_back_before", where="back_minute", why="is before arriving"))
    elif ask.back_minute is not None:
        defects.append(Defect(code="ride_back_none", where="back_minute", why="is said without a return"))
    return defects
