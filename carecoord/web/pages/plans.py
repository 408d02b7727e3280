"""
Plan: ask for the rounds of a period, and the plans asked for so far.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import ROSTER_PLAN
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rosters.domain import PlanningRun, RequestRun
from carecoord.rosters.keeping import Keep
from carecoord.rosters.service.runs import list_runs, request_run
from carecoord.web.forms import Form, page_request, read_form
from carecoord.web.layout import layout_of
from carecoord.web.listing import pages_of
from carecoord.web.pages.rounds import day_of
from carecoord.web.planning_words import RUN_STATES, WEEK_DAYS, failure_words, period_words, unserved_words
from carecoord.web.wording import error_sentence, field_errors

PATH = "/planifier"
PAGE_SIZE = 20
FIELDS = {
    "premier": "",
    "semaines": "1",
    "secondes": "180",
    "graine": "1",
    "depart": "",
    "personnes": "",
    "stabilite": "100",
}
STARTS = [
    ("", "rien : le meilleur plan possible"),
    ("last_week", "la semaine dernière"),
    ("usual", "les aides habituelles, aux heures souhaitées"),
]
STRENGTHS = [("30", "un peu"), ("100", "normalement"), ("300", "beaucoup")]
WEEKS = [("1", "1 semaine"), ("2", "2 semaines"), ("3", "3 semaines"), ("4", "4 semaines")]
BUDGETS = [
    ("30", "30 secondes : un aperçu"),
    ("180", "3 minutes"),
    ("600", "10 minutes : mieux pour plus de 30 aides"),
    ("1800", "30 minutes"),
]
NAMES = {
    "first_day": "premier",
    "day_count": "semaines",
    "seconds": "secondes",
    "seed": "graine",
    "keep.persons_max": "personnes",
    "keep.weight_percent": "stabilite",
}


@get(PATH)
async def show_plans(
    request: AnyRequest, page: FromQuery[str] = "", premier: FromQuery[str] = ""
) -> Template:
    """The form, with a first day chosen beforehand or not, and plans asked for so far, newest first."""
    async with open_desk(request, ROSTER_PLAN) as desk:
        first = day_of(premier, next_monday(desk.today))
        values = {**FIELDS, "premier": first.isoformat()}
        return await _form(desk, values, {}, page=page)


@post(PATH)
async def submit_plan(request: AnyRequest) -> Response[Any]:
    """Ask for a plan; the page of its progress follows."""
    form = await read_form(request)
    async with open_desk(request, ROSTER_PLAN) as desk:
        try:
            run = await request_run(desk.uow, desk.actor, _command(form))
        except Invalid as error:
            errors = {NAMES.get(name, name): text for name, text in field_errors(error).items()}
            return await _form(desk, form.shown(**FIELDS), errors)
        except Conflict as error:
            running = error.args_by_name.get("run_id")
            return await _form(desk, form.shown(**FIELDS), {"": error_sentence(error)}, running=running)
    return Redirect(f"{PATH}/{run.id}", status_code=303)


def next_monday(today: date) -> date:
    """The Monday whose week is to be planned: today's when it is Monday, else the coming one."""
    return today if today.weekday() == 0 else monday_of(today) + timedelta(days=WEEK_DAYS)


def _command(form: Form) -> RequestRun:
    first, weeks = form.day("premier"), form.whole("semaines")
    seconds, seed = form.whole("secondes"), form.whole("graine")
    keep = _keep(form)
    form.check()
    return RequestRun(first_day=first, day_count=weeks * WEEK_DAYS, seconds=seconds, seed=seed, keep=keep)


def _keep(form: Form) -> Keep | None:
    """What the plan starts from; nothing unless one of the list is chosen."""
    start = form.text("depart", required=False)
    if start not in ("last_week", "usual"):
        return None
    most = form.whole("personnes") if form.text("personnes", required=False) else None
    return Keep(
        start_from="last_week" if start == "last_week" else "usual",
        persons_max=most,
        weight_percent=form.whole("stabilite") if form.text("stabilite", required=False) else 100,
    )


async def _form(
    desk: Desk, values: dict[str, str], errors: dict[str, str], *, page: str = "", running: object = None
) -> Template:
    found = await list_runs(desk.uow, desk.actor, page_request(page, PAGE_SIZE))
    context = {
        "layout": layout_of(desk.signed_in, PATH),
        "values": values,
        "errors": errors,
        "weeks": WEEKS,
        "budgets": BUDGETS,
        "starts": STARTS,
        "strengths": STRENGTHS,
        "running_href": f"{PATH}/{running}" if running else "",
        "runs": [_row(run) for run in found.items],
        "pages": pages_of(found, PATH, {}, "plan"),
    }
    return Template("plans/list.html", context=context, status_code=422 if errors else 200)


def _row(run: PlanningRun) -> dict[str, Any]:
    label, tone = RUN_STATES[run.state]
    outcome = ""
    if run.state == "failed":
        outcome = failure_words(run)
    elif run.best is not None:
        left = unserved_words(run.best.unserved)
        outcome = f"non servies : {left}" if left else "toutes les visites sont servies"
    return {
        "href": f"{PATH}/{run.id}",
        "period": period_words(run.first_day, run.day_count),
        "asked_at": run.created_at,
        "state": label,
        "tone": tone,
        "outcome": outcome,
    }


ROUTES = (show_plans, submit_plan)
