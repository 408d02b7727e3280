"""
Planning by page: ask, follow, stop, compare, publish after having seen what it does.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from builders.rosters import MONDAY, small_week
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week, estimated_problem
from support.visitors import VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest
from carecoord.planning.homecare.naive import naive
from carecoord.rosters.apply import draft_of
from carecoord.rosters.documents import pack_problem
from carecoord.rosters.domain import BestSoFar, ProgressPoint, RequestRun
from carecoord.rosters.keeping import Keep
from carecoord.rosters.service import execution, parts
from carecoord.rosters.service.boards import get_roster, list_rosters
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, list_runs, request_run
from carecoord.rosters.store.parts import NewPart
from carecoord.web.pages.plan_run import clock_words, improvements
from carecoord.web.pages.plans import next_monday

FIELDS = {"premier": "2026-11-30", "semaines": "2", "secondes": "30", "graine": "7"}


def test_the_week_to_plan_is_this_one_on_a_monday_and_else_the_next() -> None:
    """On Monday 23 November that day; from Tuesday to Sunday the 30th."""
    assert next_monday(MONDAY) == MONDAY
    assert {next_monday(MONDAY + timedelta(days=k)) for k in range(1, 7)} == {date(2026, 11, 30)}


async def test_a_plan_is_asked_for(visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor) -> None:
    """The form's weeks become days; the page of the run waits for a worker and says so."""
    visitor = await visitor_of("coordinator")

    form = await visitor.get("/planifier")
    answer = await visitor.post("/planifier", FIELDS)
    page = await visitor.get(answer.headers["location"])

    assert 'name="premier" type="date" value="2026-11-23"' in form.text
    async with open_uow(engine, actor) as uow:
        (run,) = (await list_runs(uow, actor, PageRequest())).items
    assert (run.first_day, run.day_count, run.seconds, run.seed) == (date(2026, 11, 30), 14, 30, 7)
    assert "Le calcul attend qu’un serveur de calcul soit libre." in page.text
    assert f'data-url="/planifier/{run.id}/etat"' in page.text
    assert "Arrêter et garder le meilleur plan" in page.text


async def test_a_plan_in_sectors_shows_them(visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor) -> None:
    """One bar for the whole: one sector of two is done, so a third of the way; each sector has a line."""
    async with open_uow(engine, actor) as uow:
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, seconds=60))
        claim = await execution.claim_run(uow, actor, run.id)
        assert claim is not None
        made = [NewPart(id=new_id(), index=k, visits=500 + k, aides=50, document=b"sector") for k in range(2)]
        await parts.divide(uow, claim, b"territory", made)
    async with open_uow(engine, actor) as uow:
        part = await parts.claim_part(uow, made[0].id)
        assert part is not None
        best = BestSoFar(unserved={"vital": 0, "important": 2, "comfort": 1}, soft_cents=9)
        await parts.finish_part(uow, actor, part, b"outcome", parts.PartFigures(best=best))
    visitor = await visitor_of("coordinator")

    page = await visitor.get(f"/planifier/{run.id}")
    state = (await visitor.get(f"/planifier/{run.id}/etat")).json()

    assert "Secteur 1" in page.text
    assert "Secteur 2" in page.text
    assert 'data-label="Non servies" class="num">3<' in page.text
    assert state["message"].endswith("secteur terminé sur 2.")
    # half of the sectors, which are six tenths of the search
    assert state["progress"] == pytest.approx(0.3)


async def test_defects_of_a_request_are_told_together(visitor_of: VisitorOf) -> None:
    """Each field has its own sentence, and keeps what was typed."""
    visitor = await visitor_of("coordinator")

    answer = await visitor.post(
        "/planifier", {"premier": "lundi", "semaines": "x", "secondes": "30", "graine": "-"}
    )
    bounds = await visitor.post("/planifier", {**FIELDS, "semaines": "5", "graine": "-4"})

    assert answer.status_code == bounds.status_code == 422
    for field in ("premier", "semaines", "graine"):
        assert f'id="erreur-{field}"' in answer.text, field
    assert "Donnez un nombre de 1 à 28." in bounds.text
    assert 'value="-4"' in bounds.text


