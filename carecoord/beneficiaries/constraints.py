"""
What the constraints of beneficiaries mean when one is broken.
"""

from carecoord.db.errors import Broken

CONSTRAINTS = {
    "ex_person_stay_apart": Broken(code="stay_known", why="another stay of the person shares a day with it"),
    "fk_person_stay_organisation_id_person_id": Broken(
        code="person_unknown", why="no such person", meaning="not_found"
    ),
}
"""For two requests at the same moment; one alone is told by the service before."""
