"""
The board of a day and of a week, visits, one aide's week, one person's week: what they tell, to whom.
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from builders.rosters import MONDAY, line, small_week
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.statements import counted
from support.visitors import VisitorOf

from carecoord.careplans.service import upsert_lines
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rosters.domain import Board
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.publication import publish

# Of every page: context of nobody, session, context of the account, organisation, read-only.
FRAME = 5
DAY = f"/tournees?jour={MONDAY.isoformat()}"


@pytest.fixture
async def roster_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """A draft of the small week, dealt out naively."""
    return await drafted_week(engine, actor, clock)


@pytest.fixture
async def week(engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID) -> Board:
    """The same, published."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)
    async with open_uow(engine, actor, clock=clock) as uow:
        return await board_of_week(uow, actor, MONDAY)


async def test_a_day_without_plan_says_what_to_do_next(visitor_of: VisitorOf) -> None:
    """Who may plan is led to planning; who may not is told to wait."""
    coordinator, reader = await visitor_of("coordinator"), await visitor_of("reader")

    assert "Planifier cette semaine" in (await coordinator.get(DAY)).text
    told = (await reader.get(DAY)).text
    assert "/planifier" not in told
    assert "pas encore été publiées" in told


async def test_the_board_tells_every_visit_in_both_forms(visitor_of: VisitorOf, week: Board) -> None:
    """Monday's five stops are on the board and in the round sheets; the summary counts four visits."""
    visitor = await visitor_of("coordinator")

    page = (await visitor.get(DAY)).text

    assert page.count("data-carecoord-visit") == 5
    assert page.count('data-label="Personne"') == 5
    assert "<dd>4 / 4</dd>" in page
    assert "toutes les vitales" in page
    assert "Publié lun. 23 novembre" in page
    assert "Toutes les visites de ce jour sont dans une tournée" in page


async def test_a_draft_says_so_and_can_be_compared_and_published(
    visitor_of: VisitorOf, roster_id: UUID
) -> None:
    """Without anything published the draft is shown, and its comparison is with the naive plan alone."""
    visitor = await visitor_of("coordinator")

    page = (await visitor.get(f"{DAY}&plan={roster_id}")).text
    compared = (await visitor.get(f"/tournees/changements?plan={roster_id}")).text

    assert "Brouillon · jamais publié" in page
    assert f"/planifier/publier/{roster_id}" in page
    assert "Plan naïf" in compared
    assert "Rien n’est publié pour ces jours" in compared


