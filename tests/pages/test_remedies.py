"""
A visit in no round: why aide by aide, what may be done, and doing it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from builders.rosters import MONDAY, aide_command, hours, line, person
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.statements import counted
from support.visitors import Visitor, VisitorOf

from carecoord.beneficiaries.service import upsert_people
from carecoord.careplans.service import upsert_lines
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import PARIS, FixedClock
from carecoord.rosters.domain import Board
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.publication import publish
from carecoord.workforce.service import upsert_aides

EARLIER = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture
async def roster_id(engine: AsyncEngine, actor: Actor) -> UUID:
    """
    One aide from 8 h to 12 h, and two people who both want an hour at half past eight on Monday.

    The second has to begin by 9 h 10, which is too soon for whoever leaves the first at 9 h 30.
    On Tuesday the second needs two aides.
    """
    clock = FixedClock(EARLIER)
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_people(uow, actor, [person("P1"), person("P2")])
        await upsert_aides(uow, actor, [aide_command("A1", availabilities=hours(range(7), 480, 720))])
        fixed = {"earliest_start_minute": 510, "latest_start_minute": 510, "preferred_start_minute": 510}
        late = {"earliest_start_minute": 520, "latest_start_minute": 550, "preferred_start_minute": 530}
        await upsert_lines(
            uow,
            actor,
            [
                line("L1", weekdays=[0], **fixed),
                line("L2", person_reference="P2", weekdays=[0], tier="comfort", **late),
                line("L3", person_reference="P2", weekdays=[1], tier="comfort", team_size=2, **late),
            ],
        )
    made = await drafted_week(engine, actor, clock, with_records=False)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, made, (await get_roster(uow, actor, made)).version)
    return made


@pytest.fixture
async def visitor(visitor_of: VisitorOf) -> Visitor:
    """A coordinator."""
    return await visitor_of("coordinator")


async def board_now(engine: AsyncEngine, actor: Actor) -> Board:
    """The week as it is now."""
    async with open_uow(engine, actor, clock=FixedClock(EARLIER)) as uow:
        return await board_of_week(uow, actor, MONDAY)


@pytest.fixture
async def left(engine: AsyncEngine, actor: Actor, roster_id: UUID) -> UUID:
    """The visit that nobody makes."""
    return left_with(await board_now(engine, actor), aides=1)


@pytest.fixture
async def left_by_two(engine: AsyncEngine, actor: Actor, roster_id: UUID) -> UUID:
    """The visit for two."""
    return left_with(await board_now(engine, actor), aides=2)


def left_with(board: Board, *, aides: int) -> UUID:
    """The visit in no round that needs so many aides."""
    (found,) = [v.visit_id for v in board.unserved if board.visits[v.visit_id].team_size == aides]
    return found


def forms(page: str) -> dict[str, dict[str, str]]:
    """Title of each remedy with a button -> the hidden fields of its form."""
    found = {}
    for part in page.split('<li class="card stack"')[1:]:
        title = re.search(r"<h2[^>]*>(.*?)</h2>", part)
        if title is not None and "<form" in part:
            fields = part[part.index("<form") : part.index("</form>")]
            found[title[1]] = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', fields))
    return found


async def test_the_way_to_remedies_is_on_the_visit(visitor: Visitor, left: UUID) -> None:
    """The page of a visit in no round leads to what may be done for it."""
    page = (await visitor.get(f"/tournees/visite/{left}")).text

    assert f'href="/tournees/visite/{left}/remedes"' in page
    assert "Chercher une solution" in page


async def test_remedies_are_sentences_with_a_button(visitor: Visitor, left: UUID) -> None:
    """Half past nine and the way there make 9 h 35: told with what it replaces, and who agrees."""
    page = (await visitor.get(f"/tournees/visite/{left}/remedes")).text

    assert "Commencer à 9\u202fh\u202f35 au lieu de 9\u202fh\u202f10 au plus tard." in page
    assert "Demandez l’accord de la personne avant de confirmer." in page
    assert "Accord obtenu : placer la visite" in page
    assert "au lieu de lun. 23 novembre" in page
    assert "Pourquoi elle n’est pas dans les tournées" in page


async def test_agreement_is_written_down_before_anything_is_done(
    visitor: Visitor, engine: AsyncEngine, actor: Actor, left: UUID
) -> None:
    """Without a name the page comes back; with one the visit is placed, and stays legal."""
    address = f"/tournees/visite/{left}/remedes"
    page = (await visitor.get(address)).text
    (fields,) = [item for title, item in forms(page).items() if "9\u202fh\u202f35" in title]

    bare = await visitor.post(address, fields)
    before = await board_now(engine, actor)
    agreed = {f"motif-{fields['remede']}": "Mme Berthier, au téléphone"}
    done = await visitor.post(address, fields | agreed)
    after = await board_now(engine, actor)

    assert bare.status_code == 422
    assert "Écrivez qui a donné son accord" in bare.text
    assert left in {item.visit_id for item in before.unserved}
    assert done.status_code == 303
    assert left not in {item.visit_id for item in after.unserved}
    (stop,) = [item for item in after.stops if item.visit_id == left]
    assert stop.starts_at.astimezone(PARIS).strftime("%H:%M") == "09:35"
    assert after.rosters[0].figures.blocking == {}


async def test_a_visit_for_two_says_who_is_free_and_when(visitor: Visitor, left_by_two: UUID) -> None:
    """One aide is free and nobody can go along: told on the page that moves it, aide by aide."""
    page = (await visitor.get(f"/tournees/visite/{left_by_two}/deplacer")).text

    assert "Il n’y a pas deux aides qui conviennent et soient libres en même temps." in page
    assert "libre à 8 h 50, mais personne pour faire équipe" in page
    assert f'href="/tournees/visite/{left_by_two}/remedes"' in page


async def test_a_remedy_of_other_rounds_is_a_calm_conflict(visitor: Visitor, left: UUID) -> None:
    """Made twice, the second finds other rounds: nothing is done, and it says so."""
    address = f"/tournees/visite/{left}/remedes"
    fields = next(iter(forms((await visitor.get(address)).text).values()))
    agreed = fields | {f"motif-{fields['remede']}": "Oui"}
    await visitor.post(address, agreed)

    again = await visitor.post(address, agreed)
    page = (await visitor.get(address)).text

    assert again.status_code == 409
    assert "Rien n’a été changé" in again.text
    assert "Cette visite est dans les tournées" in page


async def test_a_visit_taken_off_fits_again_at_once(
    visitor: Visitor, engine: AsyncEngine, actor: Actor, left: UUID
) -> None:
    """Nothing has to be agreed for a visit that fits: one press puts it back, and undoing takes it off."""
    board = await board_now(engine, actor)
    (stop,) = board.stops
    roster = board.rosters[0]
    off = {"roster_id": str(roster.id), "version": str(roster.version), "aide": "aucune"}
    day = {"jour": MONDAY.isoformat(), "aide2": "", "heure": ""}
    await visitor.post(f"/tournees/visite/{stop.visit_id}/deplacer", off | day)
    address = f"/tournees/visite/{stop.visit_id}/remedes"

    page = (await visitor.get(address)).text
    (fields,) = forms(page).values()
    done = await visitor.post(address, fields)
    back = await board_now(engine, actor)
    undo = {"roster_id": str(roster.id), "version": str(back.rosters[0].version), "suite": "/tournees"}
    undone = await visitor.post("/tournees/annuler", undo)

    assert "Placer la visite" in page
    assert done.status_code == undone.status_code == 303
    assert stop.visit_id in {item.visit_id for item in back.stops}
    assert (await board_now(engine, actor)).stops == []


async def test_looking_for_remedies_costs_a_fixed_number_of_statements(
    visitor: Visitor, engine: AsyncEngine, left: UUID
) -> None:
    """The same number whatever the aides, people and visits."""
    with counted(engine) as sent:
        answer = await visitor.get(f"/tournees/visite/{left}/remedes")

    assert answer.status_code == 200
    assert len(sent) == 24, "\n".join(sent)


async def test_readers_may_not(visitor_of: VisitorOf, left: UUID) -> None:
    """Changing rounds is not for whoever only reads them."""
    reader = await visitor_of("reader")

    answer = await reader.get(f"/tournees/visite/{left}/remedes")

    assert answer.status_code == 403


def test_the_week_is_in_the_future() -> None:
    """Remedies leave alone what has begun: the clock of these tests stands before the week."""
    assert EARLIER.date() + timedelta(days=3) == MONDAY
