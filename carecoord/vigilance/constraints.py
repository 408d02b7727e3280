"""
What the constraints of vigilance mean when one is broken.
"""

from carecoord.db.errors import Broken

CONSTRAINTS = {
    "fk_vigilance_case_organisation_id_person_id": Broken(
        code="person_unknown", why="no such person", meaning="not_found"
    ),
}
