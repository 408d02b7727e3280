"""
What the constraints of care plans mean when one is broken.
"""

from carecoord.db.errors import Broken

CONSTRAINTS = {
    "uq_intervention_exception_intervention_id_on_date": Broken(
        code="exception_known", why="somebody else made this date differ at the same moment"
    ),
}
"""For two requests at the same moment; one alone is told by the service before."""
