"""
Imports by page: nothing is written before it was shown, pressing twice writes once.
"""

from __future__ import annotations

import io

import pytest
from builders.rosters import small_week
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine
from support.visitors import Visitor, VisitorOf

from carecoord.beneficiaries.service import all_people
from carecoord.db.uow import open_uow
from carecoord.exchange.service import export_workbook
from carecoord.kernel.actor import Actor
from carecoord.territory.service import load_communes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
async def workbook(engine: AsyncEngine, actor: Actor, other_actor: Actor) -> bytes:
    """A workbook with the three people, two aides and four lines of another organisation."""
    async with open_uow(engine, other_actor) as uow:
        await load_communes(uow)
        await small_week(uow, other_actor)
        return await export_workbook(uow, other_actor)


async def send(
    visitor: Visitor, content: bytes, *, name: str = "semaine.xlsx", kind: str = "workbook"
) -> str:
    """Send a file; the address of its report."""
    answer = await visitor.post("/importer", {"sorte": kind}, files={"fichier": (name, content, XLSX)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_file_is_shown_before_it_is_imported(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, workbook: bytes
) -> None:
    """The report says what would be created; nothing is there until the button is pressed."""
    visitor = await visitor_of("coordinator")

    address = await send(visitor, workbook)
    report = await visitor.get(address)

    assert "Rien n’est encore enregistré" in report.text
    assert '<th scope="row">Personnes</th><td data-label="À créer" class="num">3</td>' in report.text
    assert "P1, P2, P3" in report.text
    assert await _people(engine, actor) == 0


async def test_pressing_import_twice_imports_once(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, workbook: bytes
) -> None:
    """The second press, and a reload, show the same import done."""
    visitor = await visitor_of("coordinator")
    address = await send(visitor, workbook)

    first = await visitor.post(address)
    second = await visitor.post(address)
    report = await visitor.get(address)
    again = await visitor.get(await send(visitor, workbook))

    assert first.status_code == second.status_code == 303
    assert "L’import est fait" in report.text
    assert '<td data-label="Créées" class="num">3</td>' in report.text
    assert await _people(engine, actor) == 3
    # the same file again: everything is there already, and nothing is offered
    assert "Rien à changer" in again.text
    assert ">Importer</button>" not in again.text


async def test_an_abandoned_import_cannot_be_applied(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, workbook: bytes
) -> None:
    """Abandoning is final, and says so."""
    visitor = await visitor_of("coordinator")
    address = await send(visitor, workbook)

    abandoned = await visitor.post(f"{address}/abandon")
    applied = await visitor.post(address)

    assert abandoned.headers["location"] == "/importer?fait=abandon"
    assert applied.status_code == 409
    assert "Cet import ne peut plus être fait" in applied.text
    assert "Import abandonné" in (await visitor.get(address)).text
    assert await _people(engine, actor) == 0


async def test_refused_cells_are_told_with_their_remedy(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, workbook: bytes
) -> None:
    """Sheet, line, column, value, reason and remedy; nothing can be imported."""
    book = load_workbook(io.BytesIO(workbook))
    sheet = book["Personnes"]
    headers = {cell.value: cell.column for cell in sheet[1]}
    last = sheet.max_row
    sheet.cell(last, headers["Code INSEE"]).value = "99999"
    out = io.BytesIO()
    book.save(out)
    visitor = await visitor_of("coordinator")

    address = await send(visitor, out.getvalue())
    report = await visitor.get(address)
    applied = await visitor.post(address)

    assert "Rien n’est importé : 1\u202fdéfaut à corriger" in report.text
    assert f'<td data-label="Ligne" class="num">{last}</td>' in report.text
    assert "Aucune commune n’a ce code INSEE" in report.text
    assert "Vérifiez le code dans la liste des communes" in report.text
    assert ">Importer</button>" not in report.text
    assert applied.status_code == 409
    assert await _people(engine, actor) == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("vide.xlsx", b"", "Le fichier est vide"),
        ("ancien.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ancien classeur Excel"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100), "Le fichier n’a pas été lu"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(
    visitor_of: VisitorOf, name: str, content: bytes, sentence: str
) -> None:
    """The form comes back with what to do; no import is kept."""
    visitor = await visitor_of("coordinator")

    answer = await visitor.post("/importer", {"sorte": "workbook"}, files={"fichier": (name, content, XLSX)})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Aucun pour l’instant" in answer.text


async def test_without_a_file_the_form_says_so(visitor_of: VisitorOf) -> None:
    """Pressing too early is told beside the field."""
    answer = await (await visitor_of("coordinator")).post("/importer", {"sorte": "tout"})

    assert answer.status_code == 422
    assert 'id="erreur-fichier"' in answer.text
    assert 'id="erreur-sorte"' in answer.text


async def test_a_manager_is_told_what_her_account_does_not_import(
    ccas_visitor_of: VisitorOf, workbook: bytes
) -> None:
    """A CCAS manager may import people, not aides: the page says so instead of failing."""
    visitor = await ccas_visitor_of("manager")

    answer = await visitor.post(
        "/importer", {"sorte": "workbook"}, files={"fichier": ("a.xlsx", workbook, XLSX)}
    )

    assert answer.status_code == 422
    assert "Votre compte ne permet pas d’importer une partie de ce fichier" in answer.text


async def test_imports_of_others_do_not_exist(
    visitor_of: VisitorOf, ccas_visitor_of: VisitorOf, workbook: bytes
) -> None:
    """The report of another organisation is not found, and cannot be applied."""
    address = await send(await visitor_of("coordinator"), workbook)
    other = await ccas_visitor_of("administrator")

    assert (await other.get(address)).status_code == 404
    assert (await other.post(address)).status_code == 404
    assert (await other.post(f"{address}/abandon")).status_code == 404


async def test_template_and_export_are_workbooks(visitor_of: VisitorOf, workbook: bytes) -> None:
    """Both open, and are named without anybody's name."""
    visitor = await visitor_of("coordinator")
    await visitor.post(await send(visitor, workbook))

    template = await visitor.get("/importer/modele.xlsx")
    export = await visitor.get("/importer/export.xlsx")

    assert template.headers["content-disposition"] == 'attachment; filename="carecoord-modele.xlsx"'
    assert export.headers["content-disposition"] == 'attachment; filename="carecoord-2026-11-23.xlsx"'
    names = load_workbook(io.BytesIO(template.content)).sheetnames
    assert load_workbook(io.BytesIO(export.content)).sheetnames == names


async def _people(engine: AsyncEngine, actor: Actor) -> int:
    async with open_uow(engine, actor) as uow:
        return len(await all_people(uow, actor))


async def test_a_csv_sent_as_a_workbook_is_asked_what_it_holds(visitor_of: VisitorOf) -> None:
    """The fault is told at the field where it is put right."""
    visitor = await visitor_of("coordinator")

    answer = await visitor.post(
        "/importer", {"sorte": "workbook"}, files={"fichier": ("aides.csv", b"Nom;Prenom\nA;B\n", "text/csv")}
    )

    assert answer.status_code == 422
    assert 'id="erreur-sorte"' in answer.text
    assert "Un CSV porte sur un seul sujet" in answer.text


async def test_an_empty_template_is_not_said_to_be_recorded(visitor_of: VisitorOf) -> None:
    """The example rows alone: nothing to import, rather than everything already there."""
    visitor = await visitor_of("coordinator")
    template = (await visitor.get("/importer/modele.xlsx")).content

    report = await visitor.get(await send(visitor, template, name="modele.xlsx"))

    assert "Aucune ligne à importer" in report.text
    assert "déjà enregistré" not in report.text
