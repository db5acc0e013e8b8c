"""What the users subgraph holds besides the connections: the signing key and the password threads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry

from subgraphs.common.app import MakeResources
from subgraphs.common.auth import FixedKeys
from subgraphs.common.context import Context, Resources
from subgraphs.common.process import Connections, verifier

from .passwords import Passwords
from .settings import UsersSettings
from .signing import SigningKey


@dataclass(frozen=True)
class UsersResources(Resources[UsersSettings]):
    """Made at the start of the process."""

    key: SigningKey
    passwords: Passwords


Info = strawberry.Info[Context[UsersResources], None]


def users_resources(settings: UsersSettings, key: SigningKey) -> MakeResources:
    """Tokens are verified with the key itself: users publishes the JWKS and need not ask for it."""

    @asynccontextmanager
    async def make(connections: Connections) -> AsyncIterator[UsersResources]:
        tokens = verifier(settings, FixedKeys({key.kid: key.public}))
        passwords = Passwords(settings)
        try:
            yield UsersResources(
                settings, connections.shards, connections.valkey, connections.http, tokens, key, passwords
            )
        finally:
            passwords.close()

    return make
