"""`Tenant`: a marketplace, as its people and operators see it, and the mutations of operators."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import strawberry

from subgraphs.common.changes import NEVER_EMPTY, changes_of
from subgraphs.common.connections import Connection, connection, encode_cursor
from subgraphs.common.errors import CodedError
from subgraphs.common.models import TenantRow
from subgraphs.common.payloads import answered
from subgraphs.common.references import Representations
from subgraphs.common.user_error import UserError

from .. import rule_tenants
from ..resources import Info


@strawberry.enum(description="Whether a marketplace can be used.")
class TenantStatus(Enum):
    """A CLOSED one is found by neither name nor host."""

    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"


@strawberry.federation.type(keys=["id"], description="A marketplace: nothing crosses to another one.")
class Tenant:
    """From a `TenantRow`."""

    id: strawberry.ID = strawberry.federation.field(
        description="Its name in the header `waybill-tenant`, and in tokens."
    )
    name: str
    region: str
    currency: str = strawberry.federation.field(description="ISO 4217.")
    status: TenantStatus
    created_at: datetime
    hosts: list[str] = strawberry.federation.field(
        description="Names under which clients reach it, besides the header."
    )

    @classmethod
    def of(cls, row: TenantRow) -> Tenant:
        """Show a row."""
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            region=row.region,
            currency=row.currency,
            status=TenantStatus(row.status),
            created_at=row.created_at,
            hosts=list(row.hosts),
        )

    @classmethod
    async def resolve_references(
        cls, info: Info, representations: Representations
    ) -> list[Tenant | CodedError | None]:
        """Those that the caller may see: his own, and an operator all."""
        ids = [str(each.get("id")) for each in representations]
        rows = await rule_tenants.find_tenants(info.context, ids)
        return [Tenant.of(rows[id]) if id in rows else None for id in ids]


@strawberry.input(description="A new marketplace with its first admin.")
class CreateTenantInput:
    """`id` is made of a-z, 0-9 and -."""

    id: strawberry.ID
    name: str
    region: str
    currency: str
    admin_phone: str
    admin_name: str
    hosts: list[str] = strawberry.field(default_factory=list)


@strawberry.input(description="What to change of a marketplace; absent means unchanged.")
class UpdateTenantInput:
    """Its id stands on every row of it, and stays."""

    id: strawberry.ID
    name: strawberry.Maybe[str | None]
    region: strawberry.Maybe[str | None]
    currency: strawberry.Maybe[str | None]
    status: strawberry.Maybe[TenantStatus | None]
    hosts: strawberry.Maybe[list[str] | None]


_CHANGES = {**dict.fromkeys(("name", "region", "currency", "status"), NEVER_EMPTY), "hosts": []}


@strawberry.type(description="The marketplace as it is now, or why it was not made or changed.")
class TenantPayload:
    """`errors` is empty when it was."""

    tenant: Tenant | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type(description="The new marketplace, or why there is none.")
class CreateTenantPayload:
    """`adminCode` is shown this once: nothing else keeps it."""

    tenant: Tenant | None = None
    admin_code: str | None = strawberry.field(
        default=None, description="For `acceptInvitation` in that marketplace; null if he has a password."
    )
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class TenantQueries:
    """Reading marketplaces."""

    @strawberry.field(description="A marketplace: the one that is asked, or of operators any.")
    async def tenant(self, info: Info, id: strawberry.ID | None = None) -> Tenant | None:
        """Also without a login."""
        wanted = id or info.context.caller.tenant
        row = (await rule_tenants.find_tenants(info.context, [wanted])).get(wanted)
        return Tenant.of(row) if row else None

    @strawberry.field(description="All marketplaces, by id; for operators.")
    async def tenants(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> Connection[Tenant] | None:
        """One statement."""
        wanted = info.context.page(first, after)
        rows = await rule_tenants.list_tenants(info.context, wanted)
        return connection(rows, wanted, Tenant.of, lambda row: encode_cursor(row.id))


@strawberry.type
class TenantMutations:
    """For operators."""

    @strawberry.mutation(description="Make a marketplace with its first admin; for operators. Idempotent.")
    async def create_tenant(self, info: Info, input: CreateTenantInput) -> CreateTenantPayload:
        """The admin sets his password by the code, in that marketplace."""
        return await answered(CreateTenantPayload, _created(info, input))

    @strawberry.mutation(description="Change, close or open a marketplace; for operators. Idempotent.")
    async def update_tenant(self, info: Info, input: UpdateTenantInput) -> TenantPayload:
        """All processes hear of it within seconds."""
        return await answered(TenantPayload, _updated(info, input))


async def _created(info: Info, input: CreateTenantInput) -> CreateTenantPayload:
    values = {name: getattr(input, name) for name in ("id", "name", "region", "currency", "hosts")}
    row, admin = await rule_tenants.create_tenant(info.context, values, input.admin_phone, input.admin_name)
    return CreateTenantPayload(tenant=Tenant.of(row), admin_code=admin.code)


async def _updated(info: Info, input: UpdateTenantInput) -> TenantPayload:
    changes = changes_of(input, _CHANGES)
    if "status" in changes:
        changes["status"] = changes["status"].value
    return TenantPayload(tenant=Tenant.of(await rule_tenants.update_tenant(info.context, input.id, changes)))
