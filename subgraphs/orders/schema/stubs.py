"""Types of other subgraphs that orders refers to or extends."""

from __future__ import annotations

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from subgraphs.common.connections import Connection, Page, connection, encode_cursor
from subgraphs.common.errors import CodedError, Forbidden
from subgraphs.common.ids import parse_id
from subgraphs.common.references import Representations, stubs

from ..loaders import OrdersByUserId, OrdersByVendorId, OrdersPage
from ..models import OrderRow
from ..resources import Info
from ..statuses import OrderStatus
from .types import Order


@strawberry.federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Product:
    """Owned by catalog."""

    id: strawberry.ID


@strawberry.federation.type(keys=["id"])
class User:
    """Owned by users; here are his orders."""

    id: strawberry.ID

    @strawberry.field(description="The user's orders, newest first; for the user and admins.")
    async def orders(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        status: OrderStatus | None = None,
    ) -> Connection[Order]:
        """One statement a shard for all users of a level."""
        user_id, caller = parse_id(self.id), info.context.caller
        if caller.signed_in() != user_id and not caller.is_admin:
            raise Forbidden("Only the user may see his orders.")
        wanted = _newest(info.context.page(first, after))
        rows = await info.context.loader(OrdersByUserId).load(OrdersPage(user_id, status, wanted))
        visible = [row for row in rows if row.tenant_id == caller.tenant]
        return connection(visible, wanted, Order.of, _cursor)

    @classmethod
    def resolve_references(cls, info: Info, representations: Representations) -> list[User | CodedError]:
        """Whether they exist is for users to say."""
        return stubs(representations, lambda each: cls(id=each["id"]))


@strawberry.federation.type(keys=["id"])
class Vendor:
    """Owned by catalog; here are its orders."""

    id: strawberry.ID

    @strawberry.field(description="The vendor's orders, newest first; for its staff and admins.")
    async def orders(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        status: OrderStatus | None = None,
    ) -> Connection[Order]:
        """Reads every shard once for all vendors of a level and merges."""
        vendor_id, caller = parse_id(self.id), info.context.caller
        caller.signed_in()
        if not caller.works_for(vendor_id):
            raise Forbidden("Only the vendor may see its orders.")
        wanted = _newest(info.context.page(first, after))
        rows = await info.context.loader(OrdersByVendorId).load(OrdersPage(vendor_id, status, wanted))
        visible = [row for row in rows if row.tenant_id == caller.tenant]
        return connection(visible, wanted, Order.of, _cursor)

    @classmethod
    def resolve_references(cls, info: Info, representations: Representations) -> list[Vendor | CodedError]:
        """Whether they exist is for catalog to say."""
        return stubs(representations, lambda each: cls(id=each["id"]))


def _newest(page: Page) -> Page:
    """Refuse the cursor of another list here: in the loader it would fail all who share the statement."""
    if page.after:
        parse_id(str(page.after[0]))
    return page


def _cursor(row: OrderRow) -> str:
    return encode_cursor(str(row.id))
