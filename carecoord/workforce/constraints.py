"""
What the constraints of workforce mean when one is broken.
"""

from carecoord.db.errors import Broken

CONSTRAINTS = {
    "uq_absence_aide_id_starts_at_ends_at": Broken(
        code="absence_known", why="the aide is away for the whole of that time already"
    ),
    "fk_absence_organisation_id_aide_id": Broken(
        code="aide_unknown", why="no such aide", meaning="not_found"
    ),
}
"""For two requests at the same moment; one alone is told by the service before."""
