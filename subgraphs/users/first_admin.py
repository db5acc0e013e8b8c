"""The first tenant and its admin, whom nobody could make through the graph: `waybill admin create`.

In: what the command was given. Out: whether the admin's account was made now. Works with the system role, as
there is nobody yet whose tenant a request could be of.
"""

from __future__ import annotations

from dataclasses import dataclass

from subgraphs.common.errors import CodedError, ErrorCode
from subgraphs.common.process import connect

from .admins import NewAdmin, make_admin
from .passwords import Passwords
from .phones import parse_phone
from .registration import check_name
from .rule_tenants import write_tenant
from .settings import UsersSettings


@dataclass(frozen=True, slots=True)
class First:
    """The tenant, and who rules it."""

    tenant: str
    region: str
    currency: str
    phone: str
    name: str
    password: str


async def make_first_admin(first: First, settings: UsersSettings) -> bool:
    """Make what is not there yet; CodedError before anything is written if something cannot be kept."""
    phone = parse_phone(first.phone)
    check_name(first.name)
    passwords = Passwords(settings)
    passwords.check(first.password, (phone, first.name))
    try:
        password_hash = await passwords.hash(first.password)
    finally:
        passwords.close()
    admin = NewAdmin(first.tenant, phone, first.name, first.region, password_hash, operator=True)
    values = {"id": first.tenant, "name": first.tenant, "region": first.region, "currency": first.currency}
    async with connect(settings) as connections:
        try:
            await write_tenant(connections.shards, {**values, "hosts": []})
        except CodedError as error:
            if error.code is not ErrorCode.CONFLICT:
                raise
            # It is there, and was changed since: only its admin is made.
        return (await make_admin(connections.shards, settings, admin)).is_new
