"""Access tokens: short-lived EdDSA JWTs with the caller's role, tenant, vendors and login."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt

from .models import UserRow
from .settings import UsersSettings
from .signing import SigningKey


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The JWT and its end."""

    text: str
    expires_at: datetime


def issue_access_token(
    user: UserRow,
    key: SigningKey,
    settings: UsersSettings,
    *,
    vendors: Iterable[UUID] = (),
    session: UUID | None = None,
) -> AccessToken:
    """Sign a token for a user who is staff of `vendors`; `session` is the login that it belongs to."""
    now = datetime.now(UTC).replace(microsecond=0)
    expires_at = now + timedelta(minutes=settings.access_token_minutes)
    claims: dict[str, object] = {
        "iss": settings.token_issuer,
        "aud": settings.token_audience,
        "sub": str(user.id),
        "role": user.role,
        "tenant": user.tenant_id,
        "iat": now,
        "exp": expires_at,
    }
    if staff_of := sorted(map(str, vendors)):
        claims["vendors"] = staff_of
    if session:
        claims["session"] = str(session)
    if user.is_operator:
        claims["operator"] = True
    return AccessToken(
        jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid}), expires_at
    )
