"""
Permission names `resource:action`, and which role holds which.
"""

from __future__ import annotations

from uuid import UUID

from carecoord.kernel.actor import Actor

PERSON_READ = "person:read"
PERSON_WRITE = "person:write"
AIDE_READ = "aide:read"
AIDE_WRITE = "aide:write"
CAREPLAN_READ = "careplan:read"
CAREPLAN_WRITE = "careplan:write"
IMPORT_WRITE = "import:write"
ROSTER_READ = "roster:read"
ROSTER_PLAN = "roster:plan"
ROSTER_EDIT = "roster:edit"
ROSTER_PUBLISH = "roster:publish"
REPORT_READ = "report:read"
OFFER_READ = "offer:read"
MEAL_READ = "meal:read"
MEAL_WRITE = "meal:write"
MEAL_PLAN = "meal:plan"
RIDE_READ = "ride:read"
RIDE_WRITE = "ride:write"
RIDE_PLAN = "ride:plan"
VIGILANCE_READ = "vigilance:read"
VIGILANCE_WRITE = "vigilance:write"
TOKEN_WRITE = "token:write"  # noqa: S105 - a name, not a secret
ORGANISATION_WRITE = "organisation:write"

_READ = frozenset({PERSON_READ, CAREPLAN_READ, AIDE_READ, ROSTER_READ, REPORT_READ, OFFER_READ})
_SERVICES_READ = frozenset({MEAL_READ, RIDE_READ, VIGILANCE_READ})
_SERVICES = _SERVICES_READ | {MEAL_WRITE, RIDE_WRITE, VIGILANCE_WRITE}
_PLAN = frozenset({ROSTER_PLAN, ROSTER_EDIT, ROSTER_PUBLISH, MEAL_PLAN, RIDE_PLAN})
_RECORDS = frozenset({PERSON_WRITE, AIDE_WRITE, CAREPLAN_WRITE, IMPORT_WRITE})

ROLES: dict[str, frozenset[str]] = {
    # Runs the tool for its organisation, whatever its kind.
    "administrator": _READ | _SERVICES | _PLAN | _RECORDS | {TOKEN_WRITE, ORGANISATION_WRITE},
    # Provider: makes and publishes the rounds.
    "coordinator": _READ | _SERVICES | _PLAN | _RECORDS | {TOKEN_WRITE},
    # CCAS or CIAS: heads the service, sees figures, keeps the records of people.
    "manager": _READ | _SERVICES | {PERSON_WRITE, CAREPLAN_WRITE, IMPORT_WRITE, TOKEN_WRITE},
    # CCAS or CIAS: at the desk; sees and completes the record of a person, and what could be offered.
    "agent": _SERVICES | {PERSON_READ, PERSON_WRITE, CAREPLAN_READ, OFFER_READ},
    "reader": _READ | _SERVICES_READ,
}

PERMISSIONS: frozenset[str] = frozenset().union(*ROLES.values())


def actor_of(*, organisation_id: UUID, account_id: UUID, role: str) -> Actor:
    """The actor that an account is in one organisation; an unknown role may do nothing."""
    return Actor(
        organisation_id=organisation_id,
        account_id=account_id,
        role=role,
        permissions=ROLES.get(role, frozenset()),
    )


def system_actor(organisation_id: UUID) -> Actor:
    """The program itself, acting for one organisation: jobs, commands, generators."""
    return Actor(organisation_id=organisation_id)
