"""
Imports on a real database: dry run, whole or nothing, twice the same, round trip of the demonstration.
"""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import all_people
from carecoord.careplans.service import all_interventions
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.demo.generate import generate
from carecoord.demo.load import fill
from carecoord.exchange.domain import CheckImport, ImportKind
from carecoord.exchange.service import (
    abandon_import,
    apply_import,
    check_import,
    export_workbook,
    get_import,
    template,
)
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.rosters.domain import RequestRun
from carecoord.rosters.service.execution import gather
from carecoord.rosters.service.runs import request_run
from carecoord.rosters.service.usual import usual_aides
from carecoord.workforce.service import all_aides

MONDAY = date(2026, 11, 23)
PEOPLE = (
    "Numéro;Civilité;Nom;Prénom;Adresse;Code postal;Code INSEE;Latitude;Longitude\n"
    "P1;Mme;Clairbuis;Odette;12 rue des Tilleuls;91800;91114;48,6965;2,5038\n"
    "P2;M.;Jolicœur;André;3 rue du Lavoir;91800;91114;;\n"
)


def csv_file(text: str, kind: ImportKind = "people", encoding: str = "utf-8") -> CheckImport:
    """A CSV file to try."""
    return CheckImport(kind=kind, file_name="semaine.csv", content=text.encode(encoding))


async def test_dry_run_tells_and_changes_nothing(uow: UnitOfWork, actor: Actor):
    """A trial counts what would be created, and nothing is."""
    kept = await check_import(uow, actor, csv_file(PEOPLE))

    assert kept.report.counts["people"].created == 2
    assert kept.report.refusals == []
    assert await all_people(uow, actor) == []


async def test_application_then_the_same_file_again(uow: UnitOfWork, actor: Actor):
    """Applying creates; the same file a second time changes nothing."""
    first = await apply_import(uow, actor, (await check_import(uow, actor, csv_file(PEOPLE))).id)
    again = await check_import(uow, actor, csv_file(PEOPLE, encoding="cp1252"))

    assert first.state == "applied"
    assert [person.reference for person in await all_people(uow, actor)] == ["P1", "P2"]
    assert again.report.counts["people"].unchanged == 2
    assert again.report.is_idle


async def test_person_without_point_gets_the_centre_of_the_commune(uow: UnitOfWork, actor: Actor):
    """No coordinates: the centre of the commune, marked as such."""
    kept = await check_import(uow, actor, csv_file(PEOPLE))
    await apply_import(uow, actor, kept.id)

    second = (await all_people(uow, actor))[1]

    assert second.geo_quality == "commune"
    assert (round(second.latitude, 2), round(second.longitude, 2)) == (48.7, 2.5)


async def test_columns_left_out_erase_nothing(uow: UnitOfWork, actor: Actor):
    """A later file without the column of the phone keeps the phone."""
    with_phone = PEOPLE.replace("Longitude\n", "Longitude;Téléphone\n").replace("2,5038", "2,5038;0199001234")
    await apply_import(uow, actor, (await check_import(uow, actor, csv_file(with_phone))).id)

    await apply_import(uow, actor, (await check_import(uow, actor, csv_file(PEOPLE))).id)

    assert (await all_people(uow, actor))[0].phone == "+33199001234"


async def test_one_refused_line_refuses_the_file(uow: UnitOfWork, actor: Actor):
    """Nothing is half-imported: a file with a refused line cannot be applied."""
    kept = await check_import(uow, actor, csv_file(PEOPLE.replace("91800;91114;48", "91800;20004;48")))

    assert [(item.line, item.column, item.value) for item in kept.report.refusals] == [
        (2, "Code INSEE", "20004")
    ]
    with pytest.raises(Conflict, match="refused lines"):
        await apply_import(uow, actor, kept.id)
    assert await all_people(uow, actor) == []


async def test_abandoned_file_cannot_be_applied(uow: UnitOfWork, actor: Actor):
    """An abandoned import is over, and its file is gone."""
    kept = await check_import(uow, actor, csv_file(PEOPLE))
    await abandon_import(uow, actor, kept.id)

    with pytest.raises(Conflict):
        await apply_import(uow, actor, kept.id)