async def test_two_plans_of_the_same_days_are_not_made_at_once(visitor_of: VisitorOf) -> None:
    """The second request leads to the first."""
    visitor = await visitor_of("coordinator")

    first = await visitor.post("/planifier", FIELDS)
    second = await visitor.post("/planifier", FIELDS)

    assert second.status_code == 422
    assert "Un calcul est déjà en cours pour ces jours-là" in second.text
    assert f'href="{first.headers["location"]}">Voir le calcul en cours' in second.text


async def test_a_run_is_followed_and_stopped(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """The state tells phase, best cost and time; stopping twice is harmless."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, seconds=60))
        claim = await execution.claim_run(uow, actor, run.id)
        assert claim is not None
    visitor = await visitor_of("coordinator")
    clock.advance(timedelta(seconds=15))

    reading = (await visitor.get(f"/planifier/{run.id}/etat")).json()
    first = await visitor.post(f"/planifier/{run.id}/arreter")
    second = await visitor.post(f"/planifier/{run.id}/arreter")
    stopping = (await visitor.get(f"/planifier/{run.id}/etat")).json()

    assert reading == {
        "state": "running",
        "message": "Lecture des visites, des aides et des temps de trajet.",
        "elapsed_s": 15,
        "budget_s": 60,
        "progress": None,
        "improvements": [],
        "draft_href": None,
    }
    assert first.status_code == second.status_code == 303
    assert stopping["state"] == "stopping"
    assert stopping["message"].startswith("Arrêt demandé")


async def test_a_run_not_taken_up_is_cancelled(visitor_of: VisitorOf) -> None:
    """Cancelling before it began leaves no plan, and the page says so."""
    visitor = await visitor_of("coordinator")
    address = (await visitor.post("/planifier", FIELDS)).headers["location"]

    await visitor.post(f"{address}/arreter")

    assert "il n’y a pas de plan" in (await visitor.get(address)).text
    assert (await visitor.get(f"{address}/etat")).json()["state"] == "stopped"


async def test_a_failed_run_says_why_and_what_to_do(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A sentence, never a code."""
    async with open_uow(engine, actor, clock=clock) as uow:
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, seconds=60))
        await execution.fail_run(uow, run.id, "child_memory")
    visitor = await visitor_of("coordinator")

    page = await visitor.get(f"/planifier/{run.id}")

    assert "Le calcul a demandé plus de mémoire" in page.text
    assert "Rien n’a changé dans vos tournées." in page.text
    assert "child_memory" not in page.text


