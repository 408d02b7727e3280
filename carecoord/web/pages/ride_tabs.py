"""
Pages of transport beside each other: what waits, the plan of the day, destinations, rules, figures.
"""

from __future__ import annotations

from carecoord.edge.access import Desk
from carecoord.identity.permissions import RIDE_READ, RIDE_WRITE

HOME_PATH = "/transport"

TABS: tuple[tuple[str, str, str], ...] = (
    ("À faire", HOME_PATH, RIDE_READ),
    ("Demande", "/transport/demande", RIDE_WRITE),
    ("Plan du jour", "/transport/jour", RIDE_READ),
    ("Bénévoles", "/transport/benevoles", RIDE_READ),
    ("Navettes", "/transport/navettes", RIDE_READ),
    ("Habituels", "/transport/habituels", RIDE_READ),
    ("Destinations", "/transport/destinations", RIDE_READ),
    ("Règles", "/transport/regles", RIDE_READ),
    ("Chiffres", "/transport/chiffres", RIDE_READ),
)
"""Label, address, permission."""


def tabs_of(desk: Desk, current: str) -> list[tuple[str, str, bool]]:
    """The pages this person may open, as the tabs macro takes them."""
    return [(label, href, href == current) for label, href, permission in TABS if desk.actor.may(permission)]
