"""
What the constraints of meals mean when one is broken.
"""

from carecoord.db.errors import Broken

CONSTRAINTS = {
    "uq_meal_kitchen_organisation_id_reference": Broken(
        code="reference_taken", why="another kitchen has this reference", where="reference"
    ),
    "uq_meal_subscription_organisation_id_reference": Broken(
        code="reference_taken", why="another subscription has this reference", where="reference"
    ),
    "uq_meal_foyer_organisation_id_name": Broken(
        code="name_taken", why="another foyer has this name", where="name"
    ),
    "uq_meal_vehicle_organisation_id_name": Broken(
        code="name_taken", why="another vehicle has this name", where="name"
    ),
    "uq_meal_driver_organisation_id_last_name_first_name": Broken(
        code="name_taken", why="another driver has this name", where="last_name"
    ),
    "uq_meal_order_kitchen_id_made_on_number": Broken(
        code="changed_meanwhile", why="the order was sent by somebody else at the same moment"
    ),
    "uq_meal_change_subscription_id_consumed_on": Broken(
        code="changed_meanwhile", why="somebody else changed this date at the same moment"
    ),
    "uq_meal_rules_kitchen_id_applies_from": Broken(
        code="changed_meanwhile", why="somebody else gave rules from this date at the same moment"
    ),
    "uq_meal_attendance_foyer_id_on_date_person_id": Broken(
        code="attendance_known", why="the person is on the list already"
    ),
}
"""For two requests at the same moment; one alone is told by the service before."""
