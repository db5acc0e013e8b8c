"""What the users subgraph holds besides the connections: its key, password threads, and who tries what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import strawberry

from subgraphs.common.app import MakeResources
from subgraphs.common.auth import FixedKeys
from subgraphs.common.context import Context, Resources
from subgraphs.common.process import RequestConnections, verifier

from .attempt_counters import LastingCounters
from .passwords import Passwords
from .settings import UsersSettings
from .signing import SigningKey
from .throttle import Throttle


@dataclass(frozen=True)
class UsersResources(Resources[UsersSettings]):
    """Made at the start of the process."""

    key: SigningKey
    passwords: Passwords
    throttle: Throttle


Info = strawberry.Info[Context[UsersResources], None]


def users_resources(settings: UsersSettings, key: SigningKey) -> MakeResources:
    """Tokens are verified with the key itself: users publishes the JWKS and need not ask for it."""

    @asynccontextmanager
    async def make(connections: RequestConnections) -> AsyncIterator[UsersResources]:
        tokens = verifier(settings, FixedKeys({key.kid: key.public}))
        passwords = Passwords(settings)
        throttle = Throttle(LastingCounters(connections.valkey), settings)
        try:
            yield UsersResources(
                settings,
                connections.shards,
                connections.valkey,
                connections.http,
                tokens,
                key,
                passwords,
                throttle,
            )
        finally:
            passwords.close()

    return make