async def test_a_visit_left_out_tells_why_for_each_aide(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Nobody has the skill: the sentence says so, and each aide is told with what she lacks."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        await upsert_lines(uow, actor, [line("L9", weekdays=[0], tier="comfort", skills=["transfert"])])
    draft_id = await drafted_week(engine, actor, clock, with_records=False)
    visitor = await visitor_of("coordinator")

    page = (await visitor.get(f"{DAY}&plan={draft_id}")).text

    assert "Non servies (1)" in page
    assert "Personne n’a les compétences demandées." in page
    assert page.count("n’a pas la compétence : transferts") == 2
    assert "toutes les vitales" in page


async def test_a_later_draft_is_announced_and_its_changes_listed(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock, week: Board
) -> None:
    """A cancelled line of five visits makes five changes."""
    clock.advance(timedelta(minutes=5))
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_lines(uow, actor, [line("L1", starts_on=MONDAY + timedelta(days=30))])
    draft_id = await drafted_week(engine, actor, clock, with_records=False)
    visitor = await visitor_of("coordinator")

    assert f"plan={draft_id}" in (await visitor.get(DAY)).text
    changes = (await visitor.get(f"/tournees/changements?plan={draft_id}")).text
    assert changes.count("dans aucune tournée") == 5


async def test_a_reader_sees_rounds_and_changes_nothing(visitor_of: VisitorOf, week: Board) -> None:
    """No move is offered, and asking for one is refused."""
    visitor = await visitor_of("reader")
    visit = week.stops[0].visit_id

    page = (await visitor.get(DAY)).text

    assert "data-move-href" not in page
    assert (await visitor.get(f"/tournees/visite/{visit}/deplacer")).status_code == 403
    assert (await visitor.post(f"/tournees/visite/{visit}/epingle", {"quoi": "aide"})).status_code == 403


async def test_an_agent_of_a_desk_has_no_rounds(ccas_visitor_of: VisitorOf) -> None:
    """Rounds need a permission that the desk does not have."""
    visitor = await ccas_visitor_of("agent")

    assert (await visitor.get(DAY)).status_code == 403


async def test_the_week_tells_hours_against_contracts(visitor_of: VisitorOf, week: Board) -> None:
    """Both aides, 35 h each, with every day a link to its board."""
    visitor = await visitor_of("reader")

    page = (await visitor.get(f"/tournees/semaine?jour={MONDAY.isoformat()}")).text

    assert page.count("sur 35\u202fh") == 2
    for number in range(7):
        assert f"/tournees?jour={MONDAY + timedelta(days=number)}" in page


async def test_a_visit_says_why_from_data_alone(visitor_of: VisitorOf, week: Board) -> None:
    """Acquaintance, way and margins; a stranger's first visit is called a new face."""
    visitor = await visitor_of("coordinator")
    stop = next(item for item in week.stops if not item.known_face)

    page = (await visitor.get(f"/tournees/visite/{stop.visit_id}")).text
    panel = (await visitor.get(f"/tournees/visite/{stop.visit_id}/resume")).text

    for text in (page, panel):
        assert "est un nouveau visage pour cette personne" in text
        assert "pour un contrat de 35\u202fh" in text
    assert "<html" not in panel
    assert "Berthier" not in re.search(r"<title>(.*?)</title>", page)[1]  # type: ignore[index] # the page has a title


async def test_pins_are_set_and_lifted(visitor_of: VisitorOf, week: Board) -> None:
    """A pin shows on the board and on the visit, until it is lifted."""
    visitor = await visitor_of("coordinator")
    visit = week.stops[0].visit_id
    path = f"/tournees/visite/{visit}"

    done = await visitor.post(f"{path}/epingle", {"aide": "oui", "heure": "oui", "motif": "à sa demande"})
    pinned = (await visitor.get(path)).text
    board = (await visitor.get(f"/tournees?jour={week.stops[0].on_date}")).text
    lifted = await visitor.post(f"{path}/liberer")

    assert done.status_code == lifted.status_code == 303
    assert "aucun calcul ne la déplacera" in pinned
    assert " pinned" in board
    assert "aucun calcul ne la déplacera" not in (await visitor.get(path)).text


async def test_an_aides_week_has_rounds_and_counters(visitor_of: VisitorOf, week: Board) -> None:
    """Her visits, her contract, and each worked day with its limits."""
    visitor = await visitor_of("reader")
    aide = week.stops[0].aide_id
    days = {stop.on_date for stop in week.stops if stop.aide_id == aide}

    page = (await visitor.get(f"/equipe/{aide}?jour={MONDAY.isoformat()}")).text

    assert page.count('data-label="Amplitude"') == len(days)
    assert "Repos avant" in page
    assert page.count("(au moins 11\u202fh)") == len(days) - 1


async def test_one_date_of_a_care_plan_is_cancelled(visitor_of: VisitorOf, week: Board) -> None:
    """The date is told as cancelled; a day outside the pattern is refused with a sentence."""
    visitor = await visitor_of("coordinator")
    stop = next(item for item in week.stops if item.on_date == MONDAY + timedelta(days=2))
    visit = week.visits[stop.visit_id]
    path = f"/personnes/{visit.person_id}"
    fields = {"ligne": str(visit.intervention_id), "date": visit.due_on.isoformat()}

    done = await visitor.post(f"{path}/annuler", fields)
    after = (await visitor.get(f"{path}?jour={MONDAY.isoformat()}")).text
    refused = await visitor.post(f"{path}/annuler", fields | {"date": "2020-01-01"})

    assert done.status_code == 303
    assert "mer. 25 novembre : annulée" in after
    assert refused.status_code == 422
    assert "La date n’a pas été annulée" in refused.text


async def test_the_map_says_that_lines_are_straight_and_has_its_table(
    visitor_of: VisitorOf, week: Board
) -> None:
    """Without roads: a path of none, said in a sentence; the table has the same stops."""
    visitor = await visitor_of("reader")

    page = (await visitor.get(f"/tournees/carte?jour={MONDAY.isoformat()}&aide=toutes")).text

    assert "Lignes à vol d’oiseau" in page
    assert page.count('"path": null') == 2
    assert page.count('data-label="Personne"') == 5


async def test_an_empty_week_leads_to_planning_that_week(visitor_of: VisitorOf) -> None:
    """From a Friday without plan, the form starts on the Monday of its week."""
    visitor = await visitor_of("coordinator")

    day = (await visitor.get("/tournees?jour=2027-01-15")).text
    week = (await visitor.get("/tournees/semaine?jour=2027-01-15")).text
    form = (await visitor.get("/planifier?premier=2027-01-11")).text

    assert 'href="/planifier?premier=2027-01-11"' in day
    assert 'href="/planifier?premier=2027-01-11"' in week
    assert 'value="2027-01-11"' in form


@pytest.mark.parametrize("path", ["visite/x", "visite/x/deplacer", "changements?plan=x", "semaine?plan=x"])
async def test_addresses_that_name_nothing(visitor_of: VisitorOf, week: Board, path: str) -> None:
    """A wrong identifier is a page not found."""
    visitor = await visitor_of("coordinator")

    assert (await visitor.get(f"/tournees/{path}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/tournees?jour=2026-11-23", 11),
        ("/tournees/semaine?jour=2026-11-23", 10),
        ("/tournees/carte?jour=2026-11-23", 10),
        ("/tournees/visite/{visit}", 18),
        ("/tournees/visite/{visit}/resume", 18),
        ("/tournees/visite/{visit}/deplacer", 25),
        ("/equipe/{aide}?jour=2026-11-23", 20),
        ("/personnes/{person}?jour=2026-11-23", 18),
    ],
)
async def test_statements_of_a_page(
    visitor_of: VisitorOf, engine: AsyncEngine, week: Board, path: str, own: int
) -> None:
    """The number is written here: a round more costs no statement more."""
    visitor = await visitor_of("coordinator")
    stop = week.stops[0]
    person = week.visits[stop.visit_id].person_id

    with counted(engine) as sent:
        answer = await visitor.get(path.format(visit=stop.visit_id, aide=stop.aide_id, person=person))

    assert answer.status_code == 200
    assert len(sent) == FRAME + own
