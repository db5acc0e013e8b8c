from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from subgraphs.common.settings import CommonSettings
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
from tests.subgraphs.orders.catalog import Shelf, catalog_app


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

    @property
    def staff(self) -> Person:
        return self.person(Role.VENDOR_STAFF, vendor_id=self.shelf.vendor_id)


@pytest.fixture
async def world(shards: tuple[str, ...], valkey_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The orders app with the real issuer of tokens, a catalog and the provider simulator, all over HTTP."""
    users = UsersSettings(shards=shards, valkey_url=valkey_url, signing_key_file=tmp_path / "key.pem")
    shelf = Shelf()
    async with (
        served(create_users(users)) as users_url,
        served(create_simulator(SimulatorSettings(delay_ms=0))) as provider_url,
    ):
        common = CommonSettings(
            shards=shards, valkey_url=valkey_url, jwks_url=f"{users_url}/.well-known/jwks.json"
        )
        async with served(catalog_app(shelf, common)) as catalog_url:
            settings = OrdersSettings(
                **common.model_dump(),
                catalog_url=f"{catalog_url}/graphql",
                provider_url=provider_url,
                dispatch_backoff_seconds=0.01,
            )
            async with serve(create_app(settings)) as orders:
                yield World(orders, settings, shelf, _people(users))


def _people(settings: UsersSettings) -> MakePerson:
    key = load_signing_key(settings.signing_key_file)

    def make(
        role: Role = Role.CUSTOMER,
        *,
        vendor_id: UUID | None = None,
        id: UUID | None = None,
        tenant: str = "main",
    ) -> Person:
        user = UserRow(id=id or new_id(), tenant_id=tenant, role=role.value, vendor_id=vendor_id)
        return Person(user.id, issue_access_token(user, key, settings).text)

    return make
