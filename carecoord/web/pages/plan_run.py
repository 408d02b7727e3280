"""
One planning run: followed live, stopped early, judged against the same work dealt by hand.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import ROSTER_PLAN, ROSTER_PUBLISH, ROSTER_READ
from carecoord.kernel.errors import Conflict
from carecoord.rosters.domain import PlanningRun, ProgressPoint, Roster
from carecoord.rosters.parts import PlanningPart
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.parts import parts_of_run
from carecoord.rosters.service.runs import get_run, progress, stop_run
from carecoord.web.charts import Staircase, staircase
from carecoord.web.filters import NARROW, euros, number
from carecoord.web.layout import layout_of
from carecoord.web.pages.plan_kept import kept_view
from carecoord.web.pages.plan_parts import part_message, part_ratio, part_rows
from carecoord.web.pages.plans import PATH
from carecoord.web.planning_words import (
    FAILURE_REMEDY,
    RUN_STATES,
    bound_words,
    breach_words,
    compared,
    failure_words,
    period_words,
    round_euros,
    travel_words,
    unserved_words,
)
from carecoord.web.wording_planning import SHORT, TERMS
from carecoord.workforce.service import aides_by_id

ISLAND_STATES = {"cancelled": "stopped"}
"""State of a run -> what the page's script calls it, where they differ."""


@get(f"{PATH}/{{run_id:uuid}}")
async def show_run(request: AnyRequest, run_id: FromPath[UUID]) -> Template:
    """Progress while it lasts; afterwards what the plan is worth, and what can be done with it."""
    async with open_desk(request, ROSTER_READ) as desk:
        points = await progress(desk.uow, desk.actor, run_id)
        run = await get_run(desk.uow, desk.actor, run_id)
        parts = await parts_of_run(desk.uow, desk.actor, run_id)
        roster = await get_roster(desk.uow, desk.actor, run.roster_id) if run.roster_id else None
        context = {
            "layout": layout_of(desk.signed_in, PATH),
            "run": _view(run, points, desk.uow.now, parts),
            "parts": part_rows(parts),
            "plan": await _plan(desk, roster) if roster else None,
            "kept": kept_view(f"{PATH}/{run_id}", run.keep, roster.figures) if roster else None,
            "may_stop": run.is_active and desk.actor.may(ROSTER_PLAN),
            "may_publish": desk.actor.may(ROSTER_PUBLISH),
            "may_plan": desk.actor.may(ROSTER_PLAN),
        }
    return Template("plans/run.html", context=context)


@get(f"{PATH}/{{run_id:uuid}}/etat")
async def run_status(request: AnyRequest, run_id: FromPath[UUID]) -> dict[str, Any]:
    """What the page's script asks each second."""
    async with open_desk(request, ROSTER_READ) as desk:
        points = await progress(desk.uow, desk.actor, run_id)
        run = await get_run(desk.uow, desk.actor, run_id)
        parts = await parts_of_run(desk.uow, desk.actor, run_id)
        elapsed_s = elapsed(run, desk.uow.now)
    return {
        "state": ISLAND_STATES.get(run.state, run.state),
        "message": part_message(run, parts),
        "elapsed_s": round(elapsed_s),
        "budget_s": run.seconds,
        "progress": part_ratio(parts) if parts else ratio(run, elapsed_s),
        "draft_href": board_href(run.first_day, run.roster_id) if run.roster_id else None,
        "improvements": [
            {"at_s": round(at_s, 1), "cost_cents": point.soft_cents, "unserved": sum(point.unserved.values())}
            for at_s, point in improvements(points)
        ],
    }


@post(f"{PATH}/{{run_id:uuid}}/arreter")
async def submit_stop(request: AnyRequest, run_id: FromPath[UUID]) -> Redirect:
    """Stop early and keep the best plan."""
    async with open_desk(request, ROSTER_PLAN) as desk:
        try:
            await stop_run(desk.uow, desk.actor, run_id)
        except Conflict:
            # Over meanwhile: its page shows the result, which is what was wanted.
            return Redirect(f"{PATH}/{run_id}", status_code=303)
    return Redirect(f"{PATH}/{run_id}", status_code=303)


def elapsed(run: PlanningRun, now: datetime) -> float:
    """Seconds since the run was taken up, until it ended or now."""
    if run.started_at is None:
        return 0
    return max(0.0, ((run.ended_at or now) - run.started_at).total_seconds())


def ratio(run: PlanningRun, elapsed_s: float) -> float | None:
    """How far the search is; None before it begins, for nobody knows how long reading takes."""
    if run.state == "queued" or run.phase in {"", "waiting", "gather"}:
        return None
    return min(0.99, elapsed_s / run.seconds)


