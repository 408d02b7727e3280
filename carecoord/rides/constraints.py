"""
What the constraints of rides mean when one is broken.
"""

from carecoord.db.errors import Broken

_TWICE = Broken(code="changed_meanwhile", why="somebody else recorded the same at the same moment")

CONSTRAINTS = {
    "uq_ride_place_organisation_id_label": Broken(
        code="ride_place_taken", why="another destination has this name", meaning="invalid", where="label"
    ),
    "uq_ride_vehicle_organisation_id_label": Broken(
        code="ride_name_taken", why="another vehicle has this name", meaning="invalid", where="label"
    ),
    "uq_ride_shuttle_organisation_id_on_date_label": Broken(
        code="ride_name_taken",
        why="another shuttle of that day has this name",
        meaning="invalid",
        where="label",
    ),
    "uq_ride_commune_organisation_id_insee": _TWICE,
    "uq_ride_passenger_organisation_id_person_id": _TWICE,
    "uq_ride_terms_organisation_id": _TWICE,
    "uq_volunteer_bond_volunteer_id_person_id": _TWICE,
    "uq_ride_apart_organisation_id_person_id_other_id": _TWICE,
    "uq_volunteer_absence_volunteer_id_starts_at_ends_at": Broken(
        code="ride_absence_known", why="this absence is recorded already"
    ),
    "uq_volunteer_availability_volunteer_id_weekday_start_minute_week_parity": Broken(
        code="ride_hours_twice", why="the same hours twice", meaning="invalid", where="availabilities"
    ),
    # The same form sent twice at the same moment: the first one made the request.
    "pk_ride_request": _TWICE,
}
"""For two requests at the same moment; one alone is told by the service before."""