async def test_other_organisation_sees_no_import(engine: AsyncEngine, actor: Actor, other_actor: Actor):
    """An import of one organisation does not exist for another."""
    async with open_uow(engine, actor) as uow:
        kept = await check_import(uow, actor, csv_file(PEOPLE))

    async with open_uow(engine, other_actor) as uow:
        with pytest.raises(NotFound):
            await apply_import(uow, other_actor, kept.id)


async def test_template_is_read_back_and_passed_over(uow: UnitOfWork, actor: Actor):
    """The template with its example rows brings nothing and says so."""
    content = await template()

    kept = await check_import(
        uow, actor, CheckImport(kind="workbook", file_name="modele.xlsx", content=content)
    )

    assert kept.report.refusals == []
    assert kept.report.counts == {}
    assert len([remark for remark in kept.report.remarks if "exemple" in remark]) == 4


async def test_demonstration_exported_and_imported_gives_the_same_plan_input(
    engine: AsyncEngine, actor: Actor, other_actor: Actor
):
    """Export, import into an organisation with nothing, assemble: people, aides and visits are equal."""
    provider = generate(1, MONDAY)[0]
    async with open_uow(engine, actor) as uow:
        await fill(uow, actor, provider)
        content = await export_workbook(uow, actor)

    async with open_uow(engine, other_actor) as uow:
        kept = await check_import(
            uow, other_actor, CheckImport(kind="workbook", file_name="demo.xlsx", content=content)
        )
        assert kept.report.refusals == []
        await apply_import(uow, other_actor, kept.id)

    assert await plan_input(engine, actor) == await plan_input(engine, other_actor)


async def plan_input(engine: AsyncEngine, actor: Actor) -> list[object]:
    """What a plan of the week is made from, by reference instead of identifier."""
    async with open_uow(engine, actor) as uow:
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, day_count=7, seconds=10))
        given = await gather(uow, actor, run)
        people = {person.id: person.reference for person in await all_people(uow, actor)}
        aides = {aide.id: aide.reference for aide in await all_aides(uow, actor)}
        usual = await usual_aides(uow, actor)
        lines = await all_interventions(uow, actor)
    visits = sorted(
        (
            people[visit.person_id],
            visit.reference,
            visit.tier,
            visit.allowed_dates,
            visit.earliest_start_minute,
            visit.latest_start_minute,
            visit.preferred_start_minute,
            visit.duration_minutes,
            visit.team_size,
            visit.skills,
            sorted(aides[aide] for aide in visit.wanted_aides),
            sorted(aides[aide] for aide in visit.refused_aides),
            visit.essential,
        )
        for visit in given.visits
    )
    team = sorted(
        (aide.reference, aide.contract_minutes, aide.skills, aide.start_latitude, aide.availabilities)
        for aide in given.aides
    )
    away = sorted((aides[aide_id], windows) for aide_id, windows in given.windows.items())
    known = sorted(
        (people[person], sorted((aides[a], n) for a, n in pairs.items())) for person, pairs in usual.items()
    )
    assert len(visits) == 225 * 5 + 96 * 2
    return [visits, team, away, known, len(lines)]


async def test_forty_planted_errors_get_forty_reasons(uow: UnitOfWork, actor: Actor):
    """Forty errors in a workbook: forty lines of reasons and remedies, and nothing changes."""
    provider = generate(1, MONDAY)[1]
    await fill(uow, actor, provider)
    before = [await all_people(uow, actor), await all_aides(uow, actor)]
    workbook = load_workbook(io.BytesIO(await export_workbook(uow, actor)))
    for planted, (sheet, header, wrong) in enumerate(PLANTED):
        column = next(cell.column for cell in workbook[sheet][1] if cell.value == header)
        rows = workbook[sheet].max_row - 1
        workbook[sheet].cell(row=2 + planted % min(rows, 20), column=column).value = wrong
    content = io.BytesIO()
    workbook.save(content)

    kept = await check_import(
        uow, actor, CheckImport(kind="workbook", file_name="erreurs.xlsx", content=content.getvalue())
    )

    found = {(item.sheet, item.column, item.value) for item in kept.report.refusals}
    assert len(PLANTED) == 40
    assert found == {(sheet, header, "" if wrong is None else str(wrong)) for sheet, header, wrong in PLANTED}
    assert all(item.reason and item.remedy for item in kept.report.refusals)
    assert [await all_people(uow, actor), await all_aides(uow, actor)] == before


