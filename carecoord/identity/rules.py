"""
What makes an organisation or an account valid: every defect, with where and why.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from carecoord.identity.domain import LEGAL_FORMS, ORGANISATION_KINDS, CreateAccount, IssueToken, Organisation
from carecoord.identity.passwords import LONGEST, SHORTEST
from carecoord.identity.permissions import ROLES
from carecoord.kernel.errors import Defect
from carecoord.kernel.french import parse_insee, parse_siret
from carecoord.kernel.texts import is_storable, text_defects

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


def normal_email(email: str) -> str:
    """The form in which an address is stored and compared."""
    return email.strip().lower()


def email_defects(email: str, where: str = "email") -> list[Defect]:
    """Defects of an address as typed."""
    if len(email) > 254 or not is_storable(email) or not _EMAIL.fullmatch(normal_email(email)):
        return [Defect(code="email_malformed", where=where, why="is not an e-mail address")]
    return []


def password_defects(password: str, where: str = "password") -> list[Defect]:
    """Defects of a new password."""
    if len(password) < SHORTEST:
        return [
            Defect(
                code="password_short",
                where=where,
                why=f"has fewer than {SHORTEST} characters",
                args={"shortest": SHORTEST},
            )
        ]
    if len(password) > LONGEST:
        return [
            Defect(
                code="password_long",
                where=where,
                why=f"has more than {LONGEST} characters",
                args={"longest": LONGEST},
            )
        ]
    return []


def role_defects(role: str, where: str = "role") -> list[Defect]:
    """Defects of a role."""
    if role in ROLES:
        return []
    return [Defect(code="role_unknown", where=where, why=f"is none of {', '.join(ROLES)}")]


def organisation_defects(command: Organisation) -> list[Defect]:
    """Defects of an organisation."""
    defects = []
    if command.kind not in ORGANISATION_KINDS:
        defects.append(
            Defect(code="kind_unknown", where="kind", why=f"is none of {', '.join(ORGANISATION_KINDS)}")
        )
    if command.legal_form is not None and command.legal_form not in LEGAL_FORMS:
        defects.append(
            Defect(code="value_unknown", where="legal_form", why=f"is none of {', '.join(LEGAL_FORMS)}")
        )
    defects += text_defects(command.name, "name")
    if command.regime is not None:
        defects += text_defects(command.regime, "regime", longest=32)
    for where, value, parse in (("insee", command.insee, parse_insee), ("siret", command.siret, parse_siret)):
        if value is None:
            continue
        try:
            parse(value)
        except ValueError as error:
            defects.append(Defect(code=f"{where}_malformed", where=where, why=str(error)))
    return defects


def normal_organisation(organisation: Organisation) -> Organisation:
    """A valid organisation in the one form in which it is kept."""
    return msgspec.structs.replace(
        organisation,
        name=organisation.name.strip(),
        insee=parse_insee(organisation.insee),
        siret=None if organisation.siret is None else parse_siret(organisation.siret),
    )


def account_defects(command: CreateAccount) -> list[Defect]:
    """Defects of a new account."""
    defects = email_defects(command.email) + password_defects(command.password) + role_defects(command.role)
    return defects + text_defects(command.display_name, "display_name")


def token_defects(command: IssueToken, now: datetime) -> list[Defect]:
    """Defects of a new API token."""
    defects = text_defects(command.label, "label")
    if command.expires_at is not None and command.expires_at <= now:
        defects.append(Defect(code="date_past", where="expires_at", why="has passed already"))
    return defects
