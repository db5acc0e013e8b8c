"""`User`, `Address`, and whose staff users are: from rows, with what only the user and admins may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import strawberry

from subgraphs.common.auth import Caller, Role
from subgraphs.common.connections import Connection, connection, encode_cursor
from subgraphs.common.errors import CodedError, Forbidden
from subgraphs.common.ids import parse_id
from subgraphs.common.references import Representations, load_entities, stubs

from ..loaders import AddressesByUserId, SessionsByUserId, StaffByUserId, StaffByVendorId, StaffPage, UserById
from ..models import AddressRow, StaffRow, UserRow
from ..resources import Info
from ..roles import StaffRole
from .sessions import Session


@strawberry.type(description="A place where a user gets deliveries.")
class Address:
    """From an `AddressRow`."""

    id: strawberry.ID
    label: str
    street: str
    city: str
    lat: float
    lon: float
    is_default: bool = strawberry.field(description="Whether an app should suggest it first.")

    @classmethod
    def of(cls, row: AddressRow) -> Address:
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            label=row.label,
            street=row.street,
            city=row.city,
            lat=row.lat,
            lon=row.lon,
            is_default=row.is_default,
        )


@strawberry.type(description="A member of a vendor's staff.")
class StaffMember:
    """From a `StaffRow`."""

    role: StaffRole
    since: datetime
    row: strawberry.Private[StaffRow]

    @strawberry.field(description="Who it is.")
    async def user(self, info: Info) -> User | None:
        """One statement a shard for all members of a level."""
        row = await info.context.loader(UserById).load(self.row.user_id)
        return User.of(row) if row else None

    @strawberry.field(description="For which vendor he works.")
    def vendor(self) -> Vendor:
        """Catalog knows the rest."""
        return Vendor(id=strawberry.ID(str(self.row.vendor_id)))

    @classmethod
    def of(cls, row: StaffRow) -> StaffMember:
        """Show a row."""
        return cls(role=StaffRole(row.membership), since=row.since, row=row)


@strawberry.federation.type(keys=["id"])
class Vendor:
    """Owned by catalog; here is who works for it."""

    id: strawberry.ID

    @strawberry.field(description="Who works for the vendor; for its staff and admins.")
    async def staff(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[StaffMember] | None:
        """Reads every shard once for all vendors of a level and merges."""
        vendor_id, caller = parse_id(self.id), info.context.caller
        caller.signed_in()
        if not caller.works_for(vendor_id):
            raise Forbidden("Only the vendor's staff may see it.")
        wanted = info.context.page(first, after)
        if wanted.after:  # the cursor of another list would fail all who share the statement
            parse_id(str(wanted.after[0]))
        rows = await info.context.loader(StaffByVendorId).load(StaffPage(vendor_id, wanted))
        visible = [row for row in rows if row.tenant_id == caller.tenant]
        return connection(visible, wanted, StaffMember.of, lambda row: encode_cursor(str(row.user_id)))

    @classmethod
    def resolve_references(cls, info: Info, representations: Representations) -> list[Vendor | CodedError]:
        """Whether they exist is for catalog to say."""
        return stubs(representations, lambda each: cls(id=each["id"]))


@strawberry.federation.type(
    keys=["id"], description="An account: a customer, a vendor's staff, a rider, an admin."
)
class User:
    """From a `UserRow`; phone, email and addresses are the user's own affair."""

    id: strawberry.ID
    name: str
    role: Role
    region: str
    created_at: datetime
    row: strawberry.Private[UserRow]

    @strawberry.field(description="E.164; for the user and admins only.")
    def phone(self, info: Info) -> str | None:
        """Private."""
        return self._own(info.context.caller).phone

    @strawberry.field(description="For the user and admins only.")
    def email(self, info: Info) -> str | None:
        """Private."""
        return self._own(info.context.caller).email

    @strawberry.field(
        description="Since when the account may not log in; null if it may. For the user and admins only."
    )
    def deactivated_at(self, info: Info) -> datetime | None:
        """Private."""
        return self._own(info.context.caller).deactivated_at

    @strawberry.field(description="For the user and admins only.")
    async def addresses(self, info: Info) -> list[Address] | None:
        """Private; one statement a shard for all users of a level."""
        row = self._own(info.context.caller)
        return [Address.of(address) for address in await info.context.loader(AddressesByUserId).load(row.id)]

    @strawberry.field(description="The vendors whose staff the user is; for the user and admins only.")
    async def vendors(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[Vendor] | None:
        """Private; one statement a shard for all users of a level."""
        row, wanted = self._own(info.context.caller), info.context.page(first, after)
        behind = parse_id(str(wanted.after[0])) if wanted.after else None
        staff = await info.context.loader(StaffByUserId).load(row.id)
        rows = [each for each in staff if behind is None or each.vendor_id > behind]
        return connection(
            rows,
            wanted,
            lambda each: Vendor(id=strawberry.ID(str(each.vendor_id))),
            lambda each: encode_cursor(str(each.vendor_id)),
        )

    @strawberry.field(description="Logins that can be refreshed, youngest first; for the user and admins.")
    async def sessions(self, info: Info) -> list[Session] | None:
        """Private; one statement a shard for all users of a level."""
        caller = info.context.caller
        row = self._own(caller)
        return [Session.of(each, caller) for each in await info.context.loader(SessionsByUserId).load(row.id)]

    @classmethod
    async def resolve_references(
        cls, info: Info, representations: Representations
    ) -> list[User | CodedError | None]:
        """As entities: users of the caller's tenant, for those who have logged in."""
        info.context.caller.signed_in()
        return await load_entities(
            representations, info.context.loader(UserById), _shown(info.context.caller)
        )

    @classmethod
    def of(cls, row: UserRow) -> User:
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            role=Role(row.role),
            region=row.region,
            created_at=row.created_at,
            row=row,
        )

    def _own(self, caller: Caller) -> UserRow:
        if caller.user_id != self.row.id and not caller.is_admin:
            raise Forbidden("Only the user may see this.")
        return self.row


async def load_user(info: Info, id: str) -> User | None:
    """A user of the caller's tenant by id; null for none, Unauthenticated for nobody."""
    info.context.caller.signed_in()
    return _shown(info.context.caller)(await info.context.loader(UserById).load(parse_id(id)))


def _shown(caller: Caller) -> Callable[[UserRow | None], User | None]:
    return lambda row: User.of(row) if row and row.tenant_id == caller.tenant else None
