from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from stack.embedded import Servers
from subgraphs.catalog.app import create_app as create_catalog
from subgraphs.catalog.settings import CatalogSettings
from subgraphs.common.auth import Role
from subgraphs.common.database import SystemShards
from subgraphs.common.ids import new_id
from subgraphs.orders.app import create_app
from subgraphs.orders.providers.simulator import SimulatorSettings
from subgraphs.orders.providers.simulator import create_app as create_simulator
from subgraphs.orders.settings import OrdersSettings
from subgraphs.users.access_tokens import issue_access_token
from subgraphs.users.app import create_app as create_users
from subgraphs.users.models import UserRow
from subgraphs.users.settings import UsersSettings
from subgraphs.users.signing import load_signing_key
from tests.subgraphs.common.graph_client import GraphClient, serve
from tests.subgraphs.common.http_server import served
from tests.subgraphs.orders.background import Watch
from tests.subgraphs.orders.catalog import Shelf


@dataclass(frozen=True)
class Person:
    """Somebody with a token; `id` is the user's."""

    id: UUID
    token: str


MakePerson = Callable[..., Person]


@dataclass(frozen=True)
class World:
    """What runs around the orders subgraph."""

    orders: GraphClient
    settings: OrdersSettings
    shelf: Shelf
    person: MakePerson
    shards: SystemShards

    @property
    def admin(self) -> Person:
        return self.person(Role.ADMIN)

    @property
    def staff(self) -> Person:
        return self.person(Role.VENDOR_STAFF, vendor_id=self.shelf.vendor_id)


@dataclass(frozen=True)
class Neighbours:
    """The issuer of tokens and the catalog, which the orders subgraph asks over HTTP."""

    users: UsersSettings
    jwks_url: str
    catalog_url: str


@pytest.fixture(scope="session")
async def neighbours(
    servers: Servers, addresses: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Neighbours]:
    key_file = tmp_path_factory.mktemp("users") / "key.pem"
    users = UsersSettings(**addresses, valkey_url=servers.valkey, signing_key_file=key_file)
    async with served(create_users(users)) as users_url:
        jwks_url = f"{users_url}/.well-known/jwks.json"
        catalog = CatalogSettings(
            **addresses, valkey_url=servers.valkey, jwks_url=jwks_url, search_database_url=servers.search
        )
        async with served(create_catalog(catalog)) as catalog_url:
            yield Neighbours(users, jwks_url, f"{catalog_url}/graphql")


@pytest.fixture
async def world(neighbours: Neighbours, addresses: dict[str, Any], valkey_url: str) -> AsyncIterator[World]:
    """The orders app with a vendor of the test's own."""
    settings = OrdersSettings(
        **addresses,
        valkey_url=valkey_url,
        jwks_url=neighbours.jwks_url,
        catalog_url=neighbours.catalog_url,
        dispatch_backoff_seconds=0.01,
    )
    async with serve(create_app(settings)) as orders:
        shards = SystemShards(settings)
        shelf = Shelf(shards)
        await shelf.open()
        yield World(orders, settings, shelf, _people(neighbours.users), shards)
        await shards.close()


@pytest.fixture
async def delivered(world: World) -> AsyncIterator[World]:
    """With the provider simulator, who delivers for the vendor; what other tests left is cleared away."""
    await world.shelf.change(delivery_rule="PROVIDER")
    for shard in world.shards.all:
        async with world.shards.transaction_on(shard) as session:
            await session.execute(text("DELETE FROM waybill.outbox"))
            await session.execute(
                text(
                    "UPDATE orders.orders SET dispatch = 'CANCELLED' "
                    "WHERE dispatch IN ('WAITING', 'TAKING_BACK')"
                )
            )
    async with served(create_simulator(SimulatorSettings(delay_ms=0))) as url:
        yield replace(world, settings=world.settings.model_copy(update={"provider_url": url}))


@pytest.fixture
async def watch(world: World) -> AsyncIterator[Watch]:
    async with Redis.from_url(world.settings.valkey_url, decode_responses=True) as valkey:
        yield Watch(valkey, "waybill:events:orders")


def _people(settings: UsersSettings) -> MakePerson:
    key = load_signing_key(settings.signing_key_file)

    def make(
        role: Role = Role.CUSTOMER,
        *,
        vendor_id: UUID | None = None,
        id: UUID | None = None,
        tenant: str = "main",
    ) -> Person:
        user = UserRow(id=id or new_id(), tenant_id=tenant, role=role.value)
        vendors = [vendor_id] if vendor_id else []
        return Person(user.id, issue_access_token(user, key, settings, vendors=vendors).text)

    return make