PLANTED: list[tuple[str, str, str | None]] = [
    ("Personnes", "Civilité", "Docteur"),
    ("Personnes", "Civilité", None),
    ("Personnes", "Nom", None),
    ("Personnes", "Date de naissance", "31/02/1940"),
    ("Personnes", "Date de naissance", "hier"),
    ("Personnes", "Téléphone", "0012345678"),
    ("Personnes", "Téléphone", "061234567"),
    ("Personnes", "Adresse", None),
    ("Personnes", "Code postal", "9180"),
    ("Personnes", "Code INSEE", "2C001"),
    ("Personnes", "Code INSEE", "20004"),
    ("Personnes", "Code INSEE", "99999"),
    ("Personnes", "Latitude", "nord"),
    ("Personnes", "Longitude", "200"),
    ("Personnes", "Nombre d’aides souhaité au plus", "beaucoup"),
    ("Personnes", "Aides habituelles", "ZZ9 (3)"),
    ("Aides", "Heures par semaine", "60"),
    ("Aides", "Heures par semaine", "beaucoup"),
    ("Aides", "Temps partiel", "peut-être"),
    ("Aides", "Convention", "cuisine"),
    ("Aides", "Déplacement", "trottinette"),
    ("Aides", "Code INSEE de départ", "104"),
    ("Aides", "Lundi", "7h00"),
    ("Aides", "Mardi", "14h00-7h00"),
    ("Aides", "Mercredi", "7h00-12h00, 11h00-13h00"),
    ("Absences", "Numéro de l’aide", "A999"),
    ("Absences", "Début", "demain"),
    ("Absences", "Motif", "grippe"),
    ("Lignes de plan", "Numéro de la personne", "P9999"),
    ("Lignes de plan", "Priorité", "urgente"),
    ("Lignes de plan", "Jours", "dredi"),
    ("Lignes de plan", "Toutes les n semaines", "0"),
    ("Lignes de plan", "Début au plus tôt", "25h00"),
    ("Lignes de plan", "Début au plus tard", "5h00"),
    ("Lignes de plan", "Heure souhaitée", "midi"),
    ("Lignes de plan", "Durée", "2 min"),
    ("Lignes de plan", "Nombre d’aides", "3"),
    ("Lignes de plan", "Aides souhaitées", "A777"),
    ("Lignes de plan", "Acte essentiel", "si possible"),
    ("Lignes de plan", "Du", "dès que possible"),
]


async def test_same_column_twice_is_refused(uow: UnitOfWork, actor: Actor):
    """Two columns for one thing, even under two names: nobody may guess which one counts."""
    text = PEOPLE.replace("Numéro;", "Numéro;Référence;").replace("P1;", "P1;X1;").replace("P2;", "P2;X2;")

    kept = await check_import(uow, actor, csv_file(text))

    assert [(item.line, item.column, item.reason) for item in kept.report.refusals] == [
        (0, "Référence", "cette colonne figure deux fois")
    ]


async def test_title_above_the_headers_is_told_and_passed_over(uow: UnitOfWork, actor: Actor):
    """A sheet with a title over its headers is read, and the report says so."""
    kept = await check_import(uow, actor, csv_file("Personnes aidées en novembre;;\n" + PEOPLE))

    assert kept.report.counts["people"].created == 2
    assert kept.report.remarks == ["Personnes : ce qui précède la ligne des titres de colonnes est ignoré."]


async def test_number_that_differs_by_capitals_is_refused(uow: UnitOfWork, actor: Actor):
    """`p1` is not made a second person beside `P1`, neither in one file nor in the next."""
    await apply_import(uow, actor, (await check_import(uow, actor, csv_file(PEOPLE))).id)

    later = await check_import(uow, actor, csv_file(PEOPLE.replace("P1;", "p1;")))
    within = await check_import(uow, actor, csv_file(PEOPLE.replace("P1;", "Z1;").replace("P2;", "z1;")))

    assert [(item.line, item.reason) for item in later.report.refusals] == [
        (2, "ce numéro existe déjà sous la forme P1")
    ]
    assert [(item.line, item.reason) for item in within.report.refusals] == [
        (3, "ce numéro existe déjà sous la forme Z1")
    ]


