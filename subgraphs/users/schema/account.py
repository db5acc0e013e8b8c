"""Mutations of one's own account: profile, password, phone, addresses."""

from __future__ import annotations

from collections.abc import Awaitable

import strawberry

from subgraphs.common.changes import NEVER_EMPTY, changes_of
from subgraphs.common.ids import parse_id
from subgraphs.common.payloads import answered
from subgraphs.common.user_error import UserError

from .. import addresses, profile
from ..models import UserRow
from ..resources import Info
from .alone import check_alone
from .types import Address, User


@strawberry.input(description="What to change of one's own account; absent means unchanged, null clears.")
class UpdateProfileInput:
    """The phone is the login, and has a mutation of its own."""

    name: strawberry.Maybe[str | None]
    email: strawberry.Maybe[str | None]
    region: strawberry.Maybe[str | None]


@strawberry.input(description="An address to save; of an existing one (`id`) absent means unchanged.")
class SaveAddressInput:
    """`idempotencyKey` tells two new addresses from one that is sent twice."""

    id: strawberry.ID | None = None
    idempotency_key: str | None = None
    label: strawberry.Maybe[str | None]
    street: strawberry.Maybe[str | None]
    city: strawberry.Maybe[str | None]
    lat: strawberry.Maybe[float | None]
    lon: strawberry.Maybe[float | None]
    is_default: strawberry.Maybe[bool | None] = strawberry.field(
        description="True makes it the default instead of the one that is; one always is."
    )


_PROFILE = {"name": NEVER_EMPTY, "email": None, "region": NEVER_EMPTY}
_ADDRESS = {
    **dict.fromkeys(("street", "city", "lat", "lon"), NEVER_EMPTY),
    "label": "",
    "is_default": False,
}


@strawberry.type(description="The account as it is now, or why it was not changed.")
class AccountPayload:
    """`errors` is empty when it was."""

    user: User | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="The address as it is now, or why it was not saved.")
class SaveAddressPayload:
    """`errors` is empty when it was."""

    address: Address | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="Whether the address is gone.")
class DeleteAddressPayload:
    """`errors` is empty when it is."""

    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class AccountMutations:
    """Each is harmless when it is sent again."""

    @strawberry.mutation(description="Change one's own name, email, region.")
    async def update_profile(self, info: Info, input: UpdateProfileInput) -> AccountPayload:
        """Idempotent."""
        return await answered(AccountPayload, _profile_updated(info, input))

    @strawberry.mutation(description="Replace one's own password; all other logins end.")
    async def change_password(self, info: Info, old_password: str, new_password: str) -> AccountPayload:
        """BAD_CREDENTIALS for a wrong old one."""
        return await answered(AccountPayload, _password_changed(info, old_password, new_password))

    @strawberry.mutation(description="Move to another phone number, by which one then logs in.")
    async def change_phone(self, info: Info, phone: str, password: str) -> AccountPayload:
        """PHONE_TAKEN for a number that has an account."""
        return await answered(AccountPayload, _phone_changed(info, phone, password))

    @strawberry.mutation(description="Save a new address, or change one.")
    async def save_address(self, info: Info, input: SaveAddressInput) -> SaveAddressPayload:
        """The first one is the default."""
        return await answered(SaveAddressPayload, _address_saved(info, input))

    @strawberry.mutation(description="Delete one of one's own addresses. Idempotent.")
    async def delete_address(self, info: Info, id: strawberry.ID) -> DeleteAddressPayload:
        """If it was the default, the oldest of the others is it now."""
        return await answered(DeleteAddressPayload, _address_deleted(info, id))


async def account_of(change: Awaitable[UserRow]) -> AccountPayload:
    """The changed account, as a payload shows it."""
    return AccountPayload(user=User.of(await change))


async def _profile_updated(info: Info, input: UpdateProfileInput) -> AccountPayload:
    return await account_of(profile.update_profile(info.context, changes_of(input, _PROFILE)))


async def _password_changed(info: Info, old: str, new: str) -> AccountPayload:
    check_alone(info)
    return await account_of(profile.change_password(info.context, old, new))


async def _phone_changed(info: Info, phone: str, password: str) -> AccountPayload:
    check_alone(info)
    return await account_of(profile.change_phone(info.context, phone, password))


async def _address_saved(info: Info, input: SaveAddressInput) -> SaveAddressPayload:
    id = None if input.id is None else parse_id(input.id)
    save = addresses.AddressSave(changes_of(input, _ADDRESS), id, input.idempotency_key)
    return SaveAddressPayload(address=Address.of(await addresses.save_address(info.context, save)))


async def _address_deleted(info: Info, id: str) -> DeleteAddressPayload:
    await addresses.delete_address(info.context, parse_id(id))
    return DeleteAddressPayload()
