"""
What a plan changes against last week's rounds or the usual ones, one visit a line, with its price.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.careplans.service import visits_by_id
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import ROSTER_READ
from carecoord.kernel.errors import NotFound
from carecoord.rosters.domain import KeyFigures
from carecoord.rosters.keeping import Keep, Kept
from carecoord.rosters.service.kept import KeptChange, kept_changes
from carecoord.rosters.service.runs import get_run
from carecoord.web.filters import counted, euros, hour, number, percent
from carecoord.web.filters import day as day_text
from carecoord.web.forms import page_request
from carecoord.web.layout import layout_of
from carecoord.web.listing import pages_of
from carecoord.web.planning_words import period_words
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import aide_names, named, person_short
from carecoord.web.wording_planning import SHORT
from carecoord.workforce.service import aides_by_id

PATH = "/planifier"
PAGE_SIZE = 25
STARTS = {
    "last_week": "les tournées de la semaine précédente",
    "usual": "les aides habituelles et les heures souhaitées",
}


@get(f"{PATH}/{{run_id:uuid}}/changements")
async def show_changes(request: AnyRequest, run_id: FromPath[UUID], page: FromQuery[str] = "") -> Template:
    """The changes, page by page; each tells what it saves or costs, or why it cannot be undone alone."""
    async with open_desk(request, ROSTER_READ) as desk:
        run = await get_run(desk.uow, desk.actor, run_id)
        if run.keep is None or run.roster_id is None:
            raise NotFound("roster_missing", "this plan started from nothing")
        found = await kept_changes(desk.uow, desk.actor, run.roster_id, page_request(page, PAGE_SIZE))
        ids = {aide for item in found.items for aide in (*item.before_aides, *item.after_aides)}
        names = aide_names((await aides_by_id(desk.uow, desk.actor, ids)).values())
        people = await people_by_id(desk.uow, desk.actor, {item.person_id for item in found.items})
        visits = await visits_by_id(desk.uow, desk.actor, {item.visit_id for item in found.items})
        links = Links(plan=run.roster_id)
        context = {
            "layout": layout_of(desk.signed_in, PATH),
            "run_href": f"{PATH}/{run_id}",
            "period": period_words(run.first_day, run.day_count),
            "start": STARTS[run.keep.start_from],
            "total": found.total,
            "rows": [
                {
                    "person": person_short(people.get(item.person_id)),
                    "label": visits[item.visit_id].label if item.visit_id in visits else "",
                    "href": links.visit(item.visit_id),
                    **_row(item, names),
                }
                for item in found.items
            ],
            "pages": pages_of(found, f"{PATH}/{run_id}/changements", {}, "changement"),
        }
    return Template("plans/kept.html", context=context)


def _row(item: KeptChange, names: dict[UUID, str]) -> dict[str, Any]:
    before = f"{day_text(item.before)}, {hour(item.before)}, {named(names, item.before_aides)}"
    after = "non servie"
    if item.after is not None:
        after = f"{day_text(item.after)}, {hour(item.after)}, {named(names, item.after_aides)}"
    return {"before": before, "after": after, "price": price_words(item)}


def price_words(item: KeptChange) -> str:
    """What a change is worth: computed by putting that visit alone back where it was."""
    if item.saved_cents is None:
        rules = list(dict.fromkeys(SHORT.get(breach.rule, breach.rule) for breach in item.blocked))
        return f"ne peut pas rester : {', '.join(rules)}"
    if item.saved_cents > 0:
        return f"économise {euros(item.saved_cents)}"
    if item.saved_cents < 0:
        return f"coûte {euros(-item.saved_cents)} de plus"
    return "ne change pas le prix"


def kept_view(run_href: str, keep: Keep | None, figures: KeyFigures) -> dict[str, Any] | None:
    """The account of stability of a plan, for its page; None when it started from nothing."""
    if keep is None:
        return None
    kept: Kept = figures.kept
    limit = "" if keep.persons_max is None else f" (au plus {counted(keep.persons_max, 'personne')})"
    share = [
        ("Visites servies par la même aide", _share(kept.aide, kept.visits)),
        ("Visites servies à la même heure, à un quart d’heure près", _share(kept.hour, kept.visits)),
        ("Personnes dont l’aide ou l’heure change", f"{counted(kept.people, 'personne')}{limit}"),
    ]
    return {
        "start": STARTS[keep.start_from],
        "facts": share if kept.visits else [],
        "href": f"{run_href}/changements",
    }


def _share(part: int, whole: int) -> str:
    return f"{percent(part / whole)} ({number(part)} sur {counted(whole, 'visite')})" if whole else "–"


ROUTES = (show_changes,)
