"""The caller of a request: a user of a tenant with a role, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

import strawberry

from ..errors import Forbidden, Unauthenticated


@strawberry.enum(description="What an account is for.")
class Role(Enum):
    """A user's role."""

    CUSTOMER = "CUSTOMER"
    VENDOR_STAFF = "VENDOR_STAFF"
    RIDER = "RIDER"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class Caller:
    """What a verified token says; without a token only the tenant is set."""

    tenant: str
    user_id: UUID | None = None
    role: Role | None = None
    # Whose staff the caller is.
    vendor_ids: frozenset[UUID] = frozenset()
    # The login that the token belongs to; None of tokens that tell nothing of it.
    session_id: UUID | None = None
    # Whether an admin may make and change tenants.
    operator: bool = False

    @property
    def anonymous(self) -> bool:
        """Whether there was no token."""
        return self.user_id is None

    @property
    def is_operator(self) -> bool:
        """Whether the caller may rule over tenants."""
        return self.is_admin and self.operator

    @property
    def is_admin(self) -> bool:
        """Whether the caller may see all of the tenant."""
        return self.role is Role.ADMIN

    def signed_in(self) -> UUID:
        """The caller's user id; Unauthenticated for nobody."""
        if self.user_id is None:
            raise Unauthenticated("This needs a login.")
        return self.user_id

    def require(self, *roles: Role) -> UUID:
        """The caller's user id if he has one of the roles; Unauthenticated or Forbidden otherwise."""
        id = self.signed_in()
        if self.role not in roles:
            raise Forbidden
        return id

    def works_for(self, vendor_id: UUID) -> bool:
        """Whether the caller is staff of the vendor, or an admin."""
        return self.is_admin or vendor_id in self.vendor_ids
