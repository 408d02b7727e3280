"""
Rounds of meals of a day: what counts, what changed, plans asked for; one plan followed and published.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ, MEAL_WRITE, PERSON_READ
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.meals.rounds_domain import RequestMealRun
from carecoord.meals.service.fleet import list_drivers, list_vehicles
from carecoord.meals.service.round_changes import pending_changes, take_changes
from carecoord.meals.service.round_runs import get_meal_run, request_rounds, runs_of_day, stop_rounds
from carecoord.meals.service.rounds import draft_rounds, publish_rounds, rounds_of
from carecoord.web.forms import identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.pages.rounds import day_of
from carecoord.web.planning_words import FAILURES
from carecoord.web.views.meal_rounds import (
    ROUNDS_PATH,
    better,
    compared_rows,
    full_name,
    left_rows,
    round_rows,
    run_view,
    term_rows,
    warning_rows,
)
from carecoord.web.wording import error_sentence, field_errors

BUDGETS = [("15", "15 secondes : un aperçu"), ("45", "45 secondes"), ("120", "2 minutes")]


@get(ROUNDS_PATH)
async def show_meal_rounds(request: AnyRequest, jour: FromQuery[str] = "") -> Template:
    """The rounds of a day, today's by default."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        return await _day(desk, day_of(jour, desk.today), {})


async def _day(desk: Desk, on: date, errors: dict[str, str]) -> Template:
    rounds = await rounds_of(desk.uow, desk.actor, on)
    drivers = {item.id: item for item in await list_drivers(desk.uow, desk.actor)}
    vehicles = {item.id: item for item in await list_vehicles(desk.uow, desk.actor)}
    changes = await pending_changes(desk.uow, desk.actor, on)
    people = await people_by_id(desk.uow, desk.actor, {change.person_id for change in changes.all})
    runs = await runs_of_day(desk.uow, desk.actor, on)
    context = {
        "layout": layout_of(desk.signed_in, "/repas"),
        "tabs": tabs_of(desk, ROUNDS_PATH),
        "day": on,
        "iso": on.isoformat(),
        "before": (on - timedelta(days=1)).isoformat(),
        "after": (on + timedelta(days=1)).isoformat(),
        "is_today": on == desk.today,
        "errors": errors,
        "rounds": round_rows(rounds, drivers, vehicles),
        "due": changes.due,
        "meals": changes.meals,
        "changes": [
            {"who": full_name(people.get(item.person_id)), "what": CHANGE_WORDS[item.kind]}
            for item in changes.all
        ],
        "has_fleet": any(d.active and d.vehicle_ids for d in drivers.values()),
        "runs": [run_view(run, desk.uow.now) for run in runs],
        "budgets": BUDGETS,
        "may_plan": desk.actor.may(MEAL_PLAN),
        "may_write": desk.actor.may(MEAL_WRITE),
    }
    return Template("meals/rounds.html", context=context, status_code=422 if errors else 200)


CHANGE_WORDS = {
    "added": "à livrer, dans aucune tournée",
    "cancelled": "n’est plus à livrer",
    "count": "nombre de repas changé",
}


@post(ROUNDS_PATH)
async def submit_meal_plan(request: AnyRequest) -> Response[Any]:
    """Ask for the rounds of a day; the page of the run follows."""
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN, MEAL_READ, PERSON_READ) as desk:
        try:
            on, seconds = form.day("jour"), form.whole("secondes")
            form.check()
            run = await request_rounds(desk.uow, desk.actor, RequestMealRun(deliver_on=on, seconds=seconds))
        except Invalid as error:
            await desk.uow.undo()
            return await _day(desk, desk.today, field_errors(error))
        except Conflict as error:
            await desk.uow.undo()
            found = error.args_by_name.get("run_id")
            return Redirect(f"{ROUNDS_PATH}/calcul/{found}", status_code=303)
    return Redirect(f"{ROUNDS_PATH}/calcul/{run.id}", status_code=303)


@post(f"{ROUNDS_PATH}/reprendre")
async def submit_changes(request: AnyRequest) -> Redirect:
    """Take what changed since publication over into the rounds."""
    form = await read_form(request)
    on = form.day("jour")
    form.check()
    async with open_desk(request, MEAL_WRITE, MEAL_READ, PERSON_READ) as desk:
        await take_changes(desk.uow, desk.actor, on)
    return Redirect(f"{ROUNDS_PATH}?jour={on.isoformat()}", status_code=303)