def improvements(points: list[ProgressPoint]) -> list[tuple[float, ProgressPoint]]:
    """
    Points at which the best plan improved, with the seconds of work before.

    A second attempt goes on where the first was; its clock starts again.
    """
    found: list[tuple[float, ProgressPoint]] = []
    before_ms, attempt, best = 0, points[0].attempt if points else 1, None
    last_ms = 0
    for point in points:
        if point.attempt != attempt:
            before_ms, attempt = before_ms + last_ms, point.attempt
        last_ms = point.elapsed_ms
        worth = (
            *(point.unserved.get(tier, 0) for tier in ("vital", "important", "comfort")),
            point.soft_cents,
        )
        if best is None or worth < best:
            best = worth
            found.append(((before_ms + point.elapsed_ms) / 1000, point))
    return found


def _view(
    run: PlanningRun, points: list[ProgressPoint], now: datetime, parts: list[PlanningPart]
) -> dict[str, Any]:
    label, tone = RUN_STATES[run.state]
    elapsed_s = elapsed(run, now)
    better = improvements(points)
    return {
        "href": f"{PATH}/{run.id}",
        "state": run.state,
        "label": label,
        "tone": tone,
        "is_active": run.is_active,
        "period": period_words(run.first_day, run.day_count),
        "asked_at": run.created_at,
        "seconds": run.seconds,
        "seed": run.seed,
        "failure": failure_words(run),
        "failure_remedy": FAILURE_REMEDY,
        "message": part_message(run, parts),
        "elapsed": clock_words(round(elapsed_s)),
        "ratio": part_ratio(parts) if parts else ratio(run, elapsed_s),
        "improvements": [
            (
                clock_words(round(at_s)),
                euros(round_euros(point.soft_cents)),
                number(sum(point.unserved.values())),
            )
            for at_s, point in better
        ],
        "chart": staircase(
            [(at_s, point.soft_cents) for at_s, point in better],
            elapsed_s,
            lambda cents: euros(round_euros(cents)),
            clock_words,
            least_range=100,
        ),
        "left_chart": _left_chart(better, elapsed_s),
        "travel": travel_words(run.travel),
        "unserved": unserved_words(run.best.unserved) if run.best else "",
    }


def _left_chart(better: list[tuple[float, ProgressPoint]], elapsed_s: float) -> Staircase | None:
    """Visits left out over time; none when there never was any."""
    steps = [(at_s, sum(point.unserved.values())) for at_s, point in better]
    return staircase(steps, elapsed_s, number, clock_words) if any(count for _, count in steps) else None


async def _plan(desk: Desk, roster: Roster) -> dict[str, Any]:
    ids = {breach.aide_id for breach in roster.warnings if breach.aide_id}
    aides = await aides_by_id(desk.uow, desk.actor, ids)
    names = {aide.id: f"{aide.first_name} {aide.last_name}" for aide in aides.values()}
    figures = roster.figures
    return {
        "board_href": board_href(roster.first_day, roster.id),
        "publish_href": f"{PATH}/publier/{roster.id}",
        "state": roster.state,
        "published_at": roster.published_at,
        "visits": figures.visits,
        "served": sum(figures.served.values()),
        "unserved": unserved_words(figures.unserved),
        "unserved_count": sum(figures.unserved.values()),
        "aides": figures.aides,
        "compared": compared(figures, roster.naive),
        "has_naive": roster.naive is not None,
        "breaches": [breach_words(breach, names) for breach in roster.warnings],
        "breach_counts": Counter(SHORT.get(item.rule, item.rule) for item in roster.warnings).most_common(),
        "blocking": sum(figures.blocking.values()),
        "warnings": sum(figures.warnings.values()),
        "terms": [
            (TERMS.get(name, name), round_euros(cents)) for name, cents in figures.terms.items() if cents
        ],
        "cost_cents": round_euros(figures.cost_cents),
        "bound": bound_words(figures.cost_cents, figures.bound_cents),
    }


def board_href(first_day: date, roster_id: UUID) -> str:
    """Where a plan is looked at, published or not."""
    return f"/tournees?jour={first_day.isoformat()}&plan={roster_id}"


def clock_words(seconds: int) -> str:
    """`45 s`, `2 min 05 s`: a computation is told to the second, as the page's script does."""
    if seconds < 60:
        return f"{seconds}{NARROW}s"
    rest = f"{NARROW}{seconds % 60:02d}{NARROW}s" if seconds % 60 else ""
    return f"{seconds // 60}{NARROW}min{rest}"


ROUTES = (show_run, run_status, submit_stop)
