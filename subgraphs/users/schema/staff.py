"""The mutations that change who works for which vendor."""

from __future__ import annotations

import strawberry

from subgraphs.common.ids import parse_id
from subgraphs.common.payloads import answered
from subgraphs.common.user_error import UserError

from .. import staff
from ..resources import Info
from ..roles import StaffRole
from .types import StaffMember


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
