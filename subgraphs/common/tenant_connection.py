"""A PostgreSQL connection that says whose rows it may see: row-level security asks for `waybill.tenant`.

A session keeps its tenant until another is wanted (`adopt`: a round trip). A transaction for another says so
in the message that begins it, and the session has its own again at the end, however that comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg

SETTING = "waybill.tenant"
# Whose rows there are none of. Roles with BYPASSRLS see all rows, whatever the setting.
NOBODY = ""

if TYPE_CHECKING:
    _Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    _Connection = asyncpg.Connection


class TenantConnection(_Connection):
    """`tenant` is for whom it is lent, `session_tenant` whom the server takes it for; None: not sure."""

    tenant: str = NOBODY
    session_tenant: str | None = NOBODY

    async def adopt(self, tenant: str) -> None:
        """Be the tenant's from now on. A connection on which this broke off must not be lent again."""
        self.tenant = tenant
        if self.session_tenant != tenant:
            self.session_tenant = None
            await super().execute(f"SET {SETTING} = {_quoted(tenant)}")
            self.session_tenant = tenant

    async def execute(self, query: str, *args: Any, timeout: float | None = None) -> str:
        """Run statements; asyncpg begins transactions by this, with `BEGIN;` or more words before the `;`."""
        if self.tenant != self.session_tenant and query.startswith("BEGIN"):
            query = f"{query} SET LOCAL {SETTING} = {_quoted(self.tenant)}"
        return await super().execute(query, *args, timeout=timeout)


def _quoted(tenant: str) -> str:
    """A literal, as `SET` takes no parameters; backslashes are plain in it (standard_conforming_strings)."""
    return "'" + tenant.replace("'", "''") + "'"