async def test_a_plan_is_compared_and_published_after_confirmation(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """22 visits are served; the confirmation says what publishing does; a second press changes nothing."""
    roster_id = await drafted_week(engine, actor, clock)
    visitor = await visitor_of("coordinator")
    run_id = await _run_of(engine, actor, roster_id)

    page = await visitor.get(f"/planifier/{run_id}")
    confirmation = await visitor.get(f"/planifier/publier/{roster_id}")
    version = confirmation.text.split('name="version" value="', 1)[1].split('"', 1)[0]
    published = await visitor.post(f"/planifier/publier/{roster_id}", {"version": version})
    again = await visitor.post(f"/planifier/publier/{roster_id}", {"version": version})

    assert "visites servies sur 22" in page.text
    assert "Comparé au plan naïf" in page.text
    assert "22\u202fvisites pour 2\u202faides deviennent les tournées" in confirmation.text
    assert "Aucun plan publié n’est remplacé." in confirmation.text
    assert published.headers["location"].startswith("/tournees?jour=2026-11-23")
    assert again.status_code == 409
    async with open_uow(engine, actor) as uow:
        assert (await get_roster(uow, actor, roster_id)).state == "published"


async def test_a_stale_confirmation_publishes_nothing(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """When the plan changed since it was shown, one is told and nothing is done."""
    roster_id = await drafted_week(engine, actor, clock)
    visitor = await visitor_of("coordinator")

    answer = await visitor.post(f"/planifier/publier/{roster_id}", {"version": "99"})

    assert answer.status_code == 409
    assert "Quelqu’un d’autre a changé cela entre-temps" in answer.text
    async with open_uow(engine, actor) as uow:
        assert (await get_roster(uow, actor, roster_id)).state == "draft"


async def test_publishing_needs_its_permission(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A reader sees the plan, without the button, and cannot post it by hand."""
    roster_id = await drafted_week(engine, actor, clock)
    reader = await visitor_of("reader")
    run_id = await _run_of(engine, actor, roster_id)

    page = await reader.get(f"/planifier/{run_id}")
    answer = await reader.post(f"/planifier/publier/{roster_id}", {"version": "1"})

    assert page.status_code == 200
    assert "Publier…" not in page.text
    assert answer.status_code == 403


async def test_runs_of_others_do_not_exist(
    visitor_of: VisitorOf, ccas_visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Neither the page, nor the state, nor stopping, nor publishing."""
    roster_id = await drafted_week(engine, actor, clock)
    run_id = await _run_of(engine, actor, roster_id)
    other = await ccas_visitor_of("administrator")

    answers = [
        await other.get(f"/planifier/{run_id}"),
        await other.get(f"/planifier/{run_id}/etat"),
        await other.post(f"/planifier/{run_id}/arreter"),
        await other.get(f"/planifier/publier/{roster_id}"),
        await other.post(f"/planifier/publier/{roster_id}", {"version": "1"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5


def point(attempt: int, elapsed_ms: int, vital: int, soft_cents: int) -> ProgressPoint:
    """A point of the curve with some vital visits left out."""
    return ProgressPoint(
        attempt=attempt,
        elapsed_ms=elapsed_ms,
        unserved={"vital": vital},
        soft_cents=soft_cents,
        phase="search",
    )


def test_only_improvements_are_drawn_on_one_clock() -> None:
    """A visit more is better whatever its price; a second attempt goes on where the first stopped."""
    points = [
        point(1, 1000, 2, 500),
        point(1, 2000, 2, 600),  # dearer for the same visits: not better
        point(1, 4000, 1, 900),  # a visit more
        point(2, 1000, 1, 800),  # 4 s of the first attempt and 1 s of the second
    ]

    assert [(at_s, item.soft_cents) for at_s, item in improvements(points)] == [(1, 500), (4, 900), (5, 800)]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0\u202fs"), (59, "59\u202fs"), (60, "1\u202fmin"), (125, "2\u202fmin\u202f05\u202fs")],
)
def test_computing_time_is_told_to_the_second(seconds: int, words: str) -> None:
    """As the page's script does."""
    assert clock_words(seconds) == words


async def _run_of(engine: AsyncEngine, actor: Actor, roster_id: UUID) -> UUID:
    async with open_uow(engine, actor) as uow:
        rosters = await list_rosters(uow, actor, PageRequest())
        found = next(item.run_id for item in rosters.items if item.id == roster_id)
        assert found is not None
        return (await get_run(uow, actor, found)).id


async def test_a_plan_may_start_from_last_week(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Start, budget and weight go with the request; its page counts what is kept and leads to each change."""
    published = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, published, (await get_roster(uow, actor, published)).version)
    visitor = await visitor_of("coordinator")
    kept = {**FIELDS, "semaines": "1", "depart": "last_week", "personnes": "3", "stabilite": "300"}

    wrong = await visitor.post("/planifier", {**kept, "personnes": "beaucoup"})
    asked = await visitor.post("/planifier", kept)
    async with open_uow(engine, actor, clock=clock) as uow:
        run = (await list_runs(uow, actor, PageRequest())).items[0]
        claim = await execution.claim_run(uow, actor, run.id)
        assert claim is not None
        problem = estimated_problem(await execution.gather(uow, actor, run))
        draft = draft_of(problem, naive(problem))
        await execution.save_problem(uow, claim, pack_problem(problem), [])
        await execution.finish_run(uow, claim, draft, draft.figures)
    page = await visitor.get(asked.headers["location"])
    changes = await visitor.get(f"{asked.headers['location']}/changements")

    assert wrong.status_code == 422
    assert run.keep == Keep(start_from="last_week", persons_max=3, weight_percent=300)
    assert "Visites servies par la même aide" in page.text
    assert "au plus 3" in page.text
    assert changes.status_code == 200
    assert "Ce que le plan change" in changes.text


async def test_a_plan_from_nothing_has_no_changes_to_show(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Neither the account of stability nor its page."""
    await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        run = (await list_runs(uow, actor, PageRequest())).items[0]
    visitor = await visitor_of("coordinator")

    page = await visitor.get(f"/planifier/{run.id}")
    changes = await visitor.get(f"/planifier/{run.id}/changements")

    assert "Stabilité" not in page.text
    assert changes.status_code == 404
