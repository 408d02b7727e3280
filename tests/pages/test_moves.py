"""
Moving a visit: the effect before, the move with its version, what is refused, undo.
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from builders.rosters import MONDAY
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.visitors import Visitor, VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import PARIS, FixedClock
from carecoord.rosters.domain import Board, RosterStop
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.publication import publish

WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.fixture
async def roster_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """The small week, dealt out naively and published."""
    made = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, made, (await get_roster(uow, actor, made)).version)
    return made


class Week:
    """Reads the board anew, as it is now."""

    def __init__(self, engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
        self.engine, self.actor, self.clock = engine, actor, clock

    async def board(self) -> Board:
        """The week of the tests."""
        async with open_uow(self.engine, self.actor, clock=self.clock) as uow:
            return await board_of_week(uow, self.actor, MONDAY)

    async def stop(self, visit_id: UUID) -> RosterStop | None:
        """Where a visit for one is."""
        board = await self.board()
        return next((stop for stop in board.stops if stop.visit_id == visit_id), None)


@pytest.fixture
def week(engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID) -> Week:
    """The week as it is now."""
    return Week(engine, actor, clock)


@pytest.fixture
async def afternoon(week: Week) -> RosterStop:
    """Wednesday's only visit of the afternoon, allowed from 14 h to 16 h, of comfort."""
    board = await week.board()
    return next(
        stop
        for stop in board.stops
        if stop.on_date == WEDNESDAY and board.visits[stop.visit_id].tier == "comfort"
    )


@pytest.fixture
async def visitor(visitor_of: VisitorOf) -> Visitor:
    """A coordinator."""
    return await visitor_of("coordinator")


async def other_aide(week: Week, stop: RosterStop) -> UUID:
    """The aide who does not make this stop."""
    return next(aide.id for aide in (await week.board()).aides if aide.id != stop.aide_id)


def address(stop: RosterStop, **chosen: object) -> str:
    """The form of a visit, filled in."""
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return f"/tournees/visite/{stop.visit_id}/deplacer?{query}"


def hidden(page: str) -> dict[str, str]:
    """Every hidden field of the confirmation form."""
    form = page[page.index('<form method="post" action="/tournees/visite') :]
    form = form[: form.index("</form>")]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


async def test_places_are_ranked_and_the_present_one_marked(
    visitor: Visitor, week: Week, afternoon: RosterStop
) -> None:
    """Two aides may make it: both are listed, one of them as the present place."""
    page = (await visitor.get(address(afternoon, jour=WEDNESDAY))).text

    assert page.count('data-label="Prix"') == 2
    assert page.count("place actuelle") <= 1
    assert f"aide={await other_aide(week, afternoon)}" in page


async def test_the_effect_is_told_before_and_changes_nothing(
    visitor: Visitor, week: Week, afternoon: RosterStop
) -> None:
    """Looking shows travel, weeks and price; the visit stays where it is."""
    aide = await other_aide(week, afternoon)

    page = (await visitor.get(address(afternoon, aide=aide, jour=WEDNESDAY, heure="14:30"))).text

    assert "Mer. 25 novembre à 14\u202fh\u202f30" in page
    for label in ("Trajets", "Kilomètres", "Visites récentes ou prévues", "Confirmer le déplacement"):
        assert label in page
    assert await week.stop(afternoon.visit_id) == afternoon


async def test_a_move_is_made_and_undone(visitor: Visitor, week: Week, afternoon: RosterStop) -> None:
    """Confirmed, the visit is with the other aide at 14 h 30; undone, it is where it was."""
    aide = await other_aide(week, afternoon)
    page = (await visitor.get(address(afternoon, aide=aide, jour=WEDNESDAY, heure="14:30"))).text
    fields = hidden(page)

    done = await visitor.post(f"/tournees/visite/{afternoon.visit_id}/deplacer", fields)
    moved = await week.stop(afternoon.visit_id)
    board = (await visitor.get(done.headers["location"])).text
    roster = (await week.board()).rosters[0]
    undo = {"roster_id": str(roster.id), "version": str(roster.version), "suite": "/tournees"}
    undone = await visitor.post("/tournees/annuler", undo)
    back = await week.stop(afternoon.visit_id)

    assert done.status_code == undone.status_code == 303
    assert moved is not None
    assert (moved.aide_id, moved.starts_at.astimezone(PARIS).hour) == (aide, 14)
    assert "data-carecoord-undo" in board
    assert back is not None
    assert (back.aide_id, back.starts_at) == (afternoon.aide_id, afternoon.starts_at)
    assert "data-carecoord-undo" not in (await visitor.get(f"/tournees?jour={WEDNESDAY}")).text


