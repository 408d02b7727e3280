"""
Papers of a volunteer: kilometre statement of a month (page, PDF, workbook), round sheet of a day (PDF).
"""

from __future__ import annotations

import asyncio
import re
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from carecoord.documents.pdf import render
from carecoord.documents.sheets import Sheet, workbook
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_READ
from carecoord.kernel.errors import NotFound
from carecoord.rides.drivers import VolunteerDriver
from carecoord.rides.kilometres import Statement
from carecoord.rides.service.boards import board_of_day
from carecoord.rides.service.drivers import get_volunteer
from carecoord.rides.service.statements import note_sheet, statement
from carecoord.web.filters import day_numeric, duration, euros, hour_of_minutes, km, moment, phone
from carecoord.web.forms import read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.ride_day import names_of
from carecoord.web.pages.ride_tabs import HOME_PATH
from carecoord.web.pages.ride_volunteers import PATH, month_words
from carecoord.web.pages.rounds import day_of
from carecoord.web.views.names import title_of
from carecoord.web.views.ride_day import PATH as DAY_PATH
from carecoord.web.views.ride_day import sheet_view

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WARNINGS = {
    "scale_doubtful": "Barème à vérifier avant de payer : sa source n’est pas certaine à ce jour.",
    "scale_missing": "Aucun barème n’est enregistré pour ce mois.",
    "power_missing": "La puissance fiscale du véhicule manque : le montant ne peut pas être calculé.",
    "unconfirmed": "Certains trajets n’ont pas été notés « faits » : les kilomètres sont ceux prévus.",
    "association_car": "Les kilomètres faits avec un véhicule de l’association ne sont pas remboursés.",
}
HEAD = ["Jour", "Départ", "Retour", "Trajets", "Km", "Dont sans passager"]


@get(f"{PATH}/{{volunteer_id:uuid}}/kilometres")
async def show_statement(
    request: AnyRequest, volunteer_id: FromPath[UUID], mois: FromQuery[str] = ""
) -> Template:
    """The statement as a page."""
    async with open_desk(request, RIDE_READ) as desk:
        month = _month(mois, desk.today)
        volunteer = await get_volunteer(desk.uow, desk.actor, volunteer_id)
        found = await statement(desk.uow, desk.actor, volunteer_id, month)
        layout = layout_of(desk.signed_in, HOME_PATH)
    context = {
        "layout": layout,
        "path": PATH,
        "volunteer": volunteer,
        "month": month_words(month),
        "files": f"{PATH}/{volunteer_id}/kilometres",
        "month_value": f"{month:%Y-%m}",
        "head": HEAD,
        "rows": _rows(found),
        "total": km(found.distance_m),
        "amount": "" if found.cents is None else euros(found.cents),
        "before": km(found.before_m) if found.before_m else "",
        "warnings": [WARNINGS[code] for code in found.warnings],
        "source": found.source,
    }
    return Template("rides/statement.html", context=context)


@post(f"{PATH}/{{volunteer_id:uuid}}/kilometres/{{kind:str}}", status_code=200)
async def download_statement(
    request: AnyRequest, volunteer_id: FromPath[UUID], kind: FromPath[str]
) -> Response[bytes]:
    """The statement as a file, PDF or workbook; that it was made is recorded."""
    if kind not in ("pdf", "xlsx"):
        raise NotFound("file_unknown", "no such file")
    form = await read_form(request)
    async with open_desk(request, RIDE_READ) as desk:
        month = _month(form.text("mois", required=False), desk.today)
        volunteer = await get_volunteer(desk.uow, desk.actor, volunteer_id)
        found = await statement(desk.uow, desk.actor, volunteer_id, month, kept=True)
        organisation, at = desk.signed_in.organisation.name, desk.uow.now
    name = f"kilometres-{month:%Y-%m}.{kind}"
    if kind == "xlsx":
        return _file(await asyncio.to_thread(workbook, [_sheet(found, volunteer)]), XLSX, name)
    data = _printed(found, volunteer, organisation, moment(at))
    return _file(await asyncio.to_thread(render, "plain_table", data, at=at), "application/pdf", name)


