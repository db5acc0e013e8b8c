"""Mutations of vendors: made and closed by admins, changed and paused by their staff too."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from uuid import UUID

import strawberry

from subgraphs.common.ids import parse_id
from subgraphs.common.payloads import answered
from subgraphs.common.user_error import UserError

from .. import save_vendor
from ..resources import Info
from .types import Vendor, load_vendor
from .vendor_inputs import CreateVendorInput, UpdateVendorInput


@strawberry.type(description="The vendor as it is now, or why it was not made or changed.")
class VendorPayload:
    """`errors` is empty when it was."""

    vendor: Vendor | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class VendorMutations:
    """Each is harmless when it is sent again."""

    @strawberry.mutation(description="Make a vendor; for admins. The same key makes one only.")
    async def create_vendor(self, info: Info, input: CreateVendorInput) -> VendorPayload:
        """Without a key its content is the key."""
        return await answered(VendorPayload, _created(info, input))

    @strawberry.mutation(description="Change a vendor; for its staff and admins.")
    async def update_vendor(self, info: Info, input: UpdateVendorInput) -> VendorPayload:
        """Idempotent."""
        return await answered(VendorPayload, _updated(info, input))

    @strawberry.mutation(
        description="Take no orders until a moment or, without one, until `resumeVendor`; "
        "for its staff and admins."
    )
    async def pause_vendor(
        self, info: Info, id: strawberry.ID, until: datetime | None = None
    ) -> VendorPayload:
        """Those under way go on."""
        return await answered(VendorPayload, _paused(info, id, until))

    @strawberry.mutation(description="Take orders again; for its staff and admins.")
    async def resume_vendor(self, info: Info, id: strawberry.ID) -> VendorPayload:
        """Idempotent."""
        return await answered(VendorPayload, _resumed(info, id))

    @strawberry.mutation(description="End a vendor for good; for admins. It stays readable for old orders.")
    async def close_vendor(self, info: Info, id: strawberry.ID) -> VendorPayload:
        """It is in no list and no search any more."""
        return await answered(VendorPayload, _closed(info, id))


async def _created(info: Info, input: CreateVendorInput) -> VendorPayload:
    key = input.idempotency_key
    id = await save_vendor.create_vendor(info.context, input.values, input.currency, key)
    return await _shown(info, id)


async def _updated(info: Info, input: UpdateVendorInput) -> VendorPayload:
    id = parse_id(input.id)
    return await _changed(info, id, save_vendor.update_vendor(info.context, id, input.values))


async def _paused(info: Info, id: str, until: datetime | None) -> VendorPayload:
    vendor_id = parse_id(id)
    return await _changed(info, vendor_id, save_vendor.pause_vendor(info.context, vendor_id, until))


async def _resumed(info: Info, id: str) -> VendorPayload:
    vendor_id = parse_id(id)
    return await _changed(info, vendor_id, save_vendor.resume_vendor(info.context, vendor_id))


async def _closed(info: Info, id: str) -> VendorPayload:
    vendor_id = parse_id(id)
    return await _changed(info, vendor_id, save_vendor.close_vendor(info.context, vendor_id))


async def _changed(info: Info, id: UUID, change: Awaitable[None]) -> VendorPayload:
    await change
    return await _shown(info, id)


async def _shown(info: Info, id: UUID) -> VendorPayload:
    info.context.renew()
    return VendorPayload(vendor=await load_vendor(info, id))
