"""Issues access tokens that a subgraph verifies as it does in production: against a JWKS over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from subgraphs.common.auth import Role
from subgraphs.common.ids import new_id
from subgraphs.users.access_tokens import issue_access_token
from subgraphs.users.models import UserRow
from subgraphs.users.settings import UsersSettings
from subgraphs.users.signing import SigningKey, load_signing_key
from tests.subgraphs.common.http_server import served


@dataclass(frozen=True)
class Person:
    """Somebody with a token; `id` is the user's."""

    id: UUID
    token: str


@dataclass(frozen=True)
class Issuer:
    """Makes people of one tenant."""

    jwks_url: str
    key: SigningKey
    settings: UsersSettings
    tenant: str

    def person(
        self,
        role: Role = Role.CUSTOMER,
        *,
        id: UUID | None = None,
        vendor_id: UUID | None = None,
        tenant: str | None = None,
    ) -> Person:
        user = UserRow(id=id or new_id(), tenant_id=tenant or self.tenant, role=role.value)
        vendors = [vendor_id] if vendor_id else []
        return Person(user.id, issue_access_token(user, self.key, self.settings, vendors=vendors).text)


@asynccontextmanager
async def issuing(folder: Path, tenant: str) -> AsyncIterator[Issuer]:
    settings = UsersSettings(shards=("nowhere",), signing_key_file=folder / "key.pem")
    key = load_signing_key(settings.signing_key_file)

    async def jwks(request: Request) -> JSONResponse:
        return JSONResponse(key.jwks)

    async with served(Starlette(routes=[Route("/jwks.json", jwks)])) as url:
        yield Issuer(f"{url}/jwks.json", key, settings, tenant)
