"""
Who may sign in to the demonstration: one account for each of its four organisations.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.demo.sectors import SOUTH_BRIE, YERRES_VALLEY
from carecoord.identity.domain import OrganisationKind
from carecoord.kernel.ids import derived_id

NAMESPACE = UUID("5f0e4a52-6d0c-5c0a-9d52-0d6f5c1b7a11")

PASSWORD = "demonstration-2026"  # noqa: S105 - printed on purpose: the data is fictional
"""Of all demonstration accounts."""


class DemoAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account and its organisation."""

    key: str
    organisation: str
    kind: OrganisationKind
    insee: str
    regime: str | None
    display_name: str
    email: str
    role: str

    @property
    def organisation_id(self) -> UUID:
        """The same on every machine, so that loading twice finds it again."""
        return derived_id(NAMESPACE, self.key)


ACCOUNTS = (
    DemoAccount(
        key=YERRES_VALLEY.key,
        organisation=YERRES_VALLEY.provider,
        kind="provider",
        insee="91114",
        regime=YERRES_VALLEY.regime,
        display_name="Claire Marchefer",
        email="claire@val-yerres.example",
        role="coordinator",
    ),
    DemoAccount(
        key=SOUTH_BRIE.key,
        organisation=SOUTH_BRIE.provider,
        kind="provider",
        insee="77431",
        regime=SOUTH_BRIE.regime,
        display_name="Thomas Sainfoin",
        email="thomas@bocage.example",
        role="coordinator",
    ),
    DemoAccount(
        key="ccas-brunoy",
        organisation="CCAS de Brunoy (démonstration)",
        kind="ccas",
        insee="91114",
        regime="FPT",
        display_name="Mireille Trévelin",
        email="mireille@ccas-brunoy.example",
        role="agent",
    ),
    DemoAccount(
        key="cias-nemours",
        organisation="CIAS du Pays de Nemours (démonstration)",
        kind="cias",
        insee="77333",
        regime="FPT",
        display_name="Lucie Beauvallon",
        email="lucie@cias-nemours.example",
        role="manager",
    ),
)
