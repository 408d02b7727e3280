"""
What the constraints of identity mean when one is broken.
"""

from carecoord.db.errors import Broken

CONSTRAINTS = {
    "uq_account_email": Broken(code="email_taken", why="an account has this e-mail address already"),
    "uq_membership_account_id_organisation_id": Broken(
        code="already_member", why="the account belongs to the organisation already"
    ),
    "pk_organisation": Broken(code="organisation_exists", why="the organisation exists already"),
}
"""For two requests at the same moment; one alone is told by the service before."""
