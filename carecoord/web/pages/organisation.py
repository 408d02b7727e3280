"""
The organisation: rules of working time in force, prices of a plan, API tokens.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.domain import ApiToken, IssueToken
from carecoord.identity.permissions import ROSTER_READ, TOKEN_WRITE
from carecoord.identity.service import issue_api_token, list_api_tokens, list_memberships, revoke_api_token
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Invalid, NotFound
from carecoord.rosters.service.rules import RulesInForce, rules_in_force
from carecoord.web.forms import Form, read_form
from carecoord.web.layout import ORGANISATION_PATH, layout_of
from carecoord.web.pages.sign_in import KINDS, ROLES
from carecoord.web.rules_words import REGIMES, THRESHOLDS, WEIGHTS, threshold_value
from carecoord.web.wording import field_errors

TOKENS_PATH = f"{ORGANISATION_PATH}/jetons"
LIFETIMES = [("90", "3 mois"), ("365", "1 an"), ("", "sans fin")]
FIELDS = {"label": "", "duree": "365"}


@get(ORGANISATION_PATH)
async def show_organisation(request: AnyRequest) -> Template:
    """What each may see of it: name and role; rules and prices; tokens."""
    async with open_desk(request) as desk:
        return await _page(desk)


@post(TOKENS_PATH)
async def submit_token(request: AnyRequest) -> Response[Any]:
    """Issue a token; its secret is in this very answer, and nowhere else afterwards."""
    form = await read_form(request)
    async with open_desk(request, TOKEN_WRITE) as desk:
        try:
            issued = await issue_api_token(desk.uow, desk.actor, _command(form, desk.today))
        except Invalid as error:
            return await _page(desk, errors=field_errors(error), values=form.shown(**FIELDS))
        return await _page(desk, secret=issued.secret, secret_label=issued.token.label)


@post(f"{TOKENS_PATH}/{{token_id:uuid}}/revoquer")
async def submit_revocation(request: AnyRequest, token_id: FromPath[UUID]) -> Redirect:
    """End a token at once; one that has ended already stays so."""
    async with open_desk(request, TOKEN_WRITE) as desk:
        try:
            await revoke_api_token(desk.uow, desk.actor, token_id)
        except NotFound:
            return Redirect(f"{ORGANISATION_PATH}#jetons", status_code=303)
    return Redirect(f"{ORGANISATION_PATH}#jetons", status_code=303)


def _command(form: Form, today: date) -> IssueToken:
    label, days = form.text("label"), form.text("duree", required=False)
    if days not in {value for value, _ in LIFETIMES}:
        form.refuse("duree", "value_unknown")
    form.check()
    ends_at = local_instant(today + timedelta(days=int(days)), 0) if days else None
    return IssueToken(label=label, expires_at=ends_at)


async def _page(
    desk: Desk,
    *,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    secret: str = "",
    secret_label: str = "",
) -> Template:
    may_issue, may_read = desk.actor.may(TOKEN_WRITE), desk.actor.may(ROSTER_READ)
    rules = await rules_in_force(desk.uow, desk.actor, desk.today) if may_read else None
    tokens = await list_api_tokens(desk.uow, desk.actor) if may_issue else []
    organisation = desk.signed_in.organisation
    context = {
        "layout": layout_of(desk.signed_in),
        "organisation": organisation.name,
        "kind": KINDS[organisation.kind],
        "role": ROLES.get(desk.actor.role, desk.actor.role),
        "email": desk.signed_in.account.email,
        "has_others": len(await list_memberships(desk.uow, desk.actor)) > 1,
        "rules": _rules(rules) if rules and rules.regime else None,
        "may_issue": may_issue,
        "tokens": [_token(token, desk) for token in tokens],
        "lifetimes": LIFETIMES,
        "errors": errors or {},
        "values": values or FIELDS,
        "secret": secret,
        "secret_label": secret_label,
    }
    return Template("organisation/page.html", context=context, status_code=422 if errors else 200)


def _rules(rules: RulesInForce) -> dict[str, Any]:
    key = rules.regime or ""
    return {
        "regime": REGIMES.get(key.partition("@")[0], key),
        "thresholds": [
            {
                "label": THRESHOLDS.get(item.field, item.field),
                "value": threshold_value(item),
                "source": item.source,
                "since": item.from_date,
                "doubtful": item.doubtful,
                "is_own": item.is_own,
            }
            for item in rules.thresholds
        ],
        "doubtful": sum(item.doubtful for item in rules.thresholds),
        "weights": [
            {
                "label": WEIGHTS[name][0],
                "unit": WEIGHTS[name][1],
                "cents": cents,
                "is_own": name in rules.own_weights,
            }
            for name, cents in rules.weights.items()
        ],
    }


def _token(token: ApiToken, desk: Desk) -> dict[str, Any]:
    ended = token.revoked_at or (
        token.expires_at if token.expires_at and token.expires_at <= desk.uow.now else None
    )
    return {
        "href": f"{TOKENS_PATH}/{token.id}/revoquer",
        "label": token.label,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "is_revoked": token.revoked_at is not None,
        "has_ended": ended is not None,
    }


ROUTES = (show_organisation, submit_token, submit_revocation)