async def test_an_old_version_is_a_calm_conflict(visitor: Visitor, week: Week, afternoon: RosterStop) -> None:
    """Somebody moved something meanwhile: nothing is done, and looking again is one press away."""
    aide = await other_aide(week, afternoon)
    page = (await visitor.get(address(afternoon, aide=aide, jour=WEDNESDAY))).text
    fields = hidden(page)
    await visitor.post(f"/tournees/visite/{afternoon.visit_id}/deplacer", fields)
    after_first = await week.stop(afternoon.visit_id)

    late = await visitor.post(f"/tournees/visite/{afternoon.visit_id}/deplacer", fields)

    assert late.status_code == 409
    assert "Rien n’a été changé" in late.text
    assert "Revoir l’effet maintenant" in late.text
    assert await week.stop(afternoon.visit_id) == after_first


async def test_what_a_rule_forbids_cannot_be_confirmed(
    visitor: Visitor, week: Week, afternoon: RosterStop
) -> None:
    """Two hours before its window: the page says why, has no button, and a forged form is refused."""
    chosen = {"aide": afternoon.aide_id, "jour": WEDNESDAY, "heure": "12:00"}

    page = (await visitor.get(address(afternoon, **chosen))).text
    roster = (await week.board()).rosters[0]
    forged = {"roster_id": str(roster.id), "version": str(roster.version), "aide2": "", "motif": "si"}
    answer = await visitor.post(
        f"/tournees/visite/{afternoon.visit_id}/deplacer",
        forged | {name: str(value) for name, value in chosen.items()},
    )

    assert "Visite placée à 2\u202fh de l’horaire permis." in page
    assert "Confirmer le déplacement" not in page
    assert answer.status_code == 422
    assert "Le déplacement n’a pas été fait" in answer.text
    assert await week.stop(afternoon.visit_id) == afternoon


async def test_a_visit_taken_off_comes_back_by_its_remedy(
    visitor: Visitor, week: Week, afternoon: RosterStop
) -> None:
    """Off the rounds it is listed with a remedy; the link leads to a move that may be confirmed."""
    page = (await visitor.get(address(afternoon, aide="aucune", jour=WEDNESDAY))).text
    await visitor.post(f"/tournees/visite/{afternoon.visit_id}/deplacer", hidden(page))
    assert await week.stop(afternoon.visit_id) is None

    board = (await visitor.get(f"/tournees?jour={WEDNESDAY}")).text
    remedy = re.search(r'href="(/tournees/visite/[^"]+/deplacer\?aide=[^"]+)"', board)
    assert remedy is not None
    effect = (await visitor.get(remedy[1].replace("&amp;", "&"))).text
    await visitor.post(f"/tournees/visite/{afternoon.visit_id}/deplacer", hidden(effect))

    assert "Retirée des tournées à la main" in board
    assert "Non servies (1)" in board
    assert await week.stop(afternoon.visit_id) is not None


async def test_undo_without_a_move_says_so(visitor: Visitor, week: Week, roster_id: UUID) -> None:
    """Nothing to undo is a conflict with a sentence, not a bug."""
    roster = (await week.board()).rosters[0]

    answer = await visitor.post(
        "/tournees/annuler", {"roster_id": str(roster_id), "version": str(roster.version)}
    )

    assert answer.status_code == 409
    assert "Il n’y a rien à annuler" in answer.text
