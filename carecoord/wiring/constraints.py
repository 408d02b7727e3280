"""
Constraint name -> meaning, for every feature.
"""

from __future__ import annotations

from carecoord.beneficiaries import constraints as beneficiaries_constraints
from carecoord.bookings import constraints as bookings_constraints
from carecoord.careplans import constraints as careplans_constraints
from carecoord.db.errors import Broken, register_constraints
from carecoord.identity import constraints as identity_constraints
from carecoord.meals import constraints as meals_constraints
from carecoord.rides import constraints as rides_constraints
from carecoord.vigilance import constraints as vigilance_constraints
from carecoord.workforce import constraints as workforce_constraints

# One line per feature: its table constraint name -> meaning.
CONSTRAINTS: tuple[dict[str, Broken], ...] = (
    identity_constraints.CONSTRAINTS,
    beneficiaries_constraints.CONSTRAINTS,
    bookings_constraints.CONSTRAINTS,
    workforce_constraints.CONSTRAINTS,
    careplans_constraints.CONSTRAINTS,
    meals_constraints.CONSTRAINTS,
    rides_constraints.CONSTRAINTS,
    vigilance_constraints.CONSTRAINTS,
)


def connect() -> None:
    """
    Register every table; once per process, at its start.
    """
    for table in CONSTRAINTS:
        register_constraints(table)
