"""The roles of the embedded PostgreSQL: the owner, and those two that are not it (subgraphs/common/roles.py).

In: a home and a connection of the superuser's. Out: roles whose passwords stand in the home's keys.
"""

from __future__ import annotations

from enum import StrEnum

import asyncpg

from stack.home import Home

from .passwords import password_of


class Role(StrEnum):
    """A role's name; the superuser owns the tables."""

    OWNER = "waybill"
    APP = "waybill_app"
    SYSTEM = "waybill_system"


_ATTRIBUTES = {Role.APP: "NOBYPASSRLS", Role.SYSTEM: "BYPASSRLS"}
_SERVERS = {Role.OWNER: "postgres", Role.APP: "postgres-app", Role.SYSTEM: "postgres-system"}


def passwords_of(home: Home) -> dict[Role, str]:
    """Read the roles' passwords; those that are missing are made."""
    return {role: password_of(home, name) for role, name in _SERVERS.items()}


async def create_roles(connection: asyncpg.Connection, passwords: dict[Role, str]) -> None:
    """Make the roles as they are wanted, also where another password, or more than they need, is theirs."""
    there = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
    for role, attributes in _ATTRIBUTES.items():
        verb = "ALTER" if role in there else "CREATE"
        await connection.execute(
            f"{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {attributes} "
            f"PASSWORD '{passwords[role]}'"  # hexadecimal digits of our own
        )
