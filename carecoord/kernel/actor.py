"""
Who acts: an account within one organisation, with the permissions of its role.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.kernel.errors import Refused


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """
    The acting person or program, for the length of one use case.

    Args:
        organisation_id: the only organisation whose rows this actor reaches.
        account_id: absent for jobs and commands of the system itself.
        role: role key of `carecoord.identity.permissions`.
        permissions: names `resource:action`.
    """

    organisation_id: UUID
    account_id: UUID | None = None
    role: str = "system"
    permissions: frozenset[str] = frozenset()

    def may(self, permission: str) -> bool:
        """Whether the actor holds `permission`; the system itself holds all."""
        return self.role == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise `Refused` unless the actor holds `permission`."""
        if not self.may(permission):
            raise Refused("permission_missing", f"permission {permission} is missing", permission=permission)
