"""
Roles and what they may do.
"""

from __future__ import annotations

from uuid import UUID

import pytest

from carecoord.identity.permissions import (
    AIDE_WRITE,
    ORGANISATION_WRITE,
    PERMISSIONS,
    PERSON_WRITE,
    ROLES,
    ROSTER_PUBLISH,
    actor_of,
    system_actor,
)
from carecoord.kernel.errors import Refused


def test_administrator_holds_everything() -> None:
    """Nothing is out of reach of the administrator of an organisation."""
    assert ROLES["administrator"] == PERMISSIONS


def test_reader_changes_nothing() -> None:
    """Every permission of a reader ends in `:read`."""
    assert {name.partition(":")[2] for name in ROLES["reader"]} == {"read"}


@pytest.mark.parametrize(
    ("role", "permission", "may"),
    [
        ("coordinator", ROSTER_PUBLISH, True),
        ("coordinator", ORGANISATION_WRITE, False),
        ("manager", PERSON_WRITE, True),
        ("manager", ROSTER_PUBLISH, False),
        ("agent", PERSON_WRITE, True),
        ("agent", AIDE_WRITE, False),
        ("a role that was removed", PERSON_WRITE, False),
    ],
)
def test_role(role: str, permission: str, may: bool) -> None:
    """A role grants what its line says; an unknown role grants nothing."""
    actor = actor_of(organisation_id=UUID(int=1), account_id=UUID(int=2), role=role)

    assert actor.may(permission) is may


def test_refusal_names_the_permission() -> None:
    """Who lacks a permission is told which one."""
    actor = actor_of(organisation_id=UUID(int=1), account_id=UUID(int=2), role="agent")

    with pytest.raises(Refused) as refused:
        actor.require(AIDE_WRITE)

    assert refused.value.args_by_name == {"permission": "aide:write"}


def test_system() -> None:
    """The program itself may do everything in the organisation it acts for, under no account."""
    actor = system_actor(UUID(int=1))

    assert all(actor.may(permission) for permission in PERMISSIONS)
    assert (actor.organisation_id, actor.account_id) == (UUID(int=1), None)
