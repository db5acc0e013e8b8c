"""Who works for which vendor: `Vendor.staff`, and the mutations that change it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from subgraphs.common.connections import Connection, connection, encode_cursor
from subgraphs.common.errors import CodedError, Forbidden
from subgraphs.common.ids import parse_id
from subgraphs.common.references import Representations, stubs
from subgraphs.common.user_error import UserError

from .. import staff
from ..loaders import StaffByVendorId, StaffPage, UserById
from ..models import StaffRow
from ..resources import Info
from ..roles import StaffRole
from .payloads import answered

if TYPE_CHECKING:
    from .types import User


@strawberry.type(description="A member of a vendor's staff.")
class StaffMember:
    """From a `StaffRow`."""

    role: StaffRole
    since: datetime
    row: strawberry.Private[StaffRow]

    @strawberry.field(description="Who it is.")
    async def user(self, info: Info) -> Annotated[User, strawberry.lazy(".types")] | None:
        """One statement a shard for all members of a level."""
        from .types import User

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


@strawberry.input(description="Somebody who is to work for a vendor.")
class InviteStaffInput:
    """The name is for an account that must be made."""

    vendor_id: strawberry.ID
    phone: str
    name: str
    role: strawberry.Maybe[StaffRole | None] = strawberry.field(
        description="STAFF unless it is given; absent, a member stays what he is."
    )


@strawberry.type(description="The new member, or why there is none.")
class InviteStaffPayload:
    """`code` is shown this once: nothing else keeps it."""

    member: StaffMember | None = None
    code: str | None = strawberry.field(
        default=None,
        description="For `acceptInvitation`, to be handed to the person; null if the account has a password, "
        "or waits for another vendor's code.",
    )
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="Whether somebody works for the vendor no more.")
class RemoveStaffPayload:
    """`errors` is empty when he does not."""

    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class StaffMutations:
    """Inviting and removing."""

    @strawberry.mutation(
        description="Make somebody a vendor's staff, by phone; for its owners and admins. Idempotent."
    )
    async def invite_staff(self, info: Info, input: InviteStaffInput) -> InviteStaffPayload:
        """An account that exists is a member at once; else one is made, and a code for its password."""
        return await answered(InviteStaffPayload, _invited(info, input))

    @strawberry.mutation(
        description="End somebody's work for a vendor; for its owners, admins, and oneself. Idempotent."
    )
    async def remove_staff(
        self, info: Info, vendor_id: strawberry.ID, user_id: strawberry.ID
    ) -> RemoveStaffPayload:
        """His access token still names the vendor for its last minutes."""
        return await answered(RemoveStaffPayload, _removed(info, vendor_id, user_id))


async def _invited(info: Info, input: InviteStaffInput) -> InviteStaffPayload:
    role = input.role.value if input.role else None
    wanted = staff.Invite(parse_id(input.vendor_id), input.phone, input.name, role)
    invited = await staff.invite_staff(info.context, wanted)
    return InviteStaffPayload(member=StaffMember.of(invited.member), code=invited.code)


async def _removed(info: Info, vendor_id: str, user_id: str) -> RemoveStaffPayload:
    await staff.remove_staff(info.context, parse_id(vendor_id), parse_id(user_id))
    return RemoveStaffPayload()