@get(f"{ROUNDS_PATH}/calcul/{{run_id:uuid}}")
async def show_meal_run(request: AnyRequest, run_id: FromPath[UUID]) -> Template:
    """Progress while it lasts; afterwards what the rounds are worth."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        return await _run(desk, run_id, "")


async def _run(desk: Desk, run_id: UUID, sentence: str) -> Template:
    run = await get_meal_run(desk.uow, desk.actor, run_id)
    rounds = await draft_rounds(desk.uow, desk.actor, run_id)
    drivers = {item.id: item for item in await list_drivers(desk.uow, desk.actor)}
    vehicles = {item.id: item for item in await list_vehicles(desk.uow, desk.actor)}
    people = await people_by_id(desk.uow, desk.actor, {left.person_id for left in run.left_out})
    context = {
        "layout": layout_of(desk.signed_in, "/repas"),
        "day": run.deliver_on,
        "back_href": f"{ROUNDS_PATH}?jour={run.deliver_on.isoformat()}",
        "sentence": sentence,
        "run": run_view(run, desk.uow.now),
        "figures": run.best,
        "compared_on": run.compared_on,
        "failure": FAILURES.get(run.failure or "", "Le calcul a échoué pour une raison inattendue."),
        "rounds": round_rows(rounds, drivers, vehicles),
        "compared": compared_rows(run),
        "terms": term_rows(run),
        "left": left_rows(run, people, drivers),
        "warnings": warning_rows(run, drivers),
        "is_estimate": run.travel is not None and run.travel.get("provider") == "great_circle",
        "may_plan": desk.actor.may(MEAL_PLAN),
        "may_publish": desk.actor.may(MEAL_PLAN) and run.state == "done" and run.published_at is None,
    }
    return Template("meals/run.html", context=context, status_code=409 if sentence else 200)


@get(f"{ROUNDS_PATH}/calcul/{{run_id:uuid}}/etat")
async def meal_run_status(request: AnyRequest, run_id: FromPath[UUID]) -> dict[str, Any]:
    """What the page's script asks each second."""
    async with open_desk(request, MEAL_READ) as desk:
        run = await get_meal_run(desk.uow, desk.actor, run_id)
        view = run_view(run, desk.uow.now)
    return {
        "state": {"cancelled": "stopped"}.get(run.state, run.state),
        "message": view["message"],
        "elapsed_s": round(view["elapsed_s"]),
        "budget_s": run.seconds,
        "progress": view["ratio"],
        "draft_href": view["href"] if run.best is not None else None,
        "improvements": [
            {
                "at_s": round(point.elapsed_ms / 1000, 1),
                "cost_cents": point.soft_cents,
                "unserved": point.left,
            }
            for point in better(run)
        ],
    }


@post(f"{ROUNDS_PATH}/calcul/{{run_id:uuid}}/arreter")
async def submit_meal_stop(request: AnyRequest, run_id: FromPath[UUID]) -> Redirect:
    """Stop early and keep the best rounds."""
    async with open_desk(request, MEAL_PLAN, MEAL_READ) as desk:
        try:
            await stop_rounds(desk.uow, desk.actor, run_id)
        except Conflict:
            await desk.uow.undo()
            # Over meanwhile: its page shows the result, which is what was wanted.
            return Redirect(f"{ROUNDS_PATH}/calcul/{run_id}", status_code=303)
    return Redirect(f"{ROUNDS_PATH}/calcul/{run_id}", status_code=303)


@post(f"{ROUNDS_PATH}/calcul/{{run_id:uuid}}/publier")
async def submit_meal_publication(request: AnyRequest, run_id: FromPath[UUID]) -> Response[Any]:
    """Make the rounds those that count on their day."""
    async with open_desk(request, MEAL_PLAN, MEAL_READ, PERSON_READ) as desk:
        try:
            rounds = await publish_rounds(desk.uow, desk.actor, identifier(str(run_id)))
        except Conflict as error:
            await desk.uow.undo()
            return await _run(desk, run_id, error_sentence(error))
        on = rounds[0].deliver_on if rounds else desk.today
    return Redirect(f"{ROUNDS_PATH}?jour={on.isoformat()}", status_code=303)


ROUTES = (
    show_meal_rounds,
    submit_meal_plan,
    submit_changes,
    show_meal_run,
    meal_run_status,
    submit_meal_stop,
    submit_meal_publication,
)
