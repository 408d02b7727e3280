"""
Commands of identity, valid by default.
"""

from __future__ import annotations

from typing import Any

from carecoord.identity.domain import CreateAccount, CreateOrganisation

PASSWORD = "trois petits chats gris"


def an_organisation(**given: Any) -> CreateOrganisation:
    """A provider in Brunoy under the home-help branch agreement."""
    values: dict[str, Any] = {
        "kind": "provider",
        "name": "Association Vallée de l'Yerres",
        "insee": "91114",
        "regime": "BAD_2941",
    }
    return CreateOrganisation(**{**values, **given})


def an_account(**given: Any) -> CreateAccount:
    """A coordinator whose password is `PASSWORD`."""
    values: dict[str, Any] = {
        "email": "nadia.meziane@exemple.fr",
        "display_name": "Nadia Meziane",
        "password": PASSWORD,
        "role": "coordinator",
    }
    return CreateAccount(**{**values, **given})
