"""
Organisations, accounts, memberships, sessions: structs and commands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from carecoord.kernel.actor import Actor

OrganisationKind = Literal["ccas", "cias", "provider"]
ORGANISATION_KINDS: tuple[OrganisationKind, ...] = ("ccas", "cias", "provider")

LegalForm = Literal["association", "public", "mutual", "company"]
LEGAL_FORMS: tuple[LegalForm, ...] = ("association", "public", "mutual", "company")


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """
    A CCAS, a CIAS or a provider.

    Args:
        insee: commune of its seat.
        legal_form: what it is in law; an association of 1901 or of the local law of Alsace and Moselle
            alone may run transport of social use. None until somebody said so.
        regime: key of its working-time regime (`BAD_2941`, `SAP_3127`, `FPT`); None without aides.
        regime_overrides: field of `planning.problem.Regime` -> value of the employer's own agreement.
        weight_overrides: field of `planning.problem.Weights` -> cents.
    """

    id: UUID
    kind: OrganisationKind
    name: str
    siret: str | None = None
    insee: str
    legal_form: LegalForm | None = None
    regime: str | None = None
    regime_overrides: dict[str, Any] = {}
    weight_overrides: dict[str, Any] = {}


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """
    Somebody who signs in. The hash of the password never leaves the store.

    Args:
        email: lower case.
    """

    id: UUID
    email: str
    display_name: str
    disabled_at: datetime | None = None


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an account may do in an organisation, with the names a page needs to show it.

    Args:
        role: key of `carecoord.identity.permissions.ROLES`.
    """

    id: UUID
    account_id: UUID
    organisation_id: UUID
    role: str
    email: str
    display_name: str
    organisation_name: str
    organisation_kind: OrganisationKind


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind a request, with everything its answer needs to know about it."""

    actor: Actor
    account: Account
    organisation: Organisation
    session_id: UUID


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """
    A session just opened.

    Args:
        secret: given to the browser, once; only its digest is kept here.
        expires_at: when it ends at the latest.
    """

    secret: str
    session_id: UUID
    expires_at: datetime


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token for a program, without its secret."""

    id: UUID
    label: str
    account_id: UUID
    organisation_id: UUID
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class IssuedToken(msgspec.Struct, frozen=True, kw_only=True):
    """
    A token just issued.

    Args:
        secret: shown once.
    """

    token: ApiToken
    secret: str


class SessionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """
    How long a session lasts.

    Args:
        idle_s: unused for so long, it is over.
        lifetime_s: so old, it is over, used or not.
    """

    idle_s: int = 8 * 3600
    lifetime_s: int = 7 * 24 * 3600


class CreateOrganisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Create an organisation.

    Args:
        id: given by a generator that wants the same identifier each time; new when absent.
    """

    kind: OrganisationKind
    name: str
    insee: str
    siret: str | None = None
    legal_form: LegalForm | None = None
    regime: str | None = None
    regime_overrides: dict[str, Any] = {}
    weight_overrides: dict[str, Any] = {}
    id: UUID | None = None


class UpdateOrganisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Change an organisation; what is absent stays.

    Args:
        regime_overrides: the whole of them; an empty one goes back to the branch agreement.
        weight_overrides: the whole of them; an empty one goes back to the usual prices.
    """

    name: str | msgspec.UnsetType = msgspec.UNSET
    siret: str | msgspec.UnsetType | None = msgspec.UNSET
    insee: str | msgspec.UnsetType = msgspec.UNSET
    legal_form: LegalForm | msgspec.UnsetType | None = msgspec.UNSET
    regime: str | msgspec.UnsetType | None = msgspec.UNSET
    regime_overrides: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    weight_overrides: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class CreateAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Create an account and its membership of the actor's organisation.

    Args:
        password: as typed, at least twelve characters.
    """

    email: str
    display_name: str
    password: str
    role: str


class AddMembership(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let an account that exists already into the actor's organisation."""

    email: str
    role: str


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody typed on the sign-in page."""

    email: str
    password: str


class IssueToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Issue a token with the rights of the actor's own account.

    Args:
        label: what it is for, shown in the list of tokens.
    """

    label: str
    expires_at: datetime | None = None