async def test_absence_of_more_than_three_years_is_refused_at_its_line(uow: UnitOfWork, actor: Actor):
    """What the record would refuse is told with line and column, not for the file as a whole."""
    await fill(uow, actor, generate(1, MONDAY)[0])
    reference = (await all_aides(uow, actor))[0].reference
    text = f"Numéro de l’aide;Début;Fin;Motif\n{reference};01/01/2026;01/01/2090;maladie\n"

    kept = await check_import(uow, actor, csv_file(text, "absences"))

    assert [(item.line, item.column) for item in kept.report.refusals] == [(2, "Fin")]


async def test_refusals_are_kept_up_to_a_thousand(uow: UnitOfWork, actor: Actor):
    """A column wrong throughout a long file does not fill the database with its refusals."""
    header, first, _ = PEOPLE.splitlines()
    lines = [first.replace("P1;", f"P{rank};").replace("91114", "20004") for rank in range(1_203)]

    kept = await check_import(uow, actor, csv_file("\n".join([header, *lines])))

    assert len(kept.report.refusals) == 1_000
    assert kept.report.remarks == ["203 autres refus ne sont pas détaillés : corrigez d’abord ceux-ci."]


async def test_texts_that_look_like_formulas_stay_texts(uow: UnitOfWork, actor: Actor):
    """An export never holds a formula typed by somebody, and reads back the same."""
    text = (
        PEOPLE.replace("Clairbuis", "=1+1")
        .replace("Odette", "@somme")
        .replace("Jolicœur", "+33")
        .replace("André", "#N/A")
    )
    await apply_import(uow, actor, (await check_import(uow, actor, csv_file(text))).id)

    content = await export_workbook(uow, actor)
    sheet = load_workbook(io.BytesIO(content))["Personnes"]
    again = await check_import(
        uow, actor, CheckImport(kind="workbook", file_name="export.xlsx", content=content)
    )

    assert {cell.data_type for line in sheet["C2:D3"] for cell in line} == {"s"}
    assert [cell.quotePrefix for line in sheet["C2:D3"] for cell in line] == [True, False, True, True]
    assert again.report.is_idle


async def test_files_left_for_a_month_are_forgotten(engine: AsyncEngine, actor: Actor, clock: FixedClock):
    """A tried file that nobody applies holds personal data: it goes at the next trial a month later."""
    clock.advance(datetime.now(UTC) - clock.now())
    async with open_uow(engine, actor, clock=clock) as uow:
        left = await check_import(uow, actor, csv_file(PEOPLE.replace("91114", "20004")))

    clock.advance(timedelta(days=31))
    async with open_uow(engine, actor, clock=clock) as uow:
        await check_import(uow, actor, csv_file(PEOPLE))
        found = await get_import(uow, actor, left.id)

    assert (found.state, found.report.refusals) == ("abandoned", [])


async def test_abandoning_waits_for_an_application_under_way(engine: AsyncEngine, actor: Actor):
    """A file being applied in another window is not abandoned under its feet."""
    async with open_uow(engine, actor) as uow:
        kept = await check_import(uow, actor, csv_file(PEOPLE))

    async def abandon() -> None:
        async with open_uow(engine, actor) as other:
            await abandon_import(other, actor, kept.id)

    async with open_uow(engine, actor) as uow:
        await apply_import(uow, actor, kept.id)
        abandoning = asyncio.ensure_future(abandon())
        await asyncio.sleep(0.3)
        assert not abandoning.done()

    with pytest.raises(Conflict, match="applied already"):
        await abandoning


async def test_a_column_left_out_keeps_a_contract_part_time(uow: UnitOfWork, actor: Actor):
    """`Temps partiel` is computed for new aides only; a later file without it changes nothing."""
    text = (
        "Numéro;Nom;Prénom;Heures par semaine;Déplacement;Code INSEE de départ;Temps partiel\n"
        "A1;Fauvelin;Amina;30;voiture;91114;non\n"
    )
    await apply_import(uow, actor, (await check_import(uow, actor, csv_file(text, "aides"))).id)
    without = "\n".join(line.rpartition(";")[0] for line in text.splitlines())

    again = await check_import(uow, actor, csv_file(without, "aides"))

    assert again.report.is_idle
