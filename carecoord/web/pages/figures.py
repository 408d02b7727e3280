"""
Key figures of a period: hours, travel, known faces, contracts, what was left out, rules; as CSV too.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import AIDE_READ, REPORT_READ, ROSTER_READ
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.errors import Defect, Invalid
from carecoord.kernel.page import PageRequest
from carecoord.reporting.domain import AideHours, PeriodFigures
from carecoord.reporting.service import DAYS_MAX, figures_of_period
from carecoord.rosters.domain import Roster, permille
from carecoord.rosters.service.boards import list_rosters
from carecoord.web.filters import percent
from carecoord.web.layout import layout_of
from carecoord.web.planning_words import compared, period_words
from carecoord.web.wording_planning import SHORT, TIER_WORDS, UNREPAIRED

PATH = "/chiffres"
WEEK = timedelta(days=7)
PLANS_SHOWN = 4
LATEST = PageRequest(size=50)
NEEDED = (REPORT_READ, AIDE_READ, ROSTER_READ)
PERIOD_WRONG = f"Choisissez deux dates, la fin après le début, {DAYS_MAX} jours au plus."
CSV_COLUMNS = (
    "Prénom",
    "Nom",
    "Visites",
    "Jours travaillés",
    "Travail (h)",
    "Contrat (h)",
    "Trajets (h)",
    "Kilomètres",
)


@get(PATH)
async def show_figures(request: AnyRequest, du: FromQuery[str] = "", au: FromQuery[str] = "") -> Template:
    """Figures of the published rounds of a period; this week by default."""
    async with open_desk(request, *NEEDED) as desk:
        first, last, error = _period(du, au, desk.today)
        figures = await figures_of_period(desk.uow, desk.actor, first, last)
        rosters = await list_rosters(desk.uow, desk.actor, LATEST)
        context = {
            "layout": layout_of(desk.signed_in, PATH),
            "errors": {"": error} if error else {},
            "first": first,
            "last": last,
            "period": period_words(first, (last - first).days + 1),
            "choices": _choices(desk.today, first, last),
            "figures": _view(figures),
            "plans": [_plan(roster) for roster in _within(rosters.items, first, last)],
            "csv_href": f"{PATH}/aides.csv?{_query(first, last)}",
        }
    return Template("figures/page.html", context=context, status_code=422 if error else 200)


@get(f"{PATH}/aides.csv")
async def download_figures(
    request: AnyRequest, du: FromQuery[str] = "", au: FromQuery[str] = ""
) -> Response[bytes]:
    """Hours by aide, for a spreadsheet: semicolons and decimal commas, as French ones read them."""
    async with open_desk(request, *NEEDED) as desk:
        first, last, error = _period(du, au, desk.today)
        if error:
            raise Invalid([Defect(code="dates_order", where="au", why=error)])
        figures = await figures_of_period(desk.uow, desk.actor, first, last)
    name = f"carecoord-heures-{first.isoformat()}-{last.isoformat()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_of(figures.aides), media_type="text/csv; charset=utf-8", headers=headers)


def csv_of(aides: list[AideHours]) -> bytes:
    """One line an aide, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for aide in aides:
        writer.writerow(
            [
                _text(aide.first_name),
                _text(aide.last_name),
                aide.stops,
                aide.days,
                _decimal(aide.work_s / 3600),
                _decimal(aide.contract_s / 3600),
                _decimal(aide.travel_s / 3600),
                _decimal(aide.travel_m / 1000),
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _text(value: str) -> str:
    """A text that spreadsheets do not take for a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _period(du: str, au: str, today: date) -> tuple[date, date, str]:
    """The period asked for, or this week with a sentence when it makes no sense."""
    monday = monday_of(today)
    sunday = monday + WEEK - timedelta(days=1)
    if not du and not au:
        return monday, sunday, ""
    try:
        first, last = date.fromisoformat(du), date.fromisoformat(au)
    except ValueError:
        return monday, sunday, PERIOD_WRONG
    if not 0 <= (last - first).days < DAYS_MAX:
        return monday, sunday, PERIOD_WRONG
    return first, last, ""


def _query(first: date, last: date) -> str:
    return urlencode({"du": first.isoformat(), "au": last.isoformat()})


def _choices(today: date, first: date, last: date) -> list[tuple[str, str, bool]]:
    """Periods one click away, as tabs."""
    monday = monday_of(today)
    end = monday + WEEK - timedelta(days=1)
    periods = [
        ("Semaine passée", monday - WEEK, end - WEEK),
        ("Cette semaine", monday, end),
        ("Semaine prochaine", monday + WEEK, end + WEEK),
        ("Quatre dernières semaines", monday - 3 * WEEK, end),
    ]
    return [(label, f"{PATH}?{_query(a, b)}", (a, b) == (first, last)) for label, a, b in periods]


def _within(rosters: list[Roster], first: date, last: date) -> list[Roster]:
    """Published plans that lie wholly in the period: only these can be compared as they were made."""
    found = [r for r in rosters if r.state == "published" and first <= r.first_day and r.last_day <= last]
    return sorted(found, key=lambda roster: roster.first_day)[:PLANS_SHOWN]


def _plan(roster: Roster) -> dict[str, Any]:
    return {
        "period": period_words(roster.first_day, roster.day_count),
        "compared": compared(roster.figures, roster.naive) if roster.naive else [],
    }


def _view(figures: PeriodFigures) -> dict[str, Any]:
    filled = sum(min(aide.work_s, aide.contract_s) for aide in figures.aides)
    return {
        "days": figures.days,
        "work_s": figures.work_s,
        "service_s": figures.service_s,
        "travel_s": figures.travel_s,
        "travel": percent(figures.travel_permille / 1000),
        "distance_m": figures.distance_m,
        "known": percent(figures.known_permille / 1000),
        "faces": _per_person(figures),
        "contract": percent(permille(filled, figures.contract_s) / 1000),
        "left": sum(figures.unserved.values()),
        "tiers": [
            (TIER_WORDS[tier], figures.served[tier], figures.unserved[tier]) for tier in figures.served
        ],
        "causes": [(UNREPAIRED.get(code, code).rstrip("."), count) for code, count in figures.causes.items()],
        "blocking": _rules(figures.breaches.get("block", {})),
        "warnings": _rules(figures.breaches.get("warn", {})),
        "aides": [_aide(aide) for aide in figures.aides],
    }


def _per_person(figures: PeriodFigures) -> float:
    """Distinct aides a person has met, on average."""
    return figures.faces / figures.people if figures.people else 0.0


def _rules(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(SHORT.get(rule, rule), count) for rule, count in counts.items()]


def _aide(aide: AideHours) -> dict[str, Any]:
    reached = permille(aide.work_s, aide.contract_s)
    return {
        "href": f"/equipe/{aide.aide_id}",
        "name": f"{aide.last_name} {aide.first_name}",
        "stops": aide.stops,
        "days": aide.days,
        "work_s": aide.work_s,
        "contract_s": aide.contract_s,
        "permille": reached,
        "reached": percent(reached / 1000, 0),
        "travel_s": aide.travel_s,
        "distance_m": aide.travel_m,
    }


ROUTES = (show_figures, download_figures)
