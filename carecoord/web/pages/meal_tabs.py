"""
Pages of meals beside each other: what waits, subscriptions, the kitchen, packing, foyers, settings.
"""

from __future__ import annotations

from carecoord.edge.access import Desk
from carecoord.identity.permissions import MEAL_READ
from carecoord.web.views.meal_addresses import (
    FOYERS_PATH,
    HOME_PATH,
    KITCHEN_PATH,
    PACKING_PATH,
    SETTINGS_PATH,
    SUBSCRIPTIONS_PATH,
)

ROUNDS_PATH = "/repas/tournees"
FLEET_PATH = "/repas/vehicules"

TABS: tuple[tuple[str, str, str], ...] = (
    ("À faire", HOME_PATH, MEAL_READ),
    ("Abonnements", SUBSCRIPTIONS_PATH, MEAL_READ),
    ("Cuisine", KITCHEN_PATH, MEAL_READ),
    ("Préparation", PACKING_PATH, MEAL_READ),
    ("Tournées", ROUNDS_PATH, MEAL_READ),
    ("Véhicules", FLEET_PATH, MEAL_READ),
    ("Foyers", FOYERS_PATH, MEAL_READ),
    ("Réglages", SETTINGS_PATH, MEAL_READ),
)
"""Label, address, permission."""


def tabs_of(desk: Desk, current: str) -> list[tuple[str, str, bool]]:
    """The pages this person may open, as the tabs macro takes them."""
    return [(label, href, href == current) for label, href, permission in TABS if desk.actor.may(permission)]