@post(f"{DAY_PATH}/{{volunteer_id:uuid}}/feuille", status_code=200)
async def print_round(request: AnyRequest, volunteer_id: FromPath[UUID]) -> Response[bytes]:
    """The round sheet of a volunteer's day, to print; that it was made is recorded."""
    form = await read_form(request)
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        on = day_of(form.text("jour", required=False), desk.today)
        board = await board_of_day(desk.uow, desk.actor, on, desk.settings)
        names = await names_of(desk, on, board.legs)
        legs = {leg.id: leg for leg in board.legs}
        volunteer = next((item for item in board.volunteers if item.id == volunteer_id), None)
        tours = [
            sheet_view(tour, volunteer, legs, names)
            for tour in board.tours
            if tour.volunteer_id == volunteer_id
        ]
        organisation, at = desk.signed_in.organisation.name, desk.uow.now
        if volunteer is None or not tours:
            raise NotFound("round_missing", "no tour that day")
        note_sheet(desk.uow, desk.actor, volunteer_id, on)
    data = {
        "title": f"Tournée de {volunteer.name}, {title_of(on).lower()}",
        "organisation": organisation,
        "made": moment(at),
        "sections": [_section(tour) for tour in tours],
    }
    content = await asyncio.to_thread(render, "sections", data, at=at)
    return _file(content, "application/pdf", f"tournee-{on}.pdf")


def _section(tour: dict[str, Any]) -> dict[str, Any]:
    rows = [["", tour["leaves"], "Départ", "", ""]]
    rows += [
        [
            "",
            stop["when"],
            " ".join([stop["name"], stop["what"], *(f"({tag})" for tag in stop["tags"])]),
            stop["where"],
            phone(stop["phone"]) if stop["phone"] else "",
        ]
        for stop in tour["stops"]
    ]
    rows.append(["", tour["back"], "De retour", "", ""])
    return {
        "title": "Navette" if tour["shuttle"] else f"Départ {tour['leaves']}",
        "preface": [f"{tour['length']} en tout, {tour['distance']}. Cochez chaque arrêt une fois fait."],
        "head": ["Fait", "Heure", "Personne", "Lieu", "Téléphone"],
        "rows": rows,
        "widths": ["auto", "auto", "2fr", "3fr", "auto"],
    }


def _rows(found: Statement) -> list[list[str]]:
    return [
        [
            day_numeric(item.on),
            hour_of_minutes(item.departs_s // 60),
            hour_of_minutes(item.back_s // 60),
            f"{item.rides}" + (f" (dont {item.absent} personne absente)" if item.absent else ""),
            km(item.distance_m),
            km(item.empty_m),
        ]
        for item in found.days
    ]


def _preface(found: Statement, volunteer: VolunteerDriver) -> list[str]:
    worth = "à calculer" if found.cents is None else euros(found.cents)
    given = sum(item.back_s - item.departs_s for item in found.days)
    lines = [
        f"Bénévole : {volunteer.name}.",
        f"Total : {km(found.distance_m)} de domicile à domicile, {duration(given)}. Montant : {worth}.",
    ]
    if found.before_m:
        lines.append(f"Déjà parcourus cette année avec son véhicule : {km(found.before_m)}.")
    return [*lines, f"Barème : {found.source}.", *(WARNINGS[code] for code in found.warnings)]


def _printed(found: Statement, volunteer: VolunteerDriver, organisation: str, made: str) -> dict[str, Any]:
    return {
        "title": f"Relevé kilométrique, {month_words(found.first)}",
        "organisation": organisation,
        "made": made,
        "preface": _preface(found, volunteer),
        "head": HEAD,
        "rows": _rows(found),
        "numbers": [4, 5],
    }


def _sheet(found: Statement, volunteer: VolunteerDriver) -> Sheet:
    return Sheet(
        title=f"{found.first:%Y-%m}",
        preface=_preface(found, volunteer),
        head=HEAD,
        rows=[
            [
                item.on,
                hour_of_minutes(item.departs_s // 60),
                hour_of_minutes(item.back_s // 60),
                item.rides,
                round(item.distance_m / 1000, 1),
                round(item.empty_m / 1000, 1),
            ]
            for item in found.days
        ],
        foot=[
            "Total", None, None, sum(item.rides for item in found.days),
            round(found.distance_m / 1000, 1), round(sum(item.empty_m for item in found.days) / 1000, 1),
        ],
    )  # fmt: skip


def _month(text: str, today: date) -> date:
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if found is None or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 2100:
        return today.replace(day=1)
    return date(int(found[1]), int(found[2]), 1)


def _file(content: bytes, kind: str, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


ROUTES = (show_statement, download_statement, print_round)
