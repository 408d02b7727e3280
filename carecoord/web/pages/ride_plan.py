"""
Planning a day of rides anew: asked for, followed, stopped, compared with the plan in place, applied.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import RIDE_PLAN, RIDE_READ
from carecoord.kernel.errors import Conflict
from carecoord.rides.plan_domain import RideRun
from carecoord.rides.service import runs
from carecoord.web.filters import duration, euros, km, number
from carecoord.web.forms import read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.plan_run import clock_words
from carecoord.web.pages.ride_tabs import HOME_PATH
from carecoord.web.views.names import title_of
from carecoord.web.views.ride_day import PATH
from carecoord.web.wording import error_sentence

MESSAGES = {
    "": "En attente d’un calculateur…",
    "waiting": "En attente d’un calculateur…",
    "gather": "Lecture des trajets, des bénévoles et des temps de route…",
    "construct": "Premier plan…",
    "search": "Recherche d’un meilleur plan…",
    "done": "Terminé.",
}
FAILURES = {
    "attempts_exhausted": "Le calcul s’est interrompu plusieurs fois.",
    "plan_illegal": "Le plan trouvé enfreignait une règle : il n’est pas proposé.",
}


@post(f"{PATH}/planifier")
async def submit_run(request: AnyRequest) -> Redirect:
    """Ask for a plan; the page of its progress follows, that of the one under way when there is one."""
    form = await read_form(request)
    on, seconds = form.day("jour"), form.whole("secondes")
    form.check()
    try:
        async with open_desk(request, RIDE_PLAN) as desk:
            run_id = await runs.request_run(desk.uow, desk.actor, on, seconds=seconds)
    except Conflict as error:
        if error.code != "run_active":
            raise
        return Redirect(f"{PATH}/plans/{error.args_by_name['run_id']}", status_code=303)
    return Redirect(f"{PATH}/plans/{run_id}", status_code=303)


@get(f"{PATH}/plans/{{run_id:uuid}}")
async def show_run(request: AnyRequest, run_id: FromPath[UUID]) -> Template:
    """How far a plan is, or what it would change."""
    async with open_desk(request, RIDE_READ) as desk:
        run = await runs.get_run(desk.uow, desk.actor, run_id)
        error, version = "", 0
        if run.state == "done":
            try:
                opened, _ = await runs.proposed(desk.uow, desk.actor, run, desk.settings)
                version = opened.version
            except Conflict as stale:
                error = error_sentence(stale)
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "title": title_of(run.on),
            "path": PATH,
            "run": _run(run, desk.uow.now.timestamp()),
            "is_active": run.is_active,
            "state": run.state,
            "compared": _compared(run),
            "failure": FAILURES.get(run.failure or "", "Le calcul a échoué.")
            if run.state == "failed"
            else "",
            "error": error,
            "version": version,
            "may_plan": desk.actor.may(RIDE_PLAN),
        }
    return Template("rides/plan.html", context=context)


@get(f"{PATH}/plans/{{run_id:uuid}}/etat")
async def run_status(request: AnyRequest, run_id: FromPath[UUID]) -> dict[str, Any]:
    """The same for the page's script."""
    async with open_desk(request, RIDE_READ) as desk:
        run = await runs.get_run(desk.uow, desk.actor, run_id)
        elapsed_s = _elapsed(run, desk.uow.now.timestamp())
    state = {"published": "done", "cancelled": "stopped"}.get(run.state, run.state)
    return {
        "state": state,
        "message": MESSAGES.get(run.phase, MESSAGES["search"]),
        "elapsed_s": elapsed_s,
        "budget_s": run.seconds,
        "progress": None if run.state == "queued" else min(0.99, elapsed_s / run.seconds),
        "improvements": [
            {"at_s": at_ms / 1000, "cost_cents": cents, "unserved": left}
            for at_ms, left, cents in run.progress
        ],
    }


@post(f"{PATH}/plans/{{run_id:uuid}}/arreter")
async def submit_stop(request: AnyRequest, run_id: FromPath[UUID]) -> Redirect:
    """Stop and keep the best plan found."""
    async with open_desk(request, RIDE_PLAN) as desk:
        await runs.stop_run(desk.uow, desk.actor, run_id)
    return Redirect(f"{PATH}/plans/{run_id}", status_code=303)


@post(f"{PATH}/plans/{{run_id:uuid}}/appliquer")
async def submit_apply(request: AnyRequest, run_id: FromPath[UUID]) -> Redirect:
    """Make it the plan of the day."""
    form = await read_form(request)
    version = form.whole("version")
    form.check()
    async with open_desk(request, RIDE_PLAN) as desk:
        run = await runs.get_run(desk.uow, desk.actor, run_id)
        await runs.apply_run(desk.uow, desk.actor, run_id, version=version, settings=desk.settings)
    return Redirect(f"{PATH}?jour={run.on}&fait=applique", status_code=303)


def _elapsed(run: RideRun, now_s: float) -> float:
    if run.started_at is None:
        return 0.0
    end_s = run.ended_at.timestamp() if run.ended_at is not None else now_s
    return max(0.0, end_s - run.started_at.timestamp())


def _run(run: RideRun, now_s: float) -> dict[str, Any]:
    elapsed_s = _elapsed(run, now_s)
    return {
        "href": f"{PATH}/plans/{run.id}",
        "message": MESSAGES.get(run.phase, MESSAGES["search"]),
        "elapsed": clock_words(round(elapsed_s)),
        "ratio": None if run.state == "queued" else min(0.99, elapsed_s / run.seconds),
        "improvements": [
            (clock_words(at_ms // 1000), euros(cents), number(left)) for at_ms, left, cents in run.progress
        ],
    }


def _compared(run: RideRun) -> list[tuple[str, str, str]]:
    """Measure, plan in place, plan found."""
    if run.before is None or run.after is None:
        return []
    one, other = run.before, run.after
    return [
        (f"Trajets avec chauffeur, sur {other['requests']}", str(one["served"]), str(other["served"])),
        ("Temps des bénévoles", duration(one["minutes_s"]), duration(other["minutes_s"])),
        ("Kilomètres", km(one["distance_m"]), km(other["distance_m"])),
        ("Dont sans passager, de chez soi et vers chez soi", km(one["empty_m"]), km(other["empty_m"])),
    ]


ROUTES = (submit_run, show_run, run_status, submit_stop, submit_apply)
