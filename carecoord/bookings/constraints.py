"""
What the constraints of bookings mean when one is broken.
"""

from carecoord.db.errors import Broken

CONSTRAINTS = {
    "ex_person_booking_apart": Broken(
        code="person_taken", why="the person has a visit or a ride at that time"
    ),
    "fk_person_booking_organisation_id_person_id": Broken(
        code="person_unknown", why="no such person", meaning="not_found"
    ),
}
"""For two requests at the same moment; one alone is told both items by the service before."""
